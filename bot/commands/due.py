"""When a task is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import verbs
from bot.cards import button, opens, ref, turn_card
from bot.grammar import straight
from bot.language import _
from bot.outcomes import outcome, which_date, with_zone_hint
from bot.picking import carrying, meant, pick
from bot.quickadd import Ambiguity, when
from bot.retitling import retitled
from bot.turn import Turn, commands
from bot.typed import context_of
from bot.usual_times import hours, monday
from core.chat import Button, Reply
from core.errors import NotUnderstood
from core.rights import Right
from core.task import Due, Task
from core.work import Work

NONE = frozenset(
    {"none", "no", "nobody", "clear", "never", "-", "keine", "keins", "niemand", "nie", "niemandem"}
)
"""What clears a field."""


@commands.on(verbs.Due, usage="42 fri 17:00")
def due(work: Work, turn: Turn, command: verbs.Due) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, carrying(verbs.Due, command.date), _("Which one?"))
    said = " ".join(filter(None, (straight(command.date).strip(), command.time or "")))
    task = work.tasks.get(turn.actor, found, Right.OWN)
    if not said:
        return _presets(turn, task)
    if said.lower() in NONE | {"no date", "kein datum"}:
        values = {"due": None, "title": retitled(task, command, dated=False)}
        after = work.tasks.update(turn.actor, found, values)
        return outcome(work, turn, after, _cleared(task, changed=bool(work.tasks.change)))
    read = when(said, context_of(turn))
    if read is None:
        raise NotUnderstood("date", said, "tomorrow, fri 17:00, 24 nov or 2026-11-24")
    if len(read.choices) > 1:
        asked = Ambiguity(said, read.choices, task.title)
        return which_date(turn, task, asked, saved=_("Which one?"))
    day = read.choices[0] if command.time is not None else _as_timed(read.choices[0], task)
    then = {"due": day, "title": retitled(task, command, dated=True)}
    task = work.tasks.update(turn.actor, found, then)
    dated = _dated(task, changed=bool(work.tasks.change))
    return with_zone_hint(turn, task, outcome(work, turn, task, dated))


def _as_timed(day: Due, task: Task) -> Due:
    """Another day alone leaves the time of day as it is."""
    if day.time is not None or task.due is None or task.due.time is None:
        return day
    return replace(day, time=task.due.time.replace(fold=0))


def _cleared(before: Task, *, changed: bool) -> str:
    if not changed:
        return _("It had no date.")
    return _("No date any more, so no repeating.") if before.rule else _("No date any more.")


def _dated(task: Task, *, changed: bool) -> str:
    if not changed:
        return _("It was due then already.")
    return _("Date set, for this time only.") if task.rule else _("Date set.")


def _presets(turn: Turn, task: Task) -> Reply:
    """The card with the usual days."""

    def at(label: str, said: str) -> Button:
        return button(label, verbs.Due(ref(task), said))

    tomorrow = turn.today + timedelta(days=1)
    days = ((_("Today"), str(turn.today)), (_("Tomorrow"), str(tomorrow)), monday(turn))
    last = (
        button(_("Pick a day"), verbs.Pick(ref(task))),
        at(_("No date"), "none"),
        button(_("Back"), opens(task)),
    )
    rows = (tuple(at(*each) for each in hours(turn)), tuple(at(*each) for each in days), last)
    return replace(turn_card(turn, task, said=_("When is it due?")), buttons=rows)
