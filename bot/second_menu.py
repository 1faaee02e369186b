"""The second menu of a card: what else can be done with its task."""

from __future__ import annotations

from dataclasses import replace

from bot import verbs
from bot.cards import Row, button, opens, ref, start, turn_card
from bot.language import _
from bot.turn import Turn
from core.chat import Reply, Style
from core.task import Ref, Task


def more(turn: Turn, task: Task) -> Reply:
    """The card with its second menu."""
    reply = turn_card(turn, task)
    work = list(start(task))
    if task.status.open:
        work.append(button(_("Cancel task"), verbs.Cancel((ref(task),))))
    work.append(button(_("Delete"), verbs.Delete((ref(task),)), Style.DANGER))
    about = [
        button(_("Note"), verbs.Note(Ref(public_id=task.public_id))),
        button(_("Share"), verbs.Share(Ref(public_id=task.public_id))),
    ]
    if task.status.open and turn.account.id == task.owner:
        about.append(button(_("Labels"), verbs.Label(ref(task))))
    rows = (tuple(about), _again(turn, task), tuple(work), (button(_("Back"), opens(task)),))
    return replace(reply, buttons=tuple(row for row in rows if row))


def _again(turn: Turn, task: Task) -> Row:
    """How a task comes again, and how it reminds."""
    if not task.status.open:
        return ()
    seen, row = ref(task), []
    if turn.account.id == task.owner:
        row.append(button(_("Repeat"), verbs.Repeat(seen)))
        row += [button(_("Skip this time"), verbs.Skip(seen))] if task.rule else []
    if turn.account.id == (task.assignee or task.owner):
        row.append(button(_("Nag until done"), verbs.Nag(seen)))
    return tuple(row)
