"""A time of day as it is typed in settings: `8:30`, `22`, `10pm`, `22 Uhr`."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import time

_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s?(am|pm|uhr|h)?", re.IGNORECASE)
_NOON = 12
_BETWEEN = frozenset(
    {
        "from",
        "to",
        "until",
        "till",
        "and",
        "between",
        "at",
        "-",
        "\u2013",
        "von",
        "bis",
        "um",
        "und",
        "ab",
    }
)


def clock_of(word: str) -> time | None:
    """The time that a word says, or None. Without a mark it counts to 24."""
    found = _CLOCK.fullmatch(word.strip())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half in {"am", "pm"}:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "pm" else 0)
    midnight = hour == 2 * _NOON and not minute
    hour = 0 if midnight else hour
    return time(hour, minute) if hour < 2 * _NOON and minute < 60 else None


def clocks_in(text: str, also: Collection[str] = ()) -> list[time] | None:
    """All times in a text, in their order: `from 22:00 to 8`, `22-8`. None where there are words
    that neither are times, nor stand between them, nor are among these."""
    words = re.split(r"[\s,]+|(?<=\w)\s*[-\u2013]\s*(?=\d)", _joined(text.lower()))
    rest = [each for each in words if each and each not in _BETWEEN and each not in also]
    clocks = [clock_of(each) for each in rest]
    found = [each for each in clocks if each is not None]
    return found if len(found) == len(rest) else None


def _joined(text: str) -> str:
    """`10 pm` as one word."""
    return re.sub(r"(\d)\s+(am|pm|uhr)\b", r"\1\2", text, flags=re.IGNORECASE)
