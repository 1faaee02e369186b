"""Transactions on PostgreSQL: a small pool of threads, a connection and a commit each."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
from typing import Any, TypeVar

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from core.lanes import Lanes
from core.postgres_driver import PostgresConnection
from core.postgres_pipeline import STALE
from core.sql import Overtaken
from core.store import Counts, Function, Store, StoreAway, Tools

T = TypeVar("T")

ATTEMPTS = 5
"""On PostgreSQL, of a function that lost a deadlock or a serialization race."""
OUTAGE_SECONDS = 2.0
"""On PostgreSQL, how long a function waits for a server that restarts. Then it fails, so that the
platform hears no within its 3 s and sends again."""
THREADS = 8
"""Connections of one process to PostgreSQL for transactions."""
CONNECT_SECONDS = 2
"""PostgreSQL's own timeouts count from 2."""


SESSION = "-c statement_timeout=30000 -c idle_in_transaction_session_timeout=15000"
"""Milliseconds. A process that freezes inside a transaction does not keep its locks for ever."""
GONE = {
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
"""Seconds, and milliseconds. A server whose machine vanished is given up by then; left alone, Linux
would go on for a quarter of an hour, and be slow to notice when it is back."""


def postgres_engine(
    url: URL,
    process: str,
    size: int,
    session: str = SESSION,
    *,
    pre_ping: bool = True,
    **options: Any,
) -> Engine:
    """A pool of `size` connections that the server shows under the process's name. The one that was
    used last is used next, and has most statements prepared. `pre_ping`: each is asked before each
    use whether it is there still, a way to the server and back; whoever begins anew when it is not
    need not ask."""
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=size,
        max_overflow=0,
        pool_use_lifo=True,
        pool_pre_ping=pre_ping,
        hide_parameters=True,
        connect_args={
            "application_name": process,
            "connect_timeout": CONNECT_SECONDS,
            "options": session,
            **GONE,
        },
        **options,
    )
    event.listen(engine, "do_connect", _connect)
    return engine


def _connect(
    _dialect: object, _record: object, args: Sequence[Any], options: Mapping[str, Any]
) -> PostgresConnection:
    return PostgresConnection.connect(*args, **options)


async def shut_down(threads: ThreadPoolExecutor) -> None:
    """End a pool of threads when its work is done. By a thread of its own: the loop's executor
    belongs to others and may be gone by now."""
    ended: Future[None] = Future()

    def end() -> None:
        threads.shutdown()
        ended.set_result(None)

    threading.Thread(target=end, daemon=True).start()
    await asyncio.wrap_future(ended)


class PostgresStore:
    """A pool of threads with a connection each; one commit a function."""

    shared = True

    def __init__(self, url: URL, tools: Tools) -> None:
        self.url = url
        self.counts = Counts()
        self._tools = tools
        self._engine = postgres_engine(url, tools.process, THREADS, pre_ping=False)
        self._threads = Lanes(THREADS, "store")
        self._submit = self._threads.submit

    async def mutate(self, function: Function[T]) -> T:
        # Under no name: what is raised would have its future by this frame, and the future has it.
        return await asyncio.wrap_future(self._submit(self._transact, function))

    async def query(self, function: Function[T]) -> T:
        return await self.mutate(function)

    def behind(self) -> Store:
        """With the same threads and connections."""
        other = copy(self)
        other._submit = self._threads.submit_behind
        return other

    async def scrub(self, *, whole: bool) -> None:
        """See `Store.scrub`: the server takes up again the room of what was deleted, by itself."""

    async def close(self) -> None:
        await shut_down(self._threads)
        self._engine.dispose()

    def _transact(self, function: Function[T]) -> T:
        patience = _Patience()
        while True:
            try:
                with self._engine.begin() as connection:
                    result = self._tools.run(connection, function)
                self.counts.commits += 1
                self.counts.functions += 1
                return result
            except (DBAPIError, Overtaken) as error:
                wait = patience.wait_after(error)
                if wait is None:
                    self.counts.failures += 1
                    if _is_outage(error):
                        raise StoreAway from error
                    raise
                self.counts.replays += 1
                time.sleep(wait)


class _Patience:
    """How one function's failures are met: run again after a wait, or given up."""

    def __init__(self) -> None:
        self._attempts = 0
        self._away = False
        self._until = time.monotonic() + OUTAGE_SECONDS

    def wait_after(self, error: DBAPIError | Overtaken) -> float | None:
        """Seconds until the next attempt; None when there is none."""
        if _is_outage(error):
            # The commit may have happened all the same: the message key says so to the next run.
            # The first time it may be the connection alone, cut off while it lay idle.
            wait, self._away = (0.1 if self._away else 0.0), True
            return wait if time.monotonic() < self._until else None
        self._attempts += 1
        if self._attempts == ATTEMPTS or not _lost_a_race(error):
            return None
        return random.uniform(0, 0.02 * 2**self._attempts)  # noqa: S311  # jitter, no secret


def _is_outage(error: DBAPIError | Overtaken) -> bool:
    """The server is not there, or has just cut us off."""
    if isinstance(error, Overtaken):
        return False
    state = getattr(error.orig, "sqlstate", None)
    # 08: connection exception; 57P01 to 03: shut down by an administrator or a crash, or starting.
    cut_off = isinstance(state, str) and state.startswith(("08", "57P0"))
    unreachable = isinstance(error, OperationalError) and state is None
    return error.connection_invalidated or cut_off or unreachable


def _lost_a_race(error: DBAPIError | Overtaken) -> bool:
    """To a deadlock, a serialization failure, an upgrade of the tables, or somebody who made the
    same new row."""
    if isinstance(error, Overtaken | IntegrityError):
        return True
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01", *STALE}
