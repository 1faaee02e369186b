"""The public keys of an issuer (JWKS), by which we know its tokens."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

from adapters.oidc.cached import Cached
from adapters.oidc.http import fetch
from core.errors import SignInRefused
from core.ports import Clock
from core.tokens import Header, Key

log = logging.getLogger(__name__)

ALGORITHMS = ("RS256", "ES256", "EdDSA")
"""Those that we take, whatever an issuer says that it uses. Each belongs to one type of key."""
FRESH = timedelta(minutes=10)
"""How long a key that was taken back may still count. Source: promises.md F25."""
MOST_KEYS = 100
RSA_BITS = range(2048, 8193)
"""Fewer are breakable (RFC 7518, 3.3); more only cost time."""

_READERS: Mapping[str, Callable[[dict[str, Any]], Any]] = {
    "RSA": RSAAlgorithm.from_jwk,
    "EC": ECAlgorithm.from_jwk,
    "OKP": OKPAlgorithm.from_jwk,
}
_PRIVATE = frozenset({"d", "p", "q", "k"})


Find = Callable[[Header], Awaitable[Key]]
"""The key of a token. Raises `SignInRefused` where there is none."""


class Keys:
    """The keys at an address, kept for ten minutes. A token whose key is not among them has them
    fetched again, at most once a minute, so that a new key counts at once."""

    def __init__(
        self, session: aiohttp.ClientSession, where: Callable[[], Awaitable[str]], clock: Clock
    ) -> None:
        async def load() -> tuple[Key, ...]:
            return read(await fetch(session, await where()))

        self._cached = Cached(load, clock, fresh=FRESH)

    async def find(self, header: Header) -> Key:
        """The key of a token. Raises `SignInRefused`, or `SignInAway` where it cannot be known."""
        if header.algorithm not in ALGORITHMS:
            raise SignInRefused("algorithm")
        found = _pick(await self._cached.get(), header)
        if found is None:
            found = _pick(await self._cached.newer(), header)
        if found is None:
            raise SignInRefused("key")
        return found


def _pick(keys: tuple[Key, ...], header: Header) -> Key | None:
    fitting = [each for each in keys if each.algorithm == header.algorithm]
    if header.kid is not None:
        fitting = [each for each in fitting if each.kid == header.kid]
    return fitting[0] if len(fitting) == 1 else None


def read(document: Mapping[str, Any]) -> tuple[Key, ...]:
    """The keys that we can use; what is not one is left out. Raises `SignInRefused` for a document
    that is no key set."""
    listed = document.get("keys")
    if not isinstance(listed, list) or len(listed) > MOST_KEYS:
        raise SignInRefused("key-set")
    return tuple(key for each in listed if (key := _usable(each)) is not None)


def _usable(jwk: object) -> Key | None:
    """A public key for signatures, of a type and size that we take."""
    if not isinstance(jwk, dict) or _PRIVATE & jwk.keys() or not _signs(jwk):
        return None
    try:
        secret = _READERS[jwk["kty"]](jwk)
        algorithm = algorithm_of(secret)
    except Exception as problem:  # whatever a strange key makes of the libraries below
        log.info("a key of an issuer was left out: %s", type(problem).__name__)
        return None
    kid = jwk.get("kid")
    if jwk.get("alg", algorithm) != algorithm or not isinstance(kid, str | None):
        return None
    return Key(secret, algorithm, kid)


def _signs(jwk: Mapping[str, Any]) -> bool:
    allowed = jwk.get("key_ops", ["verify"])
    return jwk.get("use", "sig") == "sig" and isinstance(allowed, list) and "verify" in allowed


def algorithm_of(key: object) -> str:
    """The one algorithm a public key is for. Raises ValueError for a key that we do not take."""
    match key:
        case RSAPublicKey() if key.key_size in RSA_BITS:
            return "RS256"
        case EllipticCurvePublicKey() if isinstance(key.curve, SECP256R1):
            return "ES256"
        case Ed25519PublicKey():
            return "EdDSA"
    raise ValueError("not RSA of 2048 to 8192 bits, P-256 or Ed25519")
