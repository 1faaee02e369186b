"""Every address of the site, asked with every credential: what is answered is decided here, in a
row for each (`promises.md` B9). On the web nobody has a name: whoever they are in a chat, they are
here what they can show. The sandbox's pages are there only where nothing is real, and answer this
machine alone (`tests/test_page.py`)."""

from __future__ import annotations

import secrets
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jwt
import pytest
import pytest_asyncio
from aiohttp import web
from sqlalchemy import select
from yarl import URL

import bot.app
from adapters.sandbox import polar_signing
from adapters.sandbox.model import TEAM
from adapters.sandbox.polar_papers import new_secret
from adapters.slack.install_pages import COOKIE as INSTALL_COOKIE
from core import schema
from core.addresses import Sender
from core.rights import Actor
from core.task import Draft
from core.work import Work
from tests.hostile_kit import (
    WEBHOOK_SECRET,
    House,
    house,
    packed,
    signature,
)
from tests.pages_kit import COOKIE, Browser, Page, picked
from tests.ports import free_port
from tests.slack_town import ACME
from tests.slack_town import Browser as InstallBrowser

METRICS_TOKEN = "m" * 32
OWNER = "Ottilie"
"""A name that no page has of itself."""
HTTP = {
    "GET /healthz": "200 200 200 200",
    "GET /readyz": "200 200 200 200",
    "GET /metrics": "401 401 401 200",
    "POST /telegram/webhook": "403 403 403 200",
    "POST /slack/events": "401 401 401 200",
    "GET /slack/install": "200 200 200 200",
    "POST /slack/install": "303 403 303 303",
    "GET /slack/oauth_redirect": "400 400 400 200",
    "GET /link": "410 410 200 200",
    "GET /link/{token}": "410 410 410 303",
    "GET /link/style.css": "200 200 200 200",
    "POST /link/start": "403 403 403 303",
    "POST /link/consent": "403 403 403 303",
    "POST /link/cancel": "403 403 403 303",
    "POST /link/prove": "403 403 403 303",
    "GET /link/proved": "403 403 410 303",
    "GET /oidc/callback": "403 403 410 303",
    "POST /api/link": "401 401 401 200",
    "POST /polar/events": "403 403 403 202",
    "GET /task/{task}": "200 200 200 200",
    "GET /task/style.css": "200 200 200 200",
    "GET /billing/done": "200 200 200 200",
    "GET /billing/style.css": "200 200 200 200",
}
"""What is answered to: nothing shown; something made up; what is somebody else's, or good for
something else; the right thing. HEAD is answered as GET."""
COLUMNS = ("nothing", "made up", "another's", "right")
SANDBOX = "/sandbox"


Asked = tuple[str, dict[str, str], Any]
"""A path, or an address of the site; headers; a body."""


