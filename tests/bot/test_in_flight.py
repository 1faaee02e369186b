"""One message that comes several times while it is being handled, and whoever stops waiting."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.answers import Handled
from core.chat import Inbound, Kind, Reply
from core.errors import RetryLater
from core.store import Function, StoreAway
from tests.bot.talking import ADA, HOME, Talk, talking

ADD = Inbound("k", Kind.COMMAND, ADA, HOME, "add Buy milk")
TITLE = "#1 Buy milk"


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path) as made:
        yield made


class Held:
    """A store whose commits wait, and fail as told."""

    error: Exception | None = None

    def __init__(self, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.go = asyncio.Event()
        self._mutate = talk.store.mutate
        monkeypatch.setattr(talk.store, "mutate", self)

    async def __call__(self, function: Function[Any]) -> Any:
        await self.go.wait()
        if self.error is not None:
            raise self.error
        return await self._mutate(function)


async def begun(talk: Talk, times: int) -> list[asyncio.Task[Reply]]:
    tasks = [asyncio.create_task(talk.conversation.receive(ADD)) for _ in range(times)]
    await asyncio.sleep(0)
    return tasks


async def test_all_get_the_one_answer(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Held(talk, monkeypatch)
    tasks = await begun(talk, 3)
    store.go.set()
    replies = await asyncio.gather(*tasks)
    await talk.conversation.drain()
    assert {reply.title for reply in replies} == {TITLE}
    assert talk.platform.did.count("answer") == 1


async def test_who_leaves_takes_nobody_along(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Held(talk, monkeypatch)
    first, second = await begun(talk, 2)
    first.cancel()
    store.go.set()
    assert (await second).title == TITLE
    await talk.conversation.drain()
    assert first.cancelled()
    assert talk.platform.did.count("answer") == 1


async def test_it_is_answered_even_when_all_have_left(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Held(talk, monkeypatch)
    for task in await begun(talk, 2):
        task.cancel()
    store.go.set()
    await talk.conversation.drain()
    assert talk.platform.did.count("answer") == 1


async def test_who_waits_long_is_told_no_and_is_known_when_they_come_again(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.in_flight.PATIENCE", 0.02)
    store = Held(talk, monkeypatch)
    [task] = await begun(talk, 1)
    with pytest.raises(StoreAway):
        await task
    store.go.set()
    await talk.conversation.drain()  # it was kept after all, and answered
    await talk.conversation.receive(ADD)
    await talk.conversation.drain()
    assert talk.platform.did.count("answer") == 1


async def test_all_hear_that_nothing_was_kept_and_the_next_is_a_new_try(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Held(talk, monkeypatch)
    tasks = await begun(talk, 2)
    store.error = StoreAway("gone")
    store.go.set()
    told = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(each) for each in told] == [StoreAway, StoreAway]
    store.error = None
    assert (await talk.conversation.receive(ADD)).title == TITLE


async def test_a_redelivery_while_the_answer_is_on_its_way_sends_no_second_one(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    going, answer = asyncio.Event(), talk.platform.answer

    async def slowly(inbound: Inbound, reply: Reply) -> Any:
        await going.wait()
        return await answer(inbound, reply)

    monkeypatch.setattr(talk.platform, "answer", slowly)
    assert (await talk.conversation.receive(ADD)).title == TITLE
    assert (await talk.conversation.receive(ADD)).title == TITLE
    going.set()
    await talk.conversation.drain()
    assert talk.platform.did.count("answer") == 1


async def test_a_redelivery_that_hears_late_that_it_was_known_sends_no_second_one(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its commit comes before the one that says that the first was answered, and is heard of after
    it, as threads of PostgreSQL may have it."""
    answered, mutate, answer = asyncio.Event(), talk.store.mutate, talk.platform.answer

    async def late(function: Function[Any]) -> Any:
        result = await mutate(function)
        if isinstance(result, Handled) and not result.first:
            answered.set()
            while await talk.store.query(lambda work: work.inbox.backlog()):  # noqa: ASYNC110  # it is a row
                await asyncio.sleep(0.01)  # until the first one is settled
            await asyncio.sleep(0.01)
        return result

    async def slowly(inbound: Inbound, reply: Reply) -> Any:
        await answered.wait()
        return await answer(inbound, reply)

    monkeypatch.setattr(talk.store, "mutate", late)
    monkeypatch.setattr(talk.platform, "answer", slowly)
    await talk.conversation.receive(ADD)
    await talk.conversation.receive(ADD)
    await talk.conversation.drain()
    assert talk.platform.did.count("answer") == 1


async def test_an_answer_that_fails_becomes_a_job_once(talk: Talk) -> None:
    talk.platform.error = RetryLater(1.0, "429")
    await talk.conversation.receive(ADD)
    await talk.conversation.drain()
    talk.platform.error = None
    assert await talk.given_up() == []
    told = "Hello Ada, nice to meet you. Saved the whole text as the title. Want a due date?"
    assert [text for _, _, text in talk.platform.told] == [told]
