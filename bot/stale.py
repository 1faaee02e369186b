"""What was done to a task as it was before: it is shown as it is, and nothing is done blindly."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import button, opens, turn_card
from bot.drafting import again
from bot.errors import explain
from bot.language import _
from bot.turn import Turn
from core.chat import Kind, Reply
from core.errors import Stale
from core.task import Ref
from core.work import Work

_WROTE = 1500
"""Characters of what was written that are said again."""


def stale(work: Work, turn: Turn, refusal: Stale) -> Reply:
    """The card as it is now; what was typed into a form is given back, to nobody else, and is in
    the form when it is opened again."""
    task = work.tasks.get(turn.actor, Ref(public_id=refusal.task))
    if turn.inbound.kind is not Kind.FORM:
        said = explain(refusal).toast
        return replace(turn_card(turn, task, said=said), toast=said)
    answers = turn.inbound.answers.items()
    wrote = "; ".join(f"{name}: {said}" for name, said in answers if said)[:_WROTE]
    text = _(
        "Not saved: the task changed while you were editing it. You wrote: {wrote}", wrote=wrote
    )
    rows = (*again(turn), (button(_("Open it"), opens(task)),))
    return Reply(text=text, buttons=rows, fresh=True)
