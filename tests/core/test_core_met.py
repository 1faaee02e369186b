"""Cards that name somebody whom nobody knew are drawn again once it is known who they are."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from core.chat import Sent
from core.store import Store
from core.task import Task
from core.work import Work
from tests.core.people import Person, add, person, sender
from tests.databases import Database


def drawn(work: Work, who: Person, task: Task) -> None:
    address = work.chats.by_id(who.chat).address
    work.cards.drawn(task.public_id, task.revision, who.chat, Sent(address, f"m{task.id}"))


async def offered(store: Store) -> tuple[Person, Task, Task]:
    """Who is given a task by somebody, and that task with another one, their cards drawn."""
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo", "slack", "T1")
    given, own = await add(store, ada, assignee=cleo.account), await add(store, ada)
    for task in (given, own):
        await store.mutate(partial(drawn, who=ada, task=task))
    return cleo, given, own


async def learns(store: Store, cleo: Person) -> None:
    told = replace(sender("Cleo", "slack", "T1"), name="Cleo Laine")
    await store.mutate(lambda work: work.accounts.learn(cleo.identity, told))


def redrawn(database: Database) -> list[object]:
    return [each.payload["task"] for each in database.jobs.pending() if each.name == "redraw"]


async def test_the_cards_with_their_name_are_drawn_again(store: Store, database: Database) -> None:
    cleo, given, _own = await offered(store)
    assert redrawn(database) == []
    await learns(store, cleo)
    assert redrawn(database) == [given.id]
    task = await store.query(lambda work: work.tasks.for_account(cleo.account, given.id))
    assert task is not None
    assert task.assignee_name == "Cleo Laine"


async def test_without_it_they_would_not_be(
    store: Store, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    cleo, *_ = await offered(store)
    monkeypatch.setattr("core.accounts.named", lambda *_: None)
    await learns(store, cleo)
    assert redrawn(database) == []
