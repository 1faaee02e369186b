"""A card drawn again because somebody's name became known: what they did last can still be undone
by its button. Somebody new presses Done within a second of their first line, and the name comes
after it."""

from __future__ import annotations

import pytest

from bot.redrawn import drawn
from core.chat import Button
from core.store import Store
from core.task import Task
from core.work import Work
from tests.core.people import Person, add, complete, person
from tests.databases import Database


def labels(work: Work, who: Person, task: Task, *, undo: bool = True) -> list[str]:
    shown = drawn(work, task.id, who.chat, undo=undo)
    assert shown is not None
    return [each.label for row in shown.buttons for each in row if isinstance(each, Button)]


@pytest.fixture
def store(database: Database) -> Store:
    return database.open()


async def test_what_was_done_last_can_still_be_undone(store: Store) -> None:
    ada = await person(store, "Ada", "slack", "T1")
    task = await add(store, ada)
    assert "Undo" in await store.query(lambda work: labels(work, ada, task))
    await complete(store, ada, task)
    assert await store.query(lambda work: labels(work, ada, task)) == ["Undo"]
    plain = await store.query(lambda work: labels(work, ada, task, undo=False))
    assert plain == ["Reopen", "More"]


async def test_what_can_be_undone_no_more_is_not_offered(store: Store, database: Database) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    first, given = await add(store, ada), await add(store, ada, assignee=ben.account)
    assert "Undo" not in await store.query(lambda work: labels(work, ada, first))  # not their last
    assert "Undo" in await store.query(lambda work: labels(work, ada, given))
    await complete(store, ben, given)  # somebody else came after
    assert "Undo" not in await store.query(lambda work: labels(work, ada, given))
    last = await add(store, ada)
    database.clock.advance(minutes=11)
    assert "Undo" not in await store.query(lambda work: labels(work, ada, last))
