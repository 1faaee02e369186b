"""Connections to a SQLite file, with the settings that our promises stand on."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import StaticPool

SWITCH_TRIES, SWITCH_PAUSE = 100, 0.05
"""How often to try to make a file's journal the write-ahead one, and seconds between."""


def sqlite_engine(url: URL) -> Engine:
    """One connection with the settings that our promises stand on."""
    engine = create_engine(url, poolclass=StaticPool, connect_args={"check_same_thread": False})
    set_up(engine)
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
        ):
            cursor.execute(f"PRAGMA {pragma}")
        _write_ahead(cursor)
        cursor.close()
        # SQLite's own knows the letters of ASCII only.
        connection.create_function("lower", 1, _lower, deterministic=True)

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)


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
