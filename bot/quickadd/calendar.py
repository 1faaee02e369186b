"""Arithmetic on days. What lies outside these years is a slip, and chats show no date before."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

YEARS = range(1970, 3000)


def day_of(year: int, month: int, day: int) -> date | None:
    """That day, if there is one."""
    if year not in YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def coming(today: date, month: int, day: int, year: str | None = None) -> date | None:
    """That day of the year given, else of this year, or of the next where it is past."""
    if year:
        return day_of(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    this = day_of(today.year, month, day)
    if this is not None and this >= today:
        return this
    return day_of(today.year + 1, month, day) or this


def coming_day(today: date, day: int) -> date | None:
    """The next day of this number in a month that has it."""
    for ahead in range(13):
        year, month = _shifted(today, ahead)
        found = day_of(year, month, day)
        if found is not None and found >= today:
            return found
    return None


def in_months(today: date, months: int) -> date | None:
    """So many months later; the last day where the month is shorter."""
    year, month = _shifted(today, months)
    if year not in YEARS:
        return None
    return day_of(year, month, min(today.day, monthrange(year, month)[1]))


def in_days(today: date, days: int) -> date | None:
    try:
        found = today + timedelta(days=days)
    except OverflowError:
        return None
    return found if found.year in YEARS else None


def end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def next_weekday(today: date, weekday: int, *, again: bool = False) -> date:
    """The next such day after today; `again`: the one of the week after, counted from Mondays."""
    ahead = (weekday - today.weekday() - 1) % 7 + 1
    if again and today.weekday() + ahead < 7:
        ahead += 7
    return today + timedelta(days=ahead)


def _shifted(today: date, months: int) -> tuple[int, int]:
    count = today.month - 1 + months
    return today.year + count // 12, count % 12 + 1