@dataclass
class Site:
    """The house, what its site was made of, and two who sign in."""

    house: House
    routes: set[str]

    async def link(self, name: str, *, on_slack: bool = False) -> str:
        """A fresh link to sign in, for somebody of that name."""
        who = Sender("telegram", "", name, name)
        if on_slack:
            member = self.house.town.sandbox.world.people[f"sl-{name}"]
            who = Sender("slack", TEAM, member.user_id, name)

        def started(work: Work) -> str:
            work.run(schema.rate.delete())
            return work.web_links.start(work.accounts.recognise(who)[1])[0]

        token = await self.house.town.service.store.mutate(started)
        return self.house.url(f"/link/{token}")

    async def opened(self, name: str, *, on_slack: bool = False) -> tuple[Browser, Page]:
        """A browser in which that link is open."""
        browser = Browser(self.house.client)
        return browser, await browser.open(await self.link(name, on_slack=on_slack))

    async def signing(self, name: str, *, on_slack: bool = False) -> tuple[Browser, str]:
        """A browser on its way back from the issuer, and where it is sent."""
        browser, page = await self.opened(name, on_slack=on_slack)
        picking = await browser.send(page, "/link/start")
        form = picked(picking, "u-ada")
        target = picking.url.partition("?")[0]
        sent = await browser._go("POST", target, form, follow=False)
        return browser, sent.headers["Location"]

    async def signed(self, name: str) -> tuple[Browser, Page]:
        """A browser that is asked to agree."""
        browser, back = await self.signing(name)
        return browser, await browser.open(back)

    async def agreed(self, name: str) -> tuple[Browser, Page]:
        """A browser that shows letters for a chat on Slack, which it may prove to be its own."""
        world = self.house.town.sandbox.world
        if f"sl-{name}" not in world.people:
            world.slack_person(name, name)
        browser, back = await self.signing(name, on_slack=True)
        return browser, await browser.send(await browser.open(back), "/link/consent")

    async def proving(self, name: str) -> tuple[Browser, str]:
        """A browser on its way back from Slack, and where it is sent."""
        browser, shown = await self.agreed(name)
        asked = await browser.send(shown, "/link/prove")
        form = picked(asked, self.house.town.sandbox.world.people[f"sl-{name}"].user_id)
        target = asked.url.partition("?")[0]
        sent = await browser._go("POST", target, form, follow=False)
        return browser, sent.headers["Location"]

    async def status(self, method: str, asked: Asked) -> tuple[int, str]:
        path, headers, body = asked
        url = path if path.startswith("http") else self.house.url(path)
        async with self.house.client.request(
            method, URL(url, encoded=True), headers=headers, data=body, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text(errors="replace")

    async def attempts(self) -> list[Any]:
        """How far everybody's sign-in is."""
        rows = select(schema.web_link.c.id, schema.web_link.c.state).order_by(schema.web_link.c.id)
        return await self.house.town.service.store.query(lambda work: [*work.run(rows)])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    made: list[web.Application] = []
    make = bot.app.make_site

    def kept(**parts: Any) -> web.Application:
        made.append(make(**parts))
        return made[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bot.app, "make_site", kept)
        path: Path = tmp_path_factory.mktemp("routes")
        async with house(path, free_port(), metrics_token=METRICS_TOKEN) as up:
            yield Site(up, routes_of(made[0]))


def routes_of(site: web.Application) -> set[str]:
    """What can be asked for; HEAD comes with GET."""
    found = {f"{each.method} {each.resource.canonical}" for each in site.router.routes()}
    return {each for each in found if not each.startswith("HEAD ")}


# -- what is sent with each credential: nothing, made up, another's, right -----------------------


async def plain(site: Site, path: str) -> list[Asked]:
    cookie = {"Cookie": f"{COOKIE}=x.y.z", "Authorization": "Bearer x"}
    return [(path, {}, None), *[(path, cookie, None)] * 3]


async def metrics(site: Site, path: str) -> list[Asked]:
    tokens = ("x" * 32, WEBHOOK_SECRET, METRICS_TOKEN)
    return [(path, {}, None), *((path, {"Authorization": f"Bearer {t}"}, None) for t in tokens)]


async def telegram(site: Site, path: str) -> list[Asked]:
    kind, body = {"Content-Type": "application/json"}, b'{"update_id": 1}'
    name = "X-Telegram-Bot-Api-Secret-Token"
    secrets = ("x" * 40, METRICS_TOKEN, WEBHOOK_SECRET)
    return [(path, kind, body), *((path, kind | {name: each}, body) for each in secrets)]


async def slack(site: Site, path: str) -> list[Asked]:
    body, content = packed({"type": "event_callback", "event": {"type": "x"}, "team_id": "T0ACME"})
    kind, now = {"Content-Type": content}, time.time()
    good = site.house.signing_secret
    signed = (("x" * 32, now), (good, now - 3600), (good, now))
    return [
        (path, kind, body),
        *((path, kind | signature(secret, body, at), body) for secret, at in signed),
    ]


async def polar(site: Site, path: str) -> list[Asked]:
    (endpoint,) = site.house.town.sandbox.polar.delivery.endpoints.values()
    body, good, now = (
        polar_signing.event("new.kind", {}, "2026-11-25T12:00:00Z"),
        endpoint["secret"],
        time.time(),
    )
    signs = ((new_secret(), now), (good, now - 3600), (good, now))
    return [
        (path, {}, body),
        *((path, polar_signing.signed(body, key, "evt-row", at), body) for key, at in signs),
    ]


async def app(site: Site, path: str) -> list[Asked]:
    there = site.house.town.sandbox.app
    right = there.token("u-ada")
    elsewhere = {**jwt.decode(right, options={"verify_signature": False}), "aud": "another app"}
    tokens = ("x.y.z", jwt.encode(elsewhere, there.key, "HS256"), right)
    return [(path, {}, None), *((path, {"Authorization": f"Bearer {t}"}, None) for t in tokens)]


async def install(site: Site, path: str) -> list[Asked]:
    return [(path, {}, b""), (path, {"Sec-Fetch-Site": "cross-site"}, b""), *[(path, {}, b"")] * 2]


async def installed(site: Site, path: str) -> list[Asked]:
    async def way_back() -> tuple[str, str]:
        browser = InstallBrowser(URL(site.house.url("/")))
        async with browser.session as session:
            back = await browser.agree(await browser.begin(), ACME)
            (cookie,) = [each for each in session.cookie_jar if each.key == INSTALL_COOKIE]
        return str(back), f"{INSTALL_COOKIE}={cookie.value}"

    (_, hers), (back, mine) = await way_back(), await way_back()
    cookies = (f"{INSTALL_COOKIE}=x", hers, mine)
    return [(back, {}, None), *((back, {"Cookie": each}, None) for each in cookies)]


async def link(site: Site, path: str) -> list[Asked]:
    right = await site.link(OWNER)
    return [(f"/link/{'x' * 43}", {}, None), (f"/link/{'-' * 43}", {}, None),
            (f"/link/{secrets.token_urlsafe(32)}", {}, None), (right, {}, None)]  # fmt: skip


async def page(site: Site, path: str) -> list[Asked]:
    (hers, _), (mine, _) = await site.opened("another"), await site.opened(OWNER)
    cookies = (f"{COOKIE}=x.y.z", cookie_of(hers), cookie_of(mine))
    return [(path, {}, None), *((path, {"Cookie": each}, None) for each in cookies)]


async def form(site: Site, path: str) -> list[Asked]:
    """Another's: the owner's form, sent by another browser, which has an attempt of its own."""
    ready = {"/link/consent": site.signed, "/link/prove": site.agreed}.get(path, site.opened)
    (hers, _), (mine, shown) = await ready("another"), await ready(OWNER)
    _, fields = shown.form(path)
    same = {"Origin": site.house.url(""), "Sec-Fetch-Site": "same-origin"}
    made_up = {"form": "x.y.z"}
    return [
        (path, same, made_up),
        (path, same | {"Cookie": cookie_of(mine)}, made_up),
        (path, same | {"Cookie": cookie_of(hers)}, fields),
        (path, same | {"Cookie": cookie_of(mine)}, fields),
    ]


async def callback(site: Site, path: str) -> list[Asked]:
    sent = site.proving if path.endswith("proved") else site.signing
    (hers, _), (mine, back) = await sent("another"), await sent(OWNER)
    cookies = (f"{COOKIE}=x.y.z", cookie_of(hers), cookie_of(mine))
    return [(back, {}, None), *((back, {"Cookie": each}, None) for each in cookies)]


def cookie_of(browser: Browser) -> str:
    """Its session on our site."""
    (found,) = [jar[COOKIE] for jar in browser.cookies.values() if COOKIE in jar]
    return f"{COOKIE}={found}"


async def task(site: Site, path: str) -> list[Asked]:
    """The page is the same for each, and for a task that is not there."""
    who = Sender("telegram", "", OWNER, OWNER)

    def added(work: Work) -> str:
        account, identity, _ = work.accounts.recognise(who)
        actor = Actor(account.id, OWNER, identity.id, identity.chat_id, private=True)
        return work.tasks.add(actor, Draft(OWNER)).public_id

    right = await site.house.town.service.store.mutate(added)
    cookie = {"Cookie": f"{COOKIE}=x.y.z"}
    paths = ("/task/0000", "/task/0000", f"/task/{right}", f"/task/{right}")
    return [(each, cookie, None) for each in paths]


SENT = {
    "GET /task/{task}": task,
    "GET /metrics": metrics,
    "POST /telegram/webhook": telegram,
    "POST /slack/events": slack,
    "POST /slack/install": install,
    "GET /slack/oauth_redirect": installed,
    "GET /link": page,
    "GET /link/{token}": link,
    "POST /link/start": form,
    "POST /link/consent": form,
    "POST /link/cancel": form,
    "POST /link/prove": form,
    "GET /link/proved": callback,
    "GET /oidc/callback": callback,
    "POST /api/link": app,
    "POST /polar/events": polar,
}
"""For the others nothing makes a difference."""


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("route", HTTP)
async def test_every_credential_gets_what_was_decided(site: Site, route: str) -> None:
    method, _, path = route.partition(" ")
    asked = await SENT.get(route, plain)(site, path)
    expected = dict(zip(COLUMNS, map(int, HTTP[route].split()), strict=True))
    found: dict[str, int] = {}
    for column, each in zip(COLUMNS, asked, strict=True):
        before = await site.attempts()
        found[column], text = await site.status(method, each)
        if column != "right":
            assert await site.attempts() == before, column
            assert OWNER not in text, column
        elif route == "GET /link":
            assert OWNER in text
    assert found == expected


def undecided(routes: set[str]) -> set[str]:
    played = {each for each in routes if each.partition(" ")[2].startswith(SANDBOX)}
    return (routes - played) ^ set(HTTP)


@pytest.mark.asyncio(loop_scope="module")
async def test_every_route_has_its_row(site: Site) -> None:
    assert undecided(site.routes) == set()
    assert undecided({*site.routes, "GET /brand-new"}) == {"GET /brand-new"}
    assert set(SENT) <= set(HTTP)
