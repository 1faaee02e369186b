"""The messages that are being handled: each with whoever waits for its answer, since when, and for
how long at most."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterator
from typing import TypeVar

from core.chat import Reply
from core.store import StoreAway

T = TypeVar("T")

PATIENCE = 2.25
"""Seconds that a platform waits for a commit before it is told no: Slack hangs up after 3, and a no
is to come within 2.5 (`promises.md` B15)."""


class Committed:
    """What comes of one commit, for whoever waits for it. Each has a future of their own: who
    leaves takes nobody along."""

    def __init__(self) -> None:
        self._waiting: list[asyncio.Future[Reply]] = []

    async def reply(self) -> Reply:
        """With the commit. Raises `StoreAway` if that is not soon, and what else the handling
        raises."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[Reply] = loop.create_future()
        self._waiting.append(told)
        late = loop.call_later(PATIENCE, _tell_no, told)
        try:
            return await told
        finally:
            late.cancel()

    def told(self, reply: Reply) -> None:
        """It is kept, and this is its answer."""
        for each in self._left():
            each.set_result(reply)

    def failed(self, error: Exception) -> None:
        """It is not kept."""
        for each in self._left():
            each.set_exception(error)

    def cancel(self) -> None:
        """Nobody need wait any more."""
        for each in self._left():
            each.cancel()

    def _left(self) -> Iterator[asyncio.Future[Reply]]:
        return (each for each in self._waiting if not each.done())


def _tell_no(waiting: asyncio.Future[Reply]) -> None:
    if not waiting.done():
        waiting.set_exception(_away())


def _away() -> StoreAway:
    return StoreAway(f"nothing could be kept within {PATIENCE} s")


class InFlight:
    """By key, the oldest first, as a dict keeps them."""

    def __init__(self) -> None:
        self._begun: dict[str, tuple[Committed, float]] = {}

    def get(self, key: str) -> Committed | None:
        """A message that is being handled."""
        found = self._begun.get(key)
        return found[0] if found else None

    def begin(self, key: str) -> Committed:
        """A message arrived, and is to be handled from now on."""
        committed = Committed()
        self._begun[key] = (committed, time.monotonic())
        return committed

    def end(self, key: str) -> None:
        """It is committed, or it failed."""
        del self._begun[key]

    def lag(self) -> float:
        """Seconds since the oldest one that is not committed arrived; 0 where none is. Called from
        the loop's thread."""
        oldest = next(iter(self._begun.values()), None)
        return time.monotonic() - oldest[1] if oldest else 0.0

    def __iter__(self) -> Iterator[str]:
        return iter(self._begun)


async def in_time(commit: Awaitable[T]) -> T:
    """What it gives, if that is soon. What is late is kept all the same, and known by its key to
    whoever sends it again. Raises `StoreAway`."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await commit
    except TimeoutError:
        raise _away() from None
