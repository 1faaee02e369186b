"""A browser proves that it is the chat's own: sent to the chat's platform, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.errand import Errand
from bot.sessions import Session
from bot.visiting import attempt_of
from core import proving
from core.addresses import Sender
from core.ports import SignedIn
from core.store import Store
from core.work import Work

BACK = "link/proved"
"""The path on our site where the browser comes back to."""
Who = Callable[[SignedIn], tuple[Sender, ...]]
"""The person, by every name that the chat's platform may have for them. Raises `SignInRefused`."""


class Proof:
    """By one platform."""

    def __init__(self, store: Store, errand: Errand, who: Who) -> None:
        self._store = store
        self._errand = errand
        self._who = who

    async def origin(self) -> str:
        """Where `begin` leads to."""
        return await self._errand.origin()

    async def begin(self, session: Session) -> str:
        """Where the browser goes. Raises `LinkRefused`, `SignInError`."""
        state = self._errand.state()
        digest = self._errand.digest(state)

        def began(work: Work) -> None:
            proving.begin(work, attempt_of(work, session), digest, session.digest)

        await self._store.mutate(began)
        return await self._errand.send(state)

    async def come_back(self, session: Session, query: Mapping[str, str]) -> None:
        """The browser is back: the chat is connected. Raises `NotOurForm`, `SignInError`,
        `LinkRefused`."""
        digest = self._errand.digest(query.get("state", ""))
        attempt = await self._store.mutate(
            lambda work: work.web_links.claim(digest, session.digest)
        )
        who = self._who(await self._errand.come_back(query))
        await self._store.mutate(lambda work: proving.prove(work, attempt, session.digest, who))
