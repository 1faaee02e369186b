"""Sign-in on the web, step by step: what `adapters/pages` is given (`core.visits.Visits`)."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from bot.sessions import Session, Sessions
from bot.visiting import attempt_and_chat, attempt_of, person
from core.errors import LinkRefused, SignInError, SignInRefused
from core.ids import Ids
from core.letters import shown
from core.limits import SIGN_IN_ADDRESS
from core.offer import State
from core.pkce import challenge
from core.ports import Clock, IdentityProvider
from core.store import Store
from core.visits import NotOurForm, Seen, Visits
from core.web_link import WebLink
from core.work import Work

MOST_STATE = 128
"""Characters of a state that comes back; ours have 43."""
_OPEN = (State.ISSUED, State.SIGNED_IN, State.ASKED)


class SigningIn(Visits):
    """One issuer, one service."""

    def __init__(
        self,
        *,
        store: Store,
        provider: IdentityProvider,
        sessions: Sessions,
        clock: Clock,
        base_url: Callable[[], str],
        way_back: Callable[[str], Awaitable[str]],
    ) -> None:
        """`base_url`: where our pages are, without a slash at the end. `way_back`: the address that
        opens a platform's private chat, or nothing."""
        self._store = store
        self._provider = provider
        self._sessions = sessions
        self._clock = clock
        self._base_url = base_url
        self._way_back = way_back

    def _redirect_uri(self) -> str:
        return f"{self._base_url()}/oidc/callback"

    async def open(self, token: str, cookie: str) -> str | None:
        """As the port says."""
        digest, session = Ids.digest(token), self._sessions.read(cookie)
        found = await self._store.query(lambda work: work.web_links.look(digest))
        if found is None:
            return None
        known = session is not None and session.attempt == digest
        return cookie if known else self._sessions.cookie(self._sessions.new(digest))

    async def see(self, cookie: str) -> Seen | None:
        """As the port says."""
        session = self._sessions.read(cookie)
        return await self._see(session) if session else None

    async def issuer_origin(self) -> str:
        """As the port says; of the issuer's name where the issuer does not answer."""
        try:
            url = await self._provider.authorize_url(
                state="", nonce="", challenge="", redirect_uri=self._redirect_uri()
            )
        except SignInError:
            url = self._provider.issuer
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}"

    def form(self, cookie: str, action: str, seen: Seen) -> str:
        """As the port says."""
        session = self._sessions.read(cookie)
        return self._sessions.form(session, action, seen) if session else ""

    async def begin(self, cookie: str, form: str, client: str) -> str:
        """As the port says."""
        session = await self._checked(cookie, form, "start")
        await self._count(client)
        state = secrets.token_urlsafe(32)

        def began(work: Work) -> None:
            attempt = attempt_of(work, session)
            work.web_links.begin(attempt, Ids.digest(state), session.digest)

        await self._store.mutate(began)
        return await self._provider.authorize_url(
            state=state,
            nonce=self._sessions.derived("nonce", state),
            challenge=challenge(self._sessions.derived("verifier", state)),
            redirect_uri=self._redirect_uri(),
        )

    async def come_back(self, cookie: str, query: Mapping[str, str], client: str) -> str:
        """As the port says."""
        session, state = self._sessions.read(cookie), query.get("state", "")
        if session is None or not 0 < len(state) <= MOST_STATE:
            raise NotOurForm
        await self._count(client)
        digest = Ids.digest(state.encode("utf-8", "replace").decode())
        attempt = await self._store.mutate(
            lambda work: work.web_links.claim(digest, session.digest)
        )
        if query.get("iss", self._provider.issuer) != self._provider.issuer:
            raise SignInRefused("issuer")  # another issuer's answer, mixed up (RFC 9207)
        if "error" in query or not query.get("code"):
            raise SignInRefused("no-code")
        who = await self._provider.finish(
            code=query["code"],
            nonce=self._sessions.derived("nonce", state),
            verifier=self._sessions.derived("verifier", state),
            redirect_uri=self._redirect_uri(),
        )
        fresh = self._sessions.new(session.attempt)  # whoever knew the session before is out
        await self._store.mutate(lambda work: work.web_links.signed_in(attempt, who, fresh.digest))
        return self._sessions.cookie(fresh)

    async def consent(self, cookie: str, form: str, client: str) -> None:
        """As the port says."""
        session = await self._checked(cookie, form, "consent")
        await self._count(client)
        letters = self._sessions.letters(session)

        def agreed(work: Work) -> None:
            work.web_links.consent(attempt_of(work, session), session.digest, letters)

        await self._store.mutate(agreed)

    async def cancel(self, cookie: str, form: str) -> None:
        """As the port says."""
        session = await self._checked(cookie, form, "cancel")
        await self._store.mutate(
            lambda work: work.web_links.cancel(attempt_of(work, session), session.digest)
        )

    async def _checked(self, cookie: str, form: str, action: str) -> Session:
        """The session of a browser that sends a form of ours, about what it shows still."""
        session = self._sessions.read(cookie)
        sent = self._sessions.sent(session, action, form) if session else None
        if session is None or sent is None:
            raise NotOurForm
        seen = await self._see(session)
        if seen is None or not self._sessions.shows(seen, sent):
            raise LinkRefused("gone")
        return session

    async def _count(self, client: str) -> None:
        """A transaction of its own: what fails afterwards has been counted."""
        await self._store.mutate(lambda work: work.limits.use(SIGN_IN_ADDRESS, client))

    async def _see(self, session: Session) -> Seen | None:
        found = await self._store.query(lambda work: attempt_and_chat(work, session))
        if found is None:
            return None
        link, identity, place = found
        state, mine = self._state(link, session), link.session == session.digest
        left = (link.expires_at - self._clock.now()).total_seconds()
        letters = shown(self._sessions.letters(session)) if state is State.ASKED else ""
        return Seen(
            state=state,
            platform=identity.platform,
            place=place,
            person=person(identity),
            issuer=urlsplit(link.issuer).netloc if mine else "",
            name=link.name if mine else "",
            letters=letters,
            minutes=max(1, round(left / 60)),
            way_back=await self._way_back(identity.platform),
        )

    def _state(self, link: WebLink, session: Session) -> State:
        """As this browser may know it: once somebody signed in, others see that it has ended."""
        if link.state not in _OPEN:
            return link.state
        if link.expires_at <= self._clock.now():
            return State.EXPIRED
        return link.state if link.session in ("", session.digest) else State.VOID
