"""Somebody new on Slack: a command has only their handle, so their profile is looked up once."""

from __future__ import annotations

import asyncio

import pytest

from tests.service_kit import Town
from tests.stories.cast import newcomer, words

BERLIN = "Europe/Berlin"
pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_name_and_zone_come_from_the_profile(town: Town) -> None:
    cleo = newcomer(town, "slack", "Cleo", full="Cleo Patra", zone=BERLIN)
    await cleo.does("start", f"Hello {cleo.handle}")
    for _ in range(100):
        await asyncio.sleep(0.05)
        await cleo.does("whoami", "You are")
        if any("You are Cleo Patra" in words(each) for each in cleo.seen()):
            break
    card = await cleo.does("add Call bank due 24 nov 2031 17:00", "Call bank")
    assert "(Europe/Berlin)" in words(card)  # the hour is theirs
    await cleo.does("whoami", "You are Cleo Patra")  # a command, which has only the handle


async def test_dates_from_before_the_zone_was_known_come_along_and_nobody_asks(town: Town) -> None:
    cleo = newcomer(town, "slack", "Cleo", full="Cleo Patra", zone=BERLIN)
    cards = [
        await cleo.does("add Call bank 24 nov 2031 17:00", "#1 Call bank"),
        await cleo.does("add Call mum 25 nov 2031 18:00", "#2 Call mum"),
    ]
    for card, hour in zip(cards, ("17:00", "18:00"), strict=True):
        await cleo.until(lambda card=card, hour=hour: f"{hour} (Europe/Berlin)" in words(card))
    assert not cleo.count("time zone")
    # What is undone is the last thing that they did themselves.
    await cleo.does("undo", "Undone: the task is gone.")
    await cleo.until(lambda: "Deleted" in words(cards[1]))
    assert "17:00 (Europe/Berlin)" in words(cards[0])


async def test_whom_they_write_of_first_hears_their_name(town: Town) -> None:
    ben, cleo = (
        newcomer(town, "slack", "Ben"),
        newcomer(town, "slack", "Cleo", full="Cleo Patra", zone=BERLIN),
    )
    await cleo.writes(f"Call bank @{ben.handle}", "#1 Call bank")  # a message has no name at all
    await ben.hears("Cleo Patra assigned a task to you.")
    assert not ben.count("Somebody")
