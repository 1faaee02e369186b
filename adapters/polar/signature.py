"""Whether a webhook is from Polar: Standard Webhooks, over the raw bytes.

Source: standardwebhooks.com, and polar-sdk 1.0.2 (`polar.webhooks`), against which this is tested.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

TOLERANCE = 300
"""Seconds, both ways."""
SHORTEST = 16
"""Characters of a secret: a shorter one can be guessed."""
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""Without a dot, which parts the signed text. `core.schema` keeps 128 characters."""
_AT = re.compile(r"[0-9]{1,12}")
_LONGEST = 2048
"""Characters of the signatures' header: some forty signatures, where Polar sends one or two."""


class Headers(Protocol):
    """aiohttp's headers, in which one may come several times."""

    def getall(self, key: str, default: Sequence[str]) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the headers of a webhook claim."""

    id: str
    at: str
    """Seconds since 1970, as they were written and signed."""
    signatures: str


def stamp(headers: Headers, now: float) -> Stamp | None:
    """What the headers claim; None where one is missing, comes twice, is malformed or too large, or
    where the time is more than `TOLERANCE` away from `now`, in seconds since 1970."""
    given = [headers.getall(f"webhook-{name}", ()) for name in ("id", "timestamp", "signature")]
    if any(len(each) != 1 for each in given):
        return None
    id, at, signatures = (each[0] for each in given)
    if not (_ID.fullmatch(id) and _AT.fullmatch(at) and len(signatures) <= _LONGEST):
        return None
    return Stamp(id, at, signatures) if abs(now - int(at)) <= TOLERANCE else None


class Verifier:
    """Knows genuine webhooks by any of several secrets, so that one can be replaced by another.

    Without a secret nothing is genuine. Raises ValueError for a secret that can be guessed."""

    def __init__(self, secrets: Iterable[str]) -> None:
        given = list(secrets)
        if any(len(each) < SHORTEST for each in given):
            raise ValueError(f"A webhook secret has at least {SHORTEST} characters.")
        self._keys = tuple(dict.fromkeys(key for secret in given for key in keys(secret)))

    def genuine(self, claimed: Stamp, raw: bytes) -> bool:
        """Whether one of the signatures is one that a key makes. Each is compared with each: what
        fits, and where, does not change how long it takes."""
        text = f"{claimed.id}.{claimed.at}.".encode() + raw
        given = _decoded(claimed.signatures)
        fits = False
        for key in self._keys:
            expected = hmac.digest(key, text, hashlib.sha256)
            for each in given:
                fits |= hmac.compare_digest(expected, each)
        return fits


def keys(secret: str) -> tuple[bytes, ...]:
    """Both keys that Polar makes of a secret: its bytes as they are, `whsec_` included (endpoints
    from before 2026-09-08), and what follows `whsec_` decoded from Base64 (since then)."""
    whole, coded = secret.encode(), secret.removeprefix("whsec_")
    decoded = _base64(coded + "=" * (-len(coded) % 4))
    return (whole, decoded) if decoded and decoded != whole else (whole,)


def _decoded(signatures: str) -> list[bytes]:
    """Those of version 1 that can be read; whatever else is there says nothing."""
    parted = (each.partition(",") for each in signatures.split())
    return [_base64(text) for version, _, text in parted if version == "v1"]


def _base64(text: str) -> bytes:
    """Empty where it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):  # ValueError: not ASCII
        return b""
