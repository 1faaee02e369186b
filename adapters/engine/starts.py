"""Which starts of a job count towards its end as poison: those in which it acts when its process
dies.

DBOS counts every start (`process.MAX_RECOVERIES`), so that a job that kills its process each time
comes to an end. But whoever only waited when the process died did not kill it: for its pace, for
its chat's turn, for as long as a platform asked. So a suspect, which was started often, counts
only while it acts: one is added before that, and taken off when it waits again, in commits that
suspects share; and its start is taken off where the jobs of a dead process go back into their
queues (here, and in `adapters.engine.sweep`). Nor did all of those kill it that were at work:
those that were at it too often act one at a time, so a death counts for one of them. Who is no
suspect pays nothing for this.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from sqlalchemy import Engine, bindparam, case, update

from adapters.engine.job_table import ENQUEUED, JOBS, PENDING, finding
from adapters.engine.outcomes import Outcomes
from adapters.engine.runs import Run

SUSPECT = 3
"""Starts from which on a job may be what kills its processes, or one that was beside it."""
ALONE = 6
"""Starts from which on a suspect acts while no other such one does. Measured: after 100 kills at
random, on a machine so busy that few lives got anything done, 10 jobs of 1,700 had come so far."""
PATIENCE = 5.0
"""Seconds for which one lets another act alone: who kills mostly does so at once, and who is slow
must not hold up the others for long."""

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

    def __init__(self, engine: Engine, process: str, outcomes: Outcomes) -> None:
        self._engine = finding(engine)
        self._process = process
        self._outcomes = outcomes
        self._claimed: dict[str, int] = {}
        """The starts of suspects that did not begin yet."""
        self._counted: set[Run] = set()
        """Suspects that act."""
        self._alone = asyncio.Lock()
        self._whose: Run | None = None
        """Who acts alone."""

    async def again(self) -> None:
        """Put what this process was doing when it ended back into the queues. Before it does
        anything."""

        def again() -> None:
            with self._engine.begin() as connection:
                connection.execute(_AGAIN, {"process": self._process})

        await asyncio.to_thread(again)

    def claimed(self, job: str, starts: int) -> bool:
        """Whether the job is a suspect at this start of it, which is kept in mind. In any
        thread."""
        if starts < SUSPECT:
            self._claimed.pop(job, None)
            return False
        self._claimed[job] = starts
        return True

    def begins(self, job: str) -> int:
        """Its starts, if it was claimed as a suspect, else 0. Once for each claim."""
        return self._claimed.pop(job, 0)

    async def acts(self, run: Run) -> None:
        """Before it acts. Return once that counts, if it is a suspect, and nobody acts alone."""
        if not run.starts or run in self._counted:
            return
        if run.starts >= ALONE:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._alone.acquire()
                    self._whose = run
        self._counted.add(run)
        await self._count(run, 1)

    async def waits(self, run: Run) -> None:
        """From now on it only waits."""
        if run in self._counted:
            self.ends(run)  # whose turn is next counts in the same commit, or in a later one
            await self._count(run, -1)

    def ends(self, run: Run) -> None:
        """The others' turn. That it counts stays, until what became of it is written."""
        self._counted.discard(run)
        if self._whose is run:
            self._whose = None
            self._alone.release()

    async def _count(self, run: Run, by: int) -> None:
        values = {"job": run.job, "process": self._process, "by": by}
        await self._outcomes.keep(_COUNT, values)
