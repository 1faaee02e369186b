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
    """Whether plain text in a group is none of our business, whatever it replies to and whoever
    wrote it: it is only kind, or an edit."""
    return _is_said(inbound) and (inbound.edited or small_talk(inbound.line) is not None)


def is_chatter(work: Work, inbound: Inbound, known: Arrival) -> bool:
    """Whether plain text in a group is none of our business: all is but for a note, which is what
    whoever owns or does a task replies to its card. Nobody is entered for talking."""
    if not _is_said(inbound):
        return False
    if is_talk(inbound):
        return True
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


def _is_said(inbound: Inbound) -> bool:
    """Whether it is plain text in a group."""
    return inbound.kind is Kind.TEXT and not inbound.address.private
