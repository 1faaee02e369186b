"""A database that has grown: so many tasks, with every row that the service would have written."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from core.migrations import upgrade
from tests.bench.payloads import FIRST_USER

EACH = 1000
"""Tasks of a person in the large database: 1,000 people in a million. The last 10 are open, in
every database, so that the same page is drawn."""
OPEN = 10
_AT = "'2026-01-01 00:00:00.000000'"
_PEOPLE = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :people)
INSERT INTO {} SELECT {} FROM n
"""
_TASKS = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :tasks)
INSERT INTO {} SELECT {} FROM n
"""
_USER = f"CAST({FIRST_USER} + i AS TEXT)"
# Written in turn, as people write: the tasks of one lie far apart. Ids in no order, as drawn.
_OWNER, _NUMBER = "i % :people + 1", "i / :people + 1"
_IS_OPEN = f"i / :people >= :each - {OPEN}"


def seed(database: Path, tasks: int) -> int:
    """Fill a new database; the number of people in it."""
    upgrade(f"sqlite:///{database}")
    each = EACH if tasks >= 100 * EACH else OPEN
    people = tasks // each
    values = {"tasks": tasks, "people": people, "each": each}
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    for table, columns in _rows().items():
        by = _TASKS if table in {"task", "concern", "message_key"} else _PEOPLE
        into = f"{table} ({', '.join(columns)})"
        connection.execute(by.format(into, ", ".join(columns.values())), values)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return people


def _rows() -> dict[str, dict[str, str]]:
    """For each table its columns and what stands in them."""
    public = "printf('%08x', (i * 2654435761 + 12345) & 4294967295)"
    state = f"CASE WHEN {_IS_OPEN} THEN 'pending' ELSE 'completed' END"
    done_at = f"CASE WHEN {_IS_OPEN} THEN NULL ELSE {_AT} END"
    done_by = f"CASE WHEN {_IS_OPEN} THEN NULL ELSE {_OWNER} END"
    return {
        "account": {
            "id": "i + 1",
            "public_id": "printf('%012x', i)",
            "name": "'Ada Lovelace'",
            "next_number": ":each + 1",
            "open_tasks": f"min(:each, {OPEN})",
            "created_at": _AT,
            "joined_at": _AT,
        },
        "chat": {
            "id": "i + 1",
            "platform": "'telegram'",
            "scope": "''",
            "chat": _USER,
            "private": "1",
            "created_at": _AT,
        },
        "identity": {
            "account_id": "i + 1",
            "chat_id": "i + 1",
            "platform": "'telegram'",
            "scope": "''",
            "user_id": _USER,
            "handle": f"'ada' || {_USER}",
            "name": "'Ada Lovelace'",
            "linked_at": _AT,
        },
        "task": {
            "id": "i + 1",
            "public_id": public,
            "owner_id": _OWNER,
            "chat_id": _OWNER,
            "title": "'task number ' || i",
            "status": state,
            "priority": "'medium'",
            "created_at": _AT,
            "updated_at": _AT,
            "completed_at": done_at,
            "completed_by": done_by,
            "completions": f"NOT ({_IS_OPEN})",
        },
        "concern": {
            "account_id": _OWNER,
            "number": _NUMBER,
            "task_id": "i + 1",
            "open": _IS_OPEN,
        },
        "message_key": {
            "key": "'seed:' || i",
            "chat_id": _OWNER,
            "received_at": _AT,
            "delivered_at": _AT,
            "address": "'{}'",
        },
    }
