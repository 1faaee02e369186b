"""On a full disk SQLite may take back a whole transaction, not the statement that met it: nothing
of it is kept then, and nobody is told yes. (The simulation found this: what came after was kept
alone, and a task that was answered "Added" was not there.)"""

from __future__ import annotations

from functools import partial
from unittest.mock import patch

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from core import schema, transaction
from core.store import Store, StoreAway
from core.task import Draft
from core.work import Work
from tests.core.people import Person, person
from tests.core.rows import open_tasks
from tests.databases import Database

TASKS = 60


async def test_what_was_acknowledged_is_there_and_nothing_else(sqlite: Database) -> None:
    store = sqlite.open()
    ada = await person(store, "Ada")
    acknowledged, refused = await added(store, ada)
    assert refused > 0
    assert await store.query(titles) == acknowledged
    many = len(acknowledged)
    assert await store.query(partial(open_tasks, account=ada.account)) == (many, many)


async def test_a_statement_that_is_run_again_outside_its_transaction_is_seen(
    sqlite: Database,
) -> None:
    """The control: as it was, tasks were lost or half done."""
    store = sqlite.open()
    ada = await person(store, "Ada")
    with patch.object(transaction.Transaction, "_look", lambda self, error: None):
        acknowledged, _ = await added(store, ada)
    counted, _ = await store.query(partial(open_tasks, account=ada.account))
    assert (await store.query(titles), counted) != (acknowledged, len(acknowledged))


async def test_a_savepoint_that_meets_it_ends_the_transaction_too(sqlite: Database) -> None:
    """What would go on after it (an apology, the message's key) would be kept alone."""
    store = sqlite.open()
    ada = await person(store, "Ada")

    def handled(work: Work) -> None:
        try:
            with work.savepoint():
                work.connection.exec_driver_sql("ROLLBACK")  # as SQLite does by itself
        except DBAPIError:
            work.tasks.add(ada.actor, Draft("alone"))

    with pytest.raises(DBAPIError):
        await store.mutate(handled)
    assert await store.query(titles) == set()


async def added(store: Store, who: Person) -> tuple[set[str], int]:
    """The tasks that were said to be added while the file grows by a page at a time, and how often
    there was no room."""
    acknowledged, refused = set[str](), 0
    for number in range(TASKS):
        await store.mutate(partial(grow_by, pages=number % 3))
        title = f"{number} {'x' * (1 + number * 37 % 100)}"
        try:
            await store.mutate(partial(add, who=who, title=title))
        except StoreAway:
            refused += 1
        else:
            acknowledged.add(title)
    await store.mutate(lambda work: grow_by(work, 10**6))
    return acknowledged, refused


def add(work: Work, who: Person, title: str) -> None:
    """As a message is handled: inside a savepoint, and something after it."""
    with work.savepoint():
        work.tasks.add(who.actor, Draft(title))
    work.run(
        insert(schema.message_key),
        {"key": title, "chat_id": who.chat, "received_at": work.now, "reply": "y" * 2000,
         "address": ""},
    )  # fmt: skip


def grow_by(work: Work, pages: int) -> None:
    now = work.connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    work.connection.exec_driver_sql(f"PRAGMA max_page_count={now + pages}")


def titles(work: Work) -> set[str]:
    return {row[0] for row in work.connection.exec_driver_sql("SELECT title FROM task")}
