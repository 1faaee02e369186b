"""The whole service with nothing configured, played on its own page: anybody's first minutes."""

from __future__ import annotations

import json

import pytest

from tests.adapters.chromium import PROGRAM, Tab
from tests.sandbox_page import page

__all__ = ["page"]

pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")
ADA, BEN, SLACK_ADA = "tg-ada", "tg-ben", "sl-ada"


def front(person: str) -> str:
    return f"document.querySelector('[data-person={person}] .log:not([hidden])')"


async def sees(tab: Tab, person: str, text: str) -> None:
    await tab.until(f"{front(person)}?.textContent.includes({json.dumps(text)})")


async def press(tab: Tab, person: str, label: str) -> None:
    """Press the newest button of that label, as soon as it is there."""
    button = (
        f"[...{front(person)}.querySelectorAll('button.press')]"
        f".findLast((each) => each.textContent === {json.dumps(label)})"
    )
    await tab.until(button)
    await tab.js(f"{button}.click()")


async def tries(tab: Tab, number: int) -> None:
    await tab.js(f"document.querySelectorAll('.try')[{number}].click()")


async def test_the_three_things_to_try_tell_the_story(page: Tab) -> None:
    await tries(page, 0)
    await sees(page, ADA, "#1 Buy milk")
    await tries(page, 1)
    await sees(page, ADA, "Done by Ada")
    await tries(page, 2)
    await press(page, SLACK_ADA, "Yes, connect")
    await press(page, ADA, "Yes, that is me")
    await sees(page, SLACK_ADA, "is connected to the account of")

    await page.type(f"[data-person={ADA}] textarea", "Call the bank", "Enter")
    await sees(page, ADA, "#2 Call the bank")
    await press(page, ADA, "Done")
    await sees(page, SLACK_ADA, "You completed the task: Call the bank")


async def test_things_tried_at_once_wait_for_each_other(page: Tab) -> None:
    await tries(page, 0)
    await tries(page, 2)
    await sees(page, ADA, "There is no list #home yet. Create it?")
    await sees(page, SLACK_ADA, "Connect to the account of Ada?")


async def test_a_form_of_slacks_is_filled_on_the_page(page: Tab) -> None:
    await page.type(f"[data-person={SLACK_ADA}] textarea", "/task add", "Enter")
    await page.until("document.querySelector('dialog[open]')")
    await page.js("document.querySelector('dialog [name=due]').value = '2031-11-28'")
    await page.type("dialog [name=title]", "Plan the <!channel> party", "Enter")
    await sees(page, SLACK_ADA, "#1 Plan the <!channel> party")
    await sees(page, SLACK_ADA, "28 Nov 2031")
