"""After two chats were connected: bringing tasks along, and taking it back."""

from __future__ import annotations

from bot import verbs
from bot.cards import button
from bot.prompts import CONNECTED
from bot.sides import tasks
from bot.turn import Turn, commands
from core import joining, links, taking_back
from core.chat import Button, Reply
from core.errors import LinkRefused
from core.work import Work

_TO_CHATS = ((Button("My chats", "whoami"),),)


@commands.on(verbs.MoveTasks, hidden=True)
def move_tasks(work: Work, turn: Turn, command: verbs.MoveTasks) -> Reply:
    count = joining.move(work, turn.identity, command.link)
    undo = button("Undo", verbs.UndoMove(command.link))
    text = f"Moved: {tasks(count)}, with new numbers." if count else "They are here already."
    return Reply(text=text, buttons=((undo,), *CONNECTED), toast="Moved.")


@commands.on(verbs.LeaveApart, hidden=True)
def leave_apart(work: Work, turn: Turn, command: verbs.LeaveApart) -> Reply:
    text = "Left apart. You can move them here at any time, from the list of your chats."
    move = button("Move them here", verbs.MoveTasks(command.link))
    return Reply(text=text, buttons=((move, *_TO_CHATS[0]),), toast="Left apart.")


@commands.on(verbs.UndoMove, hidden=True)
def undo_move(work: Work, turn: Turn, command: verbs.UndoMove) -> Reply:
    try:
        taking_back.move_back(work, turn.identity, command.link)
    except LinkRefused as refusal:
        return _first(work, command.link, refusal)
    move = button("Move them here", verbs.MoveTasks(command.link))
    text = "Taken back: those tasks are apart again, with their old numbers."
    return Reply(text=text, buttons=((move, *_TO_CHATS[0]),), toast="Taken back.")


@commands.on(verbs.UndoLink, hidden=True)
def undo_link(work: Work, turn: Turn, command: verbs.UndoLink) -> Reply:
    try:
        taking_back.undo(work, turn.identity, command.link)
    except LinkRefused as refusal:
        return _first(work, command.link, refusal)
    text = "Taken back: that is not connected any more, and everything is where it was before."
    return Reply(text=text, buttons=_TO_CHATS, toast="Taken back.")


def _first(work: Work, link: str, refusal: LinkRefused) -> Reply:
    """What has to be taken back before, for whoever may take it back. Raises what is not that."""
    later = links.last_after(work, link) if refusal.reason == "later" else None
    if later is None:
        raise refusal
    text = "That account was connected to another one since. Take that back first, then this."
    undo = button("Undo the later one", verbs.UndoLink(later.public_id))
    return Reply(text=text, buttons=((undo, *_TO_CHATS[0]),))
