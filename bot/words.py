"""How dates, counts and waits are said."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot.dates import ways, whole, with_weekday
from bot.language import _, spoken
from core.task import Due
from core.zones import COUNTED, NOWHERE


def say_date(day: date, today: date, *, near: bool = True) -> str:
    """`today`, `tomorrow`, `Tue 24 Nov`, `Tue 24 Nov 2027`. Not `near` for what is read later."""
    if near:
        match (day - today).days:
            case 0:
                return _("today")
            case 1:
                return _("tomorrow")
            case -1:
                return _("yesterday")
    return with_weekday(day, today)


def say_day(day: date) -> str:
    """`3 April`."""
    return whole(day)


def say_due(due: Due, today: date, *, near: bool = True, here: str = "") -> str:
    """The date, with the time and its zone where there is one: an hour without a zone is a trap.
    `here`: the zone that needs no words."""
    day = say_date(due.on, today, near=near)
    if due.time is None:
        return day
    which = f" {due.which}" if due.which else ""
    said = f"{day} {due.time:%H:%M}{which}"
    zone = say_zone(due.zone)
    return said if here and zone == say_zone(here) else f"{said} ({zone})"


def say_zone(zone: str) -> str:
    """Its name: of one that only counts from now, the one that people know."""
    return NOWHERE if zone == COUNTED else zone


def say_instant(at: datetime, today: date) -> str:
    """An instant as wall time, without the zone."""
    return f"{say_date(at.date(), today)} {at:%H:%M}"


def number(value: int) -> str:
    """`1,234`."""
    return f"{value:,}".replace(",", ways(spoken()).group)


def capital(text: str) -> str:
    """The text as the beginning of a sentence."""
    return f"{text[:1].upper()}{text[1:]}"


def cut(text: str, most: int) -> str:
    """At most so many characters, the last an ellipsis where something is left out."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "\u2026"


def plural(number: int, one: str, many: str = "") -> str:
    """`1 task`, `3 tasks`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def wait_in_words(wait: timedelta) -> str:
    """How long: `4 min 10 s`, `50 s`, `2 h 5 min`."""
    seconds = max(1, round(wait.total_seconds()))
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    return f"{seconds} s"
