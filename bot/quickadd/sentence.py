"""What stands before a date that is a part of it: "enjoy the sun", "once a month 6pm"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.quickadd.vocabulary import JOINED, SUBJECTS, UNITS, WEEKDAYS, Word
from bot.quickadd.when import Phrase

_RANGE = re.compile(r"[-/,&+]")
_PAST = frozenset({"sat", "wed"})
"""Verbs behind whoever does it: "where we sat"."""
_PER = frozenset({"a", "in", "per", "pro"})


def belongs(before: Word, first: Word, found: Phrase) -> bool:
    """Whether the date is what the sentence is about: "enjoy the sun", "where we sat"."""
    said_by = before.plain in SUBJECTS and first.plain in _PAST
    return (
        said_by
        or before.said == "every"
        or before.plain in JOINED
        or found.said[:2] == ("the", "weekend")
    )


def _is_often(words: Sequence[Word], start: int) -> bool:
    """Whether what stands before says how often, in a way that is not read: "once a month 6pm"."""
    before = [each.said for each in words[max(0, start - 3) : start] if each.said != "the"]
    return len(before) > 1 and before[-1] in UNITS and before[-2] in _PER


def is_one_of_several(words: Sequence[Word], start: int, found: Phrase) -> bool:
    """Whether more days than one are said: "mon-fri 9am", "mon, wed, fri", "once a month at 6"."""
    before = words[start - 1]
    if found.day is None and _is_often(words, start):
        return True
    weekday = found.day is not None and found.day.weekday is not None
    return (found.lead != "by" and _is_range(before)) or (weekday and before.said in WEEKDAYS)


def _is_range(word: Word) -> bool:
    days = _RANGE.split(word.plain)
    return len(days) > 1 and all(each[:3] in WEEKDAYS for each in days)
