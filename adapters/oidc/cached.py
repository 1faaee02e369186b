"""What an issuer publishes, kept for a while: it changes seldom and is asked for often."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from adapters.oidc.refusing import refusing
from core.errors import SignInAway, SignInError
from core.ports import Clock

T = TypeVar("T")

PAUSE = timedelta(minutes=1)
"""Between two fetches that somebody's token caused. Source: promises.md F25."""
RETRY = timedelta(seconds=5)
"""Between two fetches while there is nothing and the issuer does not answer."""


class Cached(Generic[T]):
    """Fetched when first needed and when old; the old one serves on while the issuer is away.

    How often is bounded by time alone, whatever is asked for: there is no list of what was not
    found that somebody could fill."""

    def __init__(
        self, fetch: Callable[[], Awaitable[T]], clock: Clock, *, fresh: timedelta
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._fresh = fresh
        self._lock = asyncio.Lock()  # whoever comes meanwhile waits for the same fetch
        self._value: T | None = None
        self._fetched: datetime | None = None
        self._failed: datetime | None = None
        self._forced: datetime | None = None
        self._problem: SignInError = SignInAway()

    async def get(self) -> T:
        """The document, at most `fresh` old unless the issuer is away.

        Raises `SignInAway` or `SignInRefused` where there is none yet and none comes."""
        async with self._lock:
            if self._value is not None and self._within(self._fresh, self._fetched):
                return self._value
            wait = RETRY if self._value is None else PAUSE
            if not self._within(wait, self._failed):
                await self._try()
            if self._value is None:
                raise self._problem.with_traceback(None)
            return self._value

    async def newer(self) -> T:
        """The document as it is now, for somebody who misses something in it; at most once a
        minute, in between as `get`. Raises what came instead of it."""
        async with self._lock:
            if not self._within(PAUSE, self._forced):
                self._forced = self._clock.now()
                await self._try()
            if self._value is None or self._failed is not None:
                raise self._problem.with_traceback(None)
            return self._value

    async def _try(self) -> None:
        now = self._clock.now()
        try:
            with refusing():
                self._value = await self._fetch()
            self._fetched, self._failed = now, None
        except SignInError as problem:
            self._failed, self._problem = now, problem

    def _within(self, span: timedelta, since: datetime | None) -> bool:
        return since is not None and self._clock.now() - since < span
