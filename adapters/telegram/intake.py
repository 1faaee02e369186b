"""An update as what a person did, or what happened to a chat. Pure: it reaches no network."""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import Update

from adapters.telegram.entities import Marked, marked
from adapters.telegram.lifecycle import move, presence
from adapters.telegram.people import PLATFORM, Raw, address, is_person, sender
from adapters.telegram.text import units
from core.addresses import Address
from core.chat import Inbound, Kind

KINDS = (Update.MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
"""The updates asked for. Edited messages are not: an edit of an old command runs nothing."""
_ELSEWHERE = (
    "sender_chat",
    "forward_origin",
    "via_bot",
    "sender_business_bot",
    "edit_date",
)
"""What stands in a message that was not written here and now by its sender: it is forwarded, or
comes by way of a bot, or as a group or a channel."""
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


def read(update: Raw, me: Me) -> Arrived:
    """What an update tells. An odd shape may raise anything: no types are checked."""
    return Arrived(_inbound(update, me), presence(update), move(update))


def _inbound(update: Raw, me: Me) -> Inbound | None:
    if (query := update.get("callback_query")) is not None:
        return _press(update["update_id"], query, me)
    if (message := update.get("message")) is not None:
        return _message(update["update_id"], message, me)
    return None


def key(me: Me, update_id: int) -> str:
    """Of what the update brings (`Inbound.key`)."""
    return f"{PLATFORM}:{me.id}:{update_id}"


def _press(update_id: int, query: Raw, me: Me) -> Inbound | None:
    message, data, person = query.get("message"), query.get("data"), query["from"]
    if not is_person(person) or message is None or not isinstance(data, str):
        return None
    accessible = message if message["date"] else None
    where = address(message["chat"], accessible)
    if where is None:
        return None
    return Inbound(
        key(me, update_id),
        Kind.PRESS,
        sender(person),
        where,
        line=data,
        # an ephemeral message has the id 0 and cannot be named
        message=str(accessible["message_id"] or "") if accessible else "",
        token=str(query["id"]),
    )


def _message(update_id: int, message: Raw, me: Me) -> Inbound | None:
    where = address(message["chat"], message)
    written_here = not any(message.get(name) is not None for name in _ELSEWHERE)
    if where is None or not message.get("text") or not written_here:
        return None
    text = marked(message)
    said = _command(text, me) or _spoken(text, me, private=where.private)
    person = message.get("from")
    if said is None or not is_person(person):
        return None
    kind, line = said
    return Inbound(
        key(me, update_id),
        kind,
        sender(person),
        where,
        line,
        people=text.people,
        replied=_replied(message, me),
        token="" if where.private else str(message["message_id"]),
    )


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
    if mention is not None and (not private or mention["offset"] == 0):
        return Kind.ADDRESSED, text.line(mention["offset"] + mention["length"]) or "help"
    line = text.line() if private else ""
    return (Kind.TEXT, line) if line else None


def _replied(message: Raw, me: Me) -> str:
    other = message.get("reply_to_message")
    if other is None or (other.get("from") or {}).get("id") != me.id:
        return ""
    return str(other["message_id"])
