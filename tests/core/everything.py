"""A row of every table for somebody, each text with their mark, whatever the tables are."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Column, Integer, String, Table, insert, select
from sqlalchemy.engine import Row

from core import schema
from core.addresses import Address
from core.audit import Deed
from core.chat import Inbound, Kind
from core.events import Announced, pack
from core.failures import KEPT
from core.inbox import ADDRESS
from core.personal import DECISIONS, Personal
from core.work import Work
from tests.core.people import Person

_numbers = itertools.count(1000)
GIVEN = ("account", "chat", "identity", "audit")
"""Tables in which somebody has rows from having written, or by the service that keeps them."""
PERSONAL = [
    each for each in schema.metadata.sorted_tables if isinstance(DECISIONS[each.name], Personal)
]


def mark(who: Person) -> str:
    return f"mark of {who.name}"


def fill(work: Work, who: Person) -> None:
    """One row in each table that has rows about people."""
    ids: dict[str, Any] = {"account": who.account, "chat": who.chat, "identity": who.identity}
    work.audit.record(Deed.LINKED, who.account, {"who": mark(who)})
    for table in PERSONAL:
        if table.name in GIVEN:
            continue
        values = {each.name: _value(work, who, table, each, ids) for each in table.c}
        if (given := table.autoincrement_column) is not None:
            del values[given.name]
        row = work.run(insert(table).values(values).returning(*table.primary_key.columns)).one()
        ids[table.name] = row[0]


def _value(
    work: Work, who: Person, table: Table, column: Column[Any], ids: Mapping[str, Any]
) -> Any:
    special = _special(work, who).get(f"{table.name}.{column.name}")
    if special is not None:
        return special
    for key in column.foreign_keys:
        return ids[key.column.table.name]
    if table.name == "slack_install":
        return work.now if isinstance(column.type, schema.UtcTime) else f"T{who.account}"
    if isinstance(column.type, Boolean):
        return True
    if isinstance(column.type, String):  # Text is one, too
        return f"{mark(who)} {next(_numbers)}"[: column.type.length]
    return next(_numbers) if isinstance(column.type, Integer) else _timed(work, column)


def _timed(work: Work, column: Column[Any]) -> Any:
    return work.now if isinstance(column.type, schema.UtcTime) else next(_numbers)


def _special(work: Work, who: Person) -> dict[str, Any]:
    address = ADDRESS.dump_json(Address("telegram", "", who.sender.user_id, private=True)).decode()
    inbound = Inbound("k", Kind.TEXT, who.sender, Address("telegram", "", "1", True), mark(who))
    kind, facts = pack(Announced("x", mark(who)))
    place = f"{who.sender.platform}:{who.sender.scope}:{who.sender.user_id}"
    return {
        "task.status": "pending",
        "task.priority": "high",
        "task.offer": "offered",
        "task.due_on": "2026-01-05",
        "task.due_time": "10:00",
        "task.due_zone": "UTC",
        "task.public_id": f"t{next(_numbers)}",
        "task.deleted_at": None,
        "concern.number": 7,
        "notice.kind": kind,
        "notice.facts": facts,
        "message_key.key": f"k{next(_numbers)}",
        "message_key.process": "",
        "message_key.address": address,
        "card.address": address,
        "prompt.address": address,
        "failed_message.inbound": KEPT.dump_json(inbound).decode(),
        "wish.inbound": KEPT.dump_json(inbound).decode(),
        "app_link.state": "done",
        "change_task.before": f'{{"title": "{mark(who)}"}}',
        "rate.name": "link.redeem",
        "rate.key": work.limits.kept_for(place),
        "pace.key": place,
        "slack_install.installed_by": who.sender.user_id,
        "link_item.row_id": who.identity,
        "hook.body": f"{mark(who)} {work.accounts.get(who.account).public_id}",
        "hook.source": "polar",
        "hook.id": f"h{next(_numbers)}",
        "hook.type": "x",
        "hook.why": "",
        "hook.outcome": "failed",
    }


def rows(work: Work, table: Table) -> list[Row[Any]]:
    return list(work.run(select(table)))


def says(row: Any, words: str) -> bool:
    return any(words in str(value) for value in row)
