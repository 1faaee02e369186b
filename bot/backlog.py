"""What waits, counted now and then."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.gauges import Gauges
from core.backlog import failed, oldest_due, oldest_wait
from core.store import Store
from core.work import Work

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


class Backlog(Gauges):
    """What waits, in numbers."""

    def __init__(self, store: Store, count_dead: CountDead, waiting: Waiting) -> None:
        super().__init__(NUMBERS)
        self._store = store
        self._count_dead = count_dead
        self._waiting = waiting

    async def look(self) -> None:
        """Count again, up to `MOST`."""
        found = await self._store.query(self._found)
        self.numbers.update(found, dead_letters=await self._count_dead(MOST))

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
