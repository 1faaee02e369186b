"""Which starts of a job count towards its end as poison: those in which it acts when its process
dies.

DBOS counts every start (`process.MAX_RECOVERIES`), so that a job that kills its process each time
comes to an end. But whoever only waited when the process died did not kill it: for its pace, for
its chat's turn, for as long as a platform asked. So a suspect, which was started often, counts
only while it acts: one is added before, and taken off when it waits again, each time in a commit of
its own; and its start is taken off where the jobs of a dead process go back into their queues
(here, and in `adapters.engine.sweep`). Nor did all of those kill it that were at work: suspects
act one at a time, so a death counts for one of them. Who is no suspect pays nothing for this.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine, Update, bindparam, case, update
from sqlalchemy.exc import SQLAlchemyError

from adapters.engine.job_table import ENQUEUED, JOBS, PENDING, finding
from adapters.engine.runs import Run

log = logging.getLogger(__name__)

SUSPECT = 3
"""Starts from which on a job may be what kills its processes, or one that was beside it."""
PATIENCE = 5.0
"""Seconds for which a suspect lets another one act alone: who kills mostly does so at once, and
who is slow must not hold up the others for long."""

# What DBOS does at a start (`reenqueue_for_recovery` in 3.4), in a transaction for each.
_AGAIN = (
    update(JOBS)
    .where(
        JOBS.c.executor_id == bindparam("process"),
        JOBS.c.status == PENDING,
        JOBS.c.queue_name.is_not(None),
    )
    .values(
        status=ENQUEUED,
        owner_xid=None,
        started_at_epoch_ms=None,
        recovery_attempts=JOBS.c.recovery_attempts
        - case((JOBS.c.recovery_attempts >= SUSPECT, 1), else_=0),
    )
)
_COUNT = (
    update(JOBS)
    .where(
        JOBS.c.workflow_uuid == bindparam("job"),
        JOBS.c.executor_id == bindparam("process"),  # not one that was taken over from us
        JOBS.c.status == PENDING,
    )
    .values(recovery_attempts=JOBS.c.recovery_attempts + bindparam("by"))
)


class Starts:
    """Of the jobs in this process. Belongs to one event loop."""

    def __init__(self, engine: Engine, process: str) -> None:
        self._engine = finding(engine)
        self._process = process
        self._claimed: set[str] = set()
        """Suspects that did not begin yet."""
        self._counted: set[Run] = set()
        """Suspects that act."""
        self._alone = asyncio.Lock()
        self._whose: Run | None = None
        """Who acts alone."""

    async def again(self) -> None:
        """Put what this process was doing when it ended back into the queues. Before it does
        anything."""
        await self._execute(_AGAIN, {"process": self._process})

    def claimed(self, job: str, starts: int) -> bool:
        """Whether the job is a suspect at this start of it, which is kept in mind. In any
        thread."""
        if starts < SUSPECT:
            self._claimed.discard(job)
            return False
        self._claimed.add(job)
        return True

    def suspects(self, job: str) -> bool:
        """Whether the job that begins now was claimed as a suspect. Once for each claim."""
        suspect = job in self._claimed
        self._claimed.discard(job)
        return suspect

    async def acts(self, run: Run) -> None:
        """Before it acts. Return once that counts, if it is a suspect, and no other one acts."""
        if not run.suspect or run in self._counted:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await self._alone.acquire()
                self._whose = run
        if await self._count(run, 1):
            self._counted.add(run)

    async def waits(self, run: Run) -> None:
        """From now on it only waits."""
        if run in self._counted:
            await self._count(run, -1)
        self.ends(run)

    def ends(self, run: Run) -> None:
        """The others' turn. What it counts for stays, until what became of it is written."""
        self._counted.discard(run)
        if self._whose is run:
            self._whose = None
            self._alone.release()

    async def _count(self, run: Run, by: int) -> bool:
        try:
            await self._execute(_COUNT, {"job": run.job, "process": self._process, "by": by})
        except SQLAlchemyError:
            log.warning("the starts of the job %s are not counted", run.job, exc_info=True)
            return False
        return True

    async def _execute(self, statement: Update, values: Mapping[str, Any]) -> None:
        def execute() -> None:
            with self._engine.begin() as connection:
                connection.execute(statement, values)

        await asyncio.to_thread(execute)
