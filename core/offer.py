"""What two sides of a link attempt are asked to agree to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.identity import Account, Identity


class State(StrEnum):
    ISSUED = "issued"
    ASKED = "asked"
    DONE = "done"
    DENIED = "denied"
    VOID = "void"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Issued:
    """A code as its owner sees it, once."""

    code: str
    """4-4-4."""
    attempt: str
    """The public id of what it begins."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody who redeemed a code, or issued it, is asked to agree to."""

    id: int
    public_id: str
    state: State
    source: Identity
    """Who issued the code."""
    account: Account
    """Whose account it is."""
    target: Identity | None
    """Who redeemed it."""
    moving: int
    """Tasks of the redeemer that come along, counted up to 1,001."""
    joining: int
    """Identities that come along, the redeemer included."""
    expires_at: datetime
