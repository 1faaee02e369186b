"""What is written goes along with what is asked: few ways to the server and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import Connection, Engine, String, bindparam, func, insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, IntegrityError, InternalError

from core import postgres_driver, postgres_pipeline, schema
from core.postgres import postgres_engine
from core.postgres_driver import PostgresConnection, PostgresDriver
from core.transaction import Transaction
from core.work import Work
from tests.core.people import person
from tests.databases import Database, postgres

__all__ = ["postgres"]  # a fixture
ADD = insert(schema.rate)
"""Gives nothing back."""
COUNTED = select(func.count()).select_from(schema.rate)
KEYS = select(schema.rate.c.key).order_by(schema.rate.c.key)
LEFT = update(schema.rate).where(schema.rate.c.key == bindparam("which")).values(used=7)
LONG = select(func.length(bindparam("word", type_=String)))
BACK = select(bindparam("word", type_=String))


def rate(key: str) -> dict[str, object]:
    return {"name": "n", "key": key, "used": 1, "since": datetime(2026, 3, 1, tzinfo=UTC)}


@pytest.fixture
def engine(postgres: Database) -> Iterator[Engine]:
    engine = postgres_engine(make_url(postgres.url), "test", 1, pre_ping=False)
    yield engine
    engine.dispose()


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many statements went each time that something was sent."""
    sent: list[int] = []
    own = PostgresDriver._sent

    def heard(driver: PostgresDriver) -> object:
        sent.append(len(driver._waiting))
        return own(driver)

    monkeypatch.setattr(PostgresDriver, "_sent", heard)
    return sent


