"""An update as what a person did, or what happened to a chat. Pure: it reaches no network."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from telegram import CallbackQuery, Message, Update

from adapters.telegram.entities import Marked, marked
from adapters.telegram.lifecycle import move, presence
from adapters.telegram.people import PLATFORM, address, is_person, sender
from adapters.telegram.text import units
from core.addresses import Address
from core.chat import Inbound, Kind

KINDS = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
"""The updates asked for. Edited messages are not: an edit of an old command runs nothing."""
_COMMAND = re.compile(r"/(?P<name>\w{1,32})(?:@(?P<bot>\w+))?(?=\s|$)")


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself."""

    id: int
    username: str
    """Lower case, without the @."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What an update tells; mostly one thing, and often nothing that is for us."""

    inbound: Inbound | None
    presence: tuple[Address, bool] | None
    """A chat, and whether the bot can write to it from now on."""
    move: tuple[Address, Address] | None
    """A group that became another one: from, to."""


def read(raw: Mapping[str, Any], me: Me) -> Arrived | None:
    """What an update tells. None for a shape that cannot be read; never raises."""
    try:
        update = Update.de_json(dict(raw))
        return Arrived(_inbound(update, me), presence(update), move(update))
    except Exception:  # the library checks no types, so an odd shape may raise anything anywhere
        return None


def _inbound(update: Update, me: Me) -> Inbound | None:
    if update.callback_query is not None:
        return _press(update.update_id, update.callback_query, me)
    if update.message is not None:
        return _message(update.update_id, update.message, me)
    return None


def _key(me: Me, update_id: int) -> str:
    return f"{PLATFORM}:{me.id}:{update_id}"


def _press(update_id: int, query: CallbackQuery, me: Me) -> Inbound | None:
    message = query.message
    if message is None or not isinstance(query.data, str) or not is_person(query.from_user):
        return None
    accessible = message if isinstance(message, Message) and message.is_accessible else None
    where = address(message.chat, accessible)
    if where is None:
        return None
    return Inbound(
        _key(me, update_id),
        Kind.PRESS,
        sender(query.from_user),
        where,
        line=query.data,
        # an ephemeral message has the id 0 and cannot be named
        message=str(accessible.message_id or "") if accessible else "",
        token=str(query.id),
    )


def _message(update_id: int, message: Message, me: Me) -> Inbound | None:
    where = address(message.chat, message)
    if where is None or not message.text or not _own_words(message):
        return None
    text = marked(message)
    said = _command(text, me) or _spoken(text, me, private=where.private)
    if said is None or not is_person(message.from_user):
        return None
    kind, line = said
    return Inbound(
        _key(me, update_id),
        kind,
        sender(message.from_user),
        where,
        line,
        people=text.people,
        replied=_replied(message, me),
    )


def _own_words(message: Message) -> bool:
    """Written here and now: not forwarded, nor by way of a bot, nor as a group or channel."""
    elsewhere = (
        message.sender_chat,
        message.forward_origin,
        message.via_bot,
        message.sender_business_bot,
        message.edit_date,
    )
    return not any(elsewhere)


def _command(text: Marked, me: Me) -> tuple[Kind, str] | None:
    found = _COMMAND.match(text.part(0))
    if found is None or (found["bot"] or me.username).lower() != me.username:
        return None
    name = found["name"].lower()
    name = f"show {name}" if name.isdecimal() else name
    return Kind.COMMAND, f"{name} {text.line(units(found[0]))}".strip()


def _spoken(text: Marked, me: Me, *, private: bool) -> tuple[Kind, str] | None:
    if _COMMAND.match(text.part(0)):  # for another bot
        return None
    mention = text.mention_of(me.username)
    if mention is not None and (not private or mention.offset == 0):
        return Kind.ADDRESSED, text.line(mention.offset + mention.length) or "help"
    line = text.line() if private else ""
    return (Kind.TEXT, line) if line else None


def _replied(message: Message, me: Me) -> str:
    other = message.reply_to_message
    if other is None or other.from_user is None or other.from_user.id != me.id:
        return ""
    return str(other.message_id)
