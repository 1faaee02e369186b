"""A message leads to the task that was made of it, and what was not taken is kept for a while."""

from __future__ import annotations

import pytest

from core.drafts import KEEP, Draft
from core.sources import Way
from core.store import Store
from core.task import Ref
from core.work import Work
from tests.core.joining import merged
from tests.core.people import Person, add, group, person, sender
from tests.databases import Database

MESSAGE = "C1/1700000000.000100"


async def made(store: Store, who: Person, chat: int, task: int, **options: int) -> None:
    await store.mutate(
        lambda work: work.sources.keep(who.account, chat, MESSAGE, task, Way.SHORTCUT, **options)
    )


async def tasks_of(store: Store, who: Person, chat: int) -> list[str]:
    found = await store.query(lambda work: work.sources.of(who.account, chat, MESSAGE))
    return [each.task for each in found]


async def test_a_message_has_one_task_of_each_person(store: Store) -> None:
    ada, ben, chat = await person(store, "Ada"), await person(store, "Ben"), await group(store)
    first, second, his = await add(store, ada), await add(store, ada), await add(store, ben)
    await made(store, ada, chat, first.id)
    await made(store, ada, chat, second.id)
    await made(store, ben, chat, his.id)
    assert await tasks_of(store, ada, chat) == [first.public_id]
    assert await tasks_of(store, ben, chat) == [his.public_id]


async def test_each_line_has_its_own(store: Store) -> None:
    ada, chat = await person(store, "Ada"), await group(store)
    first, second = await add(store, ada), await add(store, ada)
    await made(store, ada, chat, second.id, place=1)
    await made(store, ada, chat, first.id)
    assert await tasks_of(store, ada, chat) == [first.public_id, second.public_id]


async def test_a_deleted_task_makes_room_for_another(store: Store) -> None:
    ada, chat = await person(store, "Ada"), await group(store)
    first, second = await add(store, ada), await add(store, ada)
    await made(store, ada, chat, first.id)
    ref = Ref(public_id=first.public_id)
    await store.mutate(lambda work: work.tasks.delete(ada.actor, ref))
    assert await tasks_of(store, ada, chat) == []
    await made(store, ada, chat, second.id)
    assert await tasks_of(store, ada, chat) == [second.public_id]


async def test_what_somebody_else_deleted_makes_no_room(store: Store) -> None:
    ada, ben, chat = await person(store, "Ada"), await person(store, "Ben"), await group(store)
    first, second, his = await add(store, ada), await add(store, ada), await add(store, ben)
    await made(store, ada, chat, first.id)
    await made(store, ben, chat, his.id)
    ref = Ref(public_id=his.public_id)
    await store.mutate(lambda work: work.tasks.delete(ben.actor, ref))
    await made(store, ada, chat, second.id)
    assert await tasks_of(store, ada, chat) == [first.public_id]


async def test_the_last_list_of_a_chat_is_that_of_the_newest_task_there(store: Store) -> None:
    ada, ben, chat = await person(store, "Ada"), await person(store, "Ben"), await group(store)

    async def last(who: Person) -> str:
        return await store.query(lambda work: work.sources.last_list(who.account, chat))

    assert await last(ada) == ""
    await add(store, ada, category="elsewhere")
    task = await add(store, ada, category="home")
    await made(store, ada, chat, task.id)
    await add(store, ada, category="elsewhere")
    assert await last(ada) == "home"
    assert await last(ben) == ""


async def test_two_who_become_one_find_the_task_that_was_first(store: Store) -> None:
    ada, ben, chat = await person(store, "Ada"), await person(store, "Ben"), await group(store)
    his, hers = await add(store, ben), await add(store, ada)
    await made(store, ben, chat, his.id)
    await made(store, ada, chat, hers.id)
    await merged(store, ada, ben)
    assert await tasks_of(store, ada, chat) == [hers.public_id]


LINE = "edit t:9k3f7q2m rev:3"


async def test_a_draft_is_kept_for_a_quarter_of_an_hour(store: Store, database: Database) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    cleo = {"@cleo": sender("Cleo", handle="cleo")}

    def keep(work: Work) -> None:
        work.drafts.keep(ada.identity, LINE, {"title": "lost"})
        work.drafts.keep(ada.identity, LINE, {"title": "Oat milk", "assignee": "@cleo"}, cleo)

    await store.mutate(keep)
    newer = LINE.replace("rev:3", "rev:4")
    found = await store.query(lambda work: work.drafts.of(ada.identity, newer))
    assert found == Draft({"title": "Oat milk", "assignee": "@cleo"}, cleo)
    assert await store.query(lambda work: work.drafts.of(ben.identity, LINE)) is None
    database.clock.advance(seconds=KEEP.total_seconds())
    assert await store.query(lambda work: work.drafts.of(ada.identity, LINE)) is None


@pytest.mark.parametrize("how", ["taken", "old"])
async def test_a_draft_goes(store: Store, database: Database, how: str) -> None:
    ada = await person(store, "Ada")
    await store.mutate(lambda work: work.drafts.keep(ada.identity, LINE, {"title": "x"}))

    def go(work: Work) -> None:
        if how == "taken":
            work.drafts.drop(ada.identity, LINE)
        work.drafts.forget()

    if how == "old":
        await store.mutate(go)
        assert await store.query(lambda work: work.drafts.of(ada.identity, LINE)) is not None
        database.clock.advance(seconds=KEEP.total_seconds())
    await store.mutate(go)
    database.clock.advance(seconds=-KEEP.total_seconds())
    assert await store.query(lambda work: work.drafts.of(ada.identity, LINE)) is None
