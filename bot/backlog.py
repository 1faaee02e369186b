"""What waits, looked at now and then: a scrape reads numbers, and never the database."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable
from functools import partial

from bot.metrics import Metrics
from core.backlog import failed, oldest_due, oldest_wait
from core.store import Store
from core.work import Work

log = logging.getLogger(__name__)

LOOK_EVERY = 30.0
"""Seconds. As often as the sweep, which is what shortens the one of the two (`house.md` 5)."""
MOST = 1001
"""Counted no further: nobody reads the difference, and every look would cost more."""

NUMBERS = {
    "dead_letters": "Jobs that were given up and wait for the operator",
    "undelivered": "Replies not yet known to be delivered",
    "undelivered_age_seconds": "Seconds that the oldest undelivered reply has been waiting",
    "jobs_waiting": "Jobs that are not done, messages that are still to be sent above all",
    "jobs_waiting_age_seconds": "Seconds since the oldest job that is not done was put",
    "failed_messages": "Messages that our code could not handle, which wait for the operator",
    "failed_messages_age_seconds": "Seconds since the first of these failed",
    "due_age_seconds": "Seconds since the time of the oldest reminder or digest that is due and "
    "not yet told",
}
CountDead = Callable[[int], Awaitable[int]]
"""How many jobs were given up, counted up to a number."""
Waiting = Callable[[Work], tuple[int, float]]
"""How many jobs wait, and the age of the oldest in seconds."""


class Backlog:
    """The newest numbers; not a number before the first look."""

    def __init__(self, store: Store, count_dead: CountDead, waiting: Waiting) -> None:
        self._store = store
        self._count_dead = count_dead
        self._waiting = waiting
        self.numbers: dict[str, float] = dict.fromkeys(NUMBERS, math.nan)

    def watched_by(self, metrics: Metrics) -> None:
        """Show the numbers among the metrics."""
        for name, text in NUMBERS.items():
            metrics.watch(name, text, partial(self._number, name))

    def _number(self, name: str) -> float:
        return self.numbers[name]

    async def look(self) -> None:
        """Count again, up to `MOST`."""
        found = await self._store.query(self._found)
        self.numbers |= {**found, "dead_letters": await self._count_dead(MOST)}

    def _found(self, work: Work) -> dict[str, float]:
        count, age = self._waiting(work)
        messages, since = failed(work, MOST)
        return {
            "undelivered": work.inbox.backlog(),
            "undelivered_age_seconds": oldest_wait(work),
            "jobs_waiting": count,
            "jobs_waiting_age_seconds": age,
            "failed_messages": messages,
            "failed_messages_age_seconds": since,
            "due_age_seconds": oldest_due(work),
        }

    async def look_for_ever(self) -> None:
        """Look at once and every `LOOK_EVERY` seconds, until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                self.numbers |= dict.fromkeys(NUMBERS, math.nan)
                log.exception("what waits could not be counted")
            await asyncio.sleep(LOOK_EVERY)
