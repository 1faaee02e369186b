"""How dates are typed: one date, with or without a time, as a whole text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from core.task import Due

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
EVENING = time(18, 0)
MORNING = time(9, 0)

_DAY = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})?")
_DOTTED_OPEN = re.compile(r"(\d{1,2})\.(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?")
_DAY_MONTH = re.compile(rf"(\d{{1,2}})(?:st|nd|rd|th)?\s+({_MONTH})(?:\s+(\d{{4}}))?")
_MONTH_DAY = re.compile(rf"({_MONTH})\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(\d{{4}}))?")
_WEEKDAY = re.compile(rf"(next\s+|on\s+)?({_DAY})")
_IN = re.compile(r"in\s+(\d{1,4})\s+(day|week|month)s?")
_CLOCK = re.compile(r"(?:at\s+)?(?:(\d{1,2}):(\d{2})\s?(am|pm)?|(\d{1,2})\s?(am|pm))")
_TRAILING_CLOCK = re.compile(rf"(?:^|\s){_CLOCK.pattern}$")
_LEADING_CLOCK = re.compile(rf"^{_CLOCK.pattern}(?=\s)")
_YEARS = range(1970, 3000)
"""What lies outside is a slip, and chats show no date before 1970."""


@dataclass(frozen=True, slots=True)
class Either:
    """A date that can be read in two ways: asked, never guessed."""

    said: str
    first: Due
    second: Due


def when(text: str, *, today: date, zone: str) -> Due | Either | None:
    """A date with or without a time; None for what is neither."""
    said = " ".join(text.lower().replace(",", " ").split())
    clock: time | None = None
    if match := _TRAILING_CLOCK.search(said) or _LEADING_CLOCK.match(said):
        clock = _clock(match)
        if clock is None:
            return None
        said = f"{said[: match.start()]}{said[match.end() :]}".strip()
    if said == "tonight":
        return Due(today, clock or EVENING, zone)
    if not said:
        return Due(today, clock, zone) if clock else None
    days = _days(said, today)
    if not days:
        return None
    if len(days) == 2:
        return Either(text.strip(), Due(days[0], clock, zone), Due(days[1], clock, zone))
    return Due(days[0], clock, zone)


def _clock(match: re.Match[str]) -> time | None:
    hour, minute, half, hour_only, half_only = match.groups()
    number, half = int(hour or hour_only), half or half_only
    if half:
        if not 1 <= number <= 12:
            return None
        number = number % 12 + (12 if half == "pm" else 0)
    try:
        return time(number, int(minute or 0))
    except ValueError:
        return None


def _days(said: str, today: date) -> list[date]:
    """The days that the words can mean: none, one, or two."""
    near = {"today": 0, "tomorrow": 1, "tmr": 1, "yesterday": -1}
    if said in near:
        return [today + timedelta(days=near[said])]
    for read in (_written, _weekday, _in, _slashed):
        if days := read(said, today):
            return days
    return []


def _written(said: str, today: date) -> list[date]:
    if match := _ISO.fullmatch(said):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DOTTED.fullmatch(said):
        return _coming(int(match[1]), int(match[2]), match[3], today)
    if match := _DOTTED_OPEN.fullmatch(said):
        return _coming(int(match[1]), int(match[2]), None, today)
    if match := _DAY_MONTH.fullmatch(said):
        return _coming(int(match[1]), _month(match[2]), match[3], today)
    if match := _MONTH_DAY.fullmatch(said):
        return _coming(int(match[2]), _month(match[1]), match[3], today)
    return []


def _weekday(said: str, today: date) -> list[date]:
    match = _WEEKDAY.fullmatch(said)
    if not match:
        return []
    wanted = next(n for n, name in enumerate(DAYS) if name.startswith(match[2][:3]))
    ahead = (wanted - today.weekday() - 1) % 7 + 1
    if (match[1] or "").startswith("next") and today.weekday() + ahead < 7:
        ahead += 7  # "next Friday" on a Monday is not this week's
    return [today + timedelta(days=ahead)]


def _in(said: str, today: date) -> list[date]:
    match = _IN.fullmatch(said)
    if not match:
        return []
    number = int(match[1])
    try:
        if match[2] == "month":
            months = today.month - 1 + number
            year, month = today.year + months // 12, months % 12 + 1
            # The 31st of a month that has none is its last day.
            return next(day for back in range(4) if (day := _date(year, month, today.day - back)))
        return [today + timedelta(days=number * (7 if match[2] == "week" else 1))]
    except OverflowError:
        return []


def _slashed(said: str, today: date) -> list[date]:
    match = _SLASHED.fullmatch(said)
    if not match:
        return []
    one, two = int(match[1]), int(match[2])
    both = _coming(one, two, match[3], today) + _coming(two, one, match[3], today)
    return list(dict.fromkeys(both))


def _coming(day: int, month: int, year: str | None, today: date) -> list[date]:
    """That day of this year, or of the next where it is past."""
    if year:
        return _date(int(year), month, day)
    this = _date(today.year, month, day)
    if this and this[0] >= today:
        return this
    return _date(today.year + 1, month, day) or this


def _date(year: int, month: int, day: int) -> list[date]:
    if year not in _YEARS:
        return []
    try:
        return [date(year, month, day)]
    except ValueError:
        return []


def _month(name: str) -> int:
    return MONTHS.index(name[:3]) + 1
