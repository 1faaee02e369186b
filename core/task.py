"""What a task is: its fields and their limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.errors import NotUnderstood
from core.quick import quick

TITLE_LIMIT = 500
"""Characters (`promises.md` T18)."""
DESCRIPTION_LIMIT = 4000
"""Characters (`promises.md` T18)."""
CATEGORY_LIMIT = 40
"""Characters."""
LABEL_LIMIT = 40
"""Characters."""
LABELS_LIMIT = 10
"""Labels of one task."""
OPEN_LIMIT = 10_000
"""Open tasks of one owner: against filling the disk, not a plan."""

NEVER = -1
"""As `remind`: no reminder."""
REMIND_LIMIT = 366 * 24 * 60
"""Minutes before it is due."""
NAG_LEAST, NAG_MOST = 5, 24 * 60
"""Minutes between two reminders of what is not done yet: less is noise, more is another date."""


class Status(StrEnum):
    """The original's four, literally."""

    PENDING = "pending"
    IN_PROGRESS = "in progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def open(self) -> bool:
        return self is Status.PENDING or self is Status.IN_PROGRESS


class Offer(StrEnum):
    """What became of giving a task to somebody else: they are asked whether they take it."""

    NONE = ""
    """Nobody was asked: it is nobody's, or somebody took it by themselves."""
    OFFERED = "offered"
    ACCEPTED = "accepted"
    LEFT = "left"
    """Whoever had it to do left the group that it was made in: anybody there may claim it."""


class Priority(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Due:
    """A wall date, perhaps a wall time, in a zone."""

    on: date
    time: time | None
    zone: str

    @property
    def instant(self) -> datetime:
        """When it is over: that minute, or the end of that day, in UTC. A time that the clocks
        skip is moved on by the gap, one that comes twice is the first, unless its `fold` is 1."""
        if self.time is not None:
            wall = datetime.combine(self.on, self.time, ZoneInfo(self.zone))
        else:
            wall = datetime.combine(self.on + timedelta(days=1), time(0), ZoneInfo(self.zone))
        return wall.astimezone(UTC)

    @property
    def which(self) -> str:
        """How the clocks are set (`CET`), where they show this time twice that day; else empty."""
        if self.time is None:
            return ""
        wall = datetime.combine(self.on, self.time, ZoneInfo(self.zone))
        one, two = (wall.replace(fold=each).utcoffset() for each in (0, 1))
        twice = one is not None and two is not None and one > two
        return (wall.tzname() or "") if twice else ""


@quick
@dataclass(frozen=True, slots=True)
class Draft:
    """A task that somebody wants to add."""

    title: str
    description: str = ""
    priority: Priority = Priority.MEDIUM
    category: str = ""
    assignee: int | None = None
    due: Due | None = None
    status: Status = Status.PENDING
    remind: int | None = None
    """As `Task.remind`."""
    labels: tuple[str, ...] = ()
    rule: str = ""
    """As `Task.rule`; `due` is its first time."""


@quick
@dataclass(frozen=True, slots=True)
class Task:
    """A task as one person sees it."""

    id: int
    public_id: str
    number: int
    """The reader's own short number for it; 0 when it does not concern them."""
    title: str
    description: str
    status: Status
    priority: Priority
    category: str
    due: Due | None
    owner: int
    owner_name: str
    assignee: int | None
    assignee_name: str
    completed_by_name: str
    chat: int
    """Where it was made."""
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    completions: int
    revision: int
    remind: int | None = None
    """Minutes before it is due; None for when it is due, `NEVER` for no reminder."""
    reminds_at: datetime | None = None
    """When the reader is reminded of it, where that is not when it is due."""
    labels: tuple[str, ...] = ()
    """In small letters, without the sign."""
    rule: str = ""
    """An RRULE (RFC 5545) in wall time, by which it comes again once it is done; or empty."""
    occurrence: str = ""
    """When it was to be by its rule (`2026-11-27T09:00`, or a day): the times after it go by it."""
    nag: int | None = None
    """Minutes after which whoever does it is reminded again, and again, until it is done."""
    notes: int = 0
    """How many there are."""
    offer: Offer = Offer.NONE
    """What the assignee said, where somebody else gave it to them."""

    def overdue(self, now: datetime) -> bool:
        return self.status.open and self.due is not None and self.due.instant < now


@quick
@dataclass(frozen=True, slots=True)
class Ref:
    """How a person names a task: by their own short number, or by its public id and the revision
    that they saw."""

    number: int = 0
    public_id: str = ""
    revision: int = 0
    """0: whatever it is now."""

    def __str__(self) -> str:
        return f"#{self.number}" if self.number or not self.public_id else self.public_id


def read_status(value: str) -> Status:
    """Raises `NotUnderstood`."""
    known = {"open": Status.PENDING, "done": Status.COMPLETED, "started": Status.IN_PROGRESS}
    word = value.strip().lower().replace("_", " ").replace("-", " ")
    try:
        return known.get(word) or Status(word)
    except ValueError:
        raise NotUnderstood("status", value, ", ".join(Status)) from None


def read_priority(value: str) -> Priority:
    """Raises `NotUnderstood`."""
    known = {
        "1": Priority.HIGH,
        "2": Priority.MEDIUM,
        "3": Priority.LOW,
        "med": Priority.MEDIUM,
        "normal": Priority.MEDIUM,
    }
    word = value.strip().lower().lstrip("!")
    try:
        return known.get(word) or Priority(word)
    except ValueError:
        raise NotUnderstood("priority", value, ", ".join(Priority)) from None
