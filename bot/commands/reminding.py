"""Snooze a task for oneself, or say how long before it is due it reminds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from bot import verbs
from bot.cards import button, opens, turn_card
from bot.grammar import Command, fits
from bot.outcomes import outcome
from bot.picking import meant, pick
from bot.quickadd import length, when
from bot.quickadd.clock import EVENING, MORNING
from bot.turn import Turn, commands
from bot.typed import context_of
from bot.words import plural, say_instant, wait_in_words
from core.chat import Button, Hint, Reply
from core.errors import NotUnderstood
from core.moments import Moment, moment
from core.rights import Right
from core.task import NEVER, Due, Ref, Task
from core.work import Work

_DAY = timedelta(days=1)
_FINISHED = "It is finished, so there is nothing to remind you of."


@commands.on(verbs.Snooze, aliases=("later",), usage="42 2h")
def snooze(work: Work, turn: Turn, command: verbs.Snooze) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        then = partial(_carried, verbs.Snooze, command.when)
        return pick(work, turn, then, "Which one later?")
    task = work.tasks.get(turn.actor, found, Right.WORK)
    said = command.when.strip()
    if not task.status.open:
        return outcome(work, turn, task, _FINISHED)
    if not said:
        return _presets(work, turn, task)
    if said.lower() in verbs.NO:
        return outcome(work, turn, work.reminders.wake(turn.actor, found), "Snoozed no more.")
    when_ = _moment(turn, said)
    if when_.at <= turn.now:
        raise NotUnderstood("time", said, "what is still to come, such as 2h or tomorrow 9:00")
    task = work.reminders.snooze(turn.actor, found, when_.at, when_.zone)
    return outcome(work, turn, task, f"I will remind you {_said(turn, when_)}.")


def _carried(kind: type[verbs.Snooze | verbs.Remind], said: str, seen: Ref) -> Command:
    """The same of one task, as far as a button can carry it."""
    whole = kind(seen, said)
    return whole if fits(whole) else kind(seen)


def _said(turn: Turn, when_: Moment) -> str:
    return f"{say_instant(when_.wall, turn.today)} ({when_.zone})"


def _moment(turn: Turn, said: str) -> Moment:
    """`2h`, `tomorrow`, `fri 9:00`. Hours are what a clock counts, days the calendar's."""
    context = context_of(turn)
    if (ahead := length(said, context)) is not None:
        if ahead % _DAY:
            return Moment.of(turn.now + ahead, context.zone)
        return moment(Due(context.today + ahead, context.wall.time(), context.zone), 0)
    read = when(said, context)
    if read is None or len(read.choices) > 1:
        raise NotUnderstood("time", said, "2h, tonight, tomorrow or fri 9:00")
    return moment(read.choices[0], 0)


def _presets(work: Work, turn: Turn, task: Task) -> Reply:
    """The card with the usual times."""
    seen = Ref(public_id=task.public_id)

    def at(label: str, said: str) -> Button:
        return button(label, verbs.Snooze(seen, said))

    tomorrow = turn.today + _DAY
    monday = turn.today + timedelta(days=7 - turn.today.weekday())
    evening = at(f"Tonight {EVENING:%H:%M}", f"{turn.today} {EVENING:%H:%M}")
    days = (
        at(f"Tomorrow {MORNING:%H:%M}", f"{tomorrow} {MORNING:%H:%M}"),
        at("Next Mon", monday.isoformat()),
    )
    early = turn.now.astimezone(turn.account.zone).time() < EVENING
    last = [button("Before it is due", verbs.Remind(seen))] if task.due else []
    if work.reminders.snoozed(turn.account.id, task.id):
        last.append(at("No snooze", "off"))
    rows = (
        (at("In 1 h", "1h"), *([evening] if early else [])),
        days,
        (*last, button("Back", opens(task))),
    )
    shown = turn_card(turn, task, said="When shall I remind you? It stays due when it is.")
    return replace(shown, buttons=rows)


@commands.on(verbs.Remind, usage="42 30m")
def remind(work: Work, turn: Turn, command: verbs.Remind) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        then = partial(_carried, verbs.Remind, command.before)
        return pick(work, turn, then, "Which one?")
    task = work.tasks.get(turn.actor, found, Right.WORK)
    said = command.before.strip()
    if not task.status.open:
        return outcome(work, turn, task, _FINISHED)
    if not said:
        return _offsets(turn, task)
    minutes = _minutes(turn, said)
    task = work.reminders.set_before(turn.actor, found, minutes)
    reply = outcome(work, turn, task, _told(task, minutes, turn.now))
    if task.due is None:
        return replace(reply, hints=(*reply.hints, Hint(f"due {task.number} tomorrow 17:00")))
    return reply


def _minutes(turn: Turn, said: str) -> int | None:
    if said.lower() in verbs.NO:
        return NEVER
    if said.lower() in verbs.ON:
        return None
    before = length(said, context_of(turn))
    if before is None:
        raise NotUnderstood("reminder", said, "30m, 2h or 1d before it is due, on, off")
    return before // timedelta(minutes=1) or None


def _told(task: Task, minutes: int | None, now: datetime) -> str:
    """What holds from now on."""
    if minutes == NEVER:
        return "No reminder when it is due."
    if task.due is None:
        return "It has no date yet: once it has one, that is when I remind of it."
    if minutes is None:
        return "The reminder comes when it is due."
    if moment(task.due, minutes).at <= now:
        return "That would be past already, so the reminder comes when it is due."
    return f"The reminder comes {in_words(minutes)} before it is due."


def in_words(minutes: int) -> str:
    """`30 min`, `2 h`, `1 day`."""
    if minutes % (24 * 60):
        return wait_in_words(timedelta(minutes=minutes))
    return plural(minutes // (24 * 60), "day")


def _offsets(turn: Turn, task: Task) -> Reply:
    seen = Ref(public_id=task.public_id)

    def before(label: str, said: str) -> Button:
        return button(label, verbs.Remind(seen, said))

    rows = (
        (before("When due", "on"), before("30 min before", "30m"), before("2 h before", "2h")),
        (before("1 day before", "1d"), before("Never", "off"), button("Back", opens(task))),
    )
    shown = turn_card(turn, task, said="When shall the reminder come?")
    return replace(shown, buttons=rows)
