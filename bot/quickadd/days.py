"""Days by their names and distances: `tomorrow`, `next fri`, `end of month`, `in 3 days`."""

from __future__ import annotations

import re
from datetime import date, timedelta

from bot.quickadd.calendar import (
    coming,
    coming_day,
    end_of_month,
    in_days,
    in_months,
    next_weekday,
)
from bot.quickadd.distance import Day, amount, distance, only
from bot.quickadd.meant import Context
from bot.quickadd.nth import nth_day
from bot.quickadd.reader import Reader
from bot.quickadd.vocabulary import MONTHS, WEEKDAYS

SATURDAY = 5
_NEAR = {"today": 0, "tomorrow": 1, "overmorrow": 2, "yesterday": -1}
_NTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)")


def spoken_day(reader: Reader, context: Context, *, led: bool) -> Day | None:
    """The day that stands next; `led`: behind `on`, `by` and the like."""
    start = reader.at
    for read in (_near, _weekday, nth_day, _period, _end, distance, _from_a_day):
        if (day := read(reader, context)) is not None:
            return day
        reader.at = start
    day = None
    if led:
        reader.take("the")
        day = numbered_day(reader, context)
    if day is None:
        reader.at = start
    return day


def _from_a_day(reader: Reader, context: Context) -> Day | None:
    """`a week from friday`, `two weeks from tomorrow`."""
    length = amount(reader)
    if length is None or length % timedelta(days=1) or not reader.take("from"):
        return None
    base = _near(reader, context) or _weekday(reader, context)
    return only(in_days(base.choices[0], length.days)) if base else None


def _near(reader: Reader, context: Context) -> Day | None:
    reader.take("the")
    if reader.sequence("day", "after", "tomorrow"):
        return only(in_days(context.today, 2))
    said = reader.take(*_NEAR)
    start = reader.at
    if said == "today" and (later := distance(reader, context)) is not None:
        return later  # "heute in 2 Stunden"
    reader.at = start
    return only(in_days(context.today, _NEAR[said] + _weeks(reader).days)) if said else None


def _weeks(reader: Reader) -> timedelta:
    """`in a week` behind a day, as German has it: "Mittwoch in einer Woche"."""
    start = reader.at
    length = amount(reader) if reader.take("in") else None
    if not length or length % timedelta(weeks=1):
        reader.at = start
        return timedelta(0)
    return length


def _weekday(reader: Reader, context: Context) -> Day | None:
    """`fri`, `this fri`, `next fri`, `fri next week`, `next week fri`."""
    week = reader.sequence("next", "week")
    reader.take("on", "am")
    which = reader.take("next", "this", "coming")
    said = reader.take(*WEEKDAYS)
    if not said:
        return None
    weekday = WEEKDAYS.index(said)
    if week or (not which and reader.sequence("next", "week")):
        monday = next_weekday(context.today, 0)
        return Day((monday + timedelta(days=weekday),))
    if which == "this":
        reader.sequence("week")
        if weekday == context.today.weekday():
            return Day((context.today,))
    day = next_weekday(context.today, weekday, again=which == "next")
    later = _weeks(reader)
    return Day((day + later,), weekday=None if which or later else weekday)


def _period(reader: Reader, context: Context) -> Day | None:
    """`next week`, `next month`, `this weekend`."""
    today = context.today
    reader.take("the")
    which = reader.take("next", "this", "coming")
    what = reader.take("week", "month", "year", "weekend")
    match which, what:
        case "next" | "coming", "week":
            return Day((next_weekday(today, 0),))
        case "next", "month":
            day = in_months(today.replace(day=1), 1)
            return only(day)
        case "next", "year":
            return only(coming(today.replace(month=12, day=31), 1, 1))
        case "next", "weekend":
            return Day((next_weekday(today, 0) + timedelta(days=SATURDAY),))
        case "this" | "coming" | "", "weekend":
            inside = today.weekday() >= SATURDAY
            return Day((today if inside else next_weekday(today, SATURDAY),))
        case _:
            return None


def _end(reader: Reader, context: Context) -> Day | None:
    """`end of month`, `end of next week`, `eom`, `end of november`, `last day of the month`."""
    today = context.today
    if short := reader.take("eow", "eom", "eoy"):
        return Day((_last({"w": "week", "m": "month", "y": "year"}[short[-1]], today),))
    reader.take("the")
    if not _begins_an_end(reader):
        return None
    reader.take("the", "this")
    ahead = bool(reader.take("next"))
    what = reader.take("week", "month", "year", *MONTHS)
    if what in MONTHS:
        first = coming(end_of_month(today), MONTHS.index(what) + 1, 1)
        now = today.month == MONTHS.index(what) + 1
        return Day((end_of_month(today),)) if now else only(first and end_of_month(first))
    if not what:
        return None
    base = today
    if ahead:
        months = {"month": 1, "year": 12}
        later = in_months(today, months[what]) if what in months else in_days(today, 7)
        base = later or today
    return Day((_last(what, base),))


def _begins_an_end(reader: Reader) -> bool:
    """`end of` or `end`, and `last day of`; a week's last day is Friday for some and Sunday for
    others."""
    if reader.take("end"):
        reader.take("of")
        return True
    if not reader.sequence("last", "day"):
        return False
    joined = bool(reader.take("of")) or reader.peek() == "the"  # "letzter Tag des Monats"
    return joined and "week" not in {reader.peek(), reader.peek(1)}


def _last(what: str, day: date) -> date:
    """The last day of a week of work, of a month or of a year."""
    match what:
        case "week":
            return day + timedelta(days=max(4 - day.weekday(), 0))
        case "month":
            return end_of_month(day)
        case _:
            return day.replace(month=12, day=31)


def numbered_day(reader: Reader, context: Context) -> Day | None:
    """`24th`, `first`."""
    if reader.take("first"):
        return only(coming_day(context.today, 1))
    found = reader.match(_NTH)
    return only(coming_day(context.today, int(found[1]))) if found else None
