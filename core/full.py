"""A disk without room, as SQLite tells of it: the database is away for the time being."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError

from core.store import StoreAway

_PASSING = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR)
"""Nothing of the transaction was kept. The message that it was for is asked for again, as after any
other outage; set aside as a defect of ours, it would wait for the operator."""


def told(error: BaseException) -> BaseException:
    """The error as whoever waits for the commit is told of it."""
    code = getattr(error.orig, "sqlite_errorcode", 0) if isinstance(error, DBAPIError) else 0
    if code & 0xFF not in _PASSING:  # the lower byte: what kind of I/O error is above it
        return error
    away = StoreAway("the disk is full, or refuses what is written")
    away.__cause__ = error
    return away
