"""Tables with a row for a group and a time at which something is to be done for it: whether that of
one has come, and those whose time has, which one transaction takes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, Table, bindparam, select

from core import schema

_NOW = bindparam("now", type_=schema.UtcTime)


def waiting(table: Table) -> Select[Any]:
    """A row, where the time of any has come by `now`."""
    found = select(table.c.chat_id)  # built per call: one for each table, when that is loaded
    return found.where(table.c.at <= _NOW).limit(1)


def claim(table: Table) -> Select[Any]:
    """The `most` that have waited longest, and whether the bot was sent away from there. Over
    several processes each row is claimed by one: what another holds is passed over."""
    return (
        select(table, schema.chat.c.gone)  # built per call: as above
        .join(schema.chat, schema.chat.c.id == table.c.chat_id)
        .where(table.c.at <= _NOW)
        .order_by(table.c.at, table.c.chat_id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=table)
    )