def kept(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return [*Transaction(connection).run(KEYS).scalars()]


def test_it_goes_along_with_what_is_asked_next(engine: Engine, ways: list[int]) -> None:
    with engine.begin() as connection:
        transaction = Transaction(connection)
        transaction.run_raw("SAVEPOINT one")
        transaction.run(ADD, rate("a"))
        assert ways == []
        assert transaction.run(COUNTED).scalar_one() == 1
        assert ways == [4]  # with BEGIN
        transaction.run(ADD, rate("b"))
    assert ways == [4, 2]  # with COMMIT
    assert kept(engine) == ["a", "b"]


async def test_nobody_is_asked_whether_there_is_a_home_tab(
    postgres: Database, monkeypatch: pytest.MonkeyPatch, ways: list[int]
) -> None:
    store = postgres.open()
    ada = await person(store, "ada")
    for changed, sent in ((False, 1), (True, 2)):
        ways.clear()
        await store.mutate(partial(locks, account=ada.account, changed=changed))
        assert ways == [2 + sent], "with BEGIN and COMMIT"
    monkeypatch.setattr("core.work.Work.shared", False)  # a control: as on SQLite
    ways.clear()
    await store.mutate(partial(locks, account=ada.account, changed=True))
    assert len(ways) == 2


def locks(work: Work, account: int, *, changed: bool) -> None:
    work.tell(COUNTED)
    if changed:
        work.homes.changed(account)


def test_what_nobody_hears_does_not_wait_for_an_answer(engine: Engine, ways: list[int]) -> None:
    with engine.begin() as connection:
        Transaction(connection).run(KEYS, heard=False)
    assert ways == [3]


def test_nothing_is_sent_for_a_transaction_that_did_nothing(
    engine: Engine, ways: list[int]
) -> None:
    with engine.begin() as connection:
        Transaction(connection)
    assert ways == []


def test_a_cursor_of_sqlalchemys_comes_after_it(engine: Engine) -> None:
    with engine.begin() as connection:
        Transaction(connection).run(ADD, rate("a"))
        assert connection.execute(COUNTED).scalar_one() == 1


def test_the_control_a_cursor_of_psycopgs_own_would_come_first(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(PostgresConnection, "cursor")
    with engine.begin() as connection:
        Transaction(connection).run(ADD, rate("a"))
        assert connection.execute(COUNTED).scalar_one() == 0


def test_what_is_taken_back_before_it_was_sent_never_was(engine: Engine, ways: list[int]) -> None:
    with suppress(KeyError), engine.begin() as connection:
        Transaction(connection).run(ADD, rate("a"))
        raise KeyError
    assert ways == []
    assert kept(engine) == []


def test_the_control_the_next_transaction_would_keep_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PostgresDriver, "forget", lambda _: None)
    with suppress(KeyError), engine.begin() as connection:
        Transaction(connection).run(ADD, rate("a"))
        raise KeyError
    assert kept(engine) == ["a"]


def twice(connection: Connection) -> Transaction:
    """Write the same row two times."""
    transaction = Transaction(connection)
    transaction.run(ADD, rate("a"))
    transaction.run(ADD, rate("a"))
    return transaction


@pytest.mark.parametrize(
    "send",
    [
        lambda connection: twice(connection).run(COUNTED),
        lambda connection: twice(connection).flush(),
        lambda connection: twice(connection) and connection.execute(COUNTED),
        twice,  # then it is the commit
    ],
    ids=["asking", "flush", "SQLAlchemy", "commit"],
)
def test_what_is_wrong_with_it_is_raised_where_it_is_sent(
    engine: Engine, send: Callable[[Connection], object]
) -> None:
    with pytest.raises(IntegrityError) as refused, engine.begin() as connection:
        send(connection)
    assert "INSERT INTO rate" in " ".join(getattr(refused.value.orig, "__notes__", ()))
    assert kept(engine) == []


def test_what_is_taken_back_while_it_waits_is_never_sent(engine: Engine, ways: list[int]) -> None:
    """Else what the server refuses of it would break what follows."""
    with engine.begin() as connection:
        transaction = Transaction(connection)
        transaction.run_raw("SAVEPOINT one")
        transaction.run(ADD, rate("a") | {"name": "x" * 40})
        transaction.take_back("one")
        transaction.run(ADD, rate("b"))
        transaction.flush()
        transaction.run(ADD, rate("c") | {"name": "x" * 40})
        transaction.take_back("one")
        transaction.run(ADD, rate("d"))
    assert ways == [3, 3]
    assert kept(engine) == ["d"]


def test_the_control_what_is_taken_back_would_break_what_follows(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin():
        transaction = Transaction(connection)
        transaction.run_raw("SAVEPOINT one")
        transaction.run(ADD, rate("a") | {"name": "x" * 40})
        transaction.run_raw("ROLLBACK TO SAVEPOINT one")
        with pytest.raises(DataError):
            transaction.run(COUNTED)
        transaction.take_back("one")


def ready(engine: Engine) -> int:
    with engine.begin() as connection:
        found = text("SELECT count(*) FROM pg_prepared_statements")
        return int(connection.execute(found).scalar_one())


def fails_often(engine: Engine) -> list[int]:
    """How many statements are ready after each time."""
    many = []
    for _ in range(3):
        with suppress(IntegrityError), engine.begin() as connection:
            twice(connection).run(COUNTED)
        many.append(ready(engine))
    return many


def test_what_fails_again_and_again_is_made_ready_once(engine: Engine) -> None:
    _, second, third = fails_often(engine)
    assert second == third


def test_the_control_who_forgets_what_is_ready_makes_more_each_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_pipeline, "STALE", {"23505"})
    _, second, third = fails_often(engine)
    assert second < third


def test_of_two_of_one_name_the_last_is_gone_back_to(engine: Engine) -> None:
    """As of jobs, of which each is put in a savepoint of its own."""
    with engine.begin() as connection:
        transaction = Transaction(connection)
        for each in "ab":
            transaction.run_raw("SAVEPOINT one")
            transaction.run(ADD, rate(each))
        transaction.take_back("one")
    assert kept(engine) == ["a"]


def test_who_goes_on_after_it_goes_back_to_a_savepoint(engine: Engine) -> None:
    with engine.begin() as connection:
        transaction = Transaction(connection)
        transaction.run(ADD, rate("a"))
        transaction.run_raw("SAVEPOINT one")
        transaction.run(ADD, rate("a"))
        with pytest.raises(IntegrityError):
            transaction.flush()
        transaction.take_back("one")
        transaction.run(LEFT, {"which": "a"})  # made ready in vain before
        transaction.run(ADD, rate("b"))
    assert kept(engine) == ["a", "b"]


def go_on(connection: Connection) -> None:
    """As if nothing had happened."""
    with suppress(IntegrityError):
        twice(connection).flush()


def test_nobody_is_told_yes_where_nothing_is_kept(engine: Engine) -> None:
    with pytest.raises(InternalError, match="taken back"), engine.begin() as connection:
        go_on(connection)
    assert kept(engine) == []


def test_the_control_the_server_says_no_so_quietly_that_nobody_hears(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(PostgresConnection, "commit")
    with engine.begin() as connection:
        go_on(connection)
    assert kept(engine) == []


def after_a_commit_that_failed(engine: Engine) -> None:
    """The connection's next transaction, where nobody said that the first is over."""
    with engine.connect() as connection:
        connection.begin()
        twice(connection)
        with pytest.raises(IntegrityError):
            connection.commit()
    with engine.begin() as connection:
        connection.execute(COUNTED)


def test_a_commit_that_fails_ends_its_transaction(engine: Engine) -> None:
    after_a_commit_that_failed(engine)


def test_the_control_the_next_one_would_be_refused(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_driver, "Error", ZeroDivisionError)
    with pytest.raises(InternalError, match="aborted"):
        after_a_commit_that_failed(engine)


def test_what_waits_is_never_more_than_so_many(
    engine: Engine, ways: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_driver, "MOST", 10)
    with engine.begin() as connection:
        for each in range(25):
            Transaction(connection).run(ADD, rate(f"{each:02}"))
    assert ways == [10, 10, 7]
    assert len(kept(engine)) == 25


def test_megabytes_go_both_ways(engine: Engine) -> None:
    """More than what lies on the way has room for: neither side may wait for the other."""
    with engine.begin() as connection:
        transaction = Transaction(connection)
        for _ in range(4):
            transaction.run(LONG, {"word": "x" * 8_000_000}, heard=False)
            transaction.run(BACK, {"word": "y" * 8_000_000}, heard=False)
        assert transaction.run(LONG, {"word": "z" * 8_000_000}).scalar_one() == 8_000_000
