"""Slack's Home tab, played on the sandbox page over the whole service with nothing configured."""

from __future__ import annotations

import pytest

from tests.adapters.chromium import PROGRAM, Tab
from tests.test_page import SLACK_ADA, page, press, sees

__all__ = ["page"]
pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")
PANE = f"[data-person={SLACK_ADA}]"
HOME = f"{PANE} .home:not([hidden])"


async def turn_to(tab: Tab, number: int) -> None:
    """The Home tab is 0, the messages are 1."""
    await tab.js(f"document.querySelectorAll('{PANE} [role=tab]')[{number}].click()")


async def test_a_task_from_the_first_visit_to_its_undo(page: Tab) -> None:
    await turn_to(page, 0)
    await sees(page, SLACK_ADA, "Welcome")
    await press(page, SLACK_ADA, "New task")
    await page.until("document.querySelector('dialog[open]')")
    await page.type("dialog [name=title]", "Buy <!channel> milk", "Enter")
    await sees(page, SLACK_ADA, "1 open task")
    await turn_to(page, 1)
    await page.type(f"{PANE} textarea", "Buy bread tomorrow 5pm", "Enter")
    await sees(page, SLACK_ADA, "#2 Buy bread")
    await turn_to(page, 0)
    await sees(page, SLACK_ADA, "2 open tasks")
    await sees(page, SLACK_ADA, "#1 Buy <!channel> milk")
    await page.js(f"document.querySelector('{HOME} .task input').click()")
    await sees(page, SLACK_ADA, "Done today")
    await press(page, SLACK_ADA, "Undo")
    await sees(page, SLACK_ADA, "2 open tasks")
    await page.js(f"document.querySelector('{HOME} .choice').click()")  # Open
    await press(page, SLACK_ADA, "Back to my tasks")
    await sees(page, SLACK_ADA, "Accounts")
