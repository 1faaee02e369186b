"""What only Telegram has, played on the sandbox's page over the whole service."""

from __future__ import annotations

import json

import pytest

from tests.adapters.chromium import PROGRAM, Tab
from tests.sandbox_page import page

__all__ = ["page"]

pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")
PANE = "[data-person=tg-ada]"
INPUT = f"{PANE} textarea"
LOG = f"document.querySelector('{PANE} .log:not([hidden])')"
OFFERED = f"[...document.querySelectorAll('{PANE} .suggestions:not([hidden]) li')]"


async def sees(tab: Tab, text: str) -> None:
    await tab.until(f"{LOG}?.textContent.includes({json.dumps(text)})")


async def chooses(tab: Tab, kind: str, label: str) -> None:
    """Open the menu of the newest message of a kind, `bot` or `mine`, and choose."""
    message = f"[...{LOG}.querySelectorAll('.{kind}')].at(-1)"
    await tab.js(f"{message}.querySelector('.menu summary').click()")
    choice = f"[...{message}.querySelectorAll('.choice')]"
    await tab.js(f"{choice}.find((each) => each.textContent === {json.dumps(label)}).click()")


async def turns(tab: Tab, name: str) -> None:
    """Turn to another chat."""
    await tab.js(
        f"[...document.querySelectorAll('{PANE} [role=tab]')]"
        f".find((each) => each.textContent.startsWith({json.dumps(name)})).click()"
    )


async def test_ones_message_is_edited_and_its_task_follows(page: Tab) -> None:
    await page.type(INPUT, "Buy milk", "Enter")
    await sees(page, "#1 Buy milk")
    await chooses(page, "bot", "Forward to Flat 4")
    await chooses(page, "mine", "Edit")
    await page.until(f"document.querySelector('{INPUT}').value === 'Buy milk'")
    await page.js(f"document.querySelector('{INPUT}').value = ''")
    await page.type(INPUT, "Buy oat milk !high", "Enter")
    await sees(page, "#1 Buy oat milk")
    await sees(page, "Changed, as your message was.")
    await turns(page, "Flat 4")
    await sees(page, "Forwarded from")


async def test_the_bot_is_asked_from_a_group(page: Tab) -> None:
    await page.type(INPUT, "Water the plants", "Enter")
    await sees(page, "#1 Water the plants")
    await turns(page, "Flat 4")
    await page.type(INPUT, "@fluxbot plants")
    await page.until(f"{OFFERED}.length === 2")
    assert await page.js(f"{OFFERED}[0].textContent.startsWith('Add: plants')")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        await page.key(key)
    await sees(page, "via @fluxbot")
    await sees(page, "Water the plants")
    assert await page.js(f"document.querySelector('{INPUT}').value") == ""


async def test_a_message_goes_into_the_topic_that_is_chosen(page: Tab) -> None:
    await turns(page, "Flat 4")
    await page.js(f"document.querySelector('{PANE} .topic').value = '3'")
    await page.type(INPUT, "/add@fluxbot Water the plants", "Enter")
    await page.until(f"{LOG}.querySelector('.bot')?.textContent.includes('in Garden')")
