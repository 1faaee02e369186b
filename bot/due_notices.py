"""A reminder, in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import verbs
from bot.cards import button, named
from bot.fewer import fewer
from bot.language import _, ngettext
from bot.verbs import About
from bot.words import say_date, say_due, say_zone, wait_in_words
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


def reminding(work: Work, event: TaskDue, reader: int, *, held: bool = False) -> Reply | None:
    """The message that reminds somebody of a task; None where it is finished, due at another time,
    somebody else's or snoozed by now. `held`: it waited for the end of quiet hours."""
    task = work.tasks.for_account(reader, event.task)
    if task is None or not is_theirs(task, event, reader):
        return None
    if work.reminders.snoozed(reader, event.task):
        return None
    late = "" if held else _late(event, work.now)
    said = f"{named(task)} {is_due(task.due, work.now)}{late}"
    rows = (_row(task), (_again(task), fewer(About.REMINDERS, task)))
    return Reply(text=said, buttons=rows, audience=Audience.HERE)


def is_due(due: Due | None, now: datetime) -> str:
    """`is due now (17:00 UTC)`."""
    if due is None:
        return _("- you asked me to remind you")
    today = now.astimezone(ZoneInfo(due.zone)).date()
    if due.time is None:
        day = say_date(due.on, today)
        return _("was due {day}", day=day) if due.on < today else _("is due {day}", day=day)
    left = due.instant - now
    clock = f"({due.time:%H:%M} {say_zone(due.zone)})"
    if left > _SOON:
        return _("is due {day}", day=say_due(due, today))
    if left > _NOW:
        n = round(left.total_seconds() / 60)
        return ngettext(
            "is due in {n} minute {clock}", "is due in {n} minutes {clock}", n, clock=clock
        )
    if left > -LATE:
        return _("is due now {clock}", clock=clock)
    return _("was due {day}", day=say_due(due, today))


def _late(event: TaskDue, now: datetime) -> str:
    """The service was down, or the chat had much to be told."""
    late = now - datetime.fromtimestamp(event.at, UTC)
    whole_minutes = timedelta(minutes=late // timedelta(minutes=1))
    if late < LATE:
        return ""
    return f" - {_('late by {wait}', wait=wait_in_words(whole_minutes))}"


def _row(task: Task) -> tuple[Button, ...]:
    """Without the revision: whatever else was changed since, this is the task that is meant."""
    seen = Ref(public_id=task.public_id)
    return (
        button(_("Done"), verbs.Done((seen,)), Style.PRIMARY),
        button("+1 h", verbs.Snooze(seen, "1h")),
        button(_("Tomorrow"), verbs.Snooze(seen, "tomorrow")),
        button(_("Snooze more"), verbs.Snooze(seen)),
    )


def _again(task: Task) -> Button:
    """Until it is done, or no more."""
    seen = Ref(public_id=task.public_id)
    if task.nag:
        return button(_("Stop nagging"), verbs.Nag(seen, "off"))
    return button(_("Nag until done"), verbs.Nag(seen))
