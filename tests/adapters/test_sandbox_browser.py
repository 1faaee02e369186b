"""The sandbox page in a browser: what a newcomer can do on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.sandbox.model import BOT, SHORTCUTS
from tests.adapters.chromium import PROGRAM, Tab, chromium
from tests.adapters.page_bot import runs
from tests.adapters.page_kit import Served, served

__all__ = ["served"]
pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")
ADA = "[data-person=tg-ada]"
SLACK_ADA = "[data-person=sl-ada]"
PRIVATE, GROUP = "telegram:1001", "telegram:-100200300"


@asynccontextmanager
async def opened(served: Served, profile: Path) -> AsyncIterator[Tab]:
    async with chromium(profile, served.url) as tab:
        await tab.until("document.querySelectorAll('.pane').length === 4")
        yield tab


def says(pane: str, text: str, part: str = ".log:not([hidden])") -> str:
    return f"document.querySelector('{pane} {part}')?.textContent.includes({text!r})"


async def test_typing_pressing_and_two_people_in_one_group(served: Served, tmp_path: Path) -> None:
    async with opened(served, tmp_path) as tab:
        await tab.type(f"{ADA} textarea", "Buy <b>milk</b>", "Enter")
        await tab.until(says(ADA, "#1 Buy <b>milk</b>"))
        assert not await tab.js("document.querySelector('.bubble b')")
        press = f"document.querySelector('{ADA} .press').click()"
        await tab.js(f"{press}, {press}")
        await tab.until(f"document.querySelector('{ADA} .changed s')")
        await tab.until(says(ADA, "edited"))
        assert served.bot.presses == 1
        await tab.until(says(ADA, "Done.", ".toasts"))
        served.bot.post(GROUP, "tg-ben", runs("hello"))
        unread = f"document.querySelector('{ADA} .badge:not([hidden])')?.textContent"
        await tab.until(f"{unread} === '1'")
        await tab.type(f"{ADA} [role=tab]", "", "ArrowRight")
        await tab.until(says(ADA, "hello"))
        assert not await tab.js(unread)


async def test_a_message_is_answered_by_its_reply_button(served: Served, tmp_path: Path) -> None:
    asked = served.bot.post(PRIVATE, BOT, runs("Which day?"))
    async with opened(served, tmp_path) as tab:
        await tab.js(f"document.querySelector('{ADA} .reply').click()")
        await tab.until(says(ADA, "Replying to Fluxbot: Which day?", ".replying:not([hidden])"))
        await tab.type(f"{ADA} textarea", "Friday", "Enter")
        await tab.until(says(ADA, "Which day?", ".mine .quote"))
        assert served.bot.world.messages(PRIVATE)[1].reply_to == asked.id
        assert await tab.js(f"document.querySelector('{ADA} .replying').hidden")


async def test_a_form_is_filled_refused_on_its_field_and_sent(
    served: Served, tmp_path: Path
) -> None:
    async with opened(served, tmp_path) as tab:
        await tab.type(f"{SLACK_ADA} textarea", "/task new", "Enter")
        await tab.until(f"document.querySelector('{SLACK_ADA} dialog[open]')")
        await tab.key("Enter")
        await tab.until(says("dialog", "complete this required field", ".problem"))
        await tab.type("dialog [name=title]", "bad", "Enter")
        await tab.until(says("dialog", "That is no title.", ".problem"))
        assert await tab.js("document.activeElement.name") == "title"
        await tab.js("document.activeElement.value = ''")
        values = {"priority": "high", "assignee": "U0CLEO", "date": "2026-11-27", "time": "09:30"}
        for name, value in values.items():
            await tab.js(f"document.querySelector('dialog [name={name}]').value = '{value}'")
        await tab.type("dialog [name=title]", "Write the agenda", "Enter")
        await tab.until(says(SLACK_ADA, "Write the agenda"))
        await tab.until("!document.querySelector('dialog')")
        assert served.bot.submitted == [values | {"title": "Write the agenda", "notes": ""}]


async def test_escape_tells_the_platform_that_the_form_was_left(
    served: Served, tmp_path: Path
) -> None:
    served.bot.open_form("sl-ada")
    async with opened(served, tmp_path) as tab:
        await tab.until("document.querySelector('dialog[open]')")
        await tab.key("Escape")
        await tab.until("!document.querySelector('dialog')")
        assert served.bot.world.views == {}


async def test_what_only_one_person_sees_is_in_one_pane(served: Served, tmp_path: Path) -> None:
    served.bot.post("slack:C0GENERAL", BOT, runs("a secret"), ephemeral_for="sl-cleo")
    async with opened(served, tmp_path) as tab:
        assert await tab.js(says("[data-person=sl-cleo]", "a secret", ".views"))
        assert await tab.js(says("[data-person=sl-cleo]", "only visible to you", ".views"))
        assert not await tab.js(says(SLACK_ADA, "a secret", ".views"))


async def test_the_things_to_try_type_for_you_and_slash_suggests(
    served: Served, tmp_path: Path
) -> None:
    async with opened(served, tmp_path) as tab:
        for number, outcome in enumerate(
            (says(ADA, "#1 Buy milk"), says(ADA, "edited"), says(SLACK_ADA, "Only you can read"))
        ):
            await tab.js(f"document.querySelectorAll('.try')[{number}].click()")
            await tab.until(outcome)
        await tab.type(f"{ADA} textarea", "/l")
        await tab.until(f"document.querySelectorAll('{ADA} [role=option]').length === 2")
        for key in ("ArrowDown", "Enter"):
            await tab.key(key)
        assert await tab.js("document.activeElement.value") == "/list "


async def test_the_page_comes_back_by_itself_after_a_restart(
    served: Served, tmp_path: Path
) -> None:
    async with opened(served, tmp_path) as tab:
        banner = "document.getElementById('connection').textContent"
        await tab.type(f"{ADA} textarea", "half a sentence")
        await served.stop()
        await tab.until(
            "document.getElementById('connection').textContent.startsWith('Reconnecting')"
        )
        served.bot.post(PRIVATE, BOT, runs("said meanwhile"))
        await served.start()
        await tab.until(says(ADA, "said meanwhile"))
        assert await tab.js(banner) == ""
        assert await tab.js(f"document.querySelector('{ADA} textarea').value") == "half a sentence"


async def test_markup_that_got_in_would_still_run_nothing(served: Served, tmp_path: Path) -> None:
    force = "document.body.insertAdjacentHTML('beforeend', '<img src=x: onerror=window.got=1>')"
    async with opened(served, tmp_path) as tab:
        await tab.js(force)
        await asyncio.sleep(0.2)
        assert await tab.js("window.got === undefined")
        # the control: without the policy the same markup does run
        await tab.call("Page.setBypassCSP", enabled=True)
        await tab.call("Page.navigate", url=served.url)
        await tab.until("document.querySelectorAll('.pane').length === 4")
        await tab.js(force)
        await tab.until("window.got === 1")


async def test_slack_has_menus_of_its_own(served: Served, tmp_path: Path) -> None:
    served.bot.world.menu[SHORTCUTS] = [
        {"name": "Turn into task", "kind": "message", "line": "capture-message"},
        {"name": "New task", "kind": "global", "line": "add"},
    ]
    said = served.bot.post("slack:C0GENERAL", "sl-cleo", runs("Buy milk"))
    async with opened(served, tmp_path) as tab:

        async def chooses(menu: str, label: str) -> None:
            choices = f"[...document.querySelectorAll('{menu} .choice')]"
            await tab.js(f"{choices}.find((each) => each.textContent === {label!r}).click()")

        message = f'{SLACK_ADA} [data-id="{said.id}"]'
        await chooses(f"{SLACK_ADA} .who", "New task")
        await chooses(message, "Turn into task")
        await chooses(message, "React with :pushpin:")
        await tab.until(
            f"document.querySelector('{message} .reactions')?.textContent === ':pushpin: 1'"
        )
        await chooses(message, "Take :pushpin: away")
        await tab.until(f"!document.querySelector('{message} .reactions')")
        assert served.bot.chosen == [("add", ""), ("capture-message", said.id)]
        assert not await tab.js(f"document.querySelector('{ADA} .menu')")
