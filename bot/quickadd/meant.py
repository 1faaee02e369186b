"""What a line is read against, and what it is understood as."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.quick import quick
from core.task import Due, Priority


class Order(StrEnum):
    """Which number of `3/4` is the day."""

    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"


class Can(StrEnum):
    """What can be kept beside what every task has. What can't be kept stays in the title."""

    LABELS = "labels"
    RULE = "rule"
    REMIND = "remind"


def nobody(token: str) -> bool:
    """Whether a mention means somebody, where nobody can be meant."""
    return False


@quick
@dataclass(frozen=True, slots=True)
class Context:
    """Who writes, where, when."""

    now: datetime
    """Aware."""
    zone: str
    """IANA."""
    language: str = ""
    """BCP 47 tag, or empty. Both vocabularies are always read; abbreviations that are words of
    another language (`So`, `Do`) only in their own."""
    is_person: Callable[[str], bool] = nobody
    """Whether a mention token, as it stands in the text, means somebody."""
    can: frozenset[Can] = frozenset()
    verb: bool = True
    """Whether `add` may begin the text; not where it was read as the command already."""

    @property
    def wall(self) -> datetime:
        """The time on the wall, to the minute."""
        return self.now.astimezone(ZoneInfo(self.zone)).replace(second=0, microsecond=0)

    @property
    def today(self) -> date:
        return self.wall.date()

    @property
    def counts_to_24(self) -> bool:
        """Whether `6:12` is before noon, as it stands; English is written either way."""
        return bool(self.language) and self.language[:2].lower() != "en"

    @property
    def order(self) -> Order | None:
        """From the language; None where it does not say. `en-US` is what programs are set to
        anywhere, so it counts only together with a zone of America's."""
        if not self.language:
            return None
        language, _, region = self.language.lower().replace("_", "-").partition("-")
        if region in {"us", "ph"}:
            return Order.MONTH_FIRST if self.zone.startswith(("America/", "US/")) else None
        if language in {"zh", "ja", "ko", "hu", "lt", "mn"}:
            return Order.MONTH_FIRST
        return Order.DAY_FIRST if region or language != "en" else None


@dataclass(frozen=True, slots=True)
class Ambiguity:
    """What may be a date, and could be read otherwise: asked, never guessed."""

    said: str
    """The words, as they stand, without `due` or `by`."""
    candidates: tuple[Due, ...]
    """One, where the question is whether it is a date at all."""
    title: str
    """The title with the words left in it, where they are no date."""
    words: str = ""
    """The words that leave the title if they are one, `due` and `by` with them."""


@quick
@dataclass(frozen=True, slots=True)
class Understood:
    """What a line says about a task."""

    title: str
    priority: Priority = Priority.MEDIUM
    category: str = ""
    person: str = ""
    """A mention token, to be looked up."""
    labels: tuple[str, ...] = ()
    due: Due | None = None
    rule: str = ""
    """An RRULE (RFC 5545) whose first occurrence is `due`."""
    reminder: timedelta | None = None
    """How long before `due`."""
    ambiguity: Ambiguity | None = None
    read: tuple[str, ...] = ()
    """The words that are not in the title, as they stood."""
    unread: tuple[str, ...] = ()
    """Signs that were left in the title: a person nobody knows, a second list."""
    dated: str = ""
    """The words that were read as the date without `due`, `by` or `on` before them."""
    in_front: bool = False
    """Whether those stood at the beginning."""
    moved: bool = False
    """Whether a time alone was past for today, so that it is tomorrow's."""
