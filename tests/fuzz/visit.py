"""One attempt to sign in, in one browser, where the pages have it from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.errand import Errand
from bot.sessions import Session, Sessions
from core.errors import SignInRefused
from core.offer import State
from core.visits import NotOurForm, Seen, Visits, WayBack
from tests.fakes import SettableClock
from tests.fuzz.doors import storable

HOME, ISSUER = "https://bot.example.org", "https://i.example.org"
SESSION = Session("a" * 64, "s" * 43)
STATE = "S" * 43
SESSIONS = Sessions(b"k" * 32, SettableClock())
SEEN = Seen(State.SIGNED_IN, "telegram", "", "Ada (@ada)", "i.example.org", "Ada")


class _Provider:
    """An issuer to whom nobody gets but with the right state."""

    issuer = ISSUER

    async def authorize_url(self, **values: str) -> str:
        return f"{ISSUER}/a"

    async def finish(self, *, code: str, **values: str) -> Any:
        storable(code)
        raise SignInRefused("grant")


class Visit(Visits):
    """One attempt in one browser; it notes what was done, and has no database."""

    def __init__(self) -> None:
        self.done = ""
        provider: Any = _Provider()
        self._errand = Errand(provider, SESSIONS, lambda: f"{HOME}/oidc/callback", "sign-in")

    async def open(self, token: str, cookie: str, client: str) -> str | None:
        return SESSIONS.cookie(SESSION) if SESSIONS.read(cookie) else None

    async def see(self, cookie: str, client: str) -> Seen | None:
        return SEEN if SESSIONS.read(cookie) else None

    async def way_back(self, cookie: str) -> WayBack | None:
        return WayBack("telegram", "") if SESSIONS.read(cookie) else None

    async def next_origin(self, seen: Seen) -> str:
        return ISSUER

    def form(self, cookie: str, action: str, seen: Seen) -> str:
        session = SESSIONS.read(cookie)
        return SESSIONS.form(session, action, seen) if session else ""

    async def begin(self, cookie: str, form: str, client: str) -> str:
        self._checked(cookie, form, "start")
        return await self._errand.send(STATE)

    async def come_back(self, cookie: str, query: Mapping[str, str], client: str) -> str:
        await self.proved(cookie, query, client)
        return cookie

    async def consent(self, cookie: str, form: str, client: str) -> None:
        self._checked(cookie, form, "consent")

    async def prove(self, cookie: str, form: str, client: str) -> str:
        self._checked(cookie, form, "prove")
        return await self._errand.send(STATE)

    async def proved(self, cookie: str, query: Mapping[str, str], client: str) -> None:
        known = self._errand.digest(query.get("state", "")) == self._errand.digest(STATE)
        if SESSIONS.read(cookie) is None or not known:
            raise NotOurForm
        await self._errand.come_back(query)

    async def cancel(self, cookie: str, form: str, client: str) -> None:
        self._checked(cookie, form, "cancel")

    def _checked(self, cookie: str, form: str, action: str) -> None:
        session = SESSIONS.read(cookie)
        sent = SESSIONS.sent(session, action, form) if session else None
        if session != SESSION or sent is None or not SESSIONS.shows(SEEN, sent):
            raise NotOurForm
        self.done = action
