"""A savepoint that begins where the one around it began is that one, and takes back what it did."""

from __future__ import annotations

from contextlib import suppress
from unittest.mock import patch

from sqlalchemy import delete, select, text

from core import schema, sql, transaction
from core.ports import Job
from core.reading import FOR_UPDATE
from core.store import Store
from core.work import Work
from tests.core.test_core_store import jobs, kept, put
from tests.databases import Database

_READ = select(schema.rate.c.key)
_GONE = delete(schema.rate).returning(schema.rate.c.key).cte("gone")


def heard(work: Work, said: list[str]) -> None:
    """Note what savepoints the transaction makes from now on."""
    own, transaction = work._transaction.run_raw, work._transaction

    def run_raw(raw: str) -> None:
        said.append(raw)
        own(raw)

    setattr(transaction, "run_raw", run_raw)  # noqa: B010  # mypy takes no assignment to a method


async def test_a_message_takes_one_savepoint_not_two(store: Store, database: Database) -> None:
    said: list[str] = []

    def message(work: Work) -> None:
        heard(work, said)
        with work.savepoint():
            work.run(_READ)
            with work.savepoint():
                put(work, "handler")
            put(work, "answer")

    await store.mutate(message)
    assert await kept(store) == jobs(database) == ["answer", "handler"]
    ended = [] if store.shared else ["RELEASE SAVEPOINT s1"]  # else it costs a way to the server
    assert said == ["SAVEPOINT s1", *ended]


async def test_what_the_inner_one_takes_back_ends_neither(store: Store, database: Database) -> None:
    def refused(work: Work) -> None:
        with suppress(KeyError), work.savepoint():
            with suppress(ZeroDivisionError), work.savepoint():
                put(work, "handler")
                _ = 1 / 0
            put(work, "apology")
            with work.savepoint():
                put(work, "more")
            raise KeyError
        with suppress(ZeroDivisionError), work.savepoint():
            with suppress(ZeroDivisionError), work.savepoint():
                put(work, "again")
                _ = 1 / 0
            put(work, "said")
        put(work, "key")

    await store.mutate(refused)
    assert await kept(store) == jobs(database) == ["key", "said"]


def between(work: Work) -> None:
    """Something is written before the inner one begins."""
    with work.savepoint():
        work.run(sql.insert_or_ignore(schema.rate, ("name", "key")), {
            "name": "n", "key": "counted", "used": 0, "since": work.now
        })  # fmt: skip
        with suppress(ZeroDivisionError), work.savepoint():
            put(work, "handler")
            _ = 1 / 0
    with work.savepoint():
        work.put(Job(id="job", name="job"))
        with suppress(ZeroDivisionError), work.savepoint():
            put(work, "handler")
            _ = 1 / 0


async def test_what_was_written_before_the_inner_one_stays(
    store: Store, database: Database
) -> None:
    await store.mutate(between)
    assert await kept(store) == ["counted"]
    assert jobs(database) == ["job"]


async def test_what_is_taken_for_reading_is_taken_back(store: Store) -> None:
    """The control: nothing were a change."""
    with patch.object(transaction, "only_reads", lambda statement: True):
        await store.mutate(between)
    assert await kept(store) == []


def test_what_leaves_rows_or_locks_is_no_reading() -> None:
    assert transaction.only_reads(_READ)
    assert not transaction.only_reads(FOR_UPDATE)
    assert not transaction.only_reads(select(_GONE.c.key))
    assert not transaction.only_reads(delete(schema.rate))
    assert not transaction.only_reads(text("DELETE FROM rate"))
