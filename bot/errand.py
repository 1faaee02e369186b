"""A browser is sent to an issuer and comes back: what of it must fit."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from bot.sessions import Sessions
from core.errors import SignInError, SignInRefused
from core.ids import Ids
from core.pkce import challenge
from core.ports import IdentityProvider, SignedIn
from core.visits import NotOurForm

MOST_STATE = 128
"""Characters of a state that comes back; ours have 43."""


class Errand:
    """To one issuer, for one purpose. What was made for one is good for no other."""

    def __init__(
        self,
        provider: IdentityProvider,
        sessions: Sessions,
        redirect_uri: Callable[[], str],
        purpose: str,
    ) -> None:
        self._provider = provider
        self._sessions = sessions
        self._redirect_uri = redirect_uri
        self._purpose = purpose

    async def origin(self) -> str:
        """Where the browser is sent; by the issuer's name where it does not answer."""
        try:
            url = await self._url(state="", nonce="", challenge="")
        except SignInError:
            url = self._provider.issuer
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}"

    def state(self) -> str:
        """One that nobody had before."""
        return secrets.token_urlsafe(32)

    def digest(self, state: str) -> str:
        """What is kept of a state. Raises `NotOurForm` for what can't be one."""
        if not 0 < len(state) <= MOST_STATE:
            raise NotOurForm
        return Ids.digest(f"{self._purpose}\n{state}".encode("utf-8", "replace").decode())

    async def send(self, state: str) -> str:
        """Where the browser goes. Raises `SignInError`."""
        return await self._url(
            state=state, nonce=self._derived("nonce", state), challenge=challenge(self._pkce(state))
        )

    async def come_back(self, query: Mapping[str, str]) -> SignedIn:
        """Who is signed in there, for a state that was claimed. Raises `SignInError`."""
        if query.get("iss", self._provider.issuer) != self._provider.issuer:
            raise SignInRefused("issuer")  # another issuer's answer, mixed up (RFC 9207)
        if "error" in query or not query.get("code"):
            raise SignInRefused("no-code")
        return await self._provider.finish(
            code=query["code"],
            nonce=self._derived("nonce", query["state"]),
            verifier=self._pkce(query["state"]),
            redirect_uri=self._redirect_uri(),
        )

    async def _url(self, **values: str) -> str:
        return await self._provider.authorize_url(redirect_uri=self._redirect_uri(), **values)

    def _pkce(self, state: str) -> str:
        return self._derived("verifier", state)

    def _derived(self, what: str, state: str) -> str:
        return self._sessions.derived(f"{self._purpose} {what}", state)
