"""Which processes live, and whose jobs are taken over. PostgreSQL only: on SQLite there is one.

Every process renews a row of its own. Whoever finds a row that was not renewed takes it for dead
and takes over what it was doing (`adapters.engine.sweep`).

A process that was only frozen wakes with thousands of jobs that wait for their turn and are others'
by now. It notices before it sends: no wait ends (`Runs.waiting`) while the lease was not renewed
for as long as it holds, and the renewal after that asks which jobs are still ours. So it may repeat
the message it was about to send, and nothing more.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from sqlalchemy import Connection, make_url, text

from adapters.engine.runs import Runs
from adapters.engine.sweep import TAKE_BACK, Swept, sweep
from core.postgres import postgres_engine, shut_down

log = logging.getLogger(__name__)

TTL = 15.0
"""Seconds after which a process that does not renew its lease is dead. A third of it more until
somebody looks: a dead process's jobs run again within 21 s."""
SETTLE = 1 / 15
"""Of a lease. What was claimed before it ran out comes to the loop within this time."""

T = TypeVar("T")
OnDead = Callable[[], Awaitable[object]]

_RENEW = text(
    "INSERT INTO lease (process, expires_at) VALUES (:process, now() + make_interval(secs => :ttl))"
    " ON CONFLICT (process) DO UPDATE SET expires_at = excluded.expires_at"
    " RETURNING xmax = 0"  # whether it was not there
)
# And for how many seconds: by the clock with which it was claimed.
_OURS = text(
    "SELECT workflow_uuid AS job,"
    " extract(epoch FROM now())::float8 - started_at_epoch_ms / 1000.0::float8 AS age"
    " FROM dbos.workflow_status WHERE status = 'PENDING' AND executor_id = :process"
)
_END = text("DELETE FROM lease WHERE process = :process")


class Leases:
    """The lease of this process, and the look at the others'.

    Renewing and sweeping have a thread and a connection each: a sweep that waits must not make a
    live process look dead."""

    def __init__(self, url: str, process: str, *, ttl: float = TTL) -> None:
        self._process, self._ttl = process, ttl
        self._renewing = _Thread(url, process)
        self._sweeping = _Thread(url, process)
        self._runs: Runs | None = None
        self._sure_until = -math.inf
        """By this process's clock, which goes on while it is frozen. No later than the database
        has it."""
        self._doubted, self._renewed = asyncio.Event(), asyncio.Event()

    def guard(self, runs: Runs) -> None:
        """From now on, let none of these act for a job that was taken over from this process."""
        self._runs, runs.sure = runs, self.sure

    async def sure(self) -> None:
        """Return while nobody can have taken over what this process does, or once it is known what
        they took."""
        while time.monotonic() > self._sure_until:
            self._doubted.set()
            await self._renewed.wait()

    async def begin(self) -> None:
        """Take the lease: before the first job and the first message."""
        await self._renew()

    async def renew_for_ever(self) -> None:
        """Until cancelled. A database that is away is waited out."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._ttl / 4):
                    await self._doubted.wait()
            self._doubted.clear()
            try:
                await self._renew()
            except Exception:
                log.warning("the lease could not be renewed", exc_info=True)

    async def sweep_for_ever(self, on_dead: OnDead) -> None:
        """Until cancelled. `on_dead` is called after every sweep that found somebody."""
        while True:
            await asyncio.sleep(self._ttl / 3)
            try:
                swept = await self.sweep()
                if swept.dead:
                    log.warning("dead: %s; jobs taken over: %d", ", ".join(swept.dead), swept.jobs)
                    await on_dead()
            except Exception:
                log.warning("the sweep for dead processes failed", exc_info=True)

    async def sweep(self) -> Swept:
        """Take over from every process that is dead."""
        return await self._sweeping.run(lambda connection: sweep(connection, self._process))

    async def end(self) -> None:
        """Give the lease up, and what this process did not finish to the others, at once."""

        def end(connection: Connection) -> None:
            connection.execute(_END, {"process": self._process})
            connection.execute(TAKE_BACK, {"dead": [self._process]})

        try:
            await self._renewing.run(end)
        except Exception:
            log.warning("the lease could not be given up, it will run out", exc_info=True)
        await self._renewing.close()
        await self._sweeping.close()

    async def _renew(self) -> None:
        values, began = {"process": self._process, "ttl": self._ttl}, time.monotonic()
        if await self._renewing.run(lambda connection: connection.execute(_RENEW, values).scalar()):
            self._sure_until = -math.inf  # it was buried, whatever our clock says
        if self._runs and time.monotonic() > self._sure_until:
            await self._look_for_lost(self._runs)
        self._sure_until = began + self._ttl
        self._renewed.set()
        self._renewed = asyncio.Event()

    async def _look_for_lost(self, runs: Runs) -> None:
        """Too late is not lost: the database knows. What we hold for a shorter time than we run it
        was taken back and claimed anew, by us."""
        await asyncio.sleep(self._ttl * SETTLE)
        tasks, values = runs.under_way(), {"process": self._process}
        now = time.monotonic()
        ours: dict[str, float] = await self._renewing.run(
            lambda connection: {row.job: row.age for row in connection.execute(_OURS, values)}
        )
        ages = {task: now - run.since - self._ttl / 2 for task, run in tasks.items()}  # roughly
        lost = [task for task, age in ages.items() if ours.get(tasks[task].job, -math.inf) < age]
        log.warning("renewed too late: of %d runs of jobs %d are lost", len(tasks), len(lost))
        runs.lose(lost)


class _Thread:
    """One thread with one connection; a transaction each."""

    def __init__(self, url: str, process: str) -> None:
        self._engine = postgres_engine(make_url(url), process, 1)
        self._thread = ThreadPoolExecutor(1, "leases")

    async def run(self, function: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, function)

    def _do(self, function: Callable[[Connection], T]) -> T:
        with self._engine.begin() as connection:
            return function(connection)

    async def close(self) -> None:
        await shut_down(self._thread)
        self._engine.dispose()
