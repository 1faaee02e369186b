"""From checked claims to who it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import SignInRefused
from core.ports import SignedIn

SUBJECT = 255
"""Most characters of a subject, all ASCII (OpenID Connect Core, 2)."""
NAME = 128
_NAMES = ("name", "preferred_username", "email")


def signed_in(said: Mapping[str, Any], issuer: str) -> SignedIn:
    """Who it is. Raises `SignInRefused` for a subject that is none."""
    subject = said.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT:
        raise SignInRefused("subject")
    if not (subject.isascii() and subject.isprintable()):
        raise SignInRefused("subject")
    return SignedIn(issuer, subject, name_of(said) or subject[:NAME], said)


def name_of(said: Mapping[str, Any]) -> str:
    """What somebody is called, on one line, without characters that cannot be seen; or empty."""
    for each in _NAMES:
        value = said.get(each)
        if isinstance(value, str):
            words = "".join(c if c.isprintable() else " " for c in value[: 4 * NAME]).split()
            if words:
                return " ".join(words)[:NAME]
    return ""
