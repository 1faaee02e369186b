"""A link to a task on the sandbox page: the Work Object below it, and its details."""

from __future__ import annotations

import json

import pytest

from tests.adapters.chromium import PROGRAM, Tab
from tests.test_page import SLACK_ADA, front, page, sees

__all__ = ["page"]
pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")
CLEO = "sl-cleo"


async def turn_to(tab: Tab, who: str, number: int) -> None:
    """The Home tab is 0, the messages are 1, the channel is 2."""
    await tab.js(f"document.querySelectorAll('[data-person={who}] [role=tab]')[{number}].click()")


async def says(tab: Tab, text: str) -> None:
    await tab.type(f"[data-person={SLACK_ADA}] .composer textarea", text, "Enter")


async def pane(tab: Tab, who: str, state: str) -> str:
    """What stands in somebody's pane, once it is in this state."""
    found = f"document.querySelector('[data-person={who}] .details[data-state={state}]')"
    await tab.until(found)
    return str(await tab.js(f"{found}.textContent"))


async def presses(tab: Tab, within: str, label: str) -> None:
    buttons = f"[...{within}.querySelectorAll('button')]"
    await tab.js(f"{buttons}.findLast((b) => b.textContent === {json.dumps(label)}).click()")


async def test_each_sees_of_the_details_what_is_theirs(page: Tab) -> None:
    for who in (SLACK_ADA, CLEO):
        await turn_to(page, who, 2)
    await says(page, "/task add Water <!channel> plants")
    await sees(page, SLACK_ADA, "Water <!channel> plants")
    await turn_to(page, SLACK_ADA, 1)
    await says(page, "/task share 1")
    await sees(page, SLACK_ADA, "/task/")
    link = await page.js(
        rf"{front(SLACK_ADA)}.textContent.match(/http:\S+\/task\/[0-9a-z]{{8}}/)[0]"
    )
    await turn_to(page, SLACK_ADA, 2)
    await says(page, link)
    await page.until(f"{front(CLEO)}.querySelector('.entity')")
    for who in (SLACK_ADA, CLEO):
        await presses(page, front(who), "Details")
    assert "Connect your account" in await pane(page, CLEO, "connect")
    assert "Water <!channel> plants" in await pane(page, SLACK_ADA, "shown")
    own = f"document.querySelector('[data-person={SLACK_ADA}] .details')"
    await presses(page, own, "Done")
    await page.until(f"{own}.textContent.includes('Done by')")
    await page.until(f"{front(CLEO)}.querySelector('.entity').textContent.includes('Done by')")
    await presses(page, own, "✕")
    await page.until(f"{own}.hidden")
