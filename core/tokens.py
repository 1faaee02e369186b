"""Compact JWTs, with everything decided by us and nothing by the token (`promises.md` T5, M8).

The token's header says neither which algorithms count nor where keys are: it may name an algorithm
of the list and the id of a key. PyJWT checks the signature; claims and times are checked here,
since it accepts a token without `exp` and reads the clock by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.api_jws import PyJWS

Secret = bytes | RSAPublicKey | EllipticCurvePublicKey | Ed25519PublicKey

_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_REFUSED = frozenset({"jku", "jwk", "x5u", "x5c", "crit", "b64", "zip"})
"""What a header may not hold: a key or where to get one, and what would change how to read on."""
_JWS = PyJWS(
    algorithms=("HS256", "RS256", "ES256", "EdDSA"), options={"enforce_minimum_key_length": True}
)


@dataclass(eq=False)
class BadToken(Exception):
    """Not to be believed. `reason` is a word of ours, never something from the token."""

    reason: str


@dataclass(frozen=True, slots=True)
class Key:
    """A key and the one algorithm that it is for, so that no token chooses between algorithms."""

    secret: Secret = field(repr=False)
    algorithm: str
    kid: str | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What an unverified token says of itself."""

    algorithm: str
    kid: str | None
    typ: str


def header(token: str, most: int) -> Header:
    """What the token says of itself, to find its key by. Raises `BadToken` where it is longer than
    `most` characters, malformed, or brings a key of its own."""
    if not isinstance(token, str) or len(token) > most:
        raise BadToken("length")
    if not _SHAPE.fullmatch(token):  # no padding, no space: there is one spelling of a token
        raise BadToken("shape")
    try:
        fields = _JWS.get_unverified_header(token)
    except Exception:  # PyJWT lets other errors than its own through
        raise BadToken("header") from None
    algorithm, kid, typ = fields.get("alg"), fields.get("kid"), fields.get("typ", "JWT")
    if _REFUSED & fields.keys() or not isinstance(algorithm, str) or not isinstance(typ, str):
        raise BadToken("header")
    if kid is not None and not isinstance(kid, str):
        raise BadToken("header")
    return Header(algorithm, kid, typ)


def claims(token: str, key: Key) -> dict[str, Any]:
    """What a token says that was signed with the key, by the key's algorithm. It must have been
    through `header`. Raises `BadToken`."""
    try:
        signed = _JWS.decode_complete(token, key.secret, algorithms=[key.algorithm])
    except Exception:  # as above
        raise BadToken("signature") from None
    try:
        said = orjson.loads(signed["payload"])
    except ValueError:
        raise BadToken("claims") from None
    if not isinstance(said, dict):
        raise BadToken("claims")
    return said


def encode(said: Mapping[str, Any], key: Key, typ: str) -> str:
    """A token that says this. Raises TypeError for what JSON cannot hold."""
    return _JWS.encode(
        orjson.dumps(said),
        key.secret,  # type: ignore[arg-type]  # only bytes sign here; a public key raises
        algorithm=key.algorithm,
        headers={"typ": typ},
    )


def check_times(
    said: Mapping[str, Any], now: datetime, *, leeway: timedelta, longest: timedelta
) -> None:
    """Raise `BadToken` unless `exp` and `iat` are there, the token holds now, and holds no longer
    than `longest` in all. `leeway` is how far clocks may be apart."""
    moment, slack = now.timestamp(), leeway.total_seconds()
    ends, made = _instant(said, "exp"), _instant(said, "iat")
    if ends <= moment - slack:
        raise BadToken("expired")
    if made > moment + slack:
        raise BadToken("early")
    if "nbf" in said and _instant(said, "nbf") > moment + slack:
        raise BadToken("early")
    if not 0 < ends - made <= longest.total_seconds():
        raise BadToken("lifetime")


def _instant(said: Mapping[str, Any], name: str) -> float:
    """A claim in seconds since 1970."""
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadToken(name)
    if not 0 <= value < 1 << 40:  # which no NaN and no infinity is
        raise BadToken(name)
    return value
