"""An event loop whose time stands still while anything is done, and jumps to the next timer when
nothing is: an hour of waiting takes as long as the work in it."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TypeVar, cast

from core.ports import Clock
from core.store import Function, Store

T = TypeVar("T")
EPOCH = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
LOOK = 5.0
"""Seconds of real time for a thread that was asked for something to answer."""
LEAST = 1e-7
"""Seconds that pass with every look: a clock that stood still to the last digit would let a timer
that was set for now come again and again (aiolimiter's does)."""


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its clock is its own."""

    def __init__(self) -> None:
        self._at = 0.0
        self._threads = 0
        super().__init__(_Selector(self))

    def time(self) -> float:
        """Seconds since it was made."""
        return self._at

    def pass_time(self, seconds: float) -> None:
        self._at += seconds

    @property
    def waits_for_threads(self) -> bool:
        return self._threads > 0

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Something outside the loop is waited for: time stands still until it has come."""
        self._threads += 1
        try:
            yield
        finally:
            self._threads -= 1


class _Selector(selectors.DefaultSelector):
    def __init__(self, loop: VirtualLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._loop.pass_time(LEAST)
        found = super().select(0)
        if found or (timeout is not None and timeout <= 0):
            return found
        if self._loop.waits_for_threads or timeout is None:
            return super().select(LOOK)
        self._loop.pass_time(timeout)
        return []


class LoopClock(Clock):
    """The wall clock of such a loop."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def now(self) -> datetime:
        return EPOCH + timedelta(seconds=self._loop.time())


class Outside:
    """A store whose threads the loop waits for."""

    def __init__(
        self, store: Store, loop: VirtualLoop, *, committed: Callable[[], None] = lambda: None
    ) -> None:
        """`committed`: called after each commit that was asked for here."""
        self._store = store
        self._loop = loop
        self._committed = committed

    def as_store(self) -> Store:
        return cast(Store, self)

    async def mutate(self, function: Function[T]) -> T:
        with self._loop.waiting():
            result = await self._store.mutate(function)
        self._committed()
        return result

    async def query(self, function: Function[T]) -> T:
        with self._loop.waiting():
            return await self._store.query(function)
