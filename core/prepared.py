"""Statements made ready once and run on SQLite's own driver.

For each call SQLAlchemy makes a context, a cursor result and their events: 25 us, and a message is
some fifteen statements of which SQLite needs 2 to 8 us each. What SQLAlchemy knows of a statement
(its text, the order and types of its values, the columns that come back) is the same at every call,
so it is asked once. Measured: a transaction that adds a task, 630 -> 300 us; that notes its answer
as delivered, 130 -> 40 us. Whatever is unusual goes the ordinary way (`core.sql.Transaction`).
"""

from __future__ import annotations

import re
import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import Executable
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
"""For some places of a row, what makes a value SQLite's, or ours."""
_dialect = pysqlite.dialect()
_known: dict[tuple[Executable, tuple[str, ...]], Prepared | None] = {}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement in SQLite's words."""

    sql: str
    names: tuple[str, ...]
    """Of the values, place by place."""
    defaults: Mapping[str, Any]
    """The values of names that are not given."""
    binds: Processes
    """The values that are not yet SQLite's."""
    row: Callable[[Iterable[Any]], Any]
    """A row with the names of its columns."""
    results: Processes
    """The columns that are not yet ours."""
    numbers: bool
    """Whether all that comes back is the id of the new row. The driver has that by itself, and what
    RETURNING gives SQLite puts into a table made for it: that doubles what a short INSERT costs."""

    def run(self, driver: sqlite3.Connection, given: Mapping[str, Any]) -> Rows:
        """Raises `sqlite3.Error`; then nothing has changed."""
        known = {**self.defaults, **given} if self.defaults else given
        values = [*map(known.__getitem__, self.names)]
        for place, process in self.binds:
            values[place] = process(values[place])
        cursor = driver.execute(self.sql, values)
        rows: list[Any] = [(cursor.lastrowid,)] if self.numbers else cursor.fetchall()
        if self.results and rows:
            rows = [[*row] for row in rows]
            for row in rows:
                for place, process in self.results:
                    row[place] = process(row[place])
        return Rows([*map(self.row, rows)])


def prepared(statement: Executable, given: Mapping[str, Any]) -> Prepared | None:
    """The statement made ready for values of these names; None where SQLAlchemy must run it."""
    key = (statement, tuple(given))
    try:
        return _known[key]
    except KeyError:
        if len(_known) >= KEPT:
            _known.clear()
        ready = _known[key] = _prepare(statement, given)
        return ready


def _prepare(statement: Any, given: Mapping[str, Any]) -> Prepared | None:
    compiled = statement.compile(dialect=_dialect, column_keys=list(given))
    if not isinstance(compiled, SQLCompiler) or not _plain(compiled, given):
        return None
    spelled = compiled.construct_expanded_state(dict.fromkeys(given), escape_names=False)
    names = tuple(spelled.positiontup or ())
    types = {name: each.type for name, each in compiled.binds.items()}
    for name, parts in spelled.parameter_expansion.items():
        types |= dict.fromkeys(parts, types[name])
    columns = list(statement.exported_columns) if hasattr(statement, "exported_columns") else []
    sql, numbers = _unreturned(statement, spelled.statement)
    return Prepared(
        sql,
        names,
        {each: spelled.parameters[each] for each in names if each not in given},
        _processes([_bind(types[each]) for each in names]),
        _row([each.key for each in columns]),
        _processes([_result(each.type) for each in columns]),
        numbers,
    )


def _unreturned(statement: Any, sql: str) -> tuple[str, bool]:
    """The statement's words without its RETURNING, where that gives the new row's number alone;
    and whether it does."""
    found = _NEW_ROW.fullmatch(sql)
    column = statement.table.autoincrement_column if found else None
    if found and column is not None and column.name == found[2]:
        return found[1], True
    return sql, False


def _processes(found: Iterable[Callable[[Any], Any] | None]) -> Processes:
    return tuple((place, process) for place, process in enumerate(found) if process is not None)


def _plain(compiled: SQLCompiler, given: Mapping[str, Any]) -> bool:
    """Not of text, nothing left out, nothing that is only known when it runs (a list in IN that is
    given, a value that SQLAlchemy makes). A list of the statement's own is spelled out."""
    made = [*compiled.insert_prefetch, *compiled.update_prefetch]
    missing = [name for name, each in compiled.binds.items() if each.required and name not in given]
    lists = [each for each in compiled.post_compile_params if each.required or each.key in given]
    late = lists or compiled.literal_execute_params
    return not (compiled.isplaintext or made or missing or late)


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


def _bind(type_: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    if isinstance(type_, UtcTime):
        return _instant
    return type_.dialect_impl(_dialect).bind_processor(_dialect)


def _result(type_: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    if isinstance(type_, UtcTime):
        return _read_instant
    return type_.dialect_impl(_dialect).result_processor(_dialect, None)
