"""Days as they are written: `24 nov`, `nov 24`, `24.11.`, `24/11`, `2026-11-24`."""

from __future__ import annotations

import re
from datetime import date

from bot.quickadd.calendar import coming, day_of
from bot.quickadd.distance import Day
from bot.quickadd.meant import Context, Order
from bot.quickadd.reader import Reader
from bot.quickadd.vocabulary import MONTHS

_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})(\.(?:\d{4}|\d{2})?)?")
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}|\d{2}))?|(\d{1,2})-(\d{1,2})-(\d{4})")
_NUMBER = re.compile(r"(\d{1,2})(st|nd|rd|th|\.)?")
_JOINED = re.compile(r"(\d{1,2})(?:(?:st|nd|rd|th|\.)?-?([a-z]{3})|-([a-z]{3})-(\d{4}|\d{2}))")
_YEAR = re.compile(r"'?(\d{4})")
_SHORT_YEAR = re.compile(r"'?(\d{2})")
_AHEAD = range(10)
"""So many years from now may be written with two figures: `1 dec 26`."""
ALWAYS = (24, 7)
"""What is open 24/7 is not due in July."""


def written_day(reader: Reader, context: Context, *, led: bool = False) -> Day | None:
    """The day that stands next; `led`: behind `by` and the like, as "bis zum 31.7."."""
    start = reader.at
    if led and reader.take("the") and (day := _dotted(reader, context)):
        return day
    reader.at = start
    for read in (_iso, _dotted, _slashed, _day_month, _month_day):
        if (day := read(reader, context)) is not None:
            return day
        reader.at = start
    return None


def _iso(reader: Reader, context: Context) -> Day | None:
    found = reader.match(_ISO)
    return _day(day_of(*map(int, found.groups())), to_24=True) if found else None


def _dotted(reader: Reader, context: Context) -> Day | None:
    """`24.11` is a date; `3.5` is a number, unless a dot ends it or its writer is used to that."""
    found = reader.match(_DOTTED)
    if found is None:
        return None
    tail = found[3] or ""
    year = tail.lstrip(".") or _year(reader)
    day = coming(context.today, int(found[2]), int(found[1]), year)
    sure = tail or year or len(found[1] + found[2]) == 4
    return _day(day, doubtful=not sure and context.order is not Order.DAY_FIRST, to_24=True)


def _slashed(reader: Reader, context: Context) -> Day | None:
    found = reader.match(_SLASHED)
    if found is None:
        return None
    one, two, year = int(found[1] or found[4]), int(found[2] or found[5]), found[3] or found[6]
    if (one, two, year) == (*ALWAYS, None):
        return None
    choices = {
        Order.DAY_FIRST: coming(context.today, two, one, year),
        Order.MONTH_FIRST: coming(context.today, one, two, year),
    }
    usual = choices.get(context.order) if context.order else None
    both = [usual] if usual else [each for each in choices.values() if each]
    days = tuple(dict.fromkeys(each for each in both if each))
    return Day(days, written=True) if days else None


def _day_month(reader: Reader, context: Context) -> Day | None:
    """`24 nov`, `24th of november 2027`, `24. Dezember`, `24nov`,
    `24-nov-26`."""
    reader.take("the")
    if reader.sequence("first", "of"):
        return _named(reader.take(*MONTHS), 1, reader, context)
    if found := reader.match(_JOINED):
        return _named(found[2] or found[3], int(found[1]), reader, context, found[4])
    found = reader.match(_NUMBER)
    if found is None:
        return None
    reader.take("of")
    month = reader.take(*MONTHS)
    year = _short_year(reader, context) if month else None
    return _named(month, int(found[1]), reader, context, year)


def _month_day(reader: Reader, context: Context) -> Day | None:
    """`nov 24`, `november 24th, 2027`."""
    month = reader.take(*MONTHS)
    reader.take("the")
    found = reader.match(_NUMBER) if month else None
    return _named(month, int(found[1]), reader, context) if found else None


def _named(
    month: str, day: int, reader: Reader, context: Context, year: str | None = None
) -> Day | None:
    if month not in MONTHS:
        return None
    year = year or _year(reader)
    return _day(coming(context.today, MONTHS.index(month) + 1, day, year))


def _short_year(reader: Reader, context: Context) -> str | None:
    """`26` or `'26` behind a month, where it is no year long past or far ahead."""
    start = reader.at
    found = reader.match(_SHORT_YEAR)
    if found and 2000 + int(found[1]) - context.today.year in _AHEAD:
        return found[1]
    reader.at = start
    return None


def _year(reader: Reader) -> str | None:
    found = reader.match(_YEAR)
    return found[1] if found else None


def _day(day: date | None, *, doubtful: bool = False, to_24: bool = False) -> Day | None:
    if day is None:
        return None
    return Day((day,), doubtful=doubtful, written=True, to_24=to_24)
