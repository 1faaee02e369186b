"""A SQLite file that may not grow: nothing is half done, whoever waits is told to come again, and
with room it goes on."""

from __future__ import annotations

import pytest

from core.store import StoreAway
from core.task import Draft
from core.work import Work
from tests.core.people import Person, person
from tests.databases import Database


def grow_to(work: Work, pages: int) -> None:
    work.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def write(work: Work, who: Person) -> None:
    for number in range(200):
        work.tasks.add(who.actor, Draft(f"{number} {'x' * 400}"))


async def test_without_room_the_database_is_away(sqlite: Database) -> None:
    store = sqlite.open()
    ada = await person(store, "Ada")
    await store.mutate(lambda work: grow_to(work, 1))  # that is: as large as it is
    with pytest.raises(StoreAway) as raised:
        await store.mutate(lambda work: write(work, ada))
    assert "full" in str(raised.value.__cause__)
    assert await store.query(count) == 0
    await store.mutate(lambda work: grow_to(work, 10**6))
    await store.mutate(lambda work: write(work, ada))
    assert await store.query(count) == 200


async def test_whoever_reads_is_told_the_same(sqlite: Database) -> None:
    """As where what SQLite keeps beside the file can't be written."""
    store = sqlite.open()
    ada = await person(store, "Ada")

    def ask(work: Work) -> None:
        grow_to(work, 1)
        write(work, ada)

    with pytest.raises(StoreAway):
        await store.query(ask)


async def test_any_other_error_stays_what_it_is(sqlite: Database) -> None:
    store = sqlite.open()
    for ask in (store.mutate, store.query):
        with pytest.raises(ZeroDivisionError):
            await ask(lambda work: 1 // 0)


def count(work: Work) -> int:
    found: int = work.connection.exec_driver_sql("SELECT count(*) FROM task").scalar_one()
    return found
