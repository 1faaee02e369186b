"""Connections to a SQLite file, with the settings that our promises stand on."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool, StaticPool

from core.search_tables import FORGET_WORDS, READ_LATE

LOCK_SECONDS = 30.0
"""How long the file is waited for, as everybody who writes to it does."""
SWITCH_TRIES, SWITCH_PAUSE = 100, 0.05
"""How often to try to make a file's journal the write-ahead one, and seconds between."""
CACHE_KIB = 512
"""What each connection keeps of the file, in KiB; SQLite's own measure is 2,000. A process has
seven connections, which fill over hours, and the kernel keeps the file's pages for all of them
anyway."""
STATEMENTS = 32
"""What a connection that only reads, or only does jobs, keeps ready; of themselves it would be 128
(SQLite's driver) or 100 (psycopg). One takes 3 to 50 KB on SQLite, and there is another one for
each number of jobs begun at a time: measured, the connection that does jobs kept 2 MB after ten
minutes, and went on."""


def sqlite_engine(url: URL) -> Engine:
    """One connection with the settings that our promises stand on."""
    engine = create_engine(
        url,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,  # an error goes to the log, and what people wrote does not
    )
    set_up(engine)
    return engine


def reading_engine(url: URL, size: int) -> Engine:
    """So many connections for those who only read: they wait for no writer. The one that was used
    last is used next, and has most of what it needs."""
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        pool_use_lifo=True,
        connect_args={"check_same_thread": False, "cached_statements": STATEMENTS},
        hide_parameters=True,
    )
    set_up(engine, begin="BEGIN")
    return engine


def set_up(engine: Engine, *, begin: str = "BEGIN IMMEDIATE") -> None:
    """Give every connection those settings, and begin its transactions with these words."""

    @event.listens_for(engine, "connect")
    def pragmas(connection: Any, _record: Any) -> None:
        # The driver would begin only at the first write, and deferred: a read that turns into a
        # write then fails at once, whatever the busy timeout.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=30000",
            "synchronous=FULL",  # an acknowledged message survives a power cut
            "foreign_keys=ON",
            "secure_delete=ON",  # what is deleted is overwritten, not only given free
            "temp_store=MEMORY",  # the journal of savepoints, two for each message: else a file
            "wal_autocheckpoint=4000",  # 16 MB: a page that is written often is copied less often
            f"cache_size=-{CACHE_KIB}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        _write_ahead(cursor)
        cursor.close()
        # SQLite's own knows the letters of ASCII only.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        # Past SQLAlchemy, which makes a context and a result of it, for each commit.
        try:
            connection.connection.cursor().execute(begin)
        except sqlite3.OperationalError as error:  # somebody has the file's lock
            raise OperationalError(begin, None, error) from error


def rewrite(path: str) -> None:
    """Write the file anew without what was deleted from it, and empty its log. Beside whoever uses
    it: they read on meanwhile, and wait to write.

    Raises `sqlite3.OperationalError` where the lock could not be had in `LOCK_SECONDS`."""
    late = closing(sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level="IMMEDIATE"))
    with late as connection, connection:  # else the words of what was blanked wait for a search
        for each in READ_LATE:
            connection.execute(each)
    with closing(sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)) as connection:
        connection.execute(FORGET_WORDS)
        connection.execute("VACUUM")
    empty_log(path)


def empty_log(path: str) -> None:
    """Bring all that was written into the file, and cut its log to nothing. Raises as `rewrite`."""
    with closing(sqlite3.connect(path, timeout=LOCK_SECONDS, isolation_level=None)) as connection:
        for _ in range(SWITCH_TRIES):
            busy, *_counts = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if not busy:  # nobody reads an older state
                return
            time.sleep(SWITCH_PAUSE)
    raise sqlite3.OperationalError("somebody reads the file all the time; its log is not emptied")


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _write_ahead(cursor: Any) -> None:
    """Switch the file to WAL, which it keeps. SQLite does not wait for its lock here, whatever the
    busy timeout: two processes that make the file at once would fail."""
    for left in reversed(range(SWITCH_TRIES)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if not left:
                raise
            time.sleep(SWITCH_PAUSE)
