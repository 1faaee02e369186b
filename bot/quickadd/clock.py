"""Times of day: `5pm`, `17:00`, `at 5`, `half past 5`, `17 Uhr`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from bot.quickadd.counts import spoken_count
from bot.quickadd.reader import Reader
from bot.quickadd.vocabulary import MONTHS, WEEKDAYS

MORNING = time(9, 0)
NOON = time(12, 0)
AFTERNOON = time(15, 0)
EVENING = time(18, 0)
"""`tonight`, too (`product.md` 1.4)."""
MIDNIGHT = time(0, 0)
END_OF_DAY = time(17, 0)
"""Of a working day."""
PARTS = {
    "morning": MORNING, "noon": NOON, "afternoon": AFTERNOON, "evening": EVENING, "night": EVENING,
    "midnight": MIDNIGHT, "eod": END_OF_DAY,
}  # fmt: skip
WAKING = range(7, 23)
"""The hours in which somebody means "at 9" to be."""

LEADS = frozenset({"at", "um", "around", "before", "by"})
"""Behind these a bare number is an hour."""
_TWELVE = re.compile(r"[@~]?(\d{1,2})(?:[:.]?(\d{2}))?([ap])\.?m")
_FIGURES = re.compile(r"([@~]?)(\d{1,2})(?:([:.h])(\d{2}h?)?)?")
_HALVED = re.compile(r"(\d{1,2})(?::(\d{2}))?([ap])")
"""`10a`, `3:30p`: like rooms and seats, unless it is said that it is a time."""
_FOUR = re.compile(r"([01]\d|2[0-3])([0-5]\d)")
_HALVES = frozenset({"am", "pm", "the-morning", "the-afternoon", "the-evening"})
"""What says of a time which half of the day it is in."""
_MINUTES = re.compile(r"\d{2}")
_HOUR = re.compile(r"\d{1,2}")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day."""

    time: time
    rough: bool = False
    """Whether it may be twelve hours later, too: "at 5"."""
    exact: bool = True
    """Whether no part of the day can change it: `9am` and `09:30`, but not `9:30`."""
    small: bool = False
    """Whether it is an hour up to six with its minutes: "5:30" by itself is said of the
    afternoon."""


def clock(reader: Reader, lead: str) -> Clock | None:
    """The time that stands next, behind the word `lead` or none."""
    if found := reader.match(_TWELVE) or _halved(reader, lead):
        return _twelve(int(found[1]), int(found[2] or 0), found[3])
    return _spoken(reader, lead) or _four_figures(reader, lead) or _figures(reader, lead)


def _halved(reader: Reader, lead: str) -> re.Match[str] | None:
    return reader.match(_HALVED) if lead in LEADS or ":" in reader.peek() else None


def _twelve(hour: int, minute: int, half: str) -> Clock | None:
    if not 1 <= hour <= 12 or minute > 59:
        return None
    return Clock(time(hour % 12 + (12 if half == "p" else 0), minute))


def _spoken(reader: Reader, lead: str) -> Clock | None:
    """`half past 5`, `at half 5`, `quarter to 6`, `halb 6`, `viertel nach 5`."""
    start = reader.at
    which = reader.take("half", "quarter", "half-to")
    side = reader.take("past", "to", "before") if which and which != "half-to" else ""
    by_itself = which == "half-to" or (which == "half" and lead in LEADS)
    found = reader.match(_HOUR) if side or by_itself else None
    if found is None or not 1 <= int(found[0]) <= 12:
        reader.at = start
        return None
    minutes = int(found[0]) * 60 + {"half": 30, "quarter": 15, "half-to": -30}[which] * (
        -1 if side in {"to", "before"} else 1
    )
    return Clock(time(minutes // 60 % 24, minutes % 60), rough=True, exact=False)


def _four_figures(reader: Reader, lead: str) -> Clock | None:
    """`at 1730`."""
    found = reader.match(_FOUR) if lead in {"at", "um"} else None
    return Clock(time(int(found[1]), int(found[2]))) if found else None


def _figures(reader: Reader, lead: str) -> Clock | None:
    start = reader.at
    found = reader.match(_FIGURES)
    if found is None:
        return None
    hour, minute, said = int(found[2]), int((found[4] or "0").rstrip("h")), found[3] or ""
    minute = minute or (0 if said else _minutes_behind(reader, lead))
    if half := _half(reader, lead):
        return _twelve(hour, minute, half[0])
    oclock = bool(reader.take("oclock"))
    if oclock and not said:
        minute = _behind_oclock(reader)
    led = oclock or bool(found[1]) or lead in LEADS
    if hour > 23 or minute > 59 or not _is_time(said, found[4], hour, led=led):
        reader.at = start
        return None
    bare = not said and not minute
    padded = found[2].startswith("0") or hour > 12 or not hour
    small = not bare and not padded and hour <= 6
    return Clock(time(hour, minute), bare and not padded, padded, small)


def _behind_oclock(reader: Reader) -> int:
    """`17 Uhr 30`, `neun Uhr dreißig`."""
    found = reader.match(_MINUTES)
    return int(found[0]) if found else spoken_count(reader) or 0


def _minutes_behind(reader: Reader, lead: str) -> int:
    """`at three thirty`, `3 30 pm`: minutes as they are spoken; 0 where there are none."""
    start = reader.at
    minute = spoken_count(reader)
    if minute is None and reader.peek(1) in _HALVES and (found := reader.match(_MINUTES)):
        minute = int(found[0])
    if minute is None or minute > 59 or not (lead in LEADS or reader.peek() in _HALVES):
        reader.at, minute = start, 0
    return minute


def _half(reader: Reader, lead: str) -> str:
    """`am` or `pm` behind an hour; German `um 5 am Freitag` has another `am`."""
    if lead == "um" and reader.peek(1) in {*WEEKDAYS, *MONTHS}:
        return ""
    return reader.take("am", "pm")


def _is_time(said: str, minute: str | None, hour: int, *, led: bool) -> bool:
    match said:
        case ":":
            return minute is not None
        case "h":
            return led or minute is not None or hour > 12
        case ".":
            return led and minute is not None
        case _:
            return led
