"""Somebody new on Slack: a command has only their handle, so their profile is looked up once."""

from __future__ import annotations

import asyncio

import pytest

from tests.service_kit import Town
from tests.stories.cast import newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_name_and_zone_come_from_the_profile(town: Town) -> None:
    cleo = newcomer(town, "slack", "Cleo", full="Cleo Patra")
    await cleo.does("start", f"Hello {cleo.handle}")
    for _ in range(100):
        await asyncio.sleep(0.05)
        await cleo.does("whoami", "You are")
        if any("You are Cleo Patra" in words(each) for each in cleo.seen()):
            break
    card = await cleo.does("add Call bank due 24 nov 2031 17:00", "Call bank")
    assert "(Europe/Berlin)" in words(card)  # the hour is theirs
    await cleo.does("whoami", "You are Cleo Patra")  # a command, which has only the handle


async def test_dates_from_before_the_zone_was_known_are_asked_about(town: Town) -> None:
    cleo = newcomer(town, "slack", "Cleo", full="Cleo Patra")
    card = await cleo.does("add Call bank 24 nov 2031 17:00", "#1 Call bank")
    assert "Which is your time zone?" not in words(card)  # their profile says so
    asked = await cleo.hears("1 open task has a date in UTC, such as #1 Call bank 17:00.")
    assert "Your time zone is Europe/Berlin" in words(asked)
    await cleo.presses(asked, "Move them", then="1 task is at the same time in Europe/Berlin now.")
    await cleo.until(lambda: "17:00 (Europe/Berlin)" in words(card))
