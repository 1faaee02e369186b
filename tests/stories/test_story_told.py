"""Completed here, told there, as product.md 1.9 says."""

from __future__ import annotations

import asyncio

import pytest

from tests.service_kit import Town
from tests.stories.cast import Somebody, link, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_completed_on_telegram_told_on_slack(town: Town) -> None:
    ada, office = newcomer(town, "telegram"), newcomer(town, "slack")
    card = await ada.writes("Water plants", "#1 Water plants")
    await link(ada, office)
    there = await office.does("show 1", "#1 Water plants")
    await ada.presses(card, "Done", then="Done by Ada")
    told = await office.hears("You completed the task: Water plants")
    assert told.reply_to == there.id.partition(":")[2] or told.reply_to == there.id
    await office.until(lambda: "Done by Ada" in words(there))  # the same card, elsewhere
    await asyncio.sleep(0.2)
    assert (ada.count("You completed"), office.count("You completed")) == (0, 1)


async def test_completed_on_slack_told_silently_on_telegram(town: Town) -> None:
    ada, office = newcomer(town, "telegram"), newcomer(town, "slack")
    card = await ada.writes("Water plants", "#1 Water plants")
    await link(ada, office)
    await office.does("done 1", "Done by Ada")
    told = await ada.hears("You completed the task: Water plants")
    assert told.silent
    assert told.reply_to == card.id
    await ada.until(lambda: "Done by Ada" in words(card))


async def test_everybody_concerned_is_told_once_in_each_chat(town: Town) -> None:
    ada, office = newcomer(town, "telegram"), newcomer(town, "slack")
    ben = newcomer(town, "telegram", "Ben")
    await ben.does("start", "Hello")
    await ada.does("start", "Hello")
    await link(ada, office)
    await ada.writes(f"Water plants @{ben.handle}", "Added ")
    got = await ben.hears("assigned a task to you")
    await asyncio.gather(*(ben.presses(got, "Done") for _ in range(3)))
    for chat in (ada, office):
        await chat.hears("Ben completed the task: Water plants")
    await asyncio.sleep(0.3)
    assert [each.count("completed the task") for each in (ada, office, ben)] == [1, 1, 0]


async def test_complete_reopen_complete_tells_twice(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    await ada.does(f"add Buy milk @{ben.handle}", "Added ")
    await ben.hears("assigned a task to you")
    await ben.does("done 1", "Done by")
    await ben.does("done 1", "Already done.")
    await ada.until(lambda: ada.count("completed the task") == 1)
    await ben.does("reopen 1", "Reopened.")
    await ben.does("done 1", "Done by")
    await ada.until(lambda: ada.count("completed the task") == 2)


async def test_who_switched_notices_off_is_told_nothing(town: Town) -> None:
    ada, ben = newcomer(town, "telegram"), newcomer(town, "telegram", "Ben")
    await ben.does("start", "Hello")
    await ada.does("notify off", "notices off")
    await ada.writes(f"Buy milk @{ben.handle}", "Added ")
    got = await ben.hears("assigned a task to you")
    await ben.presses(got, "Done", then="Done by Ben")
    inbox = await ada.does("inbox", "Ben completed the task: Buy milk")
    assert ada.count("Ben completed the task") == 1
    assert "Inbox" in words(inbox)
