"""Snooze a task for oneself, or say how long before it is due it reminds."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import verbs
from bot.cards import button, opens, turn_card
from bot.commands.zone import timezone
from bot.language import _
from bot.laters import moment_of, others, said_when, snooze_several, to_come
from bot.outcomes import outcome
from bot.picking import carrying, meant, pick
from bot.quickadd import length
from bot.several import FINISHED
from bot.spans import in_words
from bot.too_late import too_late
from bot.turn import Turn, commands
from bot.typed import context_of
from bot.typed_fields import before_of
from bot.usual_times import hours, monday
from bot.zone_asking import ask_for
from core.chat import Button, Hint, Reply
from core.moments import Moment
from core.rights import Right
from core.task import NEVER, Ref, Task
from core.work import Work


@commands.on(verbs.Snooze, aliases=("later",), usage="42 2h")
def snooze(work: Work, turn: Turn, command: verbs.Snooze) -> Reply:
    if command.zone and not turn.account.local:
        return _there(work, turn, command, command.zone)
    found = meant(work, turn, command.ref)
    if found is None:
        then = carrying(verbs.Snooze, command.when)
        return pick(work, turn, then, _("Which one later?"))
    if (more := others(turn, command)) is not None:
        return snooze_several(work, turn, (found, *more[0]), more[1])
    return _snooze(work, turn, found, command.when.strip())


def _snooze(work: Work, turn: Turn, found: Ref, said: str) -> Reply:
    """One task."""
    task = work.tasks.get(turn.actor, found, Right.WORK)
    if not task.status.open:
        return outcome(work, turn, task, _(FINISHED))
    if not said:
        return _presets(work, turn, task)
    if said.lower() in verbs.NO:
        return outcome(work, turn, work.reminders.wake(turn.actor, found), _("Snoozed no more."))
    return _snoozed(
        work,
        turn,
        found,
        to_come(turn, said),
        everywhere=length(said, context_of(turn)) is not None,
    )


def _snoozed(work: Work, turn: Turn, ref: Ref, when_: Moment, *, everywhere: bool) -> Reply:
    """`everywhere`: how long that is does not depend on where they are."""
    task = work.reminders.snooze(turn.actor, ref, when_.at, when_.zone)
    told = _("I will remind you {when}.", when=said_when(turn, when_))
    reply = outcome(work, turn, task, told)
    if everywhere:
        return reply
    at = verbs.Snooze(Ref(public_id=task.public_id), f"{when_.wall:%Y-%m-%d %H:%M}")
    return ask_for(work, turn, reply, lambda zone: replace(at, zone=zone))


def _there(work: Work, turn: Turn, command: verbs.Snooze, zone: str) -> Reply:
    """They say where they are, as they were asked: the same time there. What has passed there by
    now stays as it is."""
    work.profile.learn_zone(turn.account, turn.identity, zone)
    there = replace(turn, account=work.accounts.get(turn.account.id))
    if not there.account.timezone or moment_of(there, command.when.strip()).at <= turn.now:
        return timezone(work, turn, verbs.Timezone(zone))
    return snooze(work, there, replace(command, zone=None))


def _presets(work: Work, turn: Turn, task: Task) -> Reply:
    """The card with the usual times."""
    seen = Ref(public_id=task.public_id)

    def at(label: str, said: str) -> Button:
        return button(label, verbs.Snooze(seen, said))

    days = [at(*monday(turn)), button(_("Pick a day"), verbs.Pick(seen, verbs.Picked.SNOOZE))]
    last = [button(_("Before it is due"), verbs.Remind(seen))] if task.due else []
    last.append(button(_("Until it is done"), verbs.Nag(seen)))
    if work.reminders.snoozed(turn.account.id, task.id):
        days.append(at(_("No snooze"), "off"))
    rows = (
        tuple(at(*each) for each in hours(turn)),
        tuple(days),
        (*last, button(_("Back"), opens(task))),
    )
    shown = turn_card(turn, task, said=_("When shall I remind you? It stays due when it is."))
    return replace(shown, buttons=rows)


@commands.on(verbs.Remind, usage="42 30m")
def remind(work: Work, turn: Turn, command: verbs.Remind) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, carrying(verbs.Remind, command.before), _("Which one?"))
    task = work.tasks.get(turn.actor, found, Right.WORK)
    said = command.before.strip()
    if not task.status.open:
        return outcome(work, turn, task, _(FINISHED))
    if not said:
        return _offsets(turn, task)
    minutes = before_of(turn, said)
    task = work.reminders.set_before(turn.actor, found, minutes)
    reply = outcome(work, turn, task, _told(task, minutes, turn.now))
    if task.due is None:
        return replace(reply, hints=(*reply.hints, Hint(f"due {task.number} tomorrow 17:00")))
    return reply


def _told(task: Task, minutes: int | None, now: datetime) -> str:
    """What holds from now on."""
    if minutes == NEVER:
        return _("No reminder when it is due.")
    if task.due is None:
        return _("It has no date yet: once it has one, that is when I remind of it.")
    if told := too_late(task, minutes, now):
        return told
    if minutes is None:
        return _("The reminder comes when it is due.")
    return _("The reminder comes {time} before it is due.", time=in_words(minutes))


def _offsets(turn: Turn, task: Task) -> Reply:
    seen = Ref(public_id=task.public_id)

    def before(label: str, said: str) -> Button:
        return button(label, verbs.Remind(seen, said))

    rows = (
        (
            before(_("When due"), "on"),
            before(_("30 min before"), "30m"),
            before(_("2 h before"), "2h"),
        ),
        (
            before(_("1 day before"), "1d"),
            before(_("Never"), "off"),
            button(_("Back"), opens(task)),
        ),
    )
    shown = turn_card(turn, task, said=_("When shall the reminder come?"))
    return replace(shown, buttons=rows)
