"""Days by their place in a month: `2nd mon of the month`, `last fri of january`."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.quickadd.calendar import day_of, end_of_month, in_months
from bot.quickadd.distance import Day
from bot.quickadd.meant import Context
from bot.quickadd.reader import Reader
from bot.quickadd.vocabulary import MONTHS, WEEKDAYS

_WORDS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_NTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)")
_FIFTH = 5
"""No month has a sixth Monday."""


def nth_day(reader: Reader, context: Context) -> Day | None:
    """The coming one; with a month that is said, the one in it. `first of may` is a date as others
    are (`written.py`)."""
    reader.take("the")
    which = place(reader)
    weekday = reader.take(*WEEKDAYS) if which else ""
    joined = reader.take("of", "in") or reader.peek() == "the"  # "letzter Freitag des Monats"
    if not which or not joined or (which < 0 and not weekday):
        return None
    for first in _months(reader, context.today, named=bool(weekday)):
        day = _weekday(first, which, weekday) if weekday else _number(first, which)
        if day is not None and day >= context.today:
            return Day((day,))
    return None


def place(reader: Reader) -> int:
    """`first`, `2nd`, `3.`; -1 for `last`, 0 where nothing says one."""
    if word := reader.take(*_WORDS):
        return _WORDS[word]
    found = reader.match(_NTH)
    return int(found[1]) if found else 0


def _months(reader: Reader, today: date, *, named: bool) -> list[date]:
    """The first days of the months that are meant, the nearest first. `named`: by name, too."""
    which = reader.take("the", "this", "next", "coming")
    said = reader.take("month", *(MONTHS if named and not which else ()))
    first = today.replace(day=1)
    if said in MONTHS:
        month = MONTHS.index(said) + 1
        years = [day_of(today.year + ahead, month, 1) for ahead in range(2)]
        return [each for each in years if each is not None]
    after = in_months(first, 1)
    if not said or after is None:
        return []
    match which:
        case "next" | "coming":
            return [after]
        case "this":
            return [first]
        case _:
            return [first, after]


def _weekday(first: date, which: int, name: str) -> date | None:
    weekday, last = WEEKDAYS.index(name), end_of_month(first)
    if which < 0:
        return last - timedelta(days=(last.weekday() - weekday) % 7)
    if which > _FIFTH:
        return None
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (which - 1))
    return day if day <= last else None


def _number(first: date, which: int) -> date | None:
    return day_of(first.year, first.month, which)
