"""Where a task is shown below links is kept, and drawn again when it changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from core import previews, schema
from core.forgetting import forget
from core.purge import purge
from core.store import Store
from core.task import Ref, Task
from core.unlinking import unlink
from core.work import Work
from tests.core.everything import rows
from tests.core.joining import joined, settled
from tests.core.people import Person, add, complete, group, person
from tests.databases import Database


async def show(store: Store, task: Task, by: Person, chat: int, message: str) -> None:
    name = task.public_id
    await store.mutate(
        lambda work: work.previews.show(
            task.id, name, chat, message, by=by.identity, key=f"k{message}"
        )
    )


def drawn(database: Database) -> list[Mapping[str, Any]]:
    return [each.payload for each in database.jobs.pending() if each.name == "unfurl"]


async def test_each_is_drawn_again_as_whoever_agreed_sees_it(
    store: Store, database: Database
) -> None:
    ada, ben, chat = await person(store, "Ada"), await person(store, "Ben"), await group(store)
    task, other = await add(store, ada, assignee=ben.account), await add(store, ada, "Other")
    for shown, by, message in ((task, ada, "C1/1"), (task, ben, "C1/2"), (other, ada, "C1/1")):
        await show(store, shown, by, chat, message)
    before = len(drawn(database))
    await complete(store, ada, task)
    again = {(each["message"], each["identity"]) for each in drawn(database)[before:]}
    assert again == {("C1/1", ada.identity), ("C1/2", ben.identity)}


async def test_of_very_many_the_newest_are(store: Store, database: Database) -> None:
    ada, chat = await person(store, "Ada"), await group(store)
    task = await add(store, ada)
    for number in range(previews.MOST + 3):
        await show(store, task, ada, chat, f"C1/{1000 + number}.5")
    before = len(drawn(database))
    await complete(store, ada, task)
    again = [each["message"] for each in drawn(database)[before:]]
    assert len(again) == previews.MOST
    assert min(again) == "C1/1003.5"


@pytest.mark.parametrize("act", ["deleted", "given to somebody else", "forgotten"])
async def test_all_are_where_not_all_may_see_it_any_more(
    store: Store, database: Database, act: str
) -> None:
    ada, ben, chat = await person(store, "Ada"), await person(store, "Ben"), await group(store)
    task = await add(store, ada, assignee=ben.account)
    for number in range(previews.MOST + 3):
        await show(store, task, ada, chat, f"iAgAAAx_{number}")
    before, ref = len(drawn(database)), Ref(public_id=task.public_id)

    def changes(work: Work) -> None:
        if act == "deleted":
            work.tasks.delete(ada.actor, ref)
        elif act == "forgotten":
            forget(work, ben.account)
        else:
            work.tasks.assign(ada.actor, ref, ada.account)

    await store.mutate(changes)
    assert len(drawn(database)) - before == previews.MOST + 3


async def test_what_is_gone_is_drawn_no_more(store: Store, database: Database) -> None:
    ada, chat = await person(store, "Ada"), await group(store)
    task = await add(store, ada)
    await show(store, task, ada, chat, "C1/1")
    await store.mutate(lambda work: work.previews.drop(task.public_id, chat, "C1/1"))
    before = len(drawn(database))
    await complete(store, ada, task)
    assert len(drawn(database)) == before


@pytest.mark.parametrize("returns", [False, True])
async def test_it_is_drawn_again_when_who_agreed_leaves(
    store: Store, database: Database, returns: bool
) -> None:
    """To the account that they came from, or to none."""
    ada, chat = await person(store, "Ada"), await group(store)
    ben = await joined(store, ada, await person(store, "Ben", "slack", "T1"))
    task = await add(store, ada)
    gone = ben if returns else ada
    for by, message in ((ada, "C1/1"), (ben, "C1/2")):
        await show(store, task, by, chat, message)
    before = len(drawn(database))
    await store.mutate(lambda work: unlink(work, ada.account, gone.identity, by=gone.identity))
    [again] = drawn(database)[before:]
    assert (again["identity"], again["again"]) == (gone.identity, True)


async def test_in_ones_own_chats_it_is_taken_away_before_what_waits_there_is_erased(
    store: Store, database: Database
) -> None:
    """`bot/records.py` erases when its job's turn in the chat comes where they asked for it."""
    ada, room = await person(store, "Ada"), await group(store)
    office = await settled(store, database, ada, await person(store, "Ada", "slack", "T1"))
    task = await add(store, ada)
    await show(store, task, ada, ada.chat, "iAgAAAx_y")
    await show(store, task, office, room, "C1/1")
    await store.mutate(lambda work: forget(work, ada.account, chat=office.chat))
    new = [each for each in database.jobs.pending() if each.id.endswith(":forgotten")]
    where = {(each.payload["message"], each.payload["shown_in"], each.partition) for each in new}
    turn = f"slack:{office.chat}"
    assert where == {("iAgAAAx_y", ada.chat, turn), ("C1/1", room, f"telegram:{room}")}


async def test_it_is_taken_away_with_whoever_is_forgotten_and_with_the_task(
    store: Store, database: Database
) -> None:
    ada, ben, chat = await person(store, "Ada"), await person(store, "Ben"), await group(store)
    hers, his = await add(store, ada), await add(store, ben, assignee=ada.account)
    for shown, by, message in ((hers, ada, "C1/1"), (his, ada, "C1/2"), (his, ben, "C1/3")):
        await show(store, shown, by, chat, message)
    before = len(drawn(database))
    await store.mutate(lambda work: forget(work, ada.account))
    again = {each["message"] for each in drawn(database)[before:] if each["again"]}
    assert {"C1/1", "C1/2"} <= again
    left = await store.query(lambda work: rows(work, schema.preview))
    assert [row.message for row in left] == ["C1/3"]
    await store.mutate(lambda work: work.tasks.delete(ben.actor, Ref(public_id=his.public_id)))
    database.clock.advance(days=1)
    await store.mutate(purge)
    assert await store.query(lambda work: rows(work, schema.preview)) == []
