"""The user tokens of the operator's own app, for example of Better Auth's JWT plugin."""

from __future__ import annotations

from base64 import b64decode
from datetime import timedelta

import aiohttp
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_public_key, load_pem_public_key

from adapters.oidc.keys import Find, Keys, algorithm_of
from adapters.oidc.people import signed_in
from adapters.oidc.refusing import refusing
from core import ports, tokens
from core.errors import SignInRefused
from core.ports import Clock, SignedIn
from core.tokens import Header, Key

MOST = 8 * 1024
"""Characters of a token."""
LEEWAY = timedelta(seconds=30)
"""How far the app's clock and ours may be apart."""
LONGEST = timedelta(hours=1)
"""From `iat` to `exp`. Better Auth's hold 15 minutes; whoever finds one can connect a chat of
theirs, so one that holds for days is refused."""
KEY_BYTES = 32
"""Fewest bytes of a shared secret (RFC 7518, 3.2)."""


class AppTokens(ports.AppTokens):
    """`core.ports.AppTokens`: the token names its user in `sub`; issuer and audience must be the
    configured ones to the letter, and `exp` and `iat` must be there."""

    def __init__(self, find: Find, *, issuer: str, audience: str, clock: Clock) -> None:
        self._find = find
        self._issuer = issuer
        self._audience = audience
        self._clock = clock

    async def verify(self, token: str) -> SignedIn:
        """As the port says."""
        with refusing():
            header = tokens.header(token, MOST)
            if header.typ.upper() != "JWT":
                raise SignInRefused("type")
            said = tokens.claims(token, await self._find(header))
            if said.get("iss") != self._issuer:
                raise SignInRefused("issuer")
            if said.get("aud") not in (self._audience, [self._audience]):
                raise SignInRefused("audience")
            tokens.check_times(said, self._clock.now(), leeway=LEEWAY, longest=LONGEST)
            return signed_in(said, self._issuer)


def published(session: aiohttp.ClientSession, url: str, clock: Clock) -> Find:
    """The key of a token among those that the app publishes (APP_JWT_JWKS_URL)."""

    async def where() -> str:
        return url

    return Keys(session, where, clock).find


def fixed(text: str) -> Find:
    """The one key there is (APP_JWT_KEY): a public key in PEM, else a shared secret for HS256.

    Raises ValueError with the fix where it is neither. A public key is never a shared secret:
    everybody knows it, and could sign with it."""
    key = _public(text) if "-----BEGIN" in text else _shared(text)

    async def find(header: Header) -> Key:
        if header.algorithm != key.algorithm:
            raise SignInRefused("algorithm")
        return key

    return find


def _public(text: str) -> Key:
    pem = text.replace("\\n", "\n")  # as one line, the way .env files have it
    try:
        public = load_pem_public_key(pem.encode())
        return Key(public, algorithm_of(public))  # type: ignore[arg-type]  # it raises for others
    except Exception:  # the library raises several kinds
        raise ValueError(
            "must be a public key: RSA of 2048 bits or more, P-256 or Ed25519 in PEM"
        ) from None


def _shared(text: str) -> Key:
    if text.lstrip().startswith(("{", "ssh-", "ecdsa-")) or _is_bare_key(text):
        raise ValueError("must be a public key in PEM, with its BEGIN and END lines")
    if len(text.encode()) < KEY_BYTES:
        raise ValueError(f"must be a shared secret of {KEY_BYTES} bytes or more")
    return Key(text.encode(), "HS256")


def _is_bare_key(text: str) -> bool:
    """Whether it is a public key that lost the lines around it, or a PEM in base64 once more."""
    try:
        raw = b64decode(text.replace("\\n", ""))  # whatever else is between does not count
        if not raw.startswith(b"-----BEGIN"):
            load_der_public_key(raw)
    except UnsupportedAlgorithm:
        return True
    except ValueError:
        return False
    return True
