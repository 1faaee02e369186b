"""Which task is meant, when none is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.cards import button, item
from bot.grammar import Command
from bot.language import _
from bot.turn import Turn
from core.chat import Hint, Reply
from core.lists import Filter
from core.task import Ref
from core.work import Work

PICKED_FROM = 8
OPEN = Filter()


def meant(work: Work, turn: Turn, ref: Ref | None) -> Ref | None:
    """The task named, or the one whose card the message replies to."""
    if ref is None and turn.inbound.replied:
        shown = work.cards.shown_by(turn.chat.id, turn.inbound.replied)
        return Ref(public_id=shown) if shown else None
    return ref


def pick(
    work: Work,
    turn: Turn,
    make: Callable[[Ref], Command],
    question: str,
    *,
    which: Filter = OPEN,
    none: str = "",
) -> Reply:
    """Offer the newest tasks to choose from; `none` is said where there are none."""
    page = work.lists.page(turn.account.id, which, most=PICKED_FROM)
    if not page.tasks:
        hint = Hint(_("add Buy milk"), _("to add one"))
        return Reply(
            text=none or _("You have no open tasks."), hints=(hint,) if which == OPEN else ()
        )
    items = []
    for place, task in enumerate(page.tasks, 1):
        choice = button(str(place), make(Ref(public_id=task.public_id)))
        row = item(task, turn.now, turn.today, place, zone=turn.account.timezone)
        items.append(replace(row, button=choice))
    return Reply(text=question, items=tuple(items))
