"""Until when somebody is reminded later: what they say, and of which tasks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot import verbs
from bot.language import _, ngettext
from bot.outcomes import undo_row
from bot.quickadd import length, when
from bot.several import Named, by_numbers, question
from bot.turn import Turn
from bot.typed import context_of
from bot.words import say_instant
from core.chat import Reply
from core.errors import NotUnderstood
from core.moments import Moment, moment
from core.task import Due, Ref
from core.work import Work

_DAY = timedelta(days=1)
_NUMBER = re.compile(r"#?(\d{1,9})[,;]?(?:\s+|$)")


def said_when(turn: Turn, when_: Moment) -> str:
    return f"{say_instant(when_.wall, turn.today)} ({when_.zone})"


def moment_of(turn: Turn, said: str) -> Moment:
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


def others(turn: Turn, command: verbs.Snooze) -> tuple[tuple[Ref, ...], str] | None:
    """The other tasks of `3 4 5 2h`, and its time; None where the words say no number, or a time
    as they stand (`5 dec`)."""
    refs, said = [], command.when.strip()
    while (number := _NUMBER.match(said)) and not _is_time(turn, said):
        refs.append(Ref(number=int(number[1])))
        said = said[number.end() :]
    return (tuple(refs), said) if refs else None


def _is_time(turn: Turn, said: str) -> bool:
    try:
        moment_of(turn, said)
    except NotUnderstood:
        return False
    return True


def snooze_several(work: Work, turn: Turn, refs: Sequence[Ref], said: str) -> Reply:
    these = by_numbers(work, turn, verbs.Each.SNOOZE, refs)
    if not these.tasks:
        return Reply(text="\n".join(these.refused))
    if not said:
        return question(work, turn, these)
    if said.lower() in verbs.NO:
        return _wake_all(work, turn, these)
    later = to_come(turn, said)
    if these.many:
        return question(work, turn, replace(these, when=said, told=said_when(turn, later)))
    return snooze_all(work, turn, these, later)


def _wake_all(work: Work, turn: Turn, these: Named) -> Reply:
    for each in these.tasks:
        work.reminders.wake(turn.actor, Ref(public_id=each.public_id))
    said = "\n".join([*these.refused, _("Snoozed no more.")])
    return Reply(text=said, buttons=undo_row(work))


def to_come(turn: Turn, said: str) -> Moment:
    """A moment that is not past. Raises `NotUnderstood`."""
    later = moment_of(turn, said)
    if later.at <= turn.now:
        raise NotUnderstood("time", said, "what is still to come, such as 2h or tomorrow 9:00")
    return later


def snooze_all(work: Work, turn: Turn, these: Named, later: Moment) -> Reply:
    for each in these.tasks:
        work.reminders.snooze(turn.actor, Ref(public_id=each.public_id), later.at, later.zone)
    text = ngettext(
        "I will remind you of {n} task {when}.",
        "I will remind you of {n} tasks {when}.",
        len(these.tasks),
        when=said_when(turn, later),
    )
    return Reply(text="\n".join([*these.refused, text]), buttons=undo_row(work), toast=text)
