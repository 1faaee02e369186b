"""What two sides of a link attempt are asked to agree to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.identity import Account, Identity


class State(StrEnum):
    ISSUED = "issued"
    SIGNED_IN = "signed-in"
    """Only of a sign-in on the web: somebody has, and did not agree yet."""
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
class Side:
    """One of the two, as the other has to know them before saying yes (`promises.md` T2)."""

    identity: Identity
    account: Account
    workspace: str
    """Where on the platform, by name where we know it; empty where it has no such thing."""
    since: datetime
    """When the account began."""
    open_tasks: int
    tasks: int
    """All that concern it, counted up to 1,001."""
    chats: int


@dataclass(frozen=True, slots=True)
class Offer:
    """What somebody who redeemed a code, or issued it, is asked to agree to."""

    id: int
    public_id: str
    state: State
    source: Side
    """Who issued the code: their account is joined."""
    target: Side | None
    """Who redeemed it, and comes with all of their chats."""
    expires_at: datetime
