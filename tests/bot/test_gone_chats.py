"""What a job has to say in a chat that cannot be written to: no work for the operator."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from core.addresses import Sender
from core.chat import Button, Inbound, Kind
from core.errors import ChatGone, Unsendable
from core.work import Work
from tests.bot.talking import GROUP, HOME, Talk, talking
from tests.databases import whole_url

__all__ = ["whole_url"]  # a fixture
BEN = Sender("telegram", "", "2", "Ben")


async def farewell(talk: Talk) -> None:
    def put(work: Work) -> None:
        chat = work.chats.get(HOME).id
        work.put_in_chat(chat, name="farewell", id="bye", payload={"account": 0, "home": True})

    await talk.store.mutate(put)


async def ben_presses(talk: Talk, label: str) -> None:
    """On the card that was drawn last, in the group."""
    shown = [each for row in talk.platform.last.buttons for each in row]
    [line] = [each.line for each in shown if isinstance(each, Button) and each.label == label]
    press = Inbound(label, Kind.PRESS, BEN, GROUP, line, message="1", token="q")
    await talk.conversation.receive(press)
    await talk.conversation.drain()


@pytest.mark.promise("F17")
async def test_a_chat_that_is_gone_ends_the_job_and_is_parked(
    whole_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with talking(tmp_path, url=whole_url) as talk:
        await talk.says("add Milk")
        await farewell(talk)
        talk.platform.error = ChatGone("bot can't initiate conversation")
        with caplog.at_level(logging.INFO, "bot.saying"):
            assert await talk.given_up() == []
        assert await talk.store.query(lambda work: work.chats.get(HOME).gone)
        [said] = [each for each in caplog.records if each.name == "bot.saying"]
        assert said.levelno == logging.INFO
        assert "initiate" in said.getMessage()


async def test_a_notice_nobody_can_get_stays_in_the_inbox_alone(
    whole_url: str, tmp_path: Path
) -> None:
    """Somebody adds a task in a group, never having written to the bot; another completes it."""
    async with talking(tmp_path, url=whole_url) as talk:
        await talk.says("add Milk", GROUP)
        await ben_presses(talk, "Claim")
        await ben_presses(talk, "Done")
        talk.platform.did.clear()
        talk.platform.error = ChatGone("bot can't initiate conversation")
        assert await talk.given_up() == []
        assert "send" in talk.platform.did
        talk.platform.error = None
        await talk.says("inbox")
        assert "Milk" in str(talk.platform.last)


async def test_what_a_platform_will_never_take_is_the_operators(tmp_path: Path) -> None:
    """Negative control."""
    async with talking(tmp_path) as talk:
        await talk.says("add Milk")
        await farewell(talk)
        talk.platform.error = Unsendable("no rights")
        assert await talk.given_up() == [("bye", "Unsendable: no rights")]
