"""Sign-in with one issuer: the authorization code flow with PKCE and nonce."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode

import aiohttp

from adapters.oidc import id_token
from adapters.oidc.http import fetch
from adapters.oidc.issuer import Metadata
from adapters.oidc.issuer import issuer as published
from adapters.oidc.keys import Keys
from adapters.oidc.people import name_of, signed_in
from adapters.oidc.refusing import refusing
from core.errors import SignInError, SignInRefused
from core.ports import Clock, IdentityProvider, SignedIn

MOST_CODE = 4096
"""Characters of an authorization code. Microsoft's, the longest we know of, have about 1,500."""


class Provider(IdentityProvider):
    """`core.ports.IdentityProvider` for an issuer with discovery.

    The ID token is taken from the token endpoint alone. `prompt` is what the issuer is to ask;
    `select_account` lets somebody see and change who they are about to be. `echoes_nonce`: whether
    its tokens hold our nonce. `oldest`: since a token was made."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        issuer: str,
        client_id: str,
        client_secret: str,
        clock: Clock,
        scope: str = "openid profile email",
        prompt: str = "select_account",
        echoes_nonce: bool = True,
        oldest: timedelta = id_token.OLDEST,
    ) -> None:
        self.issuer = issuer
        self._session = session
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._echoed, self._oldest = echoes_nonce, oldest
        self._asked = {"scope": scope} | ({"prompt": prompt} if prompt else {})
        self._published = published(session, issuer, clock)
        self._keys = Keys(session, self._where_keys_are, clock)

    def __repr__(self) -> str:
        return f"Provider({self.issuer!r})"

    async def authorize_url(
        self, *, state: str, nonce: str, challenge: str, redirect_uri: str
    ) -> str:
        """As the port says."""
        with refusing():
            there = (await self._published.get()).authorize
            query = {
                "response_type": "code",
                "client_id": self._client_id,
                "redirect_uri": redirect_uri,
                "state": state,
                "nonce": nonce,
                "code_challenge": challenge,
                "code_challenge_method": "S256",
                **self._asked,
            }
            return f"{there}{'&' if '?' in there else '?'}{urlencode(query)}"

    async def finish(self, *, code: str, nonce: str, verifier: str, redirect_uri: str) -> SignedIn:
        """As the port says."""
        with refusing():
            if not 0 < len(code) <= MOST_CODE:
                raise SignInRefused("code")
            metadata = await self._published.get()
            answer = await self._exchange(metadata, code, verifier, redirect_uri)
            said = await id_token.check(
                answer.get("id_token"),
                self._keys.find,
                issuer=self.issuer,
                client_id=self._client_id,
                nonce=nonce,
                now=self._clock.now(),
                echoed=self._echoed,
                oldest=self._oldest,
            )
            person = signed_in(said, self.issuer)
            return person if name_of(said) else await self._named(person, metadata, answer)

    async def _where_keys_are(self) -> str:
        return (await self._published.get()).keys

    async def _exchange(
        self, metadata: Metadata, code: str, verifier: str, redirect_uri: str
    ) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        if metadata.basic:
            headers["Authorization"] = _basic(self._client_id, self._client_secret)
        else:
            form |= {"client_id": self._client_id, "client_secret": self._client_secret}
        return await fetch(self._session, metadata.token, form=form, headers=headers)

    async def _named(
        self, person: SignedIn, metadata: Metadata, answer: dict[str, Any]
    ) -> SignedIn:
        """With the name of the user info endpoint, where some issuers keep it. It is shown and no
        more, so whatever goes wrong here leaves the subject in its place."""
        access = answer.get("access_token")
        if not metadata.userinfo or not isinstance(access, str) or not _is_token(access):
            return person
        try:
            bearer = {"Authorization": f"Bearer {access}"}
            about = await fetch(self._session, metadata.userinfo, headers=bearer)
        except SignInError:
            return person
        if about.get("sub") != person.subject:  # somebody else's (OpenID Connect Core, 5.3.2)
            return person
        return replace(person, name=name_of(about) or person.name)


def _is_token(value: str) -> bool:
    return value.isascii() and value.isprintable() and " " not in value


def _basic(client_id: str, secret: str) -> str:
    """Both are encoded as in a form first (RFC 6749, 2.3.1)."""
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {b64encode(pair.encode()).decode()}"
