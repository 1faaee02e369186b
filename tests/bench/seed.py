"""A database that has grown: so many tasks, with every row that the service would have written."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from sqlalchemy import create_engine, make_url, text

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
_NUMBERED = ("account", "chat", "task")


@dataclass(frozen=True, slots=True)
class _Dialect:
    """What the databases spell otherwise."""

    hex: str
    least: str
    true: str
    at: str
    number: str


_SQLITE = _Dialect("printf('%0{1}x', {0})", "min", "1", _AT, "{}")
_POSTGRES = _Dialect(
    "lpad(to_hex({0}), {1}, '0')", "least", "true", f"TIMESTAMPTZ {_AT}", "CAST({} AS int)"
)


def seed(url: str, tasks: int) -> int:
    """Fill a new database; the number of people in it."""
    upgrade(url)
    each = EACH if tasks >= 100 * EACH else OPEN
    people = tasks // each
    values = {"tasks": tasks, "people": people, "each": each}
    if url.startswith("sqlite"):
        _fill_file(str(make_url(url).database), values)
    else:
        _fill_server(url, values)
    return people


def _fill_file(path: str, values: dict[str, int]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    for statement in _statements(_SQLITE):
        connection.execute(statement, values)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _fill_server(url: str, values: dict[str, int]) -> None:
    """With what its own vacuum would do a minute later."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in _statements(_POSTGRES):
            connection.execute(text(statement), values)
        for table in _NUMBERED:
            newest = f"(SELECT max(id) FROM {table})"  # noqa: S608  # our own
            connection.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {newest})")
            )
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))
    engine.dispose()


def _statements(dialect: _Dialect) -> list[str]:
    made = []
    for table, columns in _rows(dialect).items():
        by = _TASKS if table in {"task", "concern", "message_key"} else _PEOPLE
        into = f"{table} ({', '.join(columns)})"
        made.append(by.format(into, ", ".join(columns.values())))
    return made


def _rows(of: _Dialect) -> dict[str, dict[str, str]]:
    """For each table its columns and what stands in them."""
    public = of.hex.format("(i * 2654435761 + 12345) & 4294967295", 8)
    state = f"CASE WHEN {_IS_OPEN} THEN 'pending' ELSE 'completed' END"
    done_at = f"CASE WHEN {_IS_OPEN} THEN NULL ELSE {of.at} END"
    done_by = f"CASE WHEN {_IS_OPEN} THEN NULL ELSE {_OWNER} END"
    return {
        "account": {
            "id": "i + 1",
            "public_id": of.hex.format("i", 12),
            "name": "'Ada Lovelace'",
            "next_number": ":each + 1",
            "open_tasks": f"{of.least}(:each, {OPEN})",
            "created_at": of.at,
            "joined_at": of.at,
        },
        "chat": {
            "id": "i + 1",
            "platform": "'telegram'",
            "scope": "''",
            "chat": _USER,
            "private": of.true,
            "created_at": of.at,
        },
        "identity": {
            "account_id": "i + 1",
            "chat_id": "i + 1",
            "platform": "'telegram'",
            "scope": "''",
            "user_id": _USER,
            "handle": f"'ada' || {_USER}",
            "name": "'Ada Lovelace'",
            "linked_at": of.at,
        },
        "task": {
            "id": "i + 1",
            "public_id": public,
            "owner_id": _OWNER,
            "chat_id": _OWNER,
            "title": "'task number ' || i",
            "status": state,
            "priority": "'medium'",
            "created_at": of.at,
            "updated_at": of.at,
            "completed_at": done_at,
            "completed_by": done_by,
            "completions": of.number.format(f"(NOT ({_IS_OPEN}))"),
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
            "received_at": of.at,
            "delivered_at": of.at,
            "address": "'{}'",
        },
    }
