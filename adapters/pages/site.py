"""The pages of a sign-in on the web: looking at one changes nothing, forms do."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from adapters.client_address import Network, client_address
from adapters.edge import read_body
from adapters.pages import cookies
from adapters.pages.drawing import Drawing, style
from adapters.pages.headers import check_origin, page_headers
from adapters.pages.redirects import away, see_other
from adapters.pages.states import ACTIONS, PAGES
from core.errors import LinkRefused, RateLimited, SignInAway, SignInError
from core.offer import State
from core.store import StoreAway
from core.visits import NotOurForm, Visits
from core.words import Words

Handler = Callable[[web.Request], Awaitable[web.Response]]
FORM_FIELDS = 4
GONE = 410


class Pages:
    """The routes. `base_url` is the service's own address, never what a request says about it."""

    def __init__(
        self,
        visits: Visits,
        *,
        base_url: Callable[[], str],
        trusted: Sequence[Network] = (),
        words: Words,
        in_words: Callable[[timedelta], str],
    ) -> None:
        """`in_words`: how long somebody has to wait, for people."""
        self._visits = visits
        self._base = base_url
        self._trusted = trusted
        self._words = words
        self._drawing = Drawing(words)
        self._in_words = in_words

    def routes(self) -> list[web.RouteDef]:
        """To be added to the site."""
        return [
            web.get("/link", self._answered(self._show)),
            web.get("/link/style.css", style),
            web.post("/link/start", self._answered(self._sent(self._start))),
            web.post("/link/consent", self._answered(self._sent(self._consent))),
            web.post("/link/prove", self._answered(self._sent(self._prove))),
            web.get("/link/proved", self._answered(self._proved), allow_head=False),
            web.post("/link/cancel", self._answered(self._sent(self._cancel))),
            web.get("/link/{token:[A-Za-z0-9_-]{43}}", self._answered(self._open)),
            web.get("/oidc/callback", self._answered(self._come_back), allow_head=False),
        ]

    async def _open(self, request: web.Request) -> web.Response:
        """The link from the chat: only a cookie, and on to an address without the token."""
        had = cookies.read(request)
        token = request.match_info["token"]
        cookie = await self._visits.open(token, had, self._client(request))
        if cookie is None:
            return self._page("expired", status=GONE)
        response = self._to("/link")
        cookies.keep(response, cookie)
        return response

    async def _show(self, request: web.Request) -> web.Response:
        """The attempt of this browser, as it stands."""
        cookie = cookies.read(request)
        seen = await self._visits.see(cookie, self._client(request))
        if seen is None:
            return self._page("lost", status=GONE)
        actions = (*ACTIONS[seen.state], *(("prove",) if seen.provable else ()))
        forms = {each: self._visits.form(cookie, each, seen) for each in actions}
        origin = await self._visits.next_origin(seen)
        ended = seen.state in (State.EXPIRED, State.VOID)
        values = {"seen": seen, "forms": forms, "issuer": urlsplit(origin).netloc}
        return self._page(
            PAGES[seen.state], status=GONE if ended else 200, issuer_origin=origin, **values
        )

    async def _start(self, request: web.Request) -> web.Response:
        cookie, form = await self._form(request)
        return away(await self._visits.begin(cookie, form, self._client(request)))

    async def _prove(self, request: web.Request) -> web.Response:
        cookie, form = await self._form(request)
        return away(await self._visits.prove(cookie, form, self._client(request)))

    async def _proved(self, request: web.Request) -> web.Response:
        cookie = cookies.read(request)
        await self._visits.proved(cookie, request.query, self._client(request))
        return self._to("/link")

    async def _come_back(self, request: web.Request) -> web.Response:
        cookie = cookies.read(request)
        fresh = await self._visits.come_back(cookie, request.query, self._client(request))
        response = self._to("/link")
        cookies.keep(response, fresh)
        return response

    async def _consent(self, request: web.Request) -> web.Response:
        cookie, form = await self._form(request)
        await self._visits.consent(cookie, form, self._client(request))
        return self._to("/link")

    async def _cancel(self, request: web.Request) -> web.Response:
        cookie, form = await self._form(request)
        await self._visits.cancel(cookie, form, self._client(request))
        return self._to("/link")

    async def _form(self, request: web.Request) -> tuple[str, str]:
        """The cookie and the token of a form. Raises `NotOurForm`, and what `read_body` does."""
        check_origin(request.headers, self._base())
        if request.content_type != "application/x-www-form-urlencoded":
            raise NotOurForm
        raw = await read_body(request)
        try:
            pairs = parse_qsl(raw.decode("ascii"), max_num_fields=FORM_FIELDS)
        except ValueError:
            raise NotOurForm from None
        return cookies.read(request), dict(pairs).get("form", "")

    def _client(self, request: web.Request) -> str:
        return client_address(request, self._trusted)

    def _sent(self, handler: Handler) -> Handler:
        """The handler of a form; where things have moved on, they are shown as they stand."""

        async def answer(request: web.Request) -> web.Response:
            try:
                return await handler(request)
            except LinkRefused:
                return self._to("/link")

        return answer

    def _answered(self, handler: Handler) -> Handler:
        """The handler, with a page for whatever it refuses."""

        async def answer(request: web.Request) -> web.Response:
            with self._words.reading(request.headers.get("Accept-Language", "")):
                try:
                    return await handler(request)
                except NotOurForm:
                    return self._page("refused", status=403)
                except LinkRefused as refusal:
                    return self._ended(refusal)
                except RateLimited as error:
                    seconds = max(1, math.ceil(error.wait.total_seconds()))
                    wait = self._in_words(error.wait)
                    retry = {"Retry-After": str(seconds)}
                    return self._page("busy", status=429, headers=retry, wait=wait)
                except SignInError as error:
                    return self._failed(error)
                except StoreAway:
                    return self._page("down", status=503, headers={"Retry-After": "5"})

        return answer

    def _ended(self, refusal: LinkRefused) -> web.Response:
        if refusal.reason == "unproved":
            return self._page("unproved", status=403)
        return self._page("expired", status=GONE)

    def _failed(self, error: SignInError) -> web.Response:
        if isinstance(error, SignInAway):
            return self._page("away", status=503, headers={"Retry-After": "60"})
        return self._page("unconvincing", status=400)

    def _page(self, template: str, **options: Any) -> web.Response:
        kept = {each: options.pop(each) for each in OPTIONS if each in options}
        values = {"root": urlsplit(self._base()).path, "seen": None, "forms": {}, **options}
        return self._drawing.page(template, values, **kept)

    def _to(self, path: str) -> web.Response:
        return see_other(f"{self._base()}{path}", page_headers())


OPTIONS = ("status", "issuer_origin", "headers")
