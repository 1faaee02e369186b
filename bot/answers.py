"""An answer from the commit that holds it until it is known to be delivered."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.errors import defect
from bot.kept import keep_failed, kept
from core.addresses import Address
from core.billing_steps import OPEN
from core.chat import Audience, Inbound, Reply, Sent
from core.chats import Chat
from core.errors import GiveUp
from core.ports import Payload, Scalar
from core.work import Work

log = logging.getLogger(__name__)

Rides = Callable[[Inbound, Reply], bool]
"""Whether a reply goes out in the response to the platform's own request."""


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of a message."""

    reply: Reply
    first: bool
    """False when the message was handled before, and this is its answer once more."""
    target: Chat | None = None
    """Where the answer goes; None when it is on its way already, or was."""
    defect: str = ""
    """The command in which our code broke."""
    refused: tuple[str, str] = ("", "")
    """The command that was refused, and the refusal's name."""


def conclude(
    work: Work,
    inbound: Inbound,
    reply: Reply,
    rides: Rides,
    *,
    here: Chat,
    own: Callable[[], Chat],
    defect: str = "",
) -> Handled:
    """Keep the message's key with its answer, in the commit that holds the effect.

    `here`: where it was said. `own`: the person's private chat, for what nobody else may read."""
    elsewhere = reply.audience is Audience.PRIVATE and not inbound.address.private
    target = own() if elsewhere else here
    delivered = rides(inbound, reply) or not (reply.drawn or reply.form)
    work.inbox.handled(inbound, kept(reply), target, delivered=delivered)
    return Handled(reply, first=True, target=target, defect=defect)


def broken(work: Work, inbound: Inbound, why: str) -> Reply:
    """A defect of ours: kept for the operator, said in words, never asked for again. What was
    pressed stays as it is. The log has the reference that the person is given, and the traceback
    of the exception that is being handled, if one is."""
    reference = keep_failed(work, inbound, why)
    handling = sys.exception() is not None
    log.error("could not handle %s", inbound.key, exc_info=handling, extra={"ref": reference})
    return replace(defect(reference), fresh=True)


def set_aside(work: Work, inbound: Inbound, why: str, rides: Rides) -> Handled:
    """Keep a message that the database refused, with an answer that says so. It takes no more of
    the database than that needs."""
    seen = work.inbox.seen(inbound.key)
    if seen is not None:
        return Handled(seen.reply or Reply(), first=False)
    who = inbound.sender
    private = Address(who.platform, who.scope, who.user_id, private=True)
    return conclude(
        work,
        inbound,
        broken(work, inbound, why),
        rides,
        here=work.chats.get(inbound.address),
        own=lambda: work.chats.get(private),
        defect="store",
    )


def put_off(work: Work, key: str, chat: int, *, tried: bool = False, asked_in: int = 0) -> bool:
    """Send an answer by a job; False when one does already, or it was delivered. `tried`: it may
    have been delivered, which is risked once and no more. `asked_in`: the chat in which it was
    asked, where the answer goes to another one."""
    if not work.inbox.hand_over(key):
        return False
    payload: dict[str, Scalar] = {"key": key, "tried": tried, "asked_in": asked_in}
    work.put_in_chat(chat, name="reply", id=f"reply:{key}", payload=payload)
    return True


def is_awaited(work: Work, key: str) -> bool:
    """Whether an answer is still to reach its chat: it may be dropped when the chat leaves its
    account (`core/unlinking.py`)."""
    with suppress(GiveUp):
        waiting = work.inbox.undelivered(key)
        return waiting is not None and not _is_past(work, waiting.reply)
    return False


def _is_past(work: Work, reply: Reply) -> bool:
    """Whether it asks for a moment's patience for what is done: that was said elsewhere by then."""
    step = work.steps.find(reply.step) if reply.step else None
    return step is not None and step.state != OPEN


def settle(
    work: Work, key: str, sent: Sent | None, reply: Reply, asked_in: Address | None = None
) -> None:
    """The answer was delivered: as a message, or without one. `asked_in`: as for `put_off`."""
    work.inbox.delivered(key)
    if reply.home is not None and reply.home.version:
        work.homes.drawn(reply.home.identity, reply.home.version)
    if sent is not None and asked_in is not None and reply.note:
        note: Payload = {"text": reply.note, "thread": asked_in.thread}
        chat = work.chats.get(asked_in).id
        work.put_in_chat(chat, name="say", id=f"say:{key}", payload=note)
    if sent is not None and reply.edited_later:
        remember(work, sent, reply)


def remember(work: Work, sent: Sent, reply: Reply, edited: str = "") -> None:
    """Keep where a message is that is edited later; nothing where whoever has that chat was
    forgotten while the message was on its way. `edited`: the message that a job drew again, which a
    newer card of the task may have followed meanwhile: that one is the card to keep."""
    chat = work.chats.still(sent.address)
    if chat is None:
        return
    card = reply.card
    again = sent.message == edited  # else it is a message of its own, as in a group that moved
    followed = card and again and work.cards.shown_by(chat, edited) != card.task
    if card is not None and not followed:
        work.cards.drawn(card.task, card.revision, chat, sent)
    if reply.prompt is not None:
        work.prompts.drawn(reply.prompt, chat, sent)
    if reply.step:
        work.steps.message(reply.step, sent)
