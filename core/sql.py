"""Statements that SQLAlchemy spells differently for the two databases, built once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Executable, Select, Table
from sqlalchemy.dialects import postgresql, sqlite

LAST_INTEGER = 2**31 - 1
"""The largest number of an INTEGER column in PostgreSQL."""
LAST_ID = 2**63 - 1
"""The largest number of an id in either database."""


class Overtaken(Exception):
    """What this transaction read first is no longer so: the store runs its function again."""


@dataclass(frozen=True, slots=True)
class ByDialect:
    """One statement in the words of either database."""

    sqlite: Executable
    postgresql: Executable

    def on(self, connection: Connection) -> Executable:
        statement: Executable = getattr(self, connection.dialect.name)
        return statement


def insert_or_ignore(table: Table, key: Sequence[str], *returning: str) -> ByDialect:
    """INSERT ... ON CONFLICT (key) DO NOTHING RETURNING: a row comes back only if it is new. Where
    nothing is to be returned nobody hears whether it is."""

    def build(insert: Any) -> Executable:
        statement = insert(table).on_conflict_do_nothing(index_elements=key)
        built: Executable = statement.returning(*(table.c[each] for each in returning))
        return built if returning else statement

    return ByDialect(build(sqlite.insert), build(postgresql.insert))


def upsert(
    table: Table,
    key: Sequence[str],
    changes: Any,
    *,
    where: Any = None,
    rows: Select[Any] | None = None,
    returning: Sequence[Any] = (),
) -> ByDialect:
    """INSERT ... ON CONFLICT (key) DO UPDATE SET changes(excluded) WHERE where RETURNING. `rows`:
    of all columns, in place of given values. `returning`: names of columns, or expressions; where
    there are none, nothing comes back."""

    def build(insert: Any) -> Executable:
        statement = insert(table)
        if rows is not None:
            statement = statement.from_select([*table.c.keys()], rows)
        statement = statement.on_conflict_do_update(
            index_elements=key, set_=changes(statement.excluded), where=where
        )
        wanted = [table.c[each] if isinstance(each, str) else each for each in returning]
        built: Executable = statement.returning(*wanted) if wanted else statement
        return built

    return ByDialect(build(sqlite.insert), build(postgresql.insert))


Statement = Executable | ByDialect
