"""A phrase that says when: a day, a time, or both, in any order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.quickadd.calendar import next_weekday
from bot.quickadd.clock import PARTS, Clock, clock
from bot.quickadd.days import numbered_day, spoken_day
from bot.quickadd.distance import Day
from bot.quickadd.meant import Context
from bot.quickadd.reader import Reader
from bot.quickadd.vocabulary import COMPOUNDS, WEEKDAYS
from bot.quickadd.written import written_day

CONNECTORS = frozenset({"by", "on", "am", "at", "um", "around", "before"})
_TO_DAYS = frozenset({"by", "on", "am", "at"})
_TO_PARTS = CONNECTORS - {"on"}
NEEDS_A_DAY = frozenset({"morning", "afternoon", "evening", "night"})
"""Parts of the day that alone are no time: "Run in the evening sun"."""
_ALONE = {"the-morning": "morning", "the-afternoon": "afternoon", "the-evening": "evening"}
_REWRITTEN: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("no", "later", "than"), ("by",)),
    (("over", "the", "weekend"), ("on", "the", "weekend")),
    (("tonight",), ("today", "night")),
    (("a", "oclock"), ("1", "oclock")),
    (("end", "of", "the", "day"), ("eod",)),
    (("end", "of", "day"), ("eod",)),
    (("in", "the", "morning"), ("the-morning",)),
    (("in", "the", "afternoon"), ("the-afternoon",)),
    (("in", "the", "evening"), ("the-evening",)),
    *((("this", part), ("today", part)) for part in sorted(NEEDS_A_DAY)),
)
"""Said in several words, or in one for two."""

_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)t(\d\d:\d\d)")
_HOUR = re.compile(r"[1-9]|1[0-2]")
_LATE_HOUR = re.compile(r"[5-9]|1[0-2]")  # "Alien 3 tonight" is no time
_PADDED = re.compile(r"0\d[0-5]\d|\d{1,2}(?::\d{2})?[ap]|\d{1,2}\.(?:00|1[3-9]|[2-5]\d)")
"""Neither a year nor a sum, nor a date: `0900`, `10a`, `19.30`."""
_HALVES = {"am": "morning", "pm": "afternoon"}
_DAYS = frozenset({"today", "tomorrow", "overmorrow", *WEEKDAYS})


@dataclass(slots=True)
class Phrase:
    """What a phrase says."""

    said: tuple[str, ...]
    day: Day | None = None
    clock: Clock | None = None
    part: str = ""
    lead: str = ""
    """The connector that it begins with: `by`, `on`, `at`."""
    to_24: bool = False
    """Whether it is in a language whose speakers count hours to 24."""

    @property
    def has_time(self) -> bool:
        return bool(self.clock or self.part or (self.day and self.day.instant))


def phrase(said: Sequence[str], context: Context) -> Phrase | None:
    """What the words say, if all of them together say when."""
    words = _rewritten(said)
    reader, found = Reader(words), Phrase(tuple(words))
    found.lead = words[0] if words and words[0] in CONNECTORS else ""
    while not reader.done:
        if not _piece(reader, found, context):
            return None
    if found.day and found.day.instant and (found.clock or found.part):
        return None
    return found if found.day or found.clock or found.part else None


def _rewritten(said: Sequence[str]) -> list[str]:
    words = [piece for each in said for piece in _pieces(each)]
    for old, new in _REWRITTEN:
        if old[0] not in words:
            continue
        for at in range(len(words) - len(old), -1, -1):
            if tuple(words[at : at + len(old)]) == old:
                words[at : at + len(old)] = new
    return words


def _pieces(word: str) -> tuple[str, ...]:
    """`2026-11-24T17:00` is two words, and so is `freitagabend`."""
    found = _STAMP.fullmatch(word)
    if found is None:
        return tuple(word.split()) if word in COMPOUNDS else (word,)
    return found[1], found[2]


def _piece(reader: Reader, found: Phrase, context: Context) -> bool:
    """One more piece of the phrase, with its connectors."""
    if _half_day(reader, found):
        return True
    start = reader.at
    lead = reader.take(*CONNECTORS)
    lead = reader.take(*CONNECTORS) or lead
    if _day(reader, found, context, lead):
        return True
    if _part(reader, found, lead) or _clock(reader, found, lead):
        return True
    reader.at = start
    return False


def _day(reader: Reader, found: Phrase, context: Context, lead: str) -> bool:
    if lead and lead not in _TO_DAYS:
        return False
    start = reader.at
    day = (
        written_day(reader, context, led=bool(lead))
        or _of_this_number(reader, found.day, context)
        or spoken_day(reader, context, led=bool(lead))
    )
    merged = _together(found.day, day, context) if day else None
    if merged is None:
        reader.at = start
        return False
    found.day = merged
    return True


def _of_this_number(reader: Reader, before: Day | None, context: Context) -> Day | None:
    """`28th` or `the 28th` behind `sat`, where that day is a Saturday."""
    weekday = before.weekday if before else None
    start = reader.at
    reader.take("the")
    found = numbered_day(reader, context) if weekday is not None else None
    if found is None or found.choices[0].weekday() != weekday:
        reader.at = start
        return None
    return found


def _together(before: Day | None, day: Day, context: Context) -> Day | None:
    """A day of the week and a date are one day, and where they differ it is asked which."""
    if before is None:
        return day
    if (before.weekday is None) == (day.weekday is None):
        return None
    named, dated = (before, day) if before.weekday is not None else (day, before)
    if dated.instant or named.weekday is None or not dated.choices:
        return None
    fitting = tuple(each for each in dated.choices if each.weekday() == named.weekday)
    if fitting:
        return Day(fitting[:1], to_24=dated.to_24)
    if not dated.written:
        return None
    return Day((dated.choices[0], next_weekday(context.today, named.weekday)))


def _half_day(reader: Reader, found: Phrase) -> bool:
    """`tomorrow pm`, `sat am`: behind a day, and with nothing behind it."""
    half = _HALVES.get(reader.peek(), "") if reader.at and not reader.peek(1) else ""
    if not half or found.part or found.clock or found.said[reader.at - 1] not in _DAYS:
        return False
    reader.at += 1
    found.part = half
    return True


def _part(reader: Reader, found: Phrase, lead: str) -> bool:
    if found.part or (lead and lead not in _TO_PARTS):
        return False
    if alone := reader.take(*_ALONE):
        found.part = _ALONE[alone]
        return True
    part = reader.peek()
    if part not in PARTS or (part in NEEDS_A_DAY and not lead and found.day is None):
        return False
    found.part = reader.take(part)
    return True


def _beside_its_day(reader: Reader, found: Phrase) -> str:
    """`tomorrow 5`, `7 tonight`, `fri 0900`, `12/3 10a`: there a bare number is an hour, too."""
    last = found.said[reader.at - 1] if reader.at else ""
    if (last in _DAYS or "/" in last) and _PADDED.fullmatch(reader.peek()):
        return "at"
    tonight = last == "night" or (reader.peek(1), reader.peek(2)) == ("today", "night")
    near = tonight or last in {"today", "tomorrow"} or reader.peek(1) in _ALONE
    bare = _LATE_HOUR if tonight else _HOUR
    return "at" if near and bare.fullmatch(reader.peek()) else ""


def _clock(reader: Reader, found: Phrase, lead: str) -> bool:
    start = reader.at
    lead = lead or _beside_its_day(reader, found)
    read = clock(reader, lead) if found.clock is None and lead != "on" else None
    if read is None:
        reader.at = start
        return False
    found.clock = read
    return True
