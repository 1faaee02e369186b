"""The whole service with sign-in on the web, and browsers that go through its pages."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
import pytest
from sqlalchemy import bindparam, select
from yarl import URL

from adapters.oidc.slack import SLACK
from adapters.oidc.telegram import TELEGRAM
from adapters.sandbox import Message, Sandbox, World, serve
from bot.app import service
from core import schema
from core.joining import logins
from core.work import Work
from tests.service_kit import Person, Town, new_sandbox, settings_for

COOKIE = "__Host-sign-in"
NAMED = select(schema.identity.c.id).where(
    schema.identity.c.name == bindparam("name"), schema.identity.c.platform == bindparam("where")
)
LETTERS = re.compile(r"\b[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}\b")
_FORM = re.compile(r'<form method="post" action="([^"]*)">(.*?)</form>', re.DOTALL)
_INPUT = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


@dataclass
class Page:
    """What a browser was answered."""

    status: int
    text: str
    headers: Mapping[str, str]
    url: str

    @property
    def title(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.text)
        return unescape(found[1]) if found else ""

    @property
    def letters(self) -> str:
        found = LETTERS.search(self.text)
        assert found, self.text
        return found[0]

    def form(self, action: str) -> tuple[str, dict[str, str]]:
        """Where the form of this action goes, and what it carries."""
        for target, inside in _FORM.findall(self.text):
            if target.endswith(action):
                fields = {name: unescape(value) for name, value in _INPUT.findall(inside)}
                return urljoin(self.url, target), fields
        raise AssertionError(f"no form {action!r} on {self.title!r}")


@dataclass
class Browser:
    """Somebody's browser, without a script: follows redirects, keeps cookies of each host."""

    client: aiohttp.ClientSession
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: list[Page] = field(default_factory=list)

    async def open(self, url: str, *, follow: bool = True) -> Page:
        return await self._go("GET", url, follow=follow)

    async def send(
        self,
        page: Page,
        action: str,
        more: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> Page:
        """Press the button of a form."""
        url, fields = page.form(action)
        own = urlsplit(page.url)
        same = {"Origin": f"{own.scheme}://{own.netloc}", "Sec-Fetch-Site": "same-origin"}
        return await self._go(
            "POST", url, {**fields, **(more or {})}, headers={**same, **(headers or {})},
            follow=follow,
        )  # fmt: skip

    async def _go(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        follow: bool = True,
    ) -> Page:
        host = urlsplit(url).netloc
        jar = self.cookies.setdefault(host, {})
        sent = {**(headers or {}), "Cookie": "; ".join(f"{k}={v}" for k, v in jar.items())}
        async with self.client.request(
            method, URL(url, encoded=True), data=form, headers=sent, allow_redirects=False
        ) as answer:
            for name, morsel in answer.cookies.items():
                jar[name] = morsel.value
            page = Page(answer.status, await answer.text(), answer.headers, url)
        self.seen.append(page)
        if follow and page.status in (302, 303):
            return await self.open(urljoin(url, page.headers["Location"]))
        return page


@dataclass
class Signing:
    """The town, and where its pages are."""

    town: Town
    client: aiohttp.ClientSession
    base: str

    def browser(self) -> Browser:
        return Browser(self.client)

    async def link_of(self, person: Person) -> str:
        """A fresh sign-in link, as the person gets it in their private chat."""
        spelled = "/task link" if person[0].startswith("sl-") else "/link"
        shown = await self.town.asks(person, spelled, "Send me this code")
        before = {each.id for each in self.town.messages(person)}
        await self.town.press(person, shown, "Sign in on the web")

        def found() -> Message | None:
            new = [each for each in self.town.messages(person) if each.id not in before]
            return next((each for each in new if "Connect this chat on the web" in each.text), None)

        link = url_of(await self.town.until(found))
        await self._is_known(person)
        return link

    async def _is_known(self, person: Person) -> None:
        """Wait until the bot has asked Slack for the person's name, which pages show."""
        who = self.town.sandbox.world.people[person[0]]
        named = {"name": who.name, "where": who.platform}
        store = self.town.service.store
        async with asyncio.timeout(8):
            while True:
                rows = await store.query(lambda work: work.run(NAMED, named).all())
                if rows:
                    return
                await asyncio.sleep(0.01)

    async def sign_in(self, browser: Browser, link: str, person: str = "u-ada") -> Page:
        """Through the issuer, up to the question."""
        start = await browser.open(link)
        assert start.title == "Connect a chat", start.text
        picking = await browser.send(start, "/link/start")
        assert picking.title == "Who are you?", picking.text
        return await browser._go("POST", picking.url.partition("?")[0], picked(picking, person))

    async def letters(self, browser: Browser, link: str, person: str = "u-ada") -> str:
        """All the way to the letters."""
        asked = await self.sign_in(browser, link, person)
        return (await browser.send(asked, "/link/consent")).letters


def picked(page: Page, person: str) -> dict[str, str]:
    """The issuer's form, filled."""
    fields = {name: unescape(value) for name, value in _INPUT.findall(page.text)}
    return {**fields, "person": person}


def url_of(message: Message) -> str:
    """Where a message's link button leads."""
    return next(each["url"] for row in message.buttons for each in row if each["url"])


async def account_of(up: Signing, person: Person) -> int:
    """The account that somebody's chat belongs to."""
    who = up.town.sandbox.world.people[person[0]]

    def find(work: Work) -> int:
        rows = work.run(
            select(schema.identity.c.account_id).where(
                schema.identity.c.platform == who.platform,
                schema.identity.c.user_id == who.user_id,
            )
        )
        return int(rows.scalar_one())

    return await up.town.service.store.query(find)


async def logins_of(up: Signing, person: Person) -> list[str]:
    """The sign-ins that lead to somebody's account, by name."""
    account = await account_of(up, person)
    found = await up.town.service.store.query(lambda work: logins(work, account))
    return [each.name for each in found]


def proved(sandbox: Sandbox, patch: pytest.MonkeyPatch) -> dict[str, str]:
    """The settings for the proofs; Telegram and Slack are where the sandbox's issuers are."""
    values = {}
    for platform, whose, prefix, name in (
        ("telegram", TELEGRAM, "telegram_login", "1234567890"),
        ("slack", SLACK, "slack", "1234567890.1234567890"),
    ):
        issuer = sandbox.proving[platform]
        issuer.client_id, issuer.client_secret = name, "c" * 32
        values |= {f"{prefix}_client_id": name, f"{prefix}_client_secret": "c" * 32}
        patch.setattr(f"bot.proofs.{platform.upper()}", replace(whose, issuer=issuer.url))
    return values


@asynccontextmanager
async def signing(
    tmp_path: Path, port: int, *, proof: bool = False, world: World | None = None, **changes: Any
) -> AsyncIterator[Signing]:
    """Everything up, with the stand-in issuer; `proof`: and with those of Telegram and Slack."""
    sandbox, base = new_sandbox(world), f"http://127.0.0.1:{port}"
    async with AsyncExitStack() as stack:
        served = await stack.enter_async_context(serve(sandbox))
        client = await stack.enter_async_context(aiohttp.ClientSession())
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        values: dict[str, Any] = {
            "port": port,
            "public_url": base,
            "telegram_mode": "polling",
            "secret_key": "k" * 40,
            "oidc_issuer": sandbox.issuer.url,
            "oidc_client_id": sandbox.issuer.client_id,
            "oidc_client_secret": sandbox.issuer.client_secret,
            "app_jwt_key": sandbox.app.key,
            "app_jwt_issuer": sandbox.app.issuer,
            "app_jwt_audience": sandbox.app.audience,
        }
        if proof:
            values |= proved(sandbox, patch)
        settings = settings_for(served, tmp_path, **(values | changes))
        async with service(settings) as up:
            sandbox.limit(on=False)
            sandbox.slack.delivery.url = f"{base}/slack/events"
            sandbox.app.api = f"{base}/api/link"
            yield Signing(Town(sandbox, up), client, base)
