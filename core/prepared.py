"""Statements made ready once and run on SQLite's own driver.

For each call SQLAlchemy makes a context, a cursor result and their events: 25 us, and a message is
some fifteen statements of which SQLite needs 2 to 8 us each. What SQLAlchemy knows of a statement
(its text, the order and types of its values, the columns that come back) is the same at every call,
so it is asked once. Measured: a transaction that adds a task, 630 -> 300 us; that notes its answer
as delivered, 130 -> 40 us. Whatever is unusual goes the ordinary way (`core.sql.Transaction`).
"""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from core.rows import Rows

KEPT = 1000
"""Statements kept ready; ours are constants and far fewer, so that more are somebody's mistake."""

Process = Callable[[Any], Any] | None
_dialect = pysqlite.dialect()
_known: dict[tuple[Executable, tuple[str, ...]], Prepared | None] = {}


@dataclass(frozen=True, slots=True)
class Prepared:
    """A statement in SQLite's words."""

    sql: str
    values: tuple[tuple[str, Any, Process], ...]
    """For each place: a name, the value where none is given, and what makes it one of SQLite's."""
    row: Callable[[Iterable[Any]], Any]
    """A row with the names of its columns."""
    processes: tuple[tuple[int, Callable[[Any], Any]], ...]
    """The columns whose values are not what SQLite gives."""

    def run(self, driver: sqlite3.Connection, given: Mapping[str, Any]) -> Rows:
        """Raises `sqlite3.Error`; then nothing has changed."""
        values = [
            process(given.get(name, default)) if process else given.get(name, default)
            for name, default, process in self.values
        ]
        rows = driver.execute(self.sql, values).fetchall()
        if self.processes:
            rows = [self._processed(row) for row in rows]
        return Rows([self.row(each) for each in rows])

    def _processed(self, row: tuple[Any, ...]) -> list[Any]:
        values = list(row)
        for place, process in self.processes:
            values[place] = process(values[place])
        return values


def prepared(statement: Executable, given: Mapping[str, Any]) -> Prepared | None:
    """The statement made ready for values of these names; None where SQLAlchemy must run it."""
    key = (statement, tuple(given))
    if key not in _known:
        if len(_known) >= KEPT:
            _known.clear()
        _known[key] = _prepare(statement, given)
    return _known[key]


def _prepare(statement: Any, given: Mapping[str, Any]) -> Prepared | None:
    compiled = statement.compile(dialect=_dialect, column_keys=list(given))
    if not isinstance(compiled, SQLCompiler) or not _plain(compiled, given):
        return None
    names = compiled.positiontup or ()
    columns = list(statement.exported_columns) if hasattr(statement, "exported_columns") else []
    results = ((place, _result(each.type)) for place, each in enumerate(columns))
    return Prepared(
        str(compiled),
        tuple((each, compiled.params[each], _bind(compiled.binds[each].type)) for each in names),
        _row([each.key for each in columns]),
        tuple((place, process) for place, process in results if process is not None),
    )


def _plain(compiled: SQLCompiler, given: Mapping[str, Any]) -> bool:
    """Not of text, nothing left out, nothing that is only known when it runs (a list in IN, a
    value that SQLAlchemy makes)."""
    made = [*compiled.insert_prefetch, *compiled.update_prefetch]
    missing = [name for name, each in compiled.binds.items() if each.required and name not in given]
    late = compiled.post_compile_params or compiled.literal_execute_params
    return not (compiled.isplaintext or made or missing or late)


def _row(columns: list[str]) -> Callable[[Iterable[Any]], Any]:
    """What SQLAlchemy names itself (a column that is computed) has no name to ask for."""
    kind: Any = namedtuple("Row", columns, rename=True)  # type: ignore[misc]  # known only now
    made: Callable[[Iterable[Any]], Any] = kind._make
    return made


def _bind(type_: TypeEngine[Any]) -> Process:
    return type_.dialect_impl(_dialect).bind_processor(_dialect)


def _result(type_: TypeEngine[Any]) -> Process:
    return type_.dialect_impl(_dialect).result_processor(_dialect, None)
