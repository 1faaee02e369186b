"""Be reminded again and again, until it is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import verbs
from bot.cards import button, opens, turn_card
from bot.language import _
from bot.outcomes import outcome
from bot.picking import carrying, meant, pick
from bot.quickadd import length
from bot.several import FINISHED
from bot.spans import in_words
from bot.turn import Turn, commands
from bot.typed import context_of
from core.chat import Reply
from core.errors import NotUnderstood
from core.nagging import set_nag
from core.rights import Right
from core.task import Ref, Task
from core.work import Work

_PRESETS = (15, 30, 60, 120)
"""Minutes."""


@commands.on(verbs.Nag, usage="42 15m")
def nag(work: Work, turn: Turn, command: verbs.Nag) -> Reply:
    said = command.every.strip()
    found = meant(work, turn, command.ref)
    if found is None:
        return pick(work, turn, carrying(verbs.Nag, said), _("Which one shall I go on about?"))
    task = work.tasks.get(turn.actor, found, Right.WORK)
    if not task.status.open:
        return outcome(work, turn, task, _(FINISHED))
    if not said:
        return _presets(turn, task)
    task = set_nag(work, turn.actor, found, _minutes(turn, said))
    return outcome(work, turn, task, _told(turn, task))


def _minutes(turn: Turn, said: str) -> int | None:
    if said.lower() in verbs.NO:
        return None
    every = length(said, context_of(turn))
    if every is None:
        raise NotUnderstood("length of time", said, "15m, 1h, off")
    return every // timedelta(minutes=1)


def _told(turn: Turn, task: Task) -> str:
    """What holds from now on."""
    if task.nag is None:
        return _("I will remind you once.")
    time = in_words(task.nag)
    if task.due is None or task.due.instant <= turn.now:
        return _("I will remind you every {time} until it is done.", time=time)
    return _("From its reminder on, I will remind you every {time} until it is done.", time=time)


def _presets(turn: Turn, task: Task) -> Reply:
    """The card with the usual intervals."""
    seen = Ref(public_id=task.public_id)
    often = tuple(button(in_words(each), verbs.Nag(seen, f"{each}m")) for each in _PRESETS)
    last = (button(_("Once"), verbs.Nag(seen, "off")), button(_("Back"), opens(task)))
    said = _("How often shall I remind you until it is done?")
    return replace(turn_card(turn, task, said=said), buttons=(often, last))
