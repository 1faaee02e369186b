"""Polar's clock, which follows the real one until it is pushed, and how Polar writes time."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, datetime, timedelta

MICROSECOND = timedelta(microseconds=1)
MONTHS = {"month": 1, "year": 12}
DAYS = {"day": 1, "week": 7}


class Clock:
    """No two readings are the same, so that no two changes have one `modified_at`."""

    def __init__(self) -> None:
        self._pushed = timedelta()
        self._last = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        self._last = max(datetime.now(UTC) + self._pushed, self._last + MICROSECOND)
        return self._last

    def text(self) -> str:
        return iso(self.now())

    def push(self, by: timedelta) -> None:
        """Forward. Raises ValueError for a step back."""
        if by < timedelta():
            raise ValueError("this clock goes forward only")
        self._pushed += by

    def push_to(self, at: datetime) -> None:
        """At least to `at`; it stays where it is when that has passed."""
        self._pushed += max(timedelta(), at - self.now())


def iso(at: datetime) -> str:
    """As Polar's Pydantic writes it: `Z`, and microseconds only where there are some."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse(text: str) -> datetime:
    """Raises ValueError for what is no time with a zone."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at


def later(at: datetime, interval: str, count: int = 1) -> datetime:
    """`count` days, weeks, months or years on; the 31st becomes the last day of a short month."""
    if interval in DAYS:
        return at + timedelta(days=DAYS[interval] * count)
    months = at.year * 12 + at.month - 1 + MONTHS[interval] * count
    year, month = divmod(months, 12)
    day = min(at.day, monthrange(year, month + 1)[1])
    return at.replace(year=year, month=month + 1, day=day)
