"""Lengths of time that people choose, in words."""

from __future__ import annotations

from datetime import timedelta

from bot.language import ngettext
from bot.words import wait_in_words

_DAY = 24 * 60


def in_words(minutes: int) -> str:
    """`30 min`, `2 h`, `1 day`."""
    if minutes % _DAY:
        return wait_in_words(timedelta(minutes=minutes))
    return ngettext("{n} day", "{n} days", minutes // _DAY)
