"""A group becomes another one, and its tasks, cards, questions and answers go with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from core import schema
from core.addresses import Address
from core.chat import Inbound, Kind, Reply, Sent
from core.chats import MOVED
from core.store import Store
from core.task import Draft, Ref, Task
from core.work import Work
from tests.core.people import GROUP, Person, group, person
from tests.core.rows import total
from tests.databases import Database

OLD, NEW = GROUP, Address("telegram", "", "-1005", False)
ORDERS = {
    "the signal first": ("moves", "hears"),
    "heard from first": ("hears", "moves"),
    "both, repeated": ("moves", "hears", "moves", "moves"),
    "an old message late": ("moves", "late", "moves", "hears", "moves"),
}


def happens(work: Work, what: str) -> None:
    match what:
        case "moves":
            work.chats.move(OLD, NEW)
        case "hears":
            work.chats.heard_from(replace(NEW, title="Team"))
        case _:
            work.chats.heard_from(OLD)


async def test_a_change_of_before_is_undone_in_the_new_group(store: Store) -> None:
    ada, old = await person(store, "Ada"), await group(store)
    await store.mutate(lambda work: work.tasks.add(ada.at(old), Draft("Plants")))
    await store.mutate(lambda work: work.tasks.complete(ada.actor, Ref(number=1)))
    await store.mutate(lambda work: work.chats.move(OLD, NEW))
    await store.mutate(lambda work: work.tasks.undo(ada.actor))
    found = await store.query(lambda work: work.tasks.get(ada.actor, Ref(number=1)))
    where = await store.query(lambda work: work.chats.by_id(found.chat))
    assert (found.status, where.address.chat) == ("pending", NEW.chat)


async def in_group(store: Store, who: Person, title: str, where: Address = OLD) -> Task:
    """Somebody adds a task in a group, and its card is drawn there."""

    def write(work: Work) -> Task:
        chat = work.chats.heard_from(where).id
        task = work.tasks.add(who.at(chat), Draft(title))
        work.cards.drawn(task.public_id, task.revision, chat, Sent(where, f"m-{title}"))
        return task

    return await store.mutate(write)


def of_chat(work: Work, address: Address) -> dict[str, list[Any]]:
    """What the rows of every table say of a chat: the second column of each, in order."""
    id = select(schema.chat.c.id).where(schema.chat.c.chat == address.chat).scalar_subquery()
    found = {}
    for name in ("task", "card", "question", "message_key"):
        columns = schema.metadata.tables[name].c
        shown = {"task": "title", "card": "message", "question": "field", "message_key": "key"}
        wanted = select(columns[shown[name]]).where(columns.chat_id == id)
        found[name] = sorted(row[0] for row in work.run(wanted))
    return found


@pytest.mark.promise("F18")
@pytest.mark.parametrize("order", ORDERS)
async def test_all_of_a_group_follows_in_whatever_order_it_is_known(
    store: Store, order: str
) -> None:
    ada = await person(store, "Ada")
    task = await in_group(store, ada, "Cake")
    message = Inbound("k1", Kind.TEXT, ada.sender, OLD, "add")

    def asks(work: Work) -> None:
        chat = work.chats.get(OLD)
        work.questions.ask(ada.identity, chat.id, "edit 1", "title")
        work.inbox.handled(message, Reply("Which?"), chat, delivered=False)

    await store.mutate(asks)
    for what in ORDERS[order]:
        await store.mutate(lambda work, w=what: happens(work, w))
    assert await total(store, "chat") == 3  # Ada's own, and the two
    nothing = {"task": [], "card": [], "question": [], "message_key": []}
    assert await store.query(lambda work: of_chat(work, OLD)) == nothing
    assert await store.query(lambda work: of_chat(work, NEW)) == {
        "task": ["Cake"],
        "card": [""],  # its message stayed behind
        "question": ["title"],
        "message_key": ["k1"],
    }
    old, new = await store.mutate(lambda work: (work.chats.get(OLD), work.chats.get(NEW)))
    assert (old.gone, new.gone, new.title) == (MOVED, "", "Team")
    mine = Ref(public_id=task.public_id)
    assert await store.query(lambda work: work.tasks.get(ada.at(new.id), mine))


async def test_what_the_new_chat_has_already_it_keeps(store: Store) -> None:
    ada = await person(store, "Ada")
    task = await in_group(store, ada, "Cake")

    def both(work: Work) -> None:
        old, new = work.chats.get(OLD).id, work.chats.heard_from(NEW).id
        work.cards.drawn(task.public_id, task.revision, new, Sent(NEW, "m-new"))
        work.questions.ask(ada.identity, old, "edit 1", "title")
        work.questions.ask(ada.identity, new, "edit 1", "due")

    await store.mutate(both)
    await store.mutate(lambda work: work.chats.move(OLD, NEW))
    found = await store.query(lambda work: of_chat(work, NEW))
    assert (found["card"], found["question"]) == (["m-new"], ["due"])
    assert (await store.query(lambda work: of_chat(work, OLD)))["card"] == []


async def test_a_card_that_was_to_be_drawn_again_is_drawn_in_the_new_chat(
    database: Database,
) -> None:
    store = database.open()
    ada = await person(store, "Ada")
    task, _ = await in_group(store, ada, "Cake"), await in_group(store, ada, "Tea")
    mine = Ref(public_id=task.public_id)
    await store.mutate(lambda work: work.tasks.update(ada.actor, mine, {"title": "Pie"}))
    for _ in range(2):
        await store.mutate(lambda work: work.chats.move(OLD, NEW))
    new = (await store.mutate(lambda work: work.chats.get(NEW))).id
    waiting = [job for job in database.jobs.pending() if job.payload.get("chat") == new]
    assert [(job.name, job.payload["task"]) for job in waiting] == [("redraw", task.id)]


async def test_of_a_group_that_nobody_knew_nothing_is_made(store: Store) -> None:
    await store.mutate(lambda work: work.chats.move(OLD, NEW))
    await store.mutate(lambda work: work.chats.move(OLD, OLD))
    assert await total(store, "chat") == 0


async def test_a_move_to_itself_is_none(store: Store) -> None:
    await store.mutate(lambda work: work.chats.heard_from(OLD))
    await store.mutate(lambda work: work.chats.move(OLD, OLD))
    assert (await store.mutate(lambda work: work.chats.get(OLD))).gone == ""
