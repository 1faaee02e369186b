"""Days by their distance: `in 3 days`, `in 2h`, `in half an hour`, `3 days from now`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.quickadd.calendar import in_days, in_months
from bot.quickadd.counts import spoken_count
from bot.quickadd.meant import Context
from bot.quickadd.reader import Reader
from bot.quickadd.vocabulary import UNITS

_NUMBER = re.compile(r"\d{1,5}|a")
_JOINED = re.compile(r"(\d{1,5})(min|mins|m|hrs|hr|h|d|w|wks|wk|y)")
_MINUTED = re.compile(r"(\d{1,2})h([0-5]\d)(?:m|min)?")
_HALVES = re.compile(r"(\d{1,2})[.,]5(h|hrs?)?")
_LETTERS = {"m": "minute", "h": "hour", "d": "day", "w": "week", "y": "year"}


@dataclass(frozen=True, slots=True)
class Day:
    """What names a day."""

    choices: tuple[date, ...]
    """One, or two where it can be read in two ways."""
    weekday: int | None = None
    """Set where only a day of the week was said."""
    instant: datetime | None = None
    """Set where a time was said with it: "in 2 hours"; wall time."""
    doubtful: bool = False
    """Whether it may be no date at all."""
    written: bool = False
    """Whether it was written as a date: `24 nov`."""
    to_24: bool = False
    """Whether it was written as those write it who count hours to 24: `28.11.`, `2026-11-28`."""


def only(day: date | None) -> Day | None:
    """A day by itself, if there is one."""
    return Day((day,)) if day is not None else None


def distance(reader: Reader, context: Context) -> Day | None:
    """`in 3 days`, `in a week`, `in 2h`, `in half an hour`, `3 days from now`."""
    led = bool(reader.take("in"))
    half = reader.sequence("half", "a", "hour") or reader.sequence("a", "half", "hour")
    count, unit = (30, "minute") if half else _amount(reader)
    if unit == "hour":
        count, unit = 60 * count + _minutes(reader), "minute"
    later = led or reader.sequence("from", "now") or reader.sequence("from", "today")
    if not unit or not later:
        return None
    return after(context, count, unit)


def _minutes(reader: Reader) -> int:
    """`30 min` or `and a half` behind hours."""
    start = reader.at
    if reader.sequence("and", "a", "half"):
        return 30
    reader.take("and")
    count, unit = _amount(reader)
    if unit != "minute":
        reader.at, count = start, 0
    return count


def _amount(reader: Reader) -> tuple[int, str]:
    """`3 days`, `3d`, `a week`, `1.5 hours`: how many of what; nothing where there is none."""
    if found := reader.match(_HALVES):
        halves = reader.take("hour") or found[2]
        return (60 * int(found[1]) + 30, "minute") if halves else (0, "")
    if found := reader.match(_MINUTED):
        return 60 * int(found[1]) + int(found[2]), "minute"
    if found := reader.match(_JOINED):
        return int(found[1]), _LETTERS[found[2][0]]
    count = _count(reader)
    unit = reader.take(*UNITS) if count is not None else ""
    return in_weeks(count, unit) if count is not None and unit else (0, "")


def _count(reader: Reader) -> int | None:
    """`3`, `a`, `fifteen`; `three` is 3 here already."""
    if (count := spoken_count(reader)) is not None:
        return count
    found = reader.match(_NUMBER)
    return (1 if found[0] == "a" else int(found[0])) if found else None


def in_weeks(count: int, unit: str) -> tuple[int, str]:
    """As many weeks, where they are whole ones: 2 fortnights, 14 days."""
    if unit == "fortnight":
        return 2 * count, "week"
    if unit == "day" and count and not count % 7:
        return count // 7, "week"
    return count, unit


def amount(reader: Reader) -> timedelta | None:
    """A length of time in minutes, hours, days or weeks."""
    count, unit = _amount(reader)
    if not unit or unit in {"month", "year"}:
        return None
    return timedelta(**{f"{unit}s": count})


def after(context: Context, count: int, unit: str) -> Day | None:
    """So much later. Days are the calendar's; hours are what a clock counts, over a change of the
    clocks, too."""
    today = context.today
    match unit:
        case "minute" | "hour":
            zone = ZoneInfo(context.zone)
            elapsed = timedelta(minutes=count * (60 if unit == "hour" else 1))
            wall = (context.wall.astimezone(UTC) + elapsed).astimezone(zone)
            return Day((wall.date(),), instant=wall)
        case "day" | "week":
            return only(in_days(today, count * (7 if unit == "week" else 1)))
        case _:
            return only(in_months(today, count * (12 if unit == "year" else 1)))
