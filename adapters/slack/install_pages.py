"""The pages by which a workspace installs the app: one button, Slack's own page, and the result.

OAuth's one GET with an effect is the way back. It works once, and only in the browser that began:
the state names a row that one DELETE takes, and the row names that browser's cookie.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler
from yarl import URL

from adapters.client_address import Network, client_address
from adapters.slack import install_words as words
from adapters.slack.api import DEADLINE
from adapters.slack.exchange import Refused, exchange
from adapters.slack.install_page import page, page_headers
from adapters.slack.install_words import Said
from adapters.slack.installs import Book
from core.errors import DeliveryError, RateLimited
from core.installs import STATE_LIFE
from core.words import Words

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
COOKIE = "__Host-slack-install"
_VALUE = re.compile(r"[A-Za-z0-9_-]{43}")
"""What `token_urlsafe(32)` makes."""
_CODE = re.compile(r"[!-~]{1,512}")


@dataclass(frozen=True, slots=True)
class App:
    """Our app as Slack knows it."""

    client_id: str
    client_secret: str
    scopes: Sequence[str]
    base_url: str
    """Of Slack's Web API, with `/api/` at its end."""
    command: str = "/task"

    @property
    def authorize(self) -> URL:
        """Slack's page, on the host of its API."""
        return URL(self.base_url).join(URL("../oauth/v2/authorize"))


class InstallPages:
    """Two routes. `public_url` gives the address of this site, which is the only source of links:
    what a request says of its host is not asked. `trusted` are our proxies."""

    def __init__(
        self,
        app: App,
        book: Book,
        session: aiohttp.ClientSession,
        public_url: Callable[[], str],
        *,
        spoken: Words,
        trusted: Sequence[Network] = (),
    ) -> None:
        self._app = app
        self._book = book
        self._session = session
        self._public_url = public_url
        self._words = spoken
        self._trusted = trusted

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(INSTALL, self._counted(self._offer)),
            web.post(INSTALL, self._counted(self._begin)),
            web.get(REDIRECT, self._counted(self._finish), allow_head=False),
        ]

    def _counted(self, handler: Handler) -> Handler:
        """The handler in the browser's language, with a page for those who come too often."""

        async def answer(request: web.Request) -> web.StreamResponse:
            with self._words.reading(request.headers.get("Accept-Language", "")):
                try:
                    return await handler(request)
                except RateLimited as refusal:
                    response = self._page(words.TOO_OFTEN, status=429)
                    response.headers["Retry-After"] = str(ceil(refusal.wait.total_seconds()) or 1)
                    return response

        return answer

    async def _offer(self, request: web.Request) -> web.Response:
        return self._page(words.OFFER, button=words.GO_ON)

    async def _begin(self, request: web.Request) -> web.Response:
        """Send the browser to Slack. It keeps its cookie, so that two tabs both work."""
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            return self._page(words.ELSEWHERE, status=403, button=words.BEGIN)
        session = _cookie(request) or secrets.token_urlsafe(32)
        state = secrets.token_urlsafe(32)
        await self._book.begin(_hash(state), _hash(session), self._client(request))
        to = self._app.authorize.with_query(
            client_id=self._app.client_id,
            scope=",".join(self._app.scopes),
            state=state,
            redirect_uri=self._redirect_uri,
        )
        headers = page_headers(self._slack)
        response = web.Response(status=303, headers={"Location": str(to), **headers})
        response.set_cookie(
            COOKIE,
            session,
            max_age=int(STATE_LIFE.total_seconds()),
            path="/",
            secure=True,
            httponly=True,
            samesite="Lax",  # the way back is a link from Slack's page
        )
        return response

    @property
    def _redirect_uri(self) -> str:
        return self._public_url() + REDIRECT

    async def _finish(self, request: web.Request) -> web.Response:
        session, state = _cookie(request), _one(request, "state")
        begun = session and _VALUE.fullmatch(state)
        client = self._client(request)
        if not begun or not await self._book.claim(_hash(state), _hash(session), client):
            return self._page(words.NOT_BEGUN, status=400, button=words.START_AGAIN)
        return await self._answered(request)

    async def _answered(self, request: web.Request) -> web.Response:
        """Slack's answer, brought back by the browser that was sent there."""
        code = _one(request, "code")
        if _one(request, "error") == "access_denied":
            return self._page(words.DENIED, status=403, button=words.TRY_AGAIN)
        if not _CODE.fullmatch(code):
            return self._page(words.REFUSED, status=400, button=words.START_AGAIN)
        return await self._exchanged(code)

    async def _exchanged(self, code: str) -> web.Response:
        app = self._app
        try:
            granted = await exchange(
                self._session,
                app.base_url,
                authorization=aiohttp.encode_basic_auth(app.client_id, app.client_secret),
                form={"code": code, "redirect_uri": self._redirect_uri},
                deadline=DEADLINE,
            )
        except Refused:
            return self._page(words.REFUSED, status=400, button=words.START_AGAIN)
        except DeliveryError:
            return self._page(words.AWAY, status=503, button=words.START_AGAIN)
        await self._book.save(granted)
        where = granted.name or self._words.gettext(words.YOURS)
        return self._page(words.DONE, where=where, command=app.command)

    def _client(self, request: web.Request) -> str:
        return client_address(request, self._trusted)

    def _page(
        self, said: Said, *, status: int = 200, button: str = "", **values: str
    ) -> web.Response:
        title, text = (self._words.gettext(each).format(**values) for each in said)
        return page(
            title, text, language=self._words.spoken(), status=status, action=INSTALL,
            button=self._words.gettext(button), headers=page_headers(self._slack),
        )  # fmt: skip

    @property
    def _slack(self) -> str:
        """Where the form leads on to, of which the browser must be told."""
        return str(self._app.authorize.origin())


def _cookie(request: web.Request) -> str:
    """The browser's own, if it is one of ours."""
    given = request.cookies.get(COOKIE, "")
    return given if _VALUE.fullmatch(given) else ""


def _one(request: web.Request, name: str) -> str:
    """A field of the query that is given once."""
    given = request.query.getall(name, [])
    return given[0] if len(given) == 1 else ""


def _hash(value: str) -> str:
    """As the database keeps it: of 256 random bits, which need no salt."""
    return hashlib.sha256(value.encode()).hexdigest()
