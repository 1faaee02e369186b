"""The times that are offered for a date and for a snooze alike (`product.md` 1.4)."""

from __future__ import annotations

from datetime import timedelta

from bot.language import _
from bot.quickadd.clock import EVENING, MORNING
from bot.turn import Turn

Offered = tuple[str, str]
"""A label, and the words that say the same."""


def hours(turn: Turn) -> tuple[Offered, ...]:
    """Soon, this evening while it is not evening yet, tomorrow morning."""
    soon = (_("In 1 h"), "in 1h")
    tonight = (_("Tonight {time}", time=f"{EVENING:%H:%M}"), f"{turn.today} {EVENING:%H:%M}")
    tomorrow = turn.today + timedelta(days=1)
    morning = (_("Tomorrow {time}", time=f"{MORNING:%H:%M}"), f"{tomorrow} {MORNING:%H:%M}")
    early = turn.now.astimezone(turn.account.zone).time() < EVENING
    return (soon, tonight, morning) if early else (soon, morning)


def monday(turn: Turn) -> Offered:
    """The day on which the next week begins."""
    day = turn.today + timedelta(days=7 - turn.today.weekday())
    return _("Next Mon"), day.isoformat()
