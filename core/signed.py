"""Our own short-lived signed values: what a cookie or a form carries and nobody else can make."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core import tokens
from core.tokens import BadToken, Key

KEY_BYTES = 32
"""Fewest bytes of a key: as many as the hash has (RFC 7518, 3.2)."""
MOST = 2048
"""Characters. A cookie holds 4,096 with its name and attributes. Source: promises.md T5."""
LONGEST = timedelta(days=1)
"""A value that must hold longer is a row in the database, which can be taken back."""
LEEWAY = timedelta(seconds=10)
"""How far the clocks of two of our processes may be apart."""

_ISSUER = "fluxbot"
_OURS = frozenset({"iss", "aud", "iat", "exp"})


class Purpose(StrEnum):
    """What a signed value is for. One of a purpose is no good for another."""

    SIGN_IN = "sign-in"
    """A sign-in on its way to an issuer and back, in a cookie."""
    CSRF = "csrf"
    """That a form was drawn by us for this browser."""
    CONSENT = "consent"
    """What exactly a person was shown and says yes to."""


class Signer:
    """Signs and reads.

    A purpose has its own key, its own audience and its own type: each alone keeps the value of one
    purpose from being taken for another's."""

    def __init__(self, key: bytes) -> None:
        """`key` is the service's SECRET_KEY. Raises ValueError below 32 bytes."""
        if len(key) < KEY_BYTES:
            raise ValueError(f"a signing key has at least {KEY_BYTES} bytes")
        self._keys = {each: Key(_derived(key, each), "HS256") for each in Purpose}

    def sign(
        self, purpose: Purpose, claims: Mapping[str, Any], lifetime: timedelta, now: datetime
    ) -> str:
        """A value of A-Z a-z 0-9 - _ and dots, in whole seconds. Whoever has it can read `claims`.

        Raises ValueError for a claim of one of our own names, a lifetime of nothing or of more
        than a day, or a value of more than 2,048 characters."""
        seconds = int(lifetime.total_seconds())
        if _OURS & claims.keys() or not 0 < seconds <= LONGEST.total_seconds():
            raise ValueError("not to be signed like this")
        made = int(now.timestamp())
        said = {**claims, "iss": _ISSUER, "aud": purpose, "iat": made, "exp": made + seconds}
        value = tokens.encode(said, self._keys[purpose], _typ(purpose))
        if len(value) > MOST:
            raise ValueError(f"more than {MOST} characters")
        return value

    def read(self, purpose: Purpose, token: str, now: datetime) -> Mapping[str, Any] | None:
        """The claims as they were signed, or None for whatever is not a value of ours for this
        purpose that still holds. Never raises."""
        try:
            return self._read(purpose, token, now)
        except BadToken:
            return None

    def _read(self, purpose: Purpose, token: str, now: datetime) -> Mapping[str, Any]:
        if tokens.header(token, MOST).typ != _typ(purpose):
            raise BadToken("type")
        said = tokens.claims(token, self._keys[purpose])
        if said.get("iss") != _ISSUER or said.get("aud") != purpose:
            raise BadToken("audience")
        tokens.check_times(said, now, leeway=LEEWAY, longest=LONGEST)
        return {name: value for name, value in said.items() if name not in _OURS}


def _derived(key: bytes, purpose: Purpose) -> bytes:
    info = f"fluxbot signed {purpose}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(key)


def _typ(purpose: Purpose) -> str:
    return f"{purpose}+jwt"
