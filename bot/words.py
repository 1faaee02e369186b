"""How priorities, categories, people and dates are typed into one line, and how dates are said."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.dates import DAYS, MONTHS, Either, when
from core.task import Due, Priority, read_priority

_TOKEN = re.compile(r"(?<!\S)(![a-z0-9]+|[#+][^\W\d_][\w-]*|@[\w.-]+)(?!\S)", re.IGNORECASE)
_DUE = re.compile(r"(?:^|\s)(?:due|by)(?:\s+on)?:?\s+(?=\S)", re.IGNORECASE)
_LAST_WORDS = 200
"""Characters at the end of a text in which a date is looked for."""


@dataclass(frozen=True, slots=True)
class Understood:
    """What a line of text says about a task."""

    title: str
    priority: Priority = Priority.MEDIUM
    category: str = ""
    person: str = ""
    """A mention token, to be looked up."""
    due: Due | Either | None = None


def understand(
    text: str, *, today: date, zone: str, is_person: Callable[[str], bool]
) -> Understood:
    """Read `TITLE !priority #category @person due DATE`. What cannot be read stays in the title.

    `is_person` tells whether a mention token means somebody. Text in quotes is left as it is."""
    stripped = text.strip()
    if len(stripped) > 2 and stripped[0] == stripped[-1] == '"':
        return Understood(stripped[1:-1])
    found: dict[str, str] = {}

    def take(match: re.Match[str]) -> str:
        kind = _kind(match.group(1), is_person)
        if not kind or kind in found:
            return match.group(0)
        found[kind] = match.group(1)
        return ""

    stripped, due = _date_at_the_end(stripped, today=today, zone=zone)
    title = re.sub(r" {2,}", " ", _TOKEN.sub(take, stripped)).strip()
    return Understood(
        title=title or text.strip(),
        priority=read_priority(found["priority"]) if "priority" in found else Priority.MEDIUM,
        category=found.get("category", "")[1:],
        person=found.get("person", ""),
        due=due,
    )


def _date_at_the_end(text: str, *, today: date, zone: str) -> tuple[str, Due | Either | None]:
    """The text without `due DATE`, and the date; signs may stand behind it too."""
    for match in _DUE.finditer(text, max(0, len(text) - _LAST_WORDS)):
        said = text[match.end() :]
        due = when(_TOKEN.sub(lambda _: "", said), today=today, zone=zone)
        if due is not None:
            signs = " ".join(each.group(1) for each in _TOKEN.finditer(said))
            return f"{text[: match.start()]} {signs}", due
    return text, None


def _kind(token: str, is_person: Callable[[str], bool]) -> str:
    match token[0]:
        case "!":
            names = {*Priority, "med", "1", "2", "3"}
            return "priority" if token[1:].lower() in names else ""
        case "@":
            return "person" if is_person(token) else ""
        case _:
            return "category"


def say_date(day: date, today: date, *, near: bool = True) -> str:
    """`today`, `tomorrow`, `Tue 24 Nov`, `Tue 24 Nov 2027`. Not `near` for what is read later."""
    names = {0: "today", 1: "tomorrow", -1: "yesterday"}
    if near and (ahead := (day - today).days) in names:
        return names[ahead]
    year = f" {day.year}" if day.year != today.year else ""
    return f"{DAYS[day.weekday()][:3].title()} {day.day} {MONTHS[day.month - 1].title()}{year}"


def say_day(day: date) -> str:
    """`3 April`."""
    return f"{day.day} {day:%B}"


def say_due(due: Due, today: date, *, near: bool = True) -> str:
    """The date, with the time and its zone where there is one: an hour without a zone is a trap."""
    day = say_date(due.on, today, near=near)
    return day if due.time is None else f"{day} {due.time:%H:%M} ({due.zone})"


def say_instant(at: datetime, today: date) -> str:
    """An instant as wall time, without the zone."""
    return f"{say_date(at.date(), today)} {at:%H:%M}"


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
