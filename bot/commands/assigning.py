"""A task that somebody else is to do is offered to them: accept, decline, or take none at all."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import button, row_of
from bot.language import N_, _
from bot.outcomes import outcome
from bot.picking import meant, pick
from bot.turn import Turn, commands
from core.chat import Button, Hint, Reply
from core.lists import Filter
from core.work import Work

OFFERS = 8
"""Offers that are shown at once, as on a page of a list."""
_NONE_YOURS = N_("No task is assigned to you.")


@commands.on(verbs.Accept, usage="42")
def accept(work: Work, turn: Turn, command: verbs.Accept) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        return offers(work, turn, verbs.Offers())
    task = work.answers.accept(turn.actor, found)
    if not task.status.open:
        return outcome(work, turn, task, _("It is finished. Open it again first."))
    said = _("Accepted.") if work.tasks.change else _("You have it already.")
    return outcome(work, turn, task, said)


@commands.on(verbs.Decline, usage="42")
def decline(work: Work, turn: Turn, command: verbs.Decline) -> Reply:
    found = meant(work, turn, command.ref)
    if found is None:
        mine, question = Filter(assignee=turn.account.id), _("Which one do you give back?")
        return pick(work, turn, verbs.Decline, question, which=mine, none=_(_NONE_YOURS))
    task = work.answers.decline(turn.actor, found)
    if not task.status.open:
        return outcome(work, turn, task, _("It is finished. Open it again first."))
    row = (Button(_("Open tasks"), "list"), button(_("Take no tasks"), verbs.Incoming(False)))
    text = _("You gave back: {task}", task=task.title)
    return Reply(text=text, buttons=(row,), toast=_("Given back."))


@commands.on(verbs.Offers, usage="")
def offers(work: Work, turn: Turn, command: verbs.Offers) -> Reply:
    waiting = work.assigning.offered(turn.account.id, most=OFFERS)
    if not waiting:
        return Reply(text=_("Nobody waits for your answer."), buttons=(_to_tasks(),))
    items = (row_of(turn, task, place) for place, task in enumerate(waiting, 1))
    return Reply(
        title=_("Offered to you"),
        text=_("Open one to accept or decline it."),
        items=tuple(items),
        buttons=((*_to_tasks(), button(_("Close"), verbs.Close())),),
    )


def _to_tasks() -> tuple[Button, ...]:
    return (Button(_("Open tasks"), "list"),)


@commands.on(verbs.Incoming, usage="on | off")
def incoming(work: Work, turn: Turn, command: verbs.Incoming) -> Reply:
    if command.on is None:
        return _incoming(turn, on=turn.account.takes_tasks)
    work.assigning.set_takes(turn.account.id, command.on)
    return replace(_incoming(turn, on=command.on), toast=_("Saved."))


def _incoming(turn: Turn, *, on: bool) -> Reply:
    if on:
        text = _("Others may give you tasks, and you accept or decline each.")
        other = button(_("Take no tasks"), verbs.Incoming(False))
    else:
        text = _(
            "You take no tasks from others: whoever tries is told so. What they gave you before "
            "stays with you."
        )
        other = button(_("Take tasks again"), verbs.Incoming(True))
    hints = (Hint("offers", _("see what was offered to you")),)
    return Reply(text=text, hints=hints, buttons=((other,),))
