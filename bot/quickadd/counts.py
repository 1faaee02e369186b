"""Numbers in words above twelve: `fifteen`, `twenty five`."""

from __future__ import annotations

import re

from bot.quickadd.reader import Reader
from bot.quickadd.vocabulary import COUNTS

_TENS = range(20, 91, 10)
_ONES = re.compile(r"[1-9]")
"""`five` is 5 here already (`english.py`)."""


def spoken_count(reader: Reader) -> int | None:
    """The number that stands next; none where it is no word or at most twelve."""
    word = reader.take(*COUNTS)
    if not word:
        return None
    count = int(COUNTS[word])
    more = reader.match(_ONES) if count in _TENS else None
    return count + int(more[0]) if more else count
