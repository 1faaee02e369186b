"""What is made ready on the server once stays ready."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from psycopg.adapt import AdaptersMap
from sqlalchemy import Connection, Engine, bindparam, create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from core import postgres_pipeline, schema
from core.chats import CHAT
from core.errors import Refusal
from core.postgres import postgres_engine
from core.postgres_driver import PostgresDriver
from core.transaction import Transaction
from core.work import Work
from tests.databases import Database, postgres

__all__ = ["postgres"]  # a fixture
FOUND = select(*CHAT).where(schema.chat.c.id == bindparam("id"))
COUNTED = select(func.count()).select_from(schema.chat)
READY = text("SELECT statement, generic_plans + custom_plans AS runs FROM pg_prepared_statements")


@pytest.fixture
def engine(postgres: Database) -> Iterator[Engine]:
    engine = postgres_engine(make_url(postgres.url), "test", 1)
    yield engine
    engine.dispose()


def ready(connection: Connection) -> list[int]:
    """How often each statement that is ready was run."""
    rows = connection.execute(READY).all()
    return [row.runs for row in rows if "FROM chat" in row.statement]


def refused(connection: Connection) -> list[int]:
    """What is ready when a savepoint was taken back between two runs of one statement."""
    transaction = Transaction(connection)
    transaction.run(FOUND, {"id": 1})
    transaction.run_raw("SAVEPOINT one")
    transaction.run_raw("ROLLBACK TO SAVEPOINT one")
    transaction.run(FOUND, {"id": 1})
    return ready(connection)


def test_it_stays_when_a_savepoint_is_taken_back(engine: Engine) -> None:
    with engine.begin() as connection:
        assert refused(connection) == [2]


def test_it_stays_when_a_transaction_is_taken_back(engine: Engine) -> None:
    for _ in range(2):
        with suppress(Refusal), engine.begin() as connection:
            Transaction(connection).run(FOUND, {"id": 1})
            found = ready(connection)
            raise Refusal
    assert found == [2]


def test_the_control_psycopg_would_let_go_of_it(engine: Engine) -> None:
    with engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        PostgresDriver(driver)
        driver.prepare_threshold = 0
        driver.execute("SELECT 1 FROM chat")
        assert len(ready(connection)) == 1
        driver.execute("SAVEPOINT one")
        driver.execute("ROLLBACK TO SAVEPOINT one")
        assert ready(connection) == []


def of_many_numbers(engine: Engine) -> int:
    """How many statements are ready when one was run for numbers of two, four and eight bytes."""
    with engine.begin() as connection:
        for id in (1, 2**20, 2**40):
            Transaction(connection).run(FOUND, {"id": id})
        return len(ready(connection))


def test_one_statement_is_ready_for_numbers_of_all_lengths(engine: Engine) -> None:
    assert of_many_numbers(engine) == 1


def test_the_control_each_length_would_have_its_own(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AdaptersMap, "register_dumper", lambda *_: None)
    assert of_many_numbers(engine) == 3


def test_what_is_too_much_to_keep_is_run_all_the_same(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_pipeline, "KEPT", 2)  # BEGIN is one
    with engine.begin() as connection:
        transaction = Transaction(connection)
        for _ in range(2):
            assert transaction.run(COUNTED).scalar_one() == 0
            assert transaction.run(FOUND, {"id": 1}).all() == []
        assert ready(connection) == [2]


def upgrade(url: str) -> None:
    """A column is made another kind, as an upgrade might while this process goes on."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE chat ALTER COLUMN title TYPE text"))
    engine.dispose()


def look(work: Work) -> int:
    return len(work.run(FOUND, {"id": 1}).all())


async def test_after_an_upgrade_it_is_made_ready_anew(postgres: Database) -> None:
    store = postgres.open()
    await store.mutate(look)
    upgrade(postgres.url)
    assert [await store.mutate(look) for _ in range(2)] == [0, 0]
    assert (store.counts.replays, store.counts.failures) == (1, 0)


async def test_the_control_who_asked_would_hear_of_it(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.postgres.STALE", frozenset())
    store = postgres.open()
    await store.mutate(look)
    upgrade(postgres.url)
    with pytest.raises(DBAPIError, match="cached plan"):
        await store.mutate(look)
