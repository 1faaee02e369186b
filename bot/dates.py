"""How days, months and numbers are written in the language that is spoken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from bot.language import ENGLISH, LANGUAGES, _, catalogue, spoken

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WHOLE = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways of a language."""

    days: tuple[str, ...]
    """`Mon` first."""
    months: tuple[str, ...]
    """`Jan` first."""
    whole_months: tuple[str, ...]
    group: str
    """Between thousands."""
    point: str
    """Before a fraction."""


@cache
def ways(language: str) -> Ways:
    """Those of a language, by CLDR. Some 10 ms the first time: better before they are needed."""
    if language == ENGLISH:
        days = tuple(each[:3].title() for each in DAYS)
        return Ways(days, tuple(each.title() for each in MONTHS), _WHOLE, ",", ".")
    # Only here, since most never speak another language.
    from babel import Locale  # noqa: PLC0415

    locale = Locale(language)
    days, months = (each["stand-alone"]["abbreviated"] for each in (locale.days, locale.months))
    signs = locale.number_symbols["latn"]
    return Ways(
        tuple(days[each] for each in range(7)),
        tuple(months[each] for each in range(1, 13)),
        tuple(locale.months["format"]["wide"][each] for each in range(1, 13)),
        signs["group"],
        signs["decimal"],
    )


def read_languages() -> None:
    """Have every language at hand: better before somebody waits for it."""
    for language in LANGUAGES:
        catalogue(language)
        ways(language)


def short(day: date, today: date) -> str:
    """`30 Nov`, `3 Jan 2027`: for what is read later, too."""
    month = ways(spoken()).months[day.month - 1]
    said = _("{day} {month}", day=day.day, month=month)
    return f"{said} {day.year}" if day.year != today.year else said


def with_weekday(day: date, today: date) -> str:
    """`Tue 24 Nov`, `Tue 24 Nov 2027`."""
    return f"{ways(spoken()).days[day.weekday()]} {short(day, today)}"


def whole(day: date) -> str:
    """`3 April`."""
    month = ways(spoken()).whole_months[day.month - 1]
    return _("{day} {month}", day=day.day, month=month)
