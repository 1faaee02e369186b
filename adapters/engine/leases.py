"""Which processes live, and whose jobs are taken over. PostgreSQL only: on SQLite there is one.

Every process renews a row of its own. Whoever finds a row that was not renewed takes it for dead:
ends its connections, which may hold locks, and puts the jobs it was running back into their queues,
where they come first in their chats. DBOS itself leaves them pending until a process of the same
name starts, and ours have a new name each time.

The sweep is one transaction on the database's clock. A job is taken back only from who holds it,
in the statement that finds it, so sweeps may run side by side, stop half way or come late. DBOS
counts the starts of a job (`adapters.engine.starts`), so one that kills its processes ends as a
dead letter; and it takes no result from a process that lost a job, so one that was only frozen may
repeat the message it was about to send, and nothing more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import ARRAY, Connection, String, bindparam, make_url, text

from adapters.engine.starts import SUSPECT
from core.postgres import postgres_engine, shut_down

log = logging.getLogger(__name__)

TTL = 15.0
"""Seconds after which a process that does not renew its lease is dead. A third of it more until
somebody looks: a dead process's jobs run again within 21 s."""

T = TypeVar("T")
CHANCE = 0.25
"""That a sweep takes back a suspect: so they run apart, and only the poison counts to its end."""

OnDead = Callable[[], Awaitable[object]]

_RENEW = text(
    "INSERT INTO lease (process, expires_at) VALUES (:process, now() + make_interval(secs => :ttl))"
    " ON CONFLICT (process) DO UPDATE SET expires_at = excluded.expires_at"
)
_BURY = text(
    "DELETE FROM lease WHERE process IN (SELECT process FROM lease"
    " WHERE expires_at < now() AND process <> :me FOR UPDATE SKIP LOCKED)"
    " RETURNING process"
)
_END = text("DELETE FROM lease WHERE process = :process")
_CUT_OFF = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE application_name = ANY(:dead) AND datname = current_database()"
).bindparams(bindparam("dead", type_=ARRAY(String)))
# Also those whose row is gone already: of a sweep that ended half way, of a database copied here.
_ORPHANED = text(
    "SELECT DISTINCT executor_id FROM dbos.workflow_status"
    " WHERE status = 'PENDING' AND executor_id NOT IN (SELECT process FROM lease)"
)
# What DBOS does when a process of the same name starts (`reenqueue_for_recovery` in 3.4).
_TAKE_BACK = text(
    "UPDATE dbos.workflow_status SET status = 'ENQUEUED', owner_xid = NULL,"
    " started_at_epoch_ms = NULL, updated_at = (extract(epoch FROM now()) * 1000)::bigint"
    " WHERE status = 'PENDING' AND queue_name IS NOT NULL AND executor_id = ANY(:dead)"
    " AND (recovery_attempts < :suspect OR random() < :chance)"
).bindparams(bindparam("dead", type_=ARRAY(String)), suspect=SUSPECT, chance=CHANCE)


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep found."""

    dead: Sequence[str]
    """Processes whose lease ran out."""
    jobs: int
    """Jobs put back into their queues."""


class Leases:
    """The lease of this process, and the look at the others'.

    Renewing and sweeping have a thread and a connection each: a sweep that waits must not make a
    live process look dead."""

    def __init__(self, url: str, process: str, *, ttl: float = TTL) -> None:
        self._process, self._ttl = process, ttl
        self._renewing = _Thread(url, process)
        self._sweeping = _Thread(url, process)

    async def begin(self) -> None:
        """Take the lease: before the first job and the first message."""
        await self._renew()

    async def renew_for_ever(self) -> None:
        """Until cancelled. A database that is away is waited out."""
        while True:
            await asyncio.sleep(self._ttl / 4)
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
        return await self._sweeping.run(lambda connection: _sweep(connection, self._process))

    async def end(self) -> None:
        """Give the lease up, and what this process did not finish to the others, at once."""

        def end(connection: Connection) -> None:
            connection.execute(_END, {"process": self._process})
            connection.execute(_TAKE_BACK, {"dead": [self._process]})

        try:
            await self._renewing.run(end)
        except Exception:
            log.warning("the lease could not be given up, it will run out", exc_info=True)
        await self._renewing.close()
        await self._sweeping.close()

    async def _renew(self) -> None:
        values = {"process": self._process, "ttl": self._ttl}
        await self._renewing.run(lambda connection: connection.execute(_RENEW, values))


def _sweep(connection: Connection, me: str) -> Swept:
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    dead: list[str] = list(connection.execute(_BURY, {"me": me}).scalars())
    if dead:
        connection.execute(_CUT_OFF, {"dead": dead})
    orphaned: list[str] = list(connection.execute(_ORPHANED).scalars())
    jobs = connection.execute(_TAKE_BACK, {"dead": orphaned}).rowcount if orphaned else 0
    return Swept(dead, jobs)


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
