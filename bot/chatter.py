"""What people say to each other in a group, below what the bot said."""

from __future__ import annotations

from bot.small_talk import small_talk
from core.arrival import Arrival
from core.chat import Inbound, Kind
from core.errors import Refusal
from core.rights import Actor, Right
from core.task import Ref
from core.work import Work


def is_talk(inbound: Inbound) -> bool:
    """Whether plain text in a group cannot be for us, whoever wrote it: it replies to no message of
    ours, or is only kind. In a busy group that is nearly all, and nothing is looked up for it."""
    if inbound.kind is not Kind.TEXT or inbound.address.private:
        return False
    return not inbound.replied or inbound.edited or small_talk(inbound.line) is not None


def is_chatter(work: Work, inbound: Inbound, known: Arrival) -> bool:
    """Whether what plain text in a group replies to is none of our business either: all is but for
    a note, which is what whoever owns or does a task replies to its card. Nobody is entered for
    talking."""
    if inbound.kind is not Kind.TEXT or inbound.address.private:
        return False
    chat = known.chat
    if chat is None or known.who is None:
        return True
    writer, _ = known.who
    shown = work.cards.shown_by(chat.id, inbound.replied)
    actor = Actor(writer.id, writer.name, identity=0, chat=chat.id, private=False)
    try:
        work.tasks.get(actor, Ref(public_id=shown or ""), Right.WORK)
    except Refusal:
        return True
    return False
