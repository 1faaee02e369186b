"""Short days that are words, too: `So` and `Do`, `Mi`, `Mo`."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.quickadd.meant import Context
from bot.quickadd.vocabulary import SHORTS, Word
from bot.quickadd.when import Phrase

_LEADING = frozenset({"next", "this", "coming"})


def stands(words: Sequence[Word], found: Phrase, context: Context, *, behind: bool) -> bool:
    """Whether no short day is in it, or one that is meant as one: `am Mi`, `nächsten Mi`, `Fr 17
    Uhr`, `Do 10.12`, "Kino Sa", "Sa: Kino", not "mach es so". `behind`: something stands before
    it."""
    if not any(each.plain in SHORTS for each in words):
        return True
    if found.lead or found.clock or words[0].said in _LEADING:
        return True
    if any(day.plain in SHORTS and date.plain[:1].isdigit() for day, date in pairwise(words)):
        return True
    alone = behind or words[0].text.endswith(":")
    day = (len(words) == 1 or bool(found.part)) and words[0].text.istitle()
    return alone and day and context.language[:2].lower() == "de"
