"""Sign-in on the web, step by step: what `adapters/pages` is given (`core.visits.Visits`)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import urlsplit

from bot.errand import Errand
from bot.proving import Proof
from bot.sessions import Session, Sessions
from bot.visiting import attempt_and_chat, attempt_of, may_know, person, state_for
from core.errors import LinkRefused
from core.identity import Identity
from core.ids import Ids
from core.letters import shown
from core.limits import PAGE_ADDRESS, SIGN_IN_ADDRESS, Limit
from core.offer import State
from core.ports import Clock
from core.proving import provable
from core.store import Store
from core.visits import NotOurForm, Seen, Visits, WayBack
from core.work import Work

WaysBack = Callable[[Identity, bool], Awaitable[str]]
"""The address that opens the private chat with the bot where this identity is, or nothing; it says
where that is only if its reader may be told."""


class SigningIn(Visits):
    """One issuer, one service."""

    def __init__(
        self,
        *,
        store: Store,
        errand: Errand,
        proofs: Mapping[str, Proof],
        sessions: Sessions,
        clock: Clock,
        ways_back: WaysBack,
    ) -> None:
        """`errand`: to the issuer. `proofs`: by the platform that a chat is on, where it gives
        one."""
        self._store = store
        self._errand = errand
        self._proofs = proofs
        self._sessions = sessions
        self._clock = clock
        self._ways_back = ways_back

    async def open(self, token: str, cookie: str, client: str) -> str | None:
        """As the port says."""
        await self._count(client, PAGE_ADDRESS)
        digest, session = Ids.digest(token), self._sessions.read(cookie)
        found = await self._store.query(lambda work: work.web_links.look(digest))
        if found is None:
            return None
        known = session is not None and session.attempt == digest
        return cookie if known else self._sessions.cookie(self._sessions.new(digest))

    async def see(self, cookie: str, client: str) -> Seen | None:
        """As the port says."""
        await self._count(client, PAGE_ADDRESS)
        session = self._sessions.read(cookie)
        return await self._see(session, leads_back=True) if session else None

    async def way_back(self, cookie: str) -> WayBack | None:
        """As the port says."""
        session = self._sessions.read(cookie)
        if session is None:
            return None
        found = await self._store.query(lambda work: attempt_and_chat(work, session))
        if found is None:
            return None
        link, identity, _ = found
        return WayBack(identity.platform, await self._ways_back(identity, may_know(link, session)))

    async def next_origin(self, seen: Seen) -> str:
        """As the port says."""
        if seen.state is State.ISSUED:
            return await self._errand.origin()
        return await self._proofs[seen.platform].origin() if seen.provable else ""

    def form(self, cookie: str, action: str, seen: Seen) -> str:
        """As the port says."""
        session = self._sessions.read(cookie)
        return self._sessions.form(session, action, seen) if session else ""

    async def begin(self, cookie: str, form: str, client: str) -> str:
        """As the port says."""
        session = await self._checked(cookie, form, "start", client)
        await self._count(client)
        state = self._errand.state()
        digest = self._errand.digest(state)
        await self._store.mutate(
            lambda work: work.web_links.begin(attempt_of(work, session), digest, session.digest)
        )
        return await self._errand.send(state)

    async def come_back(self, cookie: str, query: Mapping[str, str], client: str) -> str:
        """As the port says."""
        session = await self._back(cookie, client)
        digest = self._errand.digest(query.get("state", ""))
        attempt = await self._store.mutate(
            lambda work: work.web_links.claim(digest, session.digest)
        )
        who = await self._errand.come_back(query)
        fresh = self._sessions.new(session.attempt)  # whoever knew the session before is out
        await self._store.mutate(lambda work: work.web_links.signed_in(attempt, who, fresh.digest))
        return self._sessions.cookie(fresh)

    async def consent(self, cookie: str, form: str, client: str) -> None:
        """As the port says."""
        session = await self._checked(cookie, form, "consent", client)
        await self._count(client)
        letters = self._sessions.letters(session)

        def agreed(work: Work) -> None:
            work.web_links.consent(attempt_of(work, session), session.digest, letters)

        await self._store.mutate(agreed)

    async def prove(self, cookie: str, form: str, client: str) -> str:
        """As the port says."""
        session = await self._checked(cookie, form, "prove", client)
        await self._count(client)
        return await (await self._proof(session)).begin(session)

    async def proved(self, cookie: str, query: Mapping[str, str], client: str) -> None:
        """As the port says."""
        session = await self._back(cookie, client)
        await (await self._proof(session)).come_back(session, query)

    async def cancel(self, cookie: str, form: str, client: str) -> None:
        """As the port says."""
        session = await self._checked(cookie, form, "cancel", client)
        await self._store.mutate(
            lambda work: work.web_links.cancel(attempt_of(work, session), session.digest)
        )

    async def _checked(self, cookie: str, form: str, action: str, client: str) -> Session:
        """The session of a browser that sends a form of ours, about what it shows still. What is
        not is counted as a look: another site can send it, and shall use up no sign-ins."""
        await self._count(client, PAGE_ADDRESS)
        session = self._sessions.read(cookie)
        sent = self._sessions.sent(session, action, form) if session else None
        if session is None or sent is None:
            raise NotOurForm
        seen = await self._see(session)
        if seen is None or not self._sessions.shows(seen, sent):
            raise LinkRefused("gone")
        return session

    async def _back(self, cookie: str, client: str) -> Session:
        """The session of a browser that comes from somewhere else. As `_checked`."""
        await self._count(client, PAGE_ADDRESS)
        session = self._sessions.read(cookie)
        if session is None:
            raise NotOurForm
        await self._count(client)
        return session

    async def _proof(self, session: Session) -> Proof:
        """By the platform that the chat is on. Raises `NotOurForm` where it gives none."""
        found = await self._store.query(lambda work: attempt_and_chat(work, session))
        if found is None:
            raise LinkRefused("gone")
        proof = self._proofs.get(found[1].platform)
        if proof is None:
            raise NotOurForm
        return proof

    async def _count(self, client: str, limit: Limit | None = None) -> None:
        """A transaction of its own: what fails afterwards has been counted."""
        counted = limit or SIGN_IN_ADDRESS
        await self._store.mutate(lambda work: work.limits.use(counted, client))

    async def _see(self, session: Session, *, leads_back: bool = False) -> Seen | None:
        found = await self._store.query(lambda work: attempt_and_chat(work, session))
        if found is None:
            return None
        link, identity, place = found
        now, mine = self._clock.now(), link.session == session.digest
        state, told = state_for(link, session, now), may_know(link, session)
        left = (link.expires_at - now).total_seconds()
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
            way_back=await self._ways_back(identity, told) if leads_back else "",
            provable=state is State.ASKED
            and identity.platform in self._proofs
            and provable(identity),
        )
