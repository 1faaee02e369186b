"""What is prepared for PostgreSQL's driver does what SQLAlchemy would have done with it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta, timezone

import pytest
from sqlalchemy import (
    Connection,
    Integer,
    Numeric,
    bindparam,
    case,
    create_engine,
    func,
    literal,
    select,
    text,
)
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.pool import NullPool

from core import schema
from core.postgres import postgres_engine
from core.prepared import prepared
from core.transaction import Transaction
from tests.core.test_core_prepared import ADD, ALL, CHAT, KEEP, LOWER, NOW, OWN, RENAME, SOME
from tests.databases import Database, postgres

__all__ = ["postgres"]  # a fixture
PG = "postgresql"
_WORD = select(bindparam("word")).where(literal("%") == "%")
_SIDE = case((schema.chat.c.chat == bindparam("which"), literal(1, Integer)), else_=literal(0))
GROUPED = select(_SIDE, func.count()).group_by(_SIDE)


@pytest.fixture
def connection(postgres: Database) -> Iterator[Connection]:
    engine = postgres_engine(make_url(postgres.url), "test", 1)
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()


def test_rows_are_those_of_sqlalchemy(connection: Connection) -> None:
    here = timezone(timedelta(hours=5))
    transaction = Transaction(connection)
    added = transaction.run(ADD, CHAT | {"created_at": NOW.astimezone(here)}).scalar_one()
    for statement, given in (
        (ALL, {"which": "1"}),
        (OWN, {"which": "1"}),
        (GROUPED, {"which": "1"}),
    ):
        assert prepared(statement, given, PG) is not None
        mine, theirs = transaction.run(statement, given), connection.execute(statement, given)
        assert mine.all() == theirs.all()
    mine, theirs = transaction.run(ALL, {"which": "1"}), connection.execute(ALL, {"which": "1"})
    assert mine.one()._asdict() == theirs.one()._asdict()
    row = transaction.run(ALL, {"which": "1"}).one()
    assert (row.id, row.created_at, row.private, row.title) == (added, NOW, True, "")
    assert transaction.run(_WORD, {"word": "50 %"}).scalar_one() == "50 %"


def test_writes_of_every_kind(connection: Connection) -> None:
    transaction = Transaction(connection)
    assert transaction.run(LOWER, CHAT | {"platform": "SLACK"}).scalar_one() > 0
    kept = transaction.run(KEEP, CHAT | {"platform": "slack", "title": "Team"}).one()
    assert kept.title == "Team"
    assert transaction.run(RENAME, {"which": "1", "to": "Other"}).all() == []
    assert transaction.run(schema.chat.insert(), CHAT | {"chat": "2"}).all() == []
    assert transaction.run(ALL, {"which": "1"}).one().title == "Other"


def test_a_list_and_a_fraction_go_the_ordinary_way(connection: Connection) -> None:
    fraction = select(literal("1.5").cast(Numeric))
    assert prepared(SOME, {"ids": [1, 2]}, PG) is None
    assert prepared(fraction, {}, PG) is None
    assert prepared(select(text("1")), {}, PG) is None  # whose columns nobody knows
    transaction = Transaction(connection)
    assert transaction.run(SOME, {"ids": [1, 2]}).all() == []
    assert float(transaction.run(fraction).scalar_one()) == 1.5


def test_what_the_driver_refuses_is_raised_as_sqlalchemy_raises_it(connection: Connection) -> None:
    transaction = Transaction(connection)
    transaction.run(ADD, CHAT)
    transaction.run_raw("SAVEPOINT one")
    with pytest.raises(IntegrityError) as refused:
        transaction.run(ADD, CHAT)
    assert getattr(refused.value.orig, "sqlstate", "") == "23505"
    assert "telegram" not in str(refused.value).replace("(telegram, , 1)", "")  # no value of ours
    assert not refused.value.connection_invalidated
    transaction.run_raw("SAVEPOINT two")
    with pytest.raises(DBAPIError):
        transaction.flush()  # refused until it is taken back
    transaction.run_raw("ROLLBACK TO SAVEPOINT one")
    assert len(transaction.run(ALL, {"which": "1"}).all()) == 1


def cut_off(url: str, *, raw: bool = False) -> DBAPIError:
    """What is raised by a transaction whose connection is cut; the next one finds another."""
    engine = postgres_engine(make_url(url), "test", 1)

    def goes_on() -> None:
        with engine.begin() as connection:
            transaction = Transaction(connection)
            _cut(url, transaction.run(select(func.pg_backend_pid())).scalar_one())
            transaction.run_raw("SAVEPOINT one") if raw else transaction.run(ADD, CHAT)

    with pytest.raises(DBAPIError) as cut:
        goes_on()
    with engine.begin() as connection:
        assert Transaction(connection).run(ALL, {"which": "1"}).all() == []
    engine.dispose()
    return cut.value


@pytest.mark.parametrize("raw", [True, False])
def test_a_connection_that_is_cut_is_known_to_be(raw: bool, postgres: Database) -> None:
    assert cut_off(postgres.url, raw=raw).connection_invalidated


def test_the_control_it_would_be_taken_for_a_mistake_of_the_statement(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PGDialect_psycopg, "is_disconnect", lambda *_: False)
    assert not cut_off(postgres.url).connection_invalidated


def test_the_control_a_fraction_would_not_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in ("Numeric", "Float"):
        monkeypatch.setattr(f"core.prepared.{kind}", Integer)
    with pytest.raises(TypeError):
        prepared(select(literal("2.5").cast(Numeric)), {}, PG)


def _cut(url: str, process: int) -> None:
    admin = create_engine(url, poolclass=NullPool)
    with admin.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": process})
    admin.dispose()
