"""With nothing configured: every way to connect a chat, played by hand on the sandbox page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.sandbox import Sandbox
from bot.app import service
from bot.settings import Settings
from tests.adapters.chromium import PROGRAM, Tab, chromium
from tests.pages.test_page_browser import agree, press, sign_in, titled

pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")
ADA, SLACK_ADA = "[data-person=tg-ada]", "[data-person=sl-ada]"


@asynccontextmanager
async def played(tmp_path: Path) -> AsyncIterator[tuple[Tab, str, Sandbox]]:
    """The service with nothing set, and its sandbox page."""
    values = {"database_url": f"sqlite:///{tmp_path}/fluxbot.db", "port": 0}
    settings = Settings(_env_file=None, **values)  # type: ignore[arg-type,call-arg]  # pydantic's own
    async with service(settings) as up:
        url = f"http://127.0.0.1:{up.port}"
        async with chromium(tmp_path / "profile", f"{url}/sandbox") as tab:
            assert up.sandbox is not None
            up.sandbox.limit(on=False)
            await tab.until("document.querySelectorAll('.pane').length === 4")
            yield tab, url, up.sandbox


async def says(tab: Tab, pane: str, line: str, answer: str) -> None:
    await tab.type(f"{pane} textarea", line, "Enter")
    await hears(tab, pane, answer)


async def hears(tab: Tab, pane: str, text: str) -> None:
    await tab.until(
        f"document.querySelector('{pane} .log:not([hidden])').textContent.includes({text!r})"
    )


async def presses(tab: Tab, pane: str, label: str, answer: str = "") -> None:
    buttons = f"[...document.querySelectorAll('{pane} .press')]"
    await tab.until(f"{buttons}.some(b => b.textContent === {label!r})")
    await tab.js(f"{buttons}.findLast(b => b.textContent === {label!r}).click()")
    if answer:
        await hears(tab, pane, answer)


@pytest.mark.parametrize(("pane", "line"), [(ADA, "/link"), (SLACK_ADA, "/task link")])
async def test_a_sign_in_on_the_web(tmp_path: Path, pane: str, line: str) -> None:
    async with played(tmp_path) as (tab, url, _):
        await says(tab, pane, line, "Send me this code")
        await presses(tab, pane, "Sign in on the web", "Connect this chat on the web")
        links = f"[...document.querySelectorAll('{pane} a.press')]"
        link = f"{links}.find(a => a.textContent === 'Sign in')"
        await tab.until(link)
        await tab.call("Page.navigate", url=str(await tab.js(f"{link}.href")))
        await sign_in(tab)
        letters = await agree(tab)
        await tab.call("Page.navigate", url=f"{url}/sandbox")
        await tab.until("document.querySelectorAll('.pane').length === 4")
        await says(tab, pane, letters, "signing in as Ada Lovelace leads to this account")
        await tab.call("Page.navigate", url=f"{url}/link")
        await tab.until(titled("Connected"))


@pytest.mark.parametrize(
    ("pane", "line", "platform", "her"),
    [
        (ADA, "/link", "Telegram", "Allow, as Ada"),
        (SLACK_ADA, "/task link", "Slack", "Ada, T0ACME"),
    ],
)
async def test_a_sign_in_that_is_proved_where_the_chat_is(
    tmp_path: Path, pane: str, line: str, platform: str, her: str
) -> None:
    """No letters: the browser is signed in there as whose chat it is."""
    async with played(tmp_path) as (tab, _, _):
        await says(tab, pane, line, "Send me this code")
        await presses(tab, pane, "Sign in on the web", "Connect this chat on the web")
        links = f"[...document.querySelectorAll('{pane} a.press')]"
        link = f"{links}.find(a => a.textContent === 'Sign in')"
        await tab.until(link)
        await tab.call("Page.navigate", url=str(await tab.js(f"{link}.href")))
        await sign_in(tab)
        await agree(tab)
        await press(tab, f"Prove it with {platform}")
        await tab.until(titled("Who are you?"))
        await press(tab, her)
        await tab.until(titled("Connected"))


async def test_a_link_from_an_app_of_ones_own(tmp_path: Path) -> None:
    async with played(tmp_path) as (tab, url, _):
        assert await tab.js("document.querySelector('.intro a').href") == f"{url}/sandbox/app"
        await tab.call("Page.navigate", url=f"{url}/sandbox/app")
        await tab.until(titled("Your own app"))
        await press(tab, "Connect a chat of Ada Lovelace")
        await tab.until("document.querySelectorAll('h2').length === 2")
        codes = await tab.js("[...document.querySelectorAll('pre')].map(c => c.textContent)")
        start = next(each for each in codes if each.startswith("/start l_"))
        await tab.call("Page.navigate", url=f"{url}/sandbox")
        await tab.until("document.querySelectorAll('.pane').length === 4")
        await says(tab, ADA, start, "account of Ada Lovelace?")
        await presses(tab, ADA, "Yes, connect", "Connected")


@pytest.mark.parametrize(
    ("pane", "line", "platform"), [(ADA, "/link", "Telegram"), (SLACK_ADA, "/task link", "Slack")]
)
async def test_a_page_that_ends_leads_back_to_the_sandbox(
    tmp_path: Path, pane: str, line: str, platform: str
) -> None:
    async with played(tmp_path) as (tab, url, _):
        await says(tab, pane, line, "Send me this code")
        await presses(tab, pane, "Sign in on the web", "Connect this chat on the web")
        links = f"[...document.querySelectorAll('{pane} a.press')]"
        link = f"{links}.find(a => a.textContent === 'Sign in')"
        await tab.until(link)
        await tab.call("Page.navigate", url=str(await tab.js(f"{link}.href")))
        await tab.until(titled("Connect a chat"))
        await press(tab, "Cancel")
        await tab.until(titled("Nothing was connected"))
        assert await tab.js("document.querySelector('a.button').href") == f"{url}/sandbox"
        assert (
            await tab.js("document.querySelector('a.button').textContent") == f"Back to {platform}"
        )
