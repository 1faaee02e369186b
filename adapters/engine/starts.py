"""Which starts of a job count towards its end as poison.

DBOS counts every start (`process.MAX_RECOVERIES`), so that a job that kills its process each time
comes to an end. But whoever only waited when the process died did not kill it: for its pace, for
its chat's turn, for as long as a platform asked. So while a suspect waits, its start is taken off
the count; it is put back before the suspect acts. Who is far from any end is left alone, and pays
one read for a long wait.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine, bindparam, select, update
from sqlalchemy.exc import SQLAlchemyError

from adapters.engine.job_table import ENQUEUED, JOBS, PENDING, finding

log = logging.getLogger(__name__)
T = TypeVar("T")

SUSPECT = 3
"""Starts after which a job may be what kills its processes, or one that was beside it each time."""
SOON = 0.05
"""Seconds of a wait that cost nothing, and in which a kill is counted."""

_OURS = (
    JOBS.c.workflow_uuid.in_(bindparam("jobs", expanding=True)),
    JOBS.c.executor_id == bindparam("process"),  # not one that was taken over from us
    JOBS.c.status == PENDING,
)
# What DBOS does at a start (`reenqueue_for_recovery` in 3.4), in a transaction for each.
_AGAIN = (
    update(JOBS)
    .where(
        JOBS.c.executor_id == bindparam("process"),
        JOBS.c.status == PENDING,
        JOBS.c.queue_name.is_not(None),
    )
    .values(status=ENQUEUED, owner_xid=None, started_at_epoch_ms=None)
)
_SUSPECTS = select(JOBS.c.workflow_uuid).where(*_OURS, JOBS.c.recovery_attempts >= SUSPECT)
_COUNT = (
    update(JOBS).where(*_OURS).values(recovery_attempts=JOBS.c.recovery_attempts + bindparam("by"))
)


class Starts:
    """Of the jobs in this process. Belongs to one event loop."""

    def __init__(self, engine: Engine, process: str) -> None:
        self._engine = finding(engine)
        self._process = process
        self._waiting: set[str] = set()
        """Not looked at yet."""
        self._excused: set[str] = set()
        """Whose start is off the count."""
        self._somebody = asyncio.Event()
        self._changing = asyncio.Lock()

    async def again(self) -> None:
        """Put what this process was doing when it ended back into the queues. Before it does
        anything."""
        values = {"process": self._process}
        await self._run(lambda connection: connection.execute(_AGAIN, values))

    @asynccontextmanager
    async def waiting(self, job: str) -> AsyncIterator[None]:
        """The job only waits in this block; after it, it acts. One that is cancelled does not."""
        if job not in self._excused:
            self._waiting.add(job)
            self._somebody.set()
        try:
            yield
        finally:
            unnoticed = job in self._waiting
            self._waiting.discard(job)
        if not unnoticed:
            await self._acts(job)

    async def excuse_for_ever(self) -> None:
        """Take the starts of the suspects that wait off the count, until cancelled."""
        while True:
            await self._somebody.wait()
            self._somebody.clear()
            await asyncio.sleep(SOON)
            try:
                await self._look()
            except Exception:  # whatever it is: nothing else would ever look again
                log.warning("the starts of waiting jobs stay counted", exc_info=True)

    async def _look(self) -> None:
        async with self._changing:
            asked, self._waiting = self._waiting, set()
            if asked:
                self._excused |= await self._run(lambda connection: self._excuse(connection, asked))

    async def _acts(self, job: str) -> None:
        async with self._changing:  # an excuse may be on its way
            if job in self._excused:
                try:
                    await self._run(lambda connection: self._count(connection, [job], 1))
                    self._excused.discard(job)
                except SQLAlchemyError:
                    log.warning("a start of the job %s is not counted", job, exc_info=True)

    def _excuse(self, connection: Connection, jobs: Collection[str]) -> set[str]:
        values = {"jobs": list(jobs), "process": self._process}
        suspects: set[str] = set(connection.execute(_SUSPECTS, values).scalars())
        if suspects:
            self._count(connection, suspects, -1)
        return suspects

    def _count(self, connection: Connection, jobs: Collection[str], by: int) -> None:
        values = {"jobs": list(jobs), "process": self._process, "by": by}
        connection.execute(_COUNT, values)

    async def _run(self, function: Callable[[Connection], T]) -> T:
        def run() -> T:
            with self._engine.begin() as connection:
                return function(connection)

        return await asyncio.to_thread(run)
