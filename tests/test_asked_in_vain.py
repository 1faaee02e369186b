"""What nobody reads, nobody asks for. On PostgreSQL each answer is a way to the server and back,
for which the transaction waits; on SQLite what RETURNING gives is put into a table made for it."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, select

from core import chats, schema
from core.sql import ByDialect

ROOT = Path(__file__).parents[1]


def let_go(source: str) -> Iterator[tuple[int, ast.expr]]:
    """Where a statement is run and its rows are let go, and what is run: `run(STATEMENT, ...)`."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Expr(
                value=ast.Call(
                    func=ast.Attribute(attr="run"), args=[ast.Name() | ast.Attribute() as ran, *_]
                )
            ):
                yield node.lineno, ran


def asks(statement: object) -> bool:
    """Whether it gives rows."""
    chosen = statement.postgresql if isinstance(statement, ByDialect) else statement
    gives = isinstance(chosen, Executable) and getattr(chosen, "_returning", ())
    return bool(gives) or getattr(chosen, "is_select", False)


def in_vain(source: str, names: Mapping[str, Any]) -> list[str]:
    """What is asked and not heard. A statement that is only known when it runs is passed over."""
    found = []
    for line, ran in let_go(source):
        expression = ast.unparse(ran)
        try:
            statement = eval(expression, dict(names))  # noqa: S307  # of our own sources
        except (NameError, AttributeError):
            continue
        if asks(statement):
            found.append(f"line {line}: {expression}")
    return found


def test_what_nobody_reads_nobody_asks_for() -> None:
    found = []
    for file in (*ROOT.glob("core/*.py"), *ROOT.glob("bot/[!_]*.py"), *ROOT.glob("bot/*/*.py")):
        name = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        names = vars(importlib.import_module(name))
        found += [f"{name}, {each}" for each in in_vain(file.read_text(), names)]
    assert found == []


def test_the_control_it_is_noticed() -> None:
    names = {
        "ASK": select(schema.task.c.id),
        "ADD": chats._NEW_CHAT,
        "TELL": schema.task.delete(),
        "MAKE": schema.task.insert().returning(schema.task.c.id),
    }
    lines = "work.run(ASK)\nwork.run(ADD, {})\nwork.run(TELL)\nwork.run(MAKE)\nx = work.run(ASK)\n"
    assert in_vain(lines, names) == ["line 1: ASK", "line 2: ADD", "line 4: MAKE"]
