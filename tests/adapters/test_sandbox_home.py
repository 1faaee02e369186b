"""Slack's Home tab in the sandbox: what is published is kept or refused as by Slack, and the page
shows it to its person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from adapters.sandbox import Sandbox, World, serve
from tests.adapters.chromium import PROGRAM, chromium
from tests.adapters.page_kit import Served, served

__all__ = ["served"]
needs_chromium = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")
TOKEN = "xoxb-" + "3" * 32
ADA = "[data-person=sl-ada]"
VIEW: dict[str, Any] = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": {"type": "plain_text", "text": "1 open"}},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "checkboxes",
                    "action_id": "check:reopen 1",
                    "options": [
                        {"text": {"type": "plain_text", "text": "Milk"}, "value": "done 1"}
                    ],
                },
                {
                    "type": "overflow",
                    "action_id": "menu:0",
                    "options": [
                        {"text": {"type": "plain_text", "text": "Edit"}, "value": "edit 1"}
                    ],
                },
            ],
        },
    ],
}


class Slack:
    """The stand-in, and a call of its API."""

    def __init__(self, sandbox: Sandbox, url: str, session: aiohttp.ClientSession) -> None:
        self.sandbox, self._url, self._session = sandbox, url, session

    async def publish(self, view: Any, user: str = "U0ADA", **more: Any) -> dict[str, Any]:
        body = {"user_id": user, "view": view, **more}
        head = {"Authorization": f"Bearer {TOKEN}"}
        url = f"{self._url}views.publish"
        async with self._session.post(url, json=body, headers=head) as answer:
            found: dict[str, Any] = await answer.json()
            return found


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with _slack() as made:
        yield made


@asynccontextmanager
async def _slack() -> AsyncIterator[Slack]:
    sandbox = Sandbox(
        World.demo(), telegram_token="1:a", slack_bot_token=TOKEN, slack_signing_secret="5" * 32
    )
    async with serve(sandbox) as served_at, aiohttp.ClientSession() as session:
        yield Slack(sandbox, served_at.slack_base_url, session)


async def test_what_is_published_replaces_what_was(slack: Slack) -> None:
    first = await slack.publish(VIEW)
    assert first["ok"], first
    again = await slack.publish(VIEW, hash=first["view"]["hash"])
    assert again["view"]["id"] == first["view"]["id"]
    assert (await slack.publish(VIEW, hash=first["view"]["hash"]))["error"] == "hash_conflict"
    heading, row = slack.sandbox.world.homes["sl-ada"]["blocks"]
    assert heading == {"kind": "heading", "text": "1 open"}
    assert (row["label"], row["press"]["value"]) == ("Milk", "done 1")
    assert [each["label"] for each in row["menu"]] == ["Edit"]
    assert "sl-cleo" not in slack.sandbox.world.homes


async def test_what_slack_refuses_is_refused(slack: Slack) -> None:
    text = {"type": "section", "text": {"type": "plain_text", "text": "x" * 3000}}
    for view, error in (
        ({"type": "modal", "blocks": []}, "invalid_arguments"),
        ({"type": "home", "blocks": [{"type": "input"}]}, "invalid_arguments"),
        ({"type": "home", "blocks": [text] * 101}, "view_too_large"),
        ({"type": "home", "blocks": [{"type": "divider"}] * 101}, "invalid_arguments"),
    ):
        assert (await slack.publish(view))["error"] == error
    assert (await slack.publish(VIEW, user="U0NOBODY"))["error"] == "user_not_found"
    slack.sandbox.slack.homes.enabled = False
    assert (await slack.publish(VIEW))["error"] == "not_enabled"


async def test_only_people_on_slack_have_one(slack: Slack) -> None:
    with pytest.raises(LookupError):
        await slack.sandbox.open_home("tg-ada")


@needs_chromium
async def test_the_tab_is_drawn_ticked_and_chosen_from(served: Served, tmp_path: Path) -> None:
    async with chromium(tmp_path, served.url) as tab:
        home = f"{ADA} .home:not([hidden])"
        await tab.until(f"document.querySelectorAll('{ADA} [role=tab]').length >= 3")
        first = f"document.querySelector('{ADA} [role=tab]')"
        assert await tab.js(f"{first}.textContent") == "Home"
        assert await tab.js(f"document.querySelector('{home}') === null")
        await tab.js(f"{first}.click()")
        await tab.until(f"document.querySelector('{home} h3')?.textContent === '2 open'")
        assert await tab.js(f"document.querySelector('{ADA} .composer').hidden")
        idle = f"!document.querySelector('{home} [aria-disabled=true]')"
        for control in (".task input", ".task input", ".choice"):
            await tab.js(f"document.querySelector('{home} {control}').click()")
            await tab.until(idle)
        assert served.bot.chosen == [("done 1", "VHOME"), ("", "VHOME"), ("edit 1", "VHOME")]
        served.bot.draw_home("sl-ada", "<b>Tea</b>")
        await tab.until(
            f"document.querySelector('{home} .task')?.textContent === '<b>Tea</b>today'"
        )
        await tab.js(f"document.querySelectorAll('{ADA} [role=tab]')[1].click()")
        await tab.until(f"!document.querySelector('{ADA} .composer').hidden")


@needs_chromium
async def test_a_page_that_comes_back_shows_what_is_published(
    served: Served, tmp_path: Path
) -> None:
    served.bot.draw_home("sl-ada", "Tea")
    async with chromium(tmp_path, served.url) as tab:
        shown = f"document.querySelector('{ADA} .home .task')?.textContent"
        await tab.until(f"{shown} === 'Teatoday'")
        await served.stop()
        served.bot.draw_home("sl-ada", "Coffee")
        await served.start()
        await tab.until(f"{shown} === 'Coffeetoday'")
