"""What browsers send to the pages of a sign-in and of an install, read by aiohttp as from a socket,
and what Slack answers to the code of an install. As in `targets`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import HttpProcessingError, HttpRequestParser

from adapters.pages import Pages
from adapters.slack import install_pages
from adapters.slack.exchange import Refused, answered, granted
from adapters.slack.installation import known
from bot.browsing import BrowserWords
from core import schema
from core.errors import RetryLater
from tests.fuzz.doors import storable
from tests.fuzz.visit import HOME, SEEN, SESSION, SESSIONS, STATE, Visit

WAYS = {
    "/link": "", "/link/start": "start", "/link/consent": "consent", "/link/prove": "prove",
    "/link/cancel": "cancel", "/link/proved": "", "/oidc/callback": "", f"/link/{'t' * 43}": "",
}  # fmt: skip
"""Where a sign-in leads, each with what its form does; the others are only looked at."""
MINE = SESSIONS.cookie(SESSION)
_FORM = "application/x-www-form-urlencoded"


class _Book:
    """Knows one browser that was sent to Slack; keeps nothing."""

    async def begin(self, *values: str) -> None: ...

    async def claim(self, state_hash: str, session_hash: str, client: str) -> bool:
        right = install_pages._hash(STATE), install_pages._hash(SESSION.secret)
        return (state_hash, session_hash) == right


class _NoSlack:
    """What would go to Slack can go over a line."""

    def post(self, url: object, *, data: Mapping[str, str], **options: object) -> Any:
        code = data["code"]
        if not code.isascii() or not code.isprintable() or " " in code or not 0 < len(code) <= 512:
            raise AssertionError(f"{code!r} is no code")
        raise aiohttp.ClientConnectionError


_VISIT = Visit()
_PAGES = web.Application()
_PAGES.add_routes(
    Pages(
        _VISIT, base_url=lambda: HOME, words=BrowserWords(), in_words=str, reference=lambda: "r"
    ).routes()
)
_PAGES.freeze()


def _installing() -> web.Application:
    app = install_pages.App("1.2", "secret", ["chat:write"], "https://slack.com/api/")
    book: Any = _Book()
    nobody: Any = _NoSlack()
    site = web.Application()
    made = install_pages.InstallPages(app, book, nobody, lambda: HOME, spoken=BrowserWords())
    site.add_routes(made.routes())
    site.freeze()
    return site


_INSTALLS = _installing()


def pages(data: bytes) -> None:
    """A request to a page of a sign-in, a part of it on each line: nothing is done but what a form
    of ours says, which a page of ours sent from the browser that it was drawn for."""
    way, query, cookie, origin, site, language, body = _parts(data, 7)
    path = [*WAYS][way[0] % len(WAYS) if way else 0]
    cookie, query = (_right(*each) for each in ((cookie, MINE), (query, STATE)))
    body = _right(body, SESSIONS.form(SESSION, WAYS[path], SEEN))
    given = {"Cookie": cookie, "Origin": origin, "Sec-Fetch-Site": site}
    _VISIT.done = ""
    start = b"%s %s?%s" % (b"POST" if WAYS[path] else b"GET", path.encode(), query)
    _answer(_PAGES, start, {**given, "Accept-Language": language}, body)
    if not _VISIT.done:
        return
    if _VISIT.done != WAYS[path]:
        raise AssertionError(f"{path} did {_VISIT.done}")
    ours = origin == HOME.encode() and site in (b"", b"same-origin")
    if not ours and not (origin in (b"", b"null") and site == b"same-origin"):
        raise AssertionError("a form that another site sent")


def installs(data: bytes) -> None:
    """A request to the pages of an install, likewise: to Slack goes nothing but one word, and that
    for the browser that began."""
    way, query, cookie, site, language = _parts(data, 5)
    cookie, query = _right(cookie, SESSION.secret), _right(query, STATE)
    start = (b"GET /slack/oauth_redirect?", b"POST /slack/install?", b"GET /slack/install?")
    given = {"Cookie": cookie, "Sec-Fetch-Site": site, "Accept-Language": language}
    _answer(_INSTALLS, start[way[0] % 3 if way else 0] + query, given)


def _right(said: bytes, ours: str) -> bytes:
    """With what only we can make where a sign stands for it, since it is seldom hit upon."""
    return said.replace(b"$", ours.encode())


def _parts(data: bytes, count: int) -> list[bytes]:
    found = data.split(b"\n", count - 1)
    return [*found, *[b""] * (count - len(found))]


class _Line(BaseProtocol):
    """A connection, as far as a request asks for it."""

    ssl_context = peername = sockname = None


def _answer(
    site: web.Application, start: bytes, headers: Mapping[str, bytes], body: bytes = b""
) -> None:
    """Ask, where aiohttp takes it for a request at all."""
    lines = [b"%s: %s" % (name.encode(), said) for name, said in headers.items() if said]
    sent = b"Content-Type: %s\r\nContent-Length: %d" % (_FORM.encode(), len(body))
    raw = b"\r\n".join([start + b" HTTP/1.1", b"Host: bot.example.org", sent, *lines, b"", body])
    status = asyncio.run(_status(site, raw))
    if status >= 500 and site is not _INSTALLS:  # where Slack is away
        raise AssertionError(f"HTTP {status}")


async def _status(site: web.Application, raw: bytes) -> int:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    line: Any = _Line(loop)
    parser = HttpRequestParser(line, loop, 2**16, payload_exception=web.RequestPayloadError)
    try:
        messages, *_ = parser.feed_data(raw)
    except HttpProcessingError as error:
        return error.code
    if not messages:
        return 400
    writer: Any = None
    request = web.Request(*messages[0], line, writer, task, loop)  # type: ignore[arg-type]  # a task is running
    try:
        answer = await site._handle(request)
    except web.HTTPException as refusal:
        return refusal.status
    for name, said in answer.headers.items():
        storable(name + said)
        if "\n" in said or "\r" in said:
            raise AssertionError(f"{name} has two lines")
    return answer.status


def grants(data: bytes) -> None:
    """What Slack answers to an install's code, and to the token: what is kept has its place."""
    try:
        answer = answered(200, data)
    except RetryLater:
        return
    us = known(answer)
    with suppress(Refused):
        given = granted(answer)
        if not given.team and answer.get("is_enterprise_install") is not True:
            raise AssertionError("of a whole organisation, which nobody said")
        if not given.token.isascii() or not given.token.isprintable() or " " in given.token:
            raise AssertionError("a token that is none")
        for column in schema.slack_install.c:
            said = getattr(given, column.name, "")
            storable(said)
            if len(said) > (getattr(column.type, "length", None) or 2**20):
                raise AssertionError(f"{column.name} is too long")
    for each in (us.team, us.bot_user, us.bot_id, us.enterprise):
        storable(each)
        if len(each) > 64:
            raise AssertionError(f"{each!r} is too long")
