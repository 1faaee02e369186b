"""A linking: what it is, and what came along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

UNDO_FOR = timedelta(days=1)
"""How long a linking, and a move of tasks, can be taken back (`promises.md` T2, T14)."""
COUNTED = 1000
"""Tasks that stay apart are counted up to one more than this."""


class Way(StrEnum):
    """How two came together."""

    CODE = "code"
    WEB = "web"
    APP = "app"


class Item(StrEnum):
    """What came along."""

    IDENTITY = "identity"
    LOGIN = "login"
    OWNER = "owner"
    ASSIGNEE = "assignee"
    COMPLETER = "completer"
    NUMBER = "number"
    NOTICE = "notice"
    NOTE = "note"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    TIMEZONE = "timezone"
    LANGUAGE = "language"
    SUBSCRIPTION = "subscription"
    DIGEST = "digest"
    QUIET = "quiet"


@dataclass(frozen=True, slots=True)
class Link:
    """One linking."""

    id: int
    public_id: str
    account: int
    """The account that was joined."""
    origin: int | None
    """The account that was left; None where only a login was added."""
    way: Way
    linked_at: datetime
    moved_at: datetime | None
    """When the tasks came along."""
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Apart:
    """Tasks of an account that everybody left, which were not moved."""

    link: Link
    name: str
    """Of the account that was left."""
    tasks: int
    """Counted up to `COUNTED` + 1."""
