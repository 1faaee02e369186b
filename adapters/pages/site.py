"""The pages of a sign-in on the web: looking at one changes nothing, forms do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

from adapters.client_address import Network, client_address
from adapters.edge import read_body
from adapters.pages import cookies
from adapters.pages.drawing import Drawing, style
from adapters.pages.failing import GONE, Failing, Failure, Handler
from adapters.pages.headers import check_origin, page_headers
from adapters.pages.redirects import away, see_other
from adapters.pages.states import ACTIONS, PAGES
from core.errors import LinkRefused
from core.offer import State
from core.visits import NotOurForm, Visits
from core.words import Words

FORM_FIELDS = 4


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
        reference: Callable[[], str],
    ) -> None:
        """`in_words`: how long somebody has to wait, for people. `reference`: a new name for one
        failure, for the person and for the log."""
        self._visits = visits
        self._base = base_url
        self._trusted = trusted
        self._drawing = Drawing(words)
        self._failing = Failing(visits, self._page, words, in_words, reference)

    def routes(self) -> list[web.RouteDef]:
        """To be added to the site."""
        return [
            web.get("/link", self._failing.answered(self._show)),
            web.get("/link/style.css", style),
            web.post("/link/start", self._failing.answered(self._sent(self._start))),
            web.post("/link/consent", self._failing.answered(self._sent(self._consent))),
            web.post("/link/prove", self._failing.answered(self._sent(self._prove))),
            web.get("/link/proved", self._failing.answered(self._proved), allow_head=False),
            web.post("/link/cancel", self._failing.answered(self._sent(self._cancel))),
            web.get("/link/{token:[A-Za-z0-9_-]{43}}", self._failing.answered(self._open)),
            web.get("/oidc/callback", self._failing.answered(self._come_back), allow_head=False),
        ]

    async def _open(self, request: web.Request) -> web.Response:
        """The link from the chat: only a cookie, and on to an address without the token."""
        had = cookies.read(request)
        token = request.match_info["token"]
        cookie = await self._visits.open(token, had, self._client(request))
        if cookie is None:
            return await self._failing.page(request, UNKNOWN)
        response = self._to("/link")
        cookies.keep(response, cookie)
        return response

    async def _show(self, request: web.Request) -> web.Response:
        """The attempt of this browser, as it stands."""
        cookie = cookies.read(request)
        seen = await self._visits.see(cookie, self._client(request))
        if seen is None:
            return await self._failing.page(request, LOST)
        if seen.state in (State.EXPIRED, State.VOID):
            return await self._failing.page(request, ENDED[seen.state], seen)
        actions = (*ACTIONS[seen.state], *(("prove",) if seen.provable else ()))
        forms = {each: self._visits.form(cookie, each, seen) for each in actions}
        origin = await self._visits.next_origin(seen)
        values = {"seen": seen, "forms": forms, "issuer": urlsplit(origin).netloc}
        return self._page(PAGES[seen.state], issuer_origin=origin, **values)

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

    def _page(self, template: str, **options: Any) -> web.Response:
        kept = {each: options.pop(each) for each in OPTIONS if each in options}
        values = {"root": urlsplit(self._base()).path, "seen": None, "forms": {}, **options}
        return self._drawing.page(template, values, **kept)

    def _to(self, path: str) -> web.Response:
        return see_other(f"{self._base()}{path}", page_headers())


UNKNOWN = Failure("expired", GONE, "no such link")
LOST = Failure("lost", GONE, "no attempt in this browser")
ENDED = {
    State.EXPIRED: Failure("expired", GONE, "the link expired"),
    State.VOID: Failure("expired", GONE, "the link is void, or another browser's"),
}
OPTIONS = ("status", "issuer_origin", "headers")
