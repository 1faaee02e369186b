"""What becomes of jobs is written down together: all that waits while a commit is under way is the
next one."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from sqlalchemy import BigInteger, Engine, Update, bindparam, cast, func, update

from adapters.engine.job_table import ENQUEUED, JOBS, PENDING, SUCCESS, finding

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0
"""Seconds before a commit that failed is tried again: doubled each time."""

Values = Mapping[str, Any]

_NOW = {
    "sqlite": bindparam("now", type_=BigInteger),
    "postgresql": cast(func.extract("epoch", func.now()) * 1000, BigInteger),
}
"""In milliseconds: where several machines share the database, by its clock."""


def _done(now: Any) -> Update:
    """What DBOS does with a workflow that succeeded, but for its result: ours have none."""
    return (
        update(JOBS)
        .where(
            JOBS.c.workflow_uuid == bindparam("job"),
            JOBS.c.status == PENDING,
            JOBS.c.owner_xid == bindparam("owner"),  # not one that was taken over from us
        )
        .values(
            status=SUCCESS,
            owner_xid=None,
            deduplication_id=None,
            updated_at=now,
            completed_at=now,
        )
    )


_AGAIN = (
    update(JOBS)
    .where(
        JOBS.c.workflow_uuid == bindparam("job"),
        JOBS.c.status == PENDING,
        JOBS.c.owner_xid == bindparam("owner"),
    )
    .values(status=ENQUEUED, owner_xid=None, started_at_epoch_ms=None)
)
_DONE = {dialect: _done(now) for dialect, now in _NOW.items()}


class Outcomes:
    """Of the jobs in this process. Belongs to one event loop."""

    def __init__(self, engine: Engine) -> None:
        self._engine = finding(engine)
        self._done = _DONE[engine.dialect.name]
        self._thread = ThreadPoolExecutor(1, "engine-outcomes")
        self._waiting: list[tuple[Update, Values]] = []
        self._written: asyncio.Future[None] | None = None
        """When what waits is."""
        self._somebody = asyncio.Event()

    async def succeeded(self, job: str, owner: str) -> None:
        """Return once it is written that the job is done, unless `owner`, the mark of our claim,
        is on it no more."""
        now = int(time.time() * 1000)
        await self.keep(self._done, {"job": job, "owner": owner, "now": now})

    async def keep(self, statement: Update, values: Values) -> None:
        """Return once it is written."""
        if self._written is None:
            self._written = asyncio.get_running_loop().create_future()
        self._waiting.append((statement, values))
        self._somebody.set()
        await asyncio.shield(self._written)  # the others wait for it too

    async def undecided(self, job: str, owner: str) -> None:
        """Nobody could say what comes of the job: back into its queue with it, where it is ours."""

        def again() -> None:
            with self._engine.begin() as connection:
                connection.execute(_AGAIN, {"job": job, "owner": owner})

        await self._until(again, f"the job {job} is not in its queue yet")

    async def write_for_ever(self) -> None:
        """Until cancelled."""
        while True:
            await self._somebody.wait()
            self._somebody.clear()
            waiting, written = self._waiting, self._written
            self._waiting, self._written = [], None
            write = partial(self._write, waiting)
            await self._until(write, f"what becomes of {len(waiting)} jobs is not written yet")
            if written is not None:
                written.set_result(None)

    async def _until(self, write: Callable[[], None], not_yet: str) -> None:
        """A database that is away, or a disk that is full, is waited out: what was sent once is not
        to be sent again."""
        loop, wait = asyncio.get_running_loop(), FIRST_WAIT
        while True:
            try:
                await loop.run_in_executor(self._thread, write)
                return
            except Exception:  # whatever it is: nothing else would ever write it
                log.warning("%s", not_yet, exc_info=True)
            await asyncio.sleep(wait)
            wait = min(LONGEST_WAIT, 2 * wait)

    def _write(self, waiting: Sequence[tuple[Update, Values]]) -> None:
        alike: defaultdict[Update, list[Values]] = defaultdict(list)
        for statement, values in waiting:
            alike[statement].append(values)
        with self._engine.begin() as connection:
            for statement, all_values in alike.items():
                connection.execute(statement, all_values)

    def close(self) -> None:
        """No more is written."""
        self._thread.shutdown(wait=False, cancel_futures=True)
