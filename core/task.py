"""What a task is: its fields and their limits."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.errors import Blank, NotUnderstood, TooLong

TITLE_LIMIT = 500
"""Characters (`promises.md` T18)."""
DESCRIPTION_LIMIT = 4000
"""Characters (`promises.md` T18)."""
CATEGORY_LIMIT = 40
"""Characters."""
OPEN_LIMIT = 10_000
"""Open tasks of one owner: against filling the disk, not a plan."""

NEVER = -1
"""As `remind`: no reminder."""
REMIND_LIMIT = 366 * 24 * 60
"""Minutes before it is due."""

# Characters that turn text around or hide in it (`promises.md` T29); tab and newline are blanks.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]"
)


class Status(StrEnum):
    """The original's four, literally."""

    PENDING = "pending"
    IN_PROGRESS = "in progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"

    @property
    def open(self) -> bool:
        return self in {Status.PENDING, Status.IN_PROGRESS}


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
        skip is moved on by the gap, one that comes twice is the first."""
        if self.time is not None:
            wall = datetime.combine(self.on, self.time, ZoneInfo(self.zone))
        else:
            wall = datetime.combine(self.on + timedelta(days=1), time(0), ZoneInfo(self.zone))
        return wall.astimezone(UTC)


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

    def overdue(self, now: datetime) -> bool:
        return self.status.open and self.due is not None and self.due.instant < now


@dataclass(frozen=True, slots=True)
class Ref:
    """How a person names a task: by their own short number, or by its public id and the revision
    that they saw."""

    number: int = 0
    public_id: str = ""
    revision: int = 0
    """0: whatever it is now."""

    def __str__(self) -> str:
        return f"#{self.number}" if self.number else self.public_id


def clean(text: str) -> str:
    """Text without what turns it around or hides in it, in composed form."""
    return _UNSEEN.sub("", unicodedata.normalize("NFC", text))


def clean_title(title: str) -> str:
    """One line. Raises `Blank`, `TooLong`."""
    line = " ".join(clean(title).split())
    if not line:
        raise Blank("title")
    if len(line) > TITLE_LIMIT:
        raise TooLong("title", TITLE_LIMIT, len(line))
    return line


def clean_description(text: str) -> str:
    """Raises `TooLong`."""
    cleaned = clean(text).strip()
    if len(cleaned) > DESCRIPTION_LIMIT:
        raise TooLong("description", DESCRIPTION_LIMIT, len(cleaned))
    return cleaned


def clean_category(name: str) -> str:
    """One word or a few, without the sign. Raises `TooLong`."""
    cleaned = " ".join(clean(name).split()).lstrip("#+ ")
    if len(cleaned) > CATEGORY_LIMIT:
        raise TooLong("category", CATEGORY_LIMIT, len(cleaned))
    return cleaned


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
