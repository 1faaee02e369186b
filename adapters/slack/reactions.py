"""Reactions: what people put under messages, the message that it is under, and the bot's own."""

from __future__ import annotations

import logging
from typing import Any

from adapters.slack.addresses import chat_address
from adapters.slack.api import SlackApi
from adapters.slack.fields import message_key, object_at, text_at
from adapters.slack.installation import Installation, place
from adapters.slack.markup import clean
from adapters.slack.markup import read as read_text
from adapters.slack.ticket import message_ref, split_ref
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Quoted
from core.errors import ChatGone, MessageGone, Unsendable

log = logging.getLogger(__name__)

CHECK = "white_check_mark"
EVENTS = {"reaction_added": "on", "reaction_removed": "off"}
_NO_CHANGE = frozenset(("already_reacted", "no_reaction"))
_TONE = "::"
"""What follows the name where somebody chose a colour for it."""


def read_reaction(payload: dict[str, Any], us: Installation) -> Inbound | None:
    """A reaction under a message of a channel."""
    event = object_at(payload, "event")
    user, item = text_at(event, "user"), object_at(event, "item")
    channel, ts = text_at(item, "channel"), text_at(item, "ts")
    what = EVENTS.get(text_at(event, "type"), "")
    name = clean(text_at(event, "reaction")).partition(_TONE)[0]
    at, here = place(payload, us), channel[:1] not in ("", "D")
    if not (what and user and ts and name and at.author and here) or user == us.bot_user:
        return None
    sender = Sender("slack", at.author, user)
    return Inbound(
        key=message_key(text_at(payload, "event_id"), payload),
        kind=Kind.REACTION,
        sender=sender,
        address=chat_address(at.scope, channel, sender),
        line=f"react {what} {name}",
        quoted=Quoted("", message=message_ref(channel, ts)),
        external=at.external,
        guest=at.guest,
    )


async def message_under(api: SlackApi, address: Address, ref: str) -> Quoted | None:
    """The message as it reads now. None where it is gone, or the app may not ask."""
    channel, ts = split_ref(ref)
    try:
        found = await api.form("reactions.get", channel=channel, timestamp=ts, full="true")
    except (MessageGone, ChatGone, Unsendable) as error:
        log.info("reactions.get: %s", error.reason)
        return None
    message = object_at(found, "message")
    words, _ = read_text(
        text_at(message, "text"), lambda id, handle: Sender("slack", address.scope, id, handle)
    )
    return Quoted(words, url=text_at(message, "permalink"), message=ref)


async def mark(api: SlackApi, ref: str, *, on: bool) -> None:
    """Put our check under a message, or take it away; nothing where it cannot be."""
    channel, ts = split_ref(ref)
    method = "reactions.add" if on else "reactions.remove"
    try:
        await api.call(method, channel=channel, timestamp=ts, name=CHECK)
    except (MessageGone, ChatGone, Unsendable) as error:
        if error.reason not in _NO_CHANGE:
            log.info("%s: %s", method, error.reason)
