"""A chat's own platform as an issuer: it says whose browser it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from core.addresses import Sender
from core.ports import SignedIn

OLDEST = timedelta(minutes=5)
"""Since it said so. Source: promises.md T1."""


@dataclass(frozen=True, slots=True)
class Whose:
    """What such a platform is asked, and what its ID token says."""

    issuer: str
    scope: str
    of: Callable[[SignedIn], tuple[Sender, ...]]
    """Whom a token speaks of: one person, by every name that the platform may have for them in our
    chats. Raises `SignInRefused`."""
    echoes_nonce: bool = True
    """Whether its tokens hold the nonce that was sent along."""
