"""No connection outlives the engine, whatever a thread was asking when it stopped."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool

from adapters.engine import database
from adapters.engine.dbos_engine import DbosEngine
from tests.adapters.engine_kit import postgres_server, until, url

__all__ = ["postgres_server", "url"]  # fixtures


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
