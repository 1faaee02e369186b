"""The service with Slack installed by many workspaces: a browser that installs, over real sockets
against the sandbox's Slack."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from adapters.sandbox import World, serve
from adapters.slack.install_pages import COOKIE, INSTALL
from bot.app import service
from core.installs import Install
from tests.service_kit import Town, new_sandbox, settings_for

CLIENT = ("1234567890.1234567890", "c" * 32)
ACME, GLOBEX, CORP = "T0ACME", "T0GLOBEX", "E0CORP"
ADA, SADA = ("tg-ada", "telegram:1001"), ("sl-ada", "slack:D0ADA")
DORA = ("sl-dora", "slack:D0DORA")


class Browser:
    """One browser, with its cookies."""

    def __init__(self, site: URL) -> None:
        self.site = site
        # A browser takes this machine for a safe place, where cookies for https go, too.
        jar = aiohttp.CookieJar(unsafe=True, treat_as_secure_origin=site)
        self.session = aiohttp.ClientSession(cookie_jar=jar)

    async def get(self, url: URL | str) -> tuple[int, str]:
        async with self.session.get(self.site.join(URL(str(url))), allow_redirects=False) as answer:
            return answer.status, unescape(await answer.text())

    async def begin(self) -> URL:
        """Press the button of the install page: the address of Slack's page."""
        async with self.session.post(self.site / INSTALL[1:], allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
            return URL(answer.headers["Location"])

    async def agree(self, at: URL, team: str) -> URL:
        """Press a button of Slack's page: the way back."""
        async with self.session.get(at) as answer:
            page = await answer.text()
        fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
        fields |= {"team": team}
        form = {name: unescape(value) for name, value in fields.items()}
        async with self.session.post(at.with_query(None), data=form, allow_redirects=False) as back:
            return URL(back.headers["Location"])

    async def install(self, team: str) -> tuple[int, str]:
        """All of it: the page that it ends with."""
        return await self.get(await self.agree(await self.begin(), team))

    def cookie(self) -> str:
        return next(each.value for each in self.session.cookie_jar if each.key == COOKIE)


@dataclass
class Street(Town):
    """A town whose workspaces install the app."""

    site: URL

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[Browser]:
        made = Browser(self.site)
        async with made.session:
            yield made

    async def install(self, team: str) -> None:
        async with self.browser() as browser:
            status, text = await browser.install(team)
            assert status == 200, text

    async def uninstall(self, team: str, **options: Any) -> list[dict[str, Any]]:
        """Remove the app in Slack; the events have arrived."""
        events = self.sandbox.slack.oauth.uninstall(team, **options)
        await self.sandbox.settled()
        return events

    async def installs(self) -> list[Install]:
        return await self.service.store.query(lambda work: work.installs.page())


def two_workspaces() -> World:
    """Ada on Telegram and in Acme, Dora in Globex, and an organisation of two workspaces."""
    world = World()
    world.telegram_person("ada", "Ada", 1001)
    world.slack_person("ada", "Ada")
    world.slack_person("dora", "Dora", GLOBEX)
    world.teams |= {"T0EAST": "East", "T0WEST": "West", CORP: "Corp"}
    world.slack_person("emil", "Emil", "T0EAST", CORP)
    world.slack_person("wanda", "Wanda", "T0WEST", CORP)
    return world


@asynccontextmanager
async def street(tmp_path: Path, port: int, **changes: Any) -> AsyncIterator[Street]:
    """The service without a token of its own for Slack."""
    sandbox = new_sandbox(two_workspaces())
    sandbox.slack.oauth.client = CLIENT
    site = f"http://127.0.0.1:{port}"
    values: dict[str, Any] = {
        "slack_bot_token": None,
        "slack_client_id": CLIENT[0],
        "slack_client_secret": CLIENT[1],
        "public_url": site,
        "telegram_mode": "polling",
        "port": port,
        "secret_key": "k" * 40,
    }
    async with serve(sandbox) as served:
        settings = settings_for(served, tmp_path, **(values | changes))
        async with service(settings) as up:
            sandbox.slack.delivery.url = f"{site}/slack/events"
            yield Street(sandbox, up, URL(site))
