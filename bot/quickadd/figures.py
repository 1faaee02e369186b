"""Figures that look like a date and are something else: fractions, numbers of things."""

from __future__ import annotations

import re
from math import gcd

from bot.quickadd.vocabulary import MEASURES, NUMBERED, Word
from bot.quickadd.when import Phrase

FIGURES = re.compile(r"[\d./:-]+")
_OF_TWO = re.compile(r"(\d{1,2})/(\d{1,2})")
_DAYS_ONLY = range(13, 32)
"""Numbers of days that are no months."""
_OF_AN_INCH = 16
"""Below this a single figure is a size: "5/16 bolts"."""


def is_part(figures: Word, follows: Word) -> bool:
    """Whether it is a fraction of something: "11/16 inch"."""
    found = _OF_TWO.fullmatch(figures.plain)
    if found is None or follows.plain not in MEASURES:
        return False
    some, whole = int(found[1]), int(found[2])
    return some < whole and gcd(some, whole) == 1


def is_number(before: Word, found: Phrase) -> bool:
    """Whether the figures that it begins with belong to the word before, unlike what follows them:
    "build 24.11 friday 3pm", "episode 5 tonight"."""
    if before.plain not in NUMBERED or all(map(FIGURES.fullmatch, found.said)):
        return False
    if found.day is not None and len(found.day.choices) > 1:
        return True
    hour = found.clock is not None and found.clock.rough and found.said[0].isdigit()
    return hour and found.said[1] != "oclock"


def is_day_and_month(figures: Word, found: Phrase) -> bool:
    """Whether it is neither a fraction nor marks: "03/04", "24/12", "1/15", to an American "12/5";
    not "3/4 inch", "10/10 film", "9/11 report"."""
    numbers = _OF_TWO.fullmatch(figures.plain)
    if numbers is None or found.day is None:
        return False
    one, two = int(numbers[1]), int(numbers[2])
    padded = any(each.startswith("0") for each in numbers.groups())
    improper = one > two and len(found.day.choices) == 1
    size = two == _OF_AN_INCH and len(numbers[1]) == 1
    return padded or improper or (two in _DAYS_ONLY and not size)
