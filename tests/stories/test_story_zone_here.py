"""Somebody travels with one device: the chat there is in another time zone than the rest."""

from __future__ import annotations

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, link, newcomer, words
from tests.stories.home_tab import HomeTab

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("away", ["telegram", "slack"])
async def test_one_of_two_chats_is_in_tokyo(town: Town, away: str) -> None:
    home = newcomer(town, "slack" if away == "telegram" else "telegram")
    there = newcomer(town, away)
    await home.does("timezone Berlin", "Europe/Berlin")
    await link(home, there)
    await there.does("timezone here Tokyo", "stay in Europe/Berlin")
    card = await there.writes("Call the hotel 2031-05-04 09:00", "Call the hotel")
    assert "due: Sun 4 May 2031 09:00 (Asia/Tokyo)" in words(card)
    card = await home.does("show 1", "Call the hotel")
    assert "due: Sun 4 May 2031 09:00 (Asia/Tokyo)" in words(card)
    card = await home.writes("Pay the rent 2031-05-03 17:00", "Pay the rent")
    assert "due: Sat 3 May 2031 17:00 (Europe/Berlin)" in words(card)
    seen = words(await there.does("list", "Open tasks"))
    assert "17:00 (Europe/Berlin)" in seen
    assert "(Asia/Tokyo)" not in seen
    seen = words(await home.does("list", "Open tasks"))
    assert "09:00 (Asia/Tokyo)" in seen
    assert "(Europe/Berlin)" not in seen


async def test_it_is_set_from_the_settings(ada: Somebody) -> None:
    await ada.is_met()
    shown = await ada.does("settings", "Settings")
    await ada.presses(shown, "Time zone here")
    if ada.platform == "slack":
        await ada.fills(here="Tokyo")
    else:
        await ada.until(lambda: "A city; or off" in words(shown))
        await ada.writes("Tokyo", "Asia/Tokyo")
    await ada.hears("In this chat the time zone is Asia/Tokyo")
    shown = await ada.does("settings", "time zone here: Asia/Tokyo")
    assert "Time zone here" in labels(shown)


async def test_the_home_tab_is_in_that_zone(town: Town) -> None:
    cleo = newcomer(town, "slack", "Cleo", zone="Europe/Berlin")
    await cleo.is_met()
    await cleo.writes("Milk 2031-05-04 09:00", "Milk")
    tab = HomeTab(cleo)
    await tab.opens("1 open task")
    assert "(Europe/Berlin)" not in tab.text
    await cleo.does("timezone here Tokyo", "Asia/Tokyo")
    await tab.says("09:00 (Europe/Berlin)")
    assert "time zone here" in tab.text
