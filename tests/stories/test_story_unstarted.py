"""Somebody in a Telegram group who never pressed Start: the bot may not write to them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from adapters.sandbox import Message
from bot import waiting
from core.work import Work
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

INVITED = "My answer is for you alone. Open our chat and press Start: it waits there."


@pytest.fixture
def ada(town: Town) -> Somebody:
    """On Telegram: Slack lets a bot write to anybody of its workspace."""
    return newcomer(town, "telegram")


@pytest.fixture
def group(town: Town, ada: Somebody) -> str:
    return group_of(town, ada)


def leads_to_the_bot(message: Message) -> bool:
    (row,) = message.buttons
    (button,) = row
    return str(button["url"]) == "https://t.me/fluxbot?start=hello"


async def test_the_answer_waits_behind_one_button_and_is_given_after_start(
    ada: Somebody, group: str
) -> None:
    await ada.does("add Water the plants", "Water the plants", group)
    invited = await ada.does("list", INVITED, group)
    assert words(invited) == INVITED
    assert leads_to_the_bot(invited)
    assert ada.seen() == []
    await ada.does("start hello", "Hello Ada")
    await ada.hears("Open tasks 1-1 of 1")
    await asyncio.sleep(0.3)
    assert ada.count("Open tasks 1-1 of 1") == 1
    assert len(ada.seen(group)) == 2  # the card and the button


async def test_a_press_is_answered_likewise(ada: Somebody, group: str) -> None:
    card = await ada.does("add Water the plants", "Water the plants", group)
    await ada.presses(card, "More")
    await ada.until(lambda: "Delete" in labels(card))
    await ada.presses(card, "Delete")
    await ada.hears(INVITED, group)
    await ada.does("start", "Hello Ada")
    await ada.hears("Delete #1 Water the plants?")


async def test_nobody_is_said_to_have_been_written_to(ada: Somebody, group: str) -> None:
    invited = await ada.does("link", INVITED, group)
    await asyncio.sleep(0.3)
    assert [words(each) for each in ada.seen(group)] == [words(invited)]
    await ada.does("start", "Hello Ada")
    await ada.hears("The code did not reach you")  # of which no copy is kept
    shown = await ada.does("link", "I wrote to you privately.", group)
    assert words(shown) == "I wrote to you privately."
    await ada.hears("Send me this code")


async def test_without_what_waits_start_would_bring_nothing(
    ada: Somebody, group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""

    def forgets(work: Work, *_: Any) -> None:
        return None

    monkeypatch.setattr("bot.dispatch.give_what_waited", forgets)
    assert waiting.give_what_waited is not forgets
    await ada.does("list", INVITED, group)
    await ada.does("start", "Hello Ada")
    await asyncio.sleep(0.5)
    assert ada.count("No open tasks") == 0


async def test_who_blocked_the_bot_gets_the_answer_once_it_is_let_in_again(
    town: Town, ada: Somebody, group: str
) -> None:
    await ada.does("start", "Hello Ada")
    town.sandbox.block(ada.id)
    await town.sandbox.settled()
    await ada.does("stats", INVITED, group)
    town.sandbox.block(ada.id, blocked=False)
    await ada.hears("Your tasks")
