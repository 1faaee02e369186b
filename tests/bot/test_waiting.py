"""An answer that found nobody is given to whoever comes, also while that is being noted."""

from __future__ import annotations

import asyncio
import threading
from functools import partial

import pytest
from sqlalchemy import select

from bot.answers import set_aside
from bot.dispatch import dispatch
from bot.waiting import give_what_waited, keep_waiting
from core import chats, schema
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Reply
from core.chats import BLOCKED
from core.ports import Payload
from core.reaching import lose
from core.work import Work
from tests.core.meeting import PATIENCE, done_or_waits, meeting
from tests.core.people import meet
from tests.databases import Database, postgres

__all__ = ["postgres"]  # a fixture
HOME = Address("telegram", "", "7", private=True)
ADA = Sender("telegram", "", "7", "Ada")


def answered(work: Work, key: str = "k") -> None:
    """She is answered, and her chat turns out to be closed."""
    meet(work, ADA)
    chat = work.chats.get(HOME)
    asked = Inbound(key, Kind.TEXT, ADA, HOME, "hi")
    work.inbox.handled(asked, Reply(text="Hello"), chat, delivered=False)
    lose(work, chat, BLOCKED)


def comes(work: Work) -> None:
    give_what_waited(work, work.chats.heard_from(HOME))


def given(database: Database) -> list[str]:
    return [each.name for each in database.jobs.pending() if each.payload.get("key") == "k"]


async def passed_over(payload: Payload) -> None:
    """It found nobody."""


async def test_who_came_before_it_waited_is_given_it(database: Database) -> None:
    store = database.open()
    await store.mutate(answered)
    await store.mutate(comes)
    assert given(database) == []
    await store.mutate(lambda work: keep_waiting(work, "k", HOME))
    assert given(database) == ["reply"]


async def test_who_comes_after_is_given_it_each_time(database: Database) -> None:
    store = database.open()
    await store.mutate(answered)
    await store.mutate(lambda work: keep_waiting(work, "k", HOME))
    assert given(database) == []
    for _ in (1, 2):
        database.clock.advance(seconds=1)
        await store.mutate(comes)
        assert given(database) == ["reply"]
        await database.jobs.start({"reply": passed_over})
        await database.jobs.drain()
        await store.mutate(lambda work: lose(work, work.chats.get(HOME), BLOCKED))


async def comes_meanwhile(postgres: Database) -> list[str]:
    """What she is given, if she comes in a transaction that is not committed yet."""
    store = postgres.open()
    await store.mutate(answered)
    came, go = threading.Event(), threading.Event()

    def coming(work: Work) -> None:
        comes(work)
        came.set()
        assert go.wait(PATIENCE)

    one = asyncio.create_task(store.mutate(coming))
    assert await asyncio.to_thread(came.wait, PATIENCE)
    other = asyncio.create_task(store.mutate(lambda work: keep_waiting(work, "k", HOME)))
    await done_or_waits(other, postgres)
    go.set()
    await asyncio.gather(one, other)
    return given(postgres)


async def test_who_comes_at_the_same_time_is_given_it(postgres: Database) -> None:
    assert await comes_meanwhile(postgres) == ["reply"]


async def both_wait(postgres: Database) -> int:
    """How often one of two had to begin anew, that find at once that she came meanwhile."""
    store = postgres.open()
    for key in ("k", "other"):
        await store.mutate(partial(answered, key=key))
    await store.mutate(comes)
    meets = meeting()

    def waits(work: Work, key: str) -> None:
        keep_waiting(work, key, HOME)
        meets()

    await asyncio.gather(*(store.mutate(partial(waits, key=key)) for key in ("k", "other")))
    assert given(postgres) == ["reply"]
    return store.counts.replays


async def test_two_answers_that_find_her_back_do_not_wait_for_each_other(
    postgres: Database,
) -> None:
    assert await both_wait(postgres) == 0


async def test_with_the_chat_held_in_common_they_would(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chats, "_HOLD", chats._CHAT_BY_ID.with_for_update(read=True))
    assert await both_wait(postgres) > 0


async def test_without_holding_the_chat_it_would_wait_for_ever(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = [schema.chat.c[name] for name in chats.Chat.__slots__]
    monkeypatch.setattr(chats, "_HOLD", select(*columns).where(schema.chat.c.chat == "7"))
    assert await comes_meanwhile(postgres) == []


async def test_a_message_that_broke_keeps_nobody_from_what_waits(database: Database) -> None:
    """It says nothing of who is back: the next one that is handled does."""
    store = database.open()
    await store.mutate(answered)
    await store.mutate(lambda work: keep_waiting(work, "k", HOME))
    broke, whole = (Inbound(key, Kind.TEXT, ADA, HOME, "help") for key in ("broke", "whole"))
    handled = await store.mutate(lambda work: set_aside(work, broke, "why", lambda *_: False))
    assert handled.target is not None
    assert given(database) == []
    await store.mutate(lambda work: dispatch(work, whole, lambda *_: False))
    assert given(database) == ["reply"]
