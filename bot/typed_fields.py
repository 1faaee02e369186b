"""What is typed into a field of a task: how often it comes, how long before it reminds, labels."""

from __future__ import annotations

import re
from datetime import timedelta

from bot import verbs
from bot.quickadd import length, repeating
from bot.rule_words import say_rule
from bot.spans import in_words
from bot.turn import Turn
from bot.typed import context_of
from core.errors import NotUnderstood
from core.task import NEVER, Due, Task

ONCE = verbs.NO | {"once", ""}
_BETWEEN = re.compile(r"[\s,;]+")


def rule_of(turn: Turn, said: str, due: Due | None) -> tuple[str, Due | None]:
    """A rule with its first time, which is `due` where that fits; no rule for `never`. Raises
    `NotUnderstood`."""
    if said.strip().lower() in ONCE:
        return "", due
    context = context_of(turn)
    read = repeating(said, context)
    if read is None:
        known = "day, weekdays, mon,thu, 2 weeks, month on 1, month on last fri, never"
        raise NotUnderstood("repetition", said, known)
    return read.rule, read.first(context, due)


def said_rule(turn: Turn, task: Task) -> str:
    """How often, as a form shows it."""
    return say_rule(task.rule, turn.today) if task.rule else ""


def before_of(turn: Turn, said: str) -> int | None:
    """How long before it is due to remind, as `Task.remind`. Raises `NotUnderstood`."""
    if said.strip().lower() in verbs.NO:
        return NEVER
    if said.strip().lower() in verbs.ON | {""}:
        return None
    before = length(said, context_of(turn))
    if before is None:
        raise NotUnderstood("reminder", said, "30m, 2h or 1d before it is due, on, off")
    return before // timedelta(minutes=1) or None


def said_before(task: Task) -> str:
    """The same as a form shows it."""
    if task.remind == NEVER:
        return "off"
    return in_words(task.remind) if task.remind else ""


def labels_of(said: str) -> tuple[str, ...]:
    """`errand, ~cheap`."""
    return () if said.strip().lower() in verbs.NO else tuple(_BETWEEN.split(said.strip()))
