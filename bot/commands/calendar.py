"""Pick a day, for when a task is due or for a snooze."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot import verbs
from bot.cards import button, ref, turn_card
from bot.forms import due_form, snooze_form
from bot.grammar import Command
from bot.language import _
from bot.months import MONTHS_AHEAD, Month, days
from bot.turn import Turn, commands
from bot.words import say_due
from core.chat import Button, Reply
from core.moments import MORNING
from core.rights import Right
from core.task import Ref, Task
from core.work import Work


@commands.on(verbs.Pick, hidden=True)
def pick_day(work: Work, turn: Turn, command: verbs.Pick) -> Reply:
    right = Right.OWN if command.what is verbs.Picked.DUE else Right.WORK
    task = work.tasks.get(turn.actor, command.ref, right)
    if not command.typed:
        return _calendar(turn, task, command.what, command.month)
    if command.what is verbs.Picked.SNOOZE:
        return Reply(form=snooze_form(task))
    return Reply(form=due_form(task, words=not turn.inbound.forms))


def _calendar(turn: Turn, task: Task, what: verbs.Picked, month: str) -> Reply:
    """The card with the days of a month; the time of day stays as it is."""
    shown, first = Month.read(month, turn.today), Month.of(turn.today)
    chosen = task.due.on if task.due and what is verbs.Picked.DUE else None

    def day(on: date) -> Button:
        return button(str(on.day), _picked(task, what, on))

    def turn_to(ahead: int, label: str) -> Button:
        return button(label, verbs.Pick(_seen(task, what), what, str(shown.later(ahead))))

    before = [turn_to(-1, f"< {shown.later(-1).short}")] if shown != first else []
    after = [] if shown == first.later(MONTHS_AHEAD) else [turn_to(1, f"{shown.later(1).short} >")]
    last = (
        button(_("Type it"), verbs.Pick(_seen(task, what), what, typed=True)),
        button(_("Back"), _back(task, what)),
    )
    weeks = days(shown, _since(turn, what), chosen, day, turn_to(0, ""))
    rows = (*weeks, tuple([*before, *after]), last)
    return replace(turn_card(turn, task, said=_question(turn, task, what, shown)), buttons=rows)


def _since(turn: Turn, what: verbs.Picked) -> date:
    """The first day that can be picked: of a snooze, one whose nine o'clock is still to come."""
    over = turn.now.astimezone(turn.account.zone).time() >= MORNING
    return turn.today + timedelta(days=int(over and what is verbs.Picked.SNOOZE))


def _seen(task: Task, what: verbs.Picked) -> Ref:
    """A snooze is of whatever the task is by then."""
    return ref(task) if what is verbs.Picked.DUE else Ref(public_id=task.public_id)


def _picked(task: Task, what: verbs.Picked, on: date) -> Command:
    if what is verbs.Picked.SNOOZE:
        return verbs.Snooze(_seen(task, what), on.isoformat())
    clock = f" {task.due.time:%H:%M}" if task.due and task.due.time else ""
    return verbs.Due(_seen(task, what), f"{on}{clock}")


def _back(task: Task, what: verbs.Picked) -> Command:
    seen = _seen(task, what)
    return verbs.Snooze(seen) if what is verbs.Picked.SNOOZE else verbs.Due(seen)


def _question(turn: Turn, task: Task, what: verbs.Picked, shown: Month) -> str:
    if what is verbs.Picked.SNOOZE:
        return _("Remind you on which day, at 9:00? {month}", month=shown.name)
    if task.due is None:
        return _("Due on which day? {month}", month=shown.name)
    now = say_due(task.due, turn.today, near=False)
    return _("Due on which day? {month}. Now: {day}.", month=shown.name, day=now)
