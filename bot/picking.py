"""Which task is meant, when none is named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from bot.cards import button, row_of
from bot.grammar import Command, fits
from bot.language import _
from bot.turn import Turn
from core.chat import Hint, Reply
from core.lists import Filter
from core.task import Ref
from core.work import Work

PICKED_FROM = 8
OPEN = Filter()


class Kind(Protocol):
    """A command about a task, and what is said of it in words."""

    def __call__(self, ref: Ref | None = None, said: str = "", /) -> Command: ...


def meant(work: Work, turn: Turn, ref: Ref | None) -> Ref | None:
    """The task named, or the one whose card the message replies to."""
    if ref is None and turn.inbound.replied:
        shown = work.cards.shown_by(turn.chat.id, turn.inbound.replied)
        return Ref(public_id=shown) if shown else None
    return ref


def carrying(kind: Kind, said: str) -> Callable[[Ref], Command]:
    """What was said of no task, to be said of one that is picked, as far as a button can carry
    it: else that one is asked about anew."""

    def make(ref: Ref) -> Command:
        whole = kind(ref, said)
        return whole if fits(whole) else kind(ref)

    return make


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
        row = row_of(turn, task, place)
        items.append(replace(row, button=choice))
    return Reply(text=question, items=tuple(items))
