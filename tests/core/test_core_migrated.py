"""A database that was in use before tasks repeat, are offered and are searched is brought up to
date with all that is in it, to the last word."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from alembic import command
from sqlalchemy import Connection, MetaData, String, Table, create_engine, select, types

from core import migrations
from core.agenda import ahead
from core.lists import Filter
from core.rights import Actor
from core.task import Draft, Offer, Ref, Status, Task
from core.work import Work
from tests.databases import Database

BEFORE = "0008"
ROWS = 5
"""Of each table."""
WHEN = datetime(2026, 1, 4, 8, 30, tzinfo=UTC)
TITLE = "Crème brûlée <b>für</b> Zoë 🍮"
NEW: Mapping[str, Mapping[str, Any]] = {
    "account": {
        "takes_tasks": True,
        "zone_asked": False,
        "quiet_from": "",
        "quiet_until": "",
        "plan_news": "",
    },
    "identity": {"preset": "normal", "timezone": ""},
    "chat": {"reaction": ""},
    "task": {
        "rule": "",
        "occurrence": "",
        "labels": "",
        "nag": None,
        "notes": 0,
        "offer": "",
        "offers": 0,
    },
}
"""What the new columns have for what was there before."""
_numbers = itertools.count(1)


def rows(connection: Connection, table: Table) -> list[Mapping[str, Any]]:
    found = connection.execute(select(table).order_by(*table.primary_key.columns))
    return [row._asdict() for row in found]


def fill(connection: Connection, tables: Sequence[Table]) -> None:
    """Some rows in each table, each of the rows before it."""
    keys: dict[str, list[Any]] = {}
    for table in tables:
        for n in range(ROWS):
            values = {each.name: _value(table, each, n, keys) for each in table.columns}
            connection.execute(table.insert().values(values | _special(table.name, n)))
        first = next(iter(table.primary_key.columns)).name
        keys[table.name] = [row[first] for row in rows(connection, table)]


def _value(table: Table, column: Any, n: int, keys: Mapping[str, list[Any]]) -> Any:
    for each in column.foreign_keys:
        other = each.column.table.name
        return keys[other][n] if other in keys else None
    match column.type:
        case types.Boolean():
            return True
        case types.DateTime():
            return WHEN if getattr(column.type, "timezone", False) else WHEN.replace(tzinfo=None)
        case String():
            return f"{next(_numbers)} {table.name} ü"[: column.type.length]
        case _:
            return next(_numbers)


def _special(table: str, n: int) -> dict[str, Any]:
    match table:
        case "account":
            return {"merged_into": None, "next_number": 100, "open_tasks": 1, "timezone": "UTC"}
        case "task":
            due = {"due_on": "2026-01-05", "due_time": "17:00", "due_zone": "UTC"}
            state = {"status": "pending", "priority": "high", "deleted_at": None, "remind": None}
            at = datetime(2026, 1, 5, 17, tzinfo=UTC)
            return {"title": f"{TITLE} {n}", "revision": 1, "due_at": at, **due, **state}
        case "concern":
            return {"open": True, "number": 7}
        case "change_task":
            return {"before": '{"status":"pending","assignee_id":null}', "revision": 1}
        case "change":
            return {"undone_at": None, "made_at": datetime(2026, 1, 5, 9, tzinfo=UTC)}
    return {}


async def test_what_was_there_is_all_there(empty_url: str) -> None:
    with migrations.locked(empty_url) as connection:
        command.upgrade(migrations.config(connection), BEFORE)
    engine = create_engine(empty_url)
    old = MetaData()
    with engine.begin() as connection:
        old.reflect(connection)
        tables = [each for each in old.sorted_tables if each.name != "alembic_version"]
        fill(connection, tables)
        before = {each.name: rows(connection, each) for each in tables}
    migrations.upgrade(empty_url)
    now = MetaData()
    with engine.connect() as connection:
        now.reflect(connection, only=[each.name for each in tables])
        for table in tables:
            after = rows(connection, now.tables[table.name])
            added = {*now.tables[table.name].columns.keys()} - {*table.columns.keys()}
            assert added == NEW.get(table.name, {}).keys()
            expected = [{**each, **NEW.get(table.name, {})} for each in before[table.name]]
            assert after == expected, table.name
    engine.dispose()
    await _lives_on(empty_url, before)


async def _lives_on(url: str, before: Mapping[str, list[Mapping[str, Any]]]) -> None:
    """It is found by its words, changed, offered, repeated, taken back."""
    database = Database(url)
    store = database.open()
    first, second = before["task"][0], before["task"][1]
    actor = Actor(first["owner_id"], "Zoë", before["identity"][0]["id"], first["chat_id"], True)
    ref = Ref(public_id=first["public_id"])

    def found(work: Work) -> Task:
        assert work.search.page(second["owner_id"], "brulee 0").tasks == ()
        assert ahead(work, actor.account, skip=0, most=5).total == 1
        [task] = work.search.page(actor.account, "creme zoe").tasks
        return task

    task = await store.mutate(found)
    assert (task.title, task.offer, task.status) == (f"{TITLE} 0", Offer.NONE, Status.PENDING)
    for act in (
        lambda work: work.tasks.undo(actor),  # what was done before
        lambda work: work.recurring.repeat(actor, ref, "FREQ=DAILY", task.due),
        lambda work: work.tasks.complete(actor, ref),
        lambda work: work.tasks.add(actor, Draft("Another", assignee=second["owner_id"])),
    ):
        await store.mutate(act)
    page = await store.query(lambda work: work.lists.page(actor.account, Filter()))
    assert {each.title for each in page.tasks} == {task.title, "Another"}
    await database.close()
