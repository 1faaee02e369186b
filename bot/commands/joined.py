"""After two chats were connected: bringing tasks along, and taking it back."""

from __future__ import annotations

from bot import verbs
from bot.cards import button
from bot.language import _
from bot.prompts import ways_on
from bot.sides import tasks
from bot.turn import Turn, commands
from core import joining, links, taking_back
from core.chat import Button, Reply
from core.errors import LinkRefused
from core.work import Work


def _to_chats() -> Button:
    return Button(_("My chats"), "whoami")


@commands.on(verbs.MoveTasks, hidden=True)
def move_tasks(work: Work, turn: Turn, command: verbs.MoveTasks) -> Reply:
    count = joining.move(work, turn.identity, command.link)
    undo = button(_("Undo"), verbs.UndoMove(command.link))
    text = (
        _("Moved: {tasks}, with new numbers.", tasks=tasks(count))
        if count
        else _("They are here already.")
    )
    return Reply(text=text, buttons=((undo,), *ways_on()), toast=_("Moved."))


@commands.on(verbs.LeaveApart, hidden=True)
def leave_apart(work: Work, turn: Turn, command: verbs.LeaveApart) -> Reply:
    text = _("Left apart. You can move them here at any time, from the list of your chats.")
    move = button(_("Move them here"), verbs.MoveTasks(command.link))
    return Reply(text=text, buttons=((move, _to_chats()),), toast=_("Left apart."))


@commands.on(verbs.UndoMove, hidden=True)
def undo_move(work: Work, turn: Turn, command: verbs.UndoMove) -> Reply:
    try:
        taking_back.move_back(work, turn.identity, command.link)
    except LinkRefused as refusal:
        return _first(work, command.link, refusal)
    move = button(_("Move them here"), verbs.MoveTasks(command.link))
    text = _("Taken back: those tasks are apart again, with their old numbers.")
    return Reply(text=text, buttons=((move, _to_chats()),), toast=_("Taken back."))


@commands.on(verbs.UndoLink, hidden=True)
def undo_link(work: Work, turn: Turn, command: verbs.UndoLink) -> Reply:
    try:
        taking_back.undo(work, turn.identity, command.link)
    except LinkRefused as refusal:
        return _first(work, command.link, refusal)
    text = _("Taken back: that is not connected any more, and everything is where it was before.")
    return Reply(text=text, buttons=((_to_chats(),),), toast=_("Taken back."))


def _first(work: Work, link: str, refusal: LinkRefused) -> Reply:
    """What has to be taken back before, for whoever may take it back. Raises what is not that."""
    later = links.last_after(work, link) if refusal.reason == "later" else None
    if later is None:
        raise refusal
    text = _("That account was connected to another one since. Take that back first, then this.")
    undo = button(_("Undo the later one"), verbs.UndoLink(later.public_id))
    return Reply(text=text, buttons=((undo, _to_chats()),))
