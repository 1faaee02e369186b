"""A card whose task changes while the card is on its way is drawn again."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest
from sqlalchemy import select

from core import cards, schema
from core.chat import Sent
from core.task import Ref
from core.work import Work
from tests.core.people import Person, add, person
from tests.databases import Database

WAIT = 10.0


async def redrawn(postgres: Database) -> bool:
    """Whether the card is drawn again, if it arrives while somebody completes its task: that is
    not committed yet, and the message is sent already."""
    store = postgres.open()
    ada = await person(store, "Ada")
    task = await add(store, ada)
    done, go = threading.Event(), threading.Event()

    def complete(work: Work) -> None:
        work.tasks.complete(ada.actor, Ref(public_id=task.public_id))
        done.set()
        assert go.wait(WAIT)

    completing = asyncio.create_task(store.mutate(complete))
    assert await asyncio.to_thread(done.wait, WAIT)
    drawing = asyncio.create_task(store.mutate(partial(sent, who=ada, task=task.public_id)))
    await asyncio.wait([drawing], timeout=0.2)
    go.set()
    await asyncio.gather(completing, drawing)
    return any(each.name == "redraw" for each in postgres.jobs.pending())


def sent(work: Work, who: Person, task: str) -> None:
    work.cards.drawn(task, 1, who.chat, Sent(work.chats.by_id(who.chat).address, "m1"))


async def test_over_several_processes(postgres: Database) -> None:
    assert await redrawn(postgres)


async def test_without_holding_the_task_it_would_not(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "_HOLD", select(schema.task.c.id).limit(1))
    assert not await redrawn(postgres)
