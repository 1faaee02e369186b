"""A card's menus on Slack, played on the sandbox page over the whole service."""

from __future__ import annotations

import pytest

from tests.adapters.chromium import PROGRAM, Tab
from tests.test_page import SLACK_ADA, page, sees

__all__ = ["page"]
pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")
PANE = f"[data-person={SLACK_ADA}]"


async def choose(tab: Tab, menu: str, label: str) -> None:
    """Open a menu of the only card, and choose."""
    menus = f"[...document.querySelectorAll('{PANE} .message.bot .buttons details')]"
    mine = f"{menus}.find(each => each.querySelector('summary').textContent === '{menu}')"
    await tab.until(mine)
    await tab.js(f"{mine}.querySelector('summary').click()")
    options = f"[...{mine}.querySelectorAll('.choice')]"
    assert await tab.js(f"{mine}.open")
    await tab.js(f"{options}.find(each => each.textContent === '{label}').click()")


async def test_what_is_chosen_in_a_menu_happens(page: Tab) -> None:
    await page.type(f"{PANE} textarea", "Buy milk", "Enter")
    await sees(page, SLACK_ADA, "#1 Buy milk")
    await choose(page, "Due", "Tomorrow 09:00")
    await sees(page, SLACK_ADA, "09:00 (Europe/Berlin)")  # once Slack has said where that is
    await choose(page, "⋯", "Cancel task")
    await sees(page, SLACK_ADA, "Cancelled")
