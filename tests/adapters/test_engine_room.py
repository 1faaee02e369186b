"""What the engine waits out on SQLite: a lock, and a disk without room (`faults/test_disk_full.py`
fills one)."""

from __future__ import annotations

import sqlite3

import pytest
from dbos import _sys_db
from sqlalchemy.exc import OperationalError

from adapters.engine.room import passing, wait_for_room


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ("database is locked", True),
        ("database or disk is full", True),
        ("disk I/O error", True),
        ("no such table: workflow_status", False),
    ],
)
def test_what_passes_is_waited_for(said: str, waits: bool) -> None:
    statement = "INSERT ... 'database or disk is full'"  # what people write decides nothing
    assert passing(OperationalError(statement, {}, sqlite3.OperationalError(said))) is waits


def test_dbos_asks_us(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    @_sys_db.db_retry(initial_backoff=0.01)
    def write(of: object) -> str:
        calls.append(1)
        if len(calls) < 3:
            raise OperationalError("x", {}, sqlite3.OperationalError("database or disk is full"))
        return "written"

    monkeypatch.setitem(vars(_sys_db), "retriable_sqlite_exception", lambda error: False)
    with pytest.raises(OperationalError):
        write(None)
    wait_for_room()
    assert write(None) == "written"
