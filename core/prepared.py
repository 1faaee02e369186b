"""Statements made ready once and run on the database's own driver.

For each call SQLAlchemy makes a context, a cursor result and their events: 25 us, and a message is
a dozen statements of which SQLite needs 2 to 8 us each. What SQLAlchemy knows of a statement
(its text, the order and types of its values, the columns that come back) is the same at every call,
so it is asked once. Measured on SQLite: a transaction that adds a task, 630 -> 300 us; that notes
its answer as delivered, 130 -> 40 us; on PostgreSQL a statement, 57 -> 30 us of this process.
Whatever is unusual goes the ordinary way (`core.transaction.Transaction`).
"""

from __future__ import annotations

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Dialect, Executable, Float, Numeric
from sqlalchemy.dialects.postgresql import psycopg
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from core.rows import Rows
from core.schema import UtcTime

KEPT = 1000
"""Statements kept ready; ours are constants and far fewer, so that more are somebody's mistake."""

# One row of given values, and nothing that may keep it from being a new one.
_NEW_ROW = re.compile(r'(INSERT INTO \w+ \([\w", ]+\) VALUES \([?, ]+\)) RETURNING (\w+)')

Processes = tuple[tuple[int, Callable[[Any], Any]], ...]
"""For some places of a row, what makes a value the database's, or ours."""
_dialects: Mapping[str, Dialect] = {
    "sqlite": pysqlite.dialect(),
    "postgresql": psycopg.dialect(paramstyle="numeric_dollar"),  # type: ignore[no-untyped-call]  # it has no types
}
_known: dict[tuple[str, Executable, tuple[str, ...]], Prepared | None] = {}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement in the words of one database."""

    sql: str
    names: tuple[str, ...]
    """Of the values, place by place."""
    defaults: Mapping[str, Any]
    """The values of names that are not given."""
    binds: Processes
    """The values that are not yet the database's."""
    row: Callable[[Iterable[Any]], Any] | None
    """A row with the names of its columns; None where nothing is asked for."""
    results: Processes
    """The columns that are not yet ours."""
    numbers: bool
    """Whether all that comes back is the id of the new row. The driver has that by itself, and what
    RETURNING gives SQLite puts into a table made for it: that doubles what a short INSERT costs."""

    def run(self, driver: Any, given: Mapping[str, Any], *, heard: bool = True) -> Rows:
        """Run it. `driver`: SQLite's connection, or ours to PostgreSQL. Raises what it raises; on
        SQLite nothing has changed then. `heard`: whether anybody asks for its rows."""
        known = {**self.defaults, **given} if self.defaults else given
        values = [*map(known.__getitem__, self.names)]
        for place, process in self.binds:
            values[place] = process(values[place])
        cursor = driver.execute(self.sql, values)
        if self.row is None or not heard:
            return Rows([])
        rows: list[Any] = [(cursor.lastrowid,)] if self.numbers else cursor.fetchall()
        if self.results and rows:
            rows = [[*row] for row in rows]
            for row in rows:
                for place, process in self.results:
                    row[place] = process(row[place])
        return Rows([*map(self.row, rows)])


def prepared(statement: Executable, given: Mapping[str, Any], dialect: str) -> Prepared | None:
    """The statement made ready for values of these names; None where SQLAlchemy must run it."""
    key = (dialect, statement, tuple(given))
    try:
        return _known[key]
    except KeyError:
        if len(_known) >= KEPT:
            _known.clear()
        ready = _known[key] = _prepare(statement, given, _dialects[dialect])
        return ready


def _prepare(statement: Any, given: Mapping[str, Any], dialect: Dialect) -> Prepared | None:
    compiled = statement.compile(dialect=dialect, column_keys=list(given))
    columns = list(statement.exported_columns) if hasattr(statement, "exported_columns") else []
    unknown = statement.is_select and not columns
    if not isinstance(compiled, SQLCompiler) or unknown or not _plain(compiled, given, columns):
        return None
    spelled = compiled.construct_expanded_state(dict.fromkeys(given), escape_names=False)
    names = tuple(spelled.positiontup or ())
    types = {name: each.type for name, each in compiled.binds.items()}
    for name, parts in spelled.parameter_expansion.items():
        types |= dict.fromkeys(parts, types[name])
    sql, numbers = _unreturned(statement, spelled.statement)
    return Prepared(
        sql,
        names,
        {each: spelled.parameters[each] for each in names if each not in given},
        _processes([_bind(types[each], dialect) for each in names]),
        _row([each.key for each in columns]) if columns else None,
        _processes([_result(each.type, dialect) for each in columns]),
        numbers,
    )


def _unreturned(statement: Any, sql: str) -> tuple[str, bool]:
    """The statement's words without its RETURNING, where that gives the new row's number alone;
    and whether it does: for SQLite, whose values stand as question marks."""
    found = _NEW_ROW.fullmatch(sql)
    column = statement.table.autoincrement_column if found else None
    if found and column is not None and column.name == found[2]:
        return found[1], True
    return sql, False


def _processes(found: Iterable[Callable[[Any], Any] | None]) -> Processes:
    return tuple((place, process) for place, process in enumerate(found) if process is not None)


def _plain(compiled: SQLCompiler, given: Mapping[str, Any], columns: list[Any]) -> bool:
    """Not of text, nothing left out, nothing that is only known when it runs (a list in IN that is
    given, a value that SQLAlchemy makes, which kind of fraction comes back). A list of the
    statement's own is spelled out."""
    made = [*compiled.insert_prefetch, *compiled.update_prefetch]
    missing = [name for name, each in compiled.binds.items() if each.required and name not in given]
    lists = [each for each in compiled.post_compile_params if each.required or each.key in given]
    late = lists or compiled.literal_execute_params
    odd = any(isinstance(each.type, Numeric | Float) for each in columns)
    return not (compiled.isplaintext or made or missing or late or odd)


def _row(columns: list[str]) -> Callable[[Iterable[Any]], Any]:
    """What SQLAlchemy names itself (a column that is computed) has no name to ask for."""
    kind: Any = namedtuple("Row", columns, rename=True)  # type: ignore[misc]  # known only now
    return partial(tuple.__new__, kind)  # as its `_make`, which counts the columns once more


@lru_cache(16)
def _instant(value: datetime | None) -> str | None:
    """In SQLAlchemy's words; a transaction writes its one instant into many places."""
    return None if value is None else value.astimezone(UTC).isoformat(" ", "microseconds")[:26]


@lru_cache(1024)
def _read_instant(kept: str | None) -> datetime | None:
    """Most are of the same few people: since when they are here, and known by their names."""
    return None if kept is None else datetime.fromisoformat(kept).replace(tzinfo=UTC)


def _bind(type_: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(type_, UtcTime) and dialect.name == "sqlite":
        return _instant
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _result(type_: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(type_, UtcTime) and dialect.name == "sqlite":
        return _read_instant
    return type_.dialect_impl(dialect).result_processor(dialect, None)
