"""No connection outlives the engine, whatever a thread was asking when it stopped."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import Pool

from adapters.engine import database
from adapters.engine.dbos_engine import DbosEngine
from core.sqlite_file import STATEMENTS
from tests.adapters.engine_kit import postgres_server, until, url

__all__ = ["postgres_server", "url"]  # fixtures
with closing(sqlite3.connect(":memory:")) as _asked:
    COMPILED = {each for (each,) in _asked.execute("PRAGMA compile_options")}
OFTEN = 6
"""psycopg prepares a statement that was sent five times before."""


@contextmanager
def connections(then: Callable[[], object] = lambda: None) -> Iterator[list[Any]]:
    """The driver's own, made meanwhile; `then` in the thread that makes one."""
    made: list[Any] = []

    def note(connection: Any, _: Any) -> None:
        made.append(connection)
        then()

    event.listen(Pool, "connect", note)
    try:
        yield made
    finally:
        event.remove(Pool, "connect", note)


def are_closed(made: list[Any]) -> bool:
    return all(map(is_closed, made))


def is_closed(connection: Any) -> bool:
    if not isinstance(connection, sqlite3.Connection):
        return bool(connection.closed)
    try:
        connection.total_changes  # noqa: B018  # only a closed one refuses
    except sqlite3.ProgrammingError:
        return True
    return False


async def test_a_question_that_a_stop_overtakes_leaves_no_connection(url: str) -> None:
    """Whoever looks at the backlog is cancelled, and the thread that it asked goes on."""
    engine = DbosEngine(url=url)
    await asyncio.to_thread(engine.prepare)
    asked, stopped = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        stopped.wait(10)

    with connections(hold) as made:
        question = asyncio.create_task(engine.count_dead(1))
        assert await asyncio.to_thread(asked.wait, 10)
        question.cancel()
        await engine.stop()
        assert not are_closed(made)
        stopped.set()
        await until(lambda: are_closed(made), 3)


async def test_a_stopped_engine_keeps_no_connection_that_is_given_back_or_made_later(
    url: str,
) -> None:
    engine = database.run_engine(url, "me")
    with connections() as made:
        with engine.connect():
            database.end(engine)
            assert not are_closed(made)
        assert are_closed(made)
        with engine.connect():
            pass
        assert len(made) == 2
        assert are_closed(made)


async def test_a_pool_that_is_only_disposed_of_keeps_them(url: str) -> None:
    """The control: what `end` is there for."""
    engine = database.run_engine(url, "me")
    with connections() as made:
        with engine.connect():
            engine.dispose()
        with engine.connect():
            pass
        assert len(made) == 2
        assert not any(map(is_closed, made))
    engine.dispose()
    for each in made:
        each.close()


@contextmanager
def ended(engine: Engine) -> Iterator[None]:
    try:
        yield
    finally:
        engine.dispose()


def ready(engine: Engine) -> int:
    """How many statements a connection keeps ready after as many as there are numbers of jobs that
    may begin at a time, each of them often."""
    kept = "pg_prepared_statements" if engine.dialect.name == "postgresql" else "sqlite_stmt"
    with ended(engine), engine.connect() as connection:
        if engine.dialect.name == "sqlite" and "ENABLE_STMTVTAB" not in COMPILED:
            pytest.skip("this SQLite does not say")
        for number in range(4 * STATEMENTS):
            for _ in range(OFTEN):
                connection.exec_driver_sql(f"SELECT {number}")
        found = connection.exec_driver_sql(f"SELECT count(*) FROM {kept}").scalar_one()  # noqa: S608  # one of two words
    return int(found)


async def test_a_connection_keeps_few_statements_ready(url: str) -> None:
    engine = database.run_engine(url, "me")
    assert STATEMENTS / 2 < ready(engine) < STATEMENTS * 1.5


async def test_and_would_keep_many(url: str) -> None:
    """The control: a connection as its driver makes it."""
    engine = create_engine(url)
    assert ready(engine) > STATEMENTS * 3
