"""A message that is edited before the platform has said that its answer was sent: what the answer
shows is drawn again, and nothing is sent a second time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.unnoted import Unnoted
from core.chat import Inbound, Kind, Reply, Sent
from tests.bot.talking import ADA, HOME, Talk, talking

WROTE = Inbound("k1", Kind.TEXT, ADA, HOME, "Buy milk", said="7")
EDITED = Inbound("k2", Kind.TEXT, ADA, HOME, "Buy oat milk", said="7", edited=True)


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path) as made:
        yield made


async def edited_meanwhile(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> list[Reply]:
    """What was sent as messages of their own, where the edit comes while the answer is sent."""
    written, heard = asyncio.Event(), asyncio.Event()
    sent: list[Reply] = []

    async def answer(inbound: Inbound, reply: Reply) -> Sent:
        if not (reply.replaces or inbound.message):
            sent.append(reply)
            written.set()
        if inbound.key == WROTE.key:
            await heard.wait()
        return Sent(inbound.address, str(len(sent)))

    monkeypatch.setattr(talk.platform, "answer", answer)
    writing = asyncio.create_task(talk.conversation.receive(WROTE))
    await written.wait()
    editing = asyncio.create_task(talk.conversation.receive(EDITED))
    await asyncio.sleep(0.1)
    heard.set()
    await asyncio.gather(writing, editing)
    await talk.conversation.drain()
    return sent


async def test_the_card_is_drawn_again(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    [card] = await edited_meanwhile(talk, monkeypatch)
    assert card.title == "#1 Buy milk"


async def test_who_does_not_wait_sends_it_twice(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control."""

    async def at_once(self: Unnoted, inbound: Inbound) -> None:
        """What was not sent for sure is not known."""

    monkeypatch.setattr(Unnoted, "wait", at_once)
    assert len(await edited_meanwhile(talk, monkeypatch)) == 2
