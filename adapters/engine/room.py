"""A disk that is full, waited out.

DBOS does again what a lock of SQLite's kept it from, and gives up at any other error of the
database: the job then stays pending, its chat behind it, until the next start. But a disk gets room
again, and what could not be written is to be written then. On PostgreSQL DBOS waits by itself.
"""

from __future__ import annotations

from dbos import _sys_db, _utils

PASSING = ("database or disk is full", "disk I/O error")
"""As SQLite words SQLITE_FULL and SQLITE_IOERR: nothing of the transaction was kept."""
_of_dbos = _utils.retriable_sqlite_exception


def wait_for_room() -> None:
    """Let DBOS try again where the disk was full, after 1 s, 2 s, and so on up to a minute."""
    vars(_sys_db)["retriable_sqlite_exception"] = passing  # DBOS has no setting for it


def passing(error: Exception) -> bool:
    """Whether the same can be done later."""
    said = str(getattr(error, "orig", None) or "")  # not the statement, which has words of people
    return _of_dbos(error) or any(each in said for each in PASSING)
