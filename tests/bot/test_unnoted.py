"""How long messages wait for what is on its way to their chat: with polling, everybody's wait for
the slowest chat of a batch, so that nobody may make them wait over and over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot import unnoted
from core.chat import Inbound, Kind, Reply, Sent
from core.work import Work
from tests.bot.talking import ADA, GROUP, HOME, Talk, talking

WROTE = Inbound("k0", Kind.TEXT, ADA, HOME, "Buy milk", said="7")
EDITED = replace(WROTE, key="k1", line="Buy oat milk", edited=True)
LONGEST = 0.5


@pytest.fixture
async def talk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Talk]:
    monkeypatch.setattr(unnoted, "LONGEST", LONGEST)
    async with talking(tmp_path) as made:
        yield made


@asynccontextmanager
async def stuck(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """The platform takes everything, and says of nothing that it was sent."""
    end = asyncio.Event()

    async def answer(inbound: Inbound, reply: Reply) -> Sent:
        await end.wait()
        return Sent(inbound.address, inbound.key)

    monkeypatch.setattr(talk.platform, "answer", answer)
    await talk.conversation.receive(WROTE)
    try:
        yield
    finally:
        end.set()
        await talk.conversation.drain()


async def waited(talk: Talk, patch: pytest.MonkeyPatch, *messages: Inbound) -> list[bool]:
    """Of each, whether its commit waited for what was on its way."""
    waiting, looks = set[str](), unnoted._may_be_on_its_way

    def look(work: Work, inbound: Inbound) -> bool:
        found = looks(work, inbound)
        if found:
            waiting.add(inbound.key)
        return found

    with patch.context() as watched:
        watched.setattr(unnoted, "_may_be_on_its_way", look)
        for each in messages:
            await talk.conversation.receive(each)
    return [each.key in waiting for each in messages]


def replies(count: int) -> list[Inbound]:
    """Each to something that is no card."""
    plain = replace(WROTE, line="Buy bread", said="8")
    return [replace(plain, key=f"r{n}", replied="5") for n in range(count)]


async def test_after_one_that_waited_in_vain_the_others_of_the_chat_do_not(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stuck(talk, monkeypatch):
        assert await waited(talk, monkeypatch, *replies(3), EDITED) == [True, False, False, False]


async def test_the_control_each_would(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unnoted, "REST", 0.0)
    async with stuck(talk, monkeypatch):
        assert await waited(talk, monkeypatch, *replies(2), EDITED) == [True, True, True]


async def test_it_is_not_for_ever(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unnoted, "REST", 0.1)
    async with stuck(talk, monkeypatch):
        first, second = replies(2)
        assert await waited(talk, monkeypatch, first) == [True]
        await asyncio.sleep(0.15)
        assert await waited(talk, monkeypatch, second) == [True]


async def test_an_edit_waits_only_for_the_card_of_what_it_edits(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither of what made no task, nor where its card is known, though another is on its way."""
    known = replace(WROTE, key="k2", said="6", line="Buy bread")
    await talk.conversation.receive(known)
    await talk.conversation.drain()
    async with stuck(talk, monkeypatch):
        nothing = replace(EDITED, key="k3", said="99")
        again = replace(known, key="k4", line="Buy rye bread", edited=True)
        found = await waited(talk, monkeypatch, nothing, again, EDITED)
        assert found == [False, False, True]


async def kind_words(talk: Talk, patch: pytest.MonkeyPatch) -> list[bool]:
    """Whether two kind words, an edit and a note below a message in a group waited, while an answer
    is on its way there."""
    below = replace(WROTE, address=GROUP, said="8", replied="5")
    kind = [replace(below, key=f"g{n}", line=each) for n, each in enumerate(("Thanks!", "ok"))]
    edited, note = replace(below, key="g3", edited=True), replace(below, key="g4")
    async with stuck(talk, patch):
        asked = replace(WROTE, key="g5", kind=Kind.ADDRESSED, address=GROUP)
        await talk.conversation.receive(asked)
        return await waited(talk, patch, *kind, edited, note)


async def test_what_is_only_kind_in_a_group_waits_for_nothing(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await kind_words(talk, monkeypatch) == [False, False, False, True]


async def test_the_control_it_would_wait_as_a_note_does(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unnoted, "is_talk", lambda inbound: False)
    monkeypatch.setattr(unnoted, "REST", 0.0)
    assert (await kind_words(talk, monkeypatch))[:2] == [True, True]
