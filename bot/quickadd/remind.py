"""`remind OFFSET`: how long before a task is due somebody wants to be told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.quickadd.distance import amount
from bot.quickadd.reader import Reader
from bot.quickadd.vocabulary import Word

LONGEST = 6
"""Words of it."""


def offset(words: Sequence[Word]) -> timedelta | None:
    """`remind 30m`, `remind me 2 hours before`, `1h reminder`."""
    reader = Reader([each.said for each in words])
    behind = not reader.take("remind")
    reader.take("me")
    before = amount(reader)
    if before is None or (behind and not reader.take("remind")):
        return None
    reader.take("before", "ahead")
    return before if reader.done else None
