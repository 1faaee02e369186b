"""A reminder, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import verbs
from bot.cards import button, named
from bot.words import plural, say_date, say_due, wait_in_words
from core.chat import Audience, Button, Reply, Style
from core.events import TaskDue
from core.reminders import is_theirs
from core.task import Due, Ref, Task
from core.work import Work

LATE = timedelta(minutes=5)
"""A reminder that comes later than this says so."""
_SOON = timedelta(minutes=90)
"""What is due within it is said in minutes."""
_NOW = timedelta(seconds=45)
"""What is due within it is due now."""


def reminding(work: Work, event: TaskDue, reader: int) -> Reply | None:
    """The message that reminds somebody of a task; None where it is finished, due at another time,
    somebody else's or snoozed by now."""
    task = work.tasks.for_account(reader, event.task)
    if task is None or not is_theirs(task, event, reader):
        return None
    if work.reminders.snoozed(reader, event.task):
        return None
    said = f"{named(task)} {_is_due(task.due, work.now)}{_late(event, work.now)}"
    return Reply(text=said, buttons=(_row(task),), audience=Audience.HERE)


def _is_due(due: Due | None, now: datetime) -> str:
    if due is None:
        return "- you asked me to remind you"
    today = now.astimezone(ZoneInfo(due.zone)).date()
    if due.time is None:
        return f"{'was' if due.on < today else 'is'} due {say_date(due.on, today)}"
    left = due.instant - now
    clock = f"({due.time:%H:%M} {due.zone})"
    if left > _SOON:
        return f"is due {say_due(due, today)}"
    if left > _NOW:
        return f"is due in {plural(round(left.total_seconds() / 60), 'minute')} {clock}"
    return f"is due now {clock}" if left > -LATE else f"was due {say_due(due, today)}"


def _late(event: TaskDue, now: datetime) -> str:
    """The service was down, or the chat had much to be told."""
    late = now - datetime.fromtimestamp(event.at, UTC)
    whole_minutes = timedelta(minutes=late // timedelta(minutes=1))
    return f" - late by {wait_in_words(whole_minutes)}" if late >= LATE else ""


def _row(task: Task) -> tuple[Button, ...]:
    """Without the revision: whatever else was changed since, this is the task that is meant."""
    seen = Ref(public_id=task.public_id)
    return (
        button("Done", verbs.Done((seen,)), Style.PRIMARY),
        button("+1 h", verbs.Snooze(seen, "1h")),
        button("Tomorrow", verbs.Snooze(seen, "tomorrow")),
        button("Snooze more", verbs.Snooze(seen)),
    )
