"""Where in a text a date may stand: at an end of it, and as no part of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.quickadd.clock import PARTS
from bot.quickadd.figures import FIGURES, is_day_and_month, is_number, is_part
from bot.quickadd.meant import Context
from bot.quickadd.sentence import belongs, is_one_of_several
from bot.quickadd.shorts import stands
from bot.quickadd.vocabulary import (
    COMPOUNDS,
    COUNTS,
    GOES_ON,
    MONTHS,
    NUMBERED,
    SHORTS,
    UNITS,
    WEEKDAYS,
    Word,
    is_blank,
    is_german,
)
from bot.quickadd.when import CONNECTORS, Phrase, phrase

LONGEST = 10
"""Words of a date."""
_DATED = {*WEEKDAYS, *MONTHS, *COMPOUNDS, "today", "tonight", "tomorrow", "overmorrow"}
ENDS = _DATED | {
    *PARTS, *UNITS, "am", "pm", "oclock", "eow", "eom", "eoy", "weekend", "now", "first", "half",
    *COUNTS,
}  # fmt: skip
_BEGINS = ENDS | CONNECTORS | {
    "the", "next", "this", "coming", "end", "a", "half", "quarter", "half-to", "in", "no", "over",
    "second", "third", "fourth", "last",
}  # fmt: skip
_DIGIT = re.compile(r"\d")
_TWO = re.compile(r"'?\d{2}")
_ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th)")
_NAMES = frozenset({"night", "morning", "evening", "afternoon", "noon", "weekend", "week"})
"""With a capital inside a phrase these are part of a name: "Friday Night Lights"."""
_ALSO_WORDS = frozenset({"mon", "wed", "sat", "sun"})
"""Abbreviations that begin other things: "Sun cream", "Mon Cheri", "Sat nav"."""
_NEEDS_A_STOP = frozenset({"end", "eod", "eow", "eom", "eoy", "weekend", "midnight"})
"""What begins compounds: "end of year party", "midnight snack"."""
_VERBS = frozenset({"may", "march"})


@dataclass(frozen=True, slots=True)
class Span:
    """A date, and the words that say it: from `start` to before `end`."""

    start: int
    end: int
    phrase: Phrase
    doubtful: bool = False
    """Whether it may be no date at all."""


def at_the_end(words: Sequence[Word], context: Context) -> Span | None:
    """The date with which the words end: the longest, if it is no part of the sentence."""
    count = len(words)
    if not words or not _may(words[-1], ENDS):
        return None
    for start in range(max(0, count - LONGEST), count):
        may = _may(words[start], _BEGINS)
        found = _phrase(words[start:], context, behind=start > 0) if may else None
        if found is None:
            continue
        if start and is_number(words[start - 1], found):
            continue
        if start and not _stands_behind(words, start, found):
            return None
        return Span(start, count, found, _is_doubtful(found))
    return None


def at_the_beginning(words: Sequence[Word], context: Context) -> Span | None:
    """The date with which the words begin, where something follows it."""
    if len(words) < 2 or not _may(words[0], _BEGINS):
        return None
    for end in range(min(LONGEST, len(words) - 1), 0, -1):
        found = _phrase(words[:end], context) if _may(words[end - 1], ENDS) else None
        if found is None or _may_be_a_number(words, end):
            continue
        if not _stands_before(words, end, found):
            return None
        verb = words[0].plain in _VERBS and not _is_separated(words, end)
        return Span(0, end, found, _is_doubtful(found) or verb)
    return None


def _may(word: Word, known: set[str]) -> bool:
    return word.said in known or _DIGIT.search(word.said) is not None


def _phrase(words: Sequence[Word], context: Context, *, behind: bool = False) -> Phrase | None:
    if any(each.said in {"", "yesterday"} for each in words):
        return None
    if words[-1].text.endswith(")") and not words[0].text.startswith("("):
        return None
    if words[-1].plain == "am" and len(words) > 1 and _is_german_day(words[-2]):
        return None  # "Freitag am Bahnhof"
    found = phrase([each.said for each in words], context)
    if found and not stands(words, found, context, behind=behind):
        return None
    if found:
        found.to_24 = any(map(is_german, words))
    return found


def _may_be_a_number(words: Sequence[Word], end: int) -> bool:
    """Whether the last figures are more likely of what follows: "24 dec 26 guests"."""
    if end < 3 or words[end - 2].said not in MONTHS or _is_separated(words, end):
        return False
    return _TWO.fullmatch(words[end - 1].plain) is not None and words[end - 3].plain[0].isdigit()


def _is_german_day(each: Word) -> bool:
    return is_german(each) or each.plain in SHORTS


def _is_doubtful(found: Phrase) -> bool:
    return bool(found.day and found.day.doubtful and not (found.lead or found.has_time))


def _stands_behind(words: Sequence[Word], start: int, found: Phrase) -> bool:
    """Whether the sentence does not need the date: "enjoy the sun", "version 24.11"."""
    before = words[start - 1]
    if is_blank(before):
        return not (_is_dash(before) and start > 1 and _may(words[start - 2], _DATED))
    if _ORDINAL.fullmatch(before.plain) or is_one_of_several(words, start, found):
        return False  # "thursday the 10th at 4" of another month
    if found.lead or found.said[0] == "in":
        rough = found.clock is not None and found.clock.rough
        return not (rough and found.lead == "by" and before.said.isdigit())  # "2 by 4"
    if before.text.endswith((",", ":", ";", ".", "!", "?", ")")) and before.plain != "no":
        return True
    if belongs(before, words[start], found):
        return False
    figures = all(FIGURES.fullmatch(each) for each in found.said)
    return not (figures and (before.plain in NUMBERED or before.text[-1] in "$€£§#"))


def _stands_before(words: Sequence[Word], end: int, found: Phrase) -> bool:
    """Whether what follows is a sentence by itself: not "Friday Night Lights", "Sun cream"."""
    follows = words[end]
    if is_blank(follows):
        if end + 1 >= len(words) or (_is_dash(follows) and _may(words[end + 1], _DATED)):
            return False
    elif follows.plain in GOES_ON or (end == 1 and is_part(words[0], follows)):
        return False
    if any(each.plain in _NAMES and each.text[0].isupper() for each in words[1:end]):
        return False
    return (
        _is_separated(words, end)
        or bool(found.lead and found.day)
        or not _is_weak(words, end, found)
    )


def _is_separated(words: Sequence[Word], end: int) -> bool:
    return words[end - 1].text.endswith((":", ",", ";", ")")) or (
        end < len(words) and is_blank(words[end])
    )


def _is_weak(words: Sequence[Word], end: int, found: Phrase) -> bool:
    """Whether it begins as many other things as dates."""
    first = words[0]
    if found.clock and found.clock.rough and not found.day:
        german = any(map(is_german, words[:end]))  # where any noun has a capital
        return words[end].text[0].isupper() and not german  # "At 10 Downing Street"
    if first.said in _NEEDS_A_STOP or found.said[:2] == ("last", "day"):
        return True
    if end == 1 and first.plain in _ALSO_WORDS:
        return True
    if is_day_and_month(first, found):
        return False
    return end == 1 and ("/" in first.plain or _is_doubtful(found)) and first.plain.count("/") < 2


def _is_dash(word: Word) -> bool:
    return word.plain in {"-", "--"}
