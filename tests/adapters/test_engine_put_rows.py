"""What a put leaves in its transaction: two rows or none, the time, and nothing open."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from adapters.engine.dbos_engine import DbosEngine
from tests.adapters.engine_kit import Store, postgres_server, rolled_back, store, tell, url

__all__ = ["postgres_server", "store", "url"]  # fixtures


@pytest.fixture
def engine(url: str) -> DbosEngine:
    """One that runs nothing."""
    made = DbosEngine(url=url)
    made.prepare()
    return made


@pytest.fixture
def schema(url: str) -> str:
    return "" if "sqlite" in url else "dbos."


@contextmanager
def without_inputs(connection: Connection, schema: str) -> Iterator[None]:
    """The second table that a put writes into is not to be found."""
    connection.execute(text(f"ALTER TABLE {schema}workflow_input RENAME TO away"))
    yield
    connection.execute(text(f"ALTER TABLE {schema}away RENAME TO workflow_input"))


def put_so_far(connection: Connection, schema: str) -> list[str]:
    """The ids of the jobs that are there."""
    found = text(f"SELECT workflow_uuid FROM {schema}workflow_status ORDER BY 1")  # noqa: S608  # our own
    return list(connection.execute(found).scalars())


def is_open(connection: Connection) -> bool:
    """Whether a savepoint of a put is open still. On PostgreSQL the last that can be asked."""
    try:
        connection.exec_driver_sql("RELEASE SAVEPOINT put_job")
    except DBAPIError:
        return False
    return True


def test_where_the_second_row_fails_the_first_is_not_there(
    engine: DbosEngine, store: Store, schema: str
) -> None:
    """Whoever put it is told why, and goes on."""
    with rolled_back(store) as connection:
        with without_inputs(connection, schema), pytest.raises(DBAPIError, match="workflow_input"):
            engine.put(connection, tell(1, 1))
        assert put_so_far(connection, schema) == []
        engine.put(connection, tell(1, 2))
        assert put_so_far(connection, schema) == ["1:2"]


@pytest.mark.parametrize("fails", [False, True])
def test_no_savepoint_stays_open(
    engine: DbosEngine, store: Store, schema: str, fails: bool
) -> None:
    """They would pile up, one for each job."""
    with rolled_back(store) as connection:
        if fails:
            with without_inputs(connection, schema), pytest.raises(DBAPIError):
                engine.put(connection, tell(1, 1))
        else:
            engine.put(connection, tell(1, 1))
        assert not is_open(connection)


def test_it_is_known_since_when_a_job_waits(engine: DbosEngine, store: Store, schema: str) -> None:
    """In milliseconds since 1970-01-01 UTC; on PostgreSQL by its clock, and rounded."""
    before = time.time() * 1000 - 1
    with store.begin() as connection:
        engine.put(connection, tell(1, 1))
        times = f"SELECT created_at, updated_at FROM {schema}workflow_status"  # noqa: S608  # our own
        (found,) = connection.execute(text(times)).all()
    assert all(before <= each <= time.time() * 1000 + 1 for each in found)
