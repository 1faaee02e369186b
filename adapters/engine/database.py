"""The engine's own tables, and how it connects to them.

On PostgreSQL they live in the schema `dbos` of the same database; on SQLite in the same file under
DBOS's own names (`workflow_status`, `queues`, `notifications` ...): no table of ours may have one.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.engine.retry import GaveUp
from core.postgres import postgres_engine
from core.sqlite_file import CACHE_KIB, STATEMENTS

APPLICATION = "fluxbot"
"""The name under which DBOS files our jobs."""
WORKFLOW = "job"
"""The one workflow there is. A job's own name is in its input, so that a job whose function is gone
becomes a dead letter; DBOS leaves an unknown workflow pending for ever, and its chat behind it."""
SERIALIZER = DBOSPortableJSONSerializer()
"""JSON: the default is pickle, which another process could not read and an attacker could write."""
SQLITE_CONNECTIONS = 1
"""The store's writer competes with these for the one write lock. Measured, 1,500 jobs draining: the
store's p99 for a one-row commit is 60 to 180 ms with 1, 330 ms with 4, 430 ms with 8; jobs are
fastest with 1, since they queue for it in this process instead of polling the lock."""
BREATH = 0.001
"""Seconds between two transactions of the engine, for the store: SQLite's lock is not fair, and who
waits for it sleeps between two looks. Measured, as above: the store's p99 falls below 10 ms. Jobs
that are done share their commits (`adapters.engine.outcomes`), so it costs them little."""
POSTGRES_CONNECTIONS = 8
"""Of one process that runs jobs."""
BUSY_TIMEOUT = 30.0
"""Seconds to wait for SQLite's write lock, as the store does."""


def is_sqlite(url: str) -> bool:
    """Whether this is the mode of one process and one file."""
    return url.startswith("sqlite")


def sqlite_engine(url: str) -> Engine:
    """Connections as DBOS makes them (immediate transactions), with the durability of the store."""
    engine = create_engine(
        url,
        pool_size=SQLITE_CONNECTIONS,
        max_overflow=0,
        connect_args={
            "timeout": BUSY_TIMEOUT,
            "check_same_thread": False,
            "cached_statements": STATEMENTS,
        },
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: Any) -> None:
        connection.isolation_level = "IMMEDIATE"
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA cache_size=-{CACHE_KIB}")

    @event.listens_for(engine, "checkin")
    def breathe(_: Any, __: Any) -> None:
        time.sleep(BREATH)  # in one of DBOS's threads

    return engine


def run_engine(url: str, process: str) -> Engine:
    """The connections of a process that runs jobs."""
    if is_sqlite(url):
        return sqlite_engine(url)
    engine = postgres_engine(make_url(url), process, POSTGRES_CONNECTIONS)

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _: Any) -> None:
        connection.prepared_max = STATEMENTS

    return engine


def admin_engine(url: str, process: str) -> Engine:
    """The one connection of whoever looks at the jobs and deletes old ones."""
    if is_sqlite(url):
        return sqlite_engine(url)
    return postgres_engine(make_url(url), process, 1)


def end(engine: Engine) -> None:
    """Close the connections: at once those that nobody uses, the others when they come back.

    Nobody waits for a thread whose question was cancelled, nor for all of DBOS's. Such a one may
    hold a connection still, or make one yet, and would leave it open in a pool that is gone."""
    event.listen(engine, "checkin", _close)  # the pool that takes the place of this one has it too
    engine.dispose()


def _close(_: Any, entry: ConnectionPoolEntry) -> None:
    entry.invalidate()


def prepare(url: str) -> None:
    """Create or migrate the engine's tables. Idempotent. On SQLite the file is put in WAL mode.

    Raises SQLAlchemy's `OperationalError` when the database cannot be reached."""
    quiet()
    if is_sqlite(url):
        engine = sqlite_engine(url)
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        finally:
            engine.dispose()
    DBOS.migrate(url)


def client(url: str, engine: Engine | None = None) -> DBOSClient:
    """A client of the engine's tables: no thread, no connection before it is used."""
    return DBOSClient(
        system_database_url=url,
        system_database_engine=engine,
        serializer=SERIALIZER,
        application_name=APPLICATION,
        lazy=True,
    )


def quiet() -> None:
    """Let DBOS log warnings through the program's own logging, without what is ordinary here."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:  # else DBOS adds a console handler of its own
        logger.addHandler(logging.NullHandler())
    logger.propagate = True
    logger.setLevel(logging.WARNING)
    logger.removeFilter(_unusual)
    logger.addFilter(_unusual)


def _unusual(record: logging.LogRecord) -> bool:
    """False for a dead letter's traceback (we log one line) and for tasks that a stop cancels."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, GaveUp) and "Asyncio task cancelled" not in str(record.msg)
