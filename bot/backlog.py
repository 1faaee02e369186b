"""What waits, looked at now and then: a scrape reads numbers, and never the database."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable

from core.backlog import oldest_wait
from core.store import Store
from core.work import Work

log = logging.getLogger(__name__)

LOOK_EVERY = 30.0
"""Seconds. As often as the sweep, which is what shortens the one of the two (`house.md` 5)."""
MOST = 1001
"""Counted no further: nobody reads the difference, and every look would cost more."""

CountDead = Callable[[int], Awaitable[int]]
"""How many jobs were given up, counted up to a number."""


class Backlog:
    """The newest numbers; not a number before the first look."""

    def __init__(self, store: Store, count_dead: CountDead) -> None:
        self._store = store
        self._count_dead = count_dead
        self.undelivered = math.nan
        self.oldest = math.nan
        """Seconds that the oldest undelivered answer has been waiting."""
        self.dead_letters = math.nan

    async def look(self) -> None:
        """Count again, up to `MOST`."""
        self.undelivered, self.oldest = await self._store.query(_undelivered)
        self.dead_letters = await self._count_dead(MOST)

    async def look_for_ever(self) -> None:
        """Look at once and every `LOOK_EVERY` seconds, until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                self.undelivered = self.oldest = self.dead_letters = math.nan
                log.exception("what waits could not be counted")
            await asyncio.sleep(LOOK_EVERY)


def _undelivered(work: Work) -> tuple[int, float]:
    return work.inbox.backlog(), oldest_wait(work)
