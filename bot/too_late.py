"""What becomes of a reminder that would have been in the past."""

from __future__ import annotations

from datetime import datetime

from bot.language import _
from bot.spans import in_words
from core.moments import Why, coming, moment
from core.task import Task


def too_late(task: Task, before: int | None, now: datetime) -> str:
    """The sentence about it; empty where the reminder is to come when it was asked for, or there
    is no date. `before`: minutes before the task is due; None for then."""
    if task.due is None or moment(task.due, before or 0).at > now:
        return ""
    found = coming(task.due, before, now, task.nag)
    if found is None:
        return _("The time to remind you is past already, so none comes.")
    if found[0] is Why.DUE or not task.nag:
        return _("The time to remind you is past already, so the reminder comes when it is due.")
    return _(
        "The time to remind you is past already: I remind you every {time} until it is done.",
        time=in_words(task.nag),
    )
