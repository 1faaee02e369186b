"""An update as what a person did, or what happened to a chat. Pure: it reaches no network."""

from __future__ import annotations

from dataclasses import dataclass, replace

from telegram import Update

from adapters.telegram.addressed import command, spoken
from adapters.telegram.entities import marked
from adapters.telegram.inline import Typing, picked, typing
from adapters.telegram.lifecycle import Joined, Member, joined, members, move, presence
from adapters.telegram.masked import Masked, masked
from adapters.telegram.people import PLATFORM, Raw, address, is_person, sender, whole
from adapters.telegram.quoted import forwarded, replied_to
from adapters.telegram.whispers import MARK
from core.addresses import Address
from core.chat import Inbound, Kind

KINDS = (
    Update.MESSAGE,
    Update.EDITED_MESSAGE,
    Update.CALLBACK_QUERY,
    Update.MY_CHAT_MEMBER,
    Update.CHAT_MEMBER,
    Update.INLINE_QUERY,
    Update.CHOSEN_INLINE_RESULT,
)
"""The updates asked for."""
_ELSEWHERE = ("sender_chat", "via_bot", "sender_business_bot")
"""What stands in a message that its sender did not write: it comes by way of a bot, or as a group
or a channel."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot itself."""

    id: int
    username: str
    """Lower case, without the @."""
    hears_all: bool = False
    """Whether its group privacy is off: then every message of a group reaches it."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """What an update tells; mostly one thing, and often nothing that is for us."""

    inbound: Inbound | None
    presence: tuple[Address, bool] | None
    """A chat, and whether the bot can write to it from now on."""
    move: tuple[Address, Address] | None
    """A group that became another one: from, to."""
    joined: Joined | None
    members: tuple[Member, ...]
    """Those who came into a group, or left it."""
    typing: Typing | None
    """Somebody who waits for what is offered to them."""
    masked: Masked | None
    """What was said to the bot as the group: by one of its administrators, nobody knows which."""


def read(update: Raw, me: Me) -> Arrived:
    """What an update tells. An odd shape may raise anything: no types are checked."""
    return Arrived(
        _inbound(update, me),
        presence(update),
        move(update),
        joined(update),
        members(update),
        typing(update),
        masked(update, me.username),
    )


def _inbound(update: Raw, me: Me) -> Inbound | None:
    if (query := update.get("callback_query")) is not None:
        return _press(update["update_id"], query, me)
    if (message := update.get("message")) is not None:
        if message.get("forward_origin") is not None:
            return _forwarded(update["update_id"], message, me)
        return None if "edit_date" in message else _message(update["update_id"], message, me)
    if (message := update.get("edited_message")) is not None:
        return _edited(update["update_id"], message, me)
    if (result := update.get("chosen_inline_result")) is not None:
        return picked(key(me, update["update_id"]), result, update["update_id"])
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
        message=_named(accessible) if accessible else "",
        token=str(query["id"]),
    )


def _writer(message: Raw) -> Raw | None:
    """The person who sent it, as themselves."""
    person = message.get("from")
    as_themselves = not any(message.get(name) is not None for name in _ELSEWHERE)
    return person if as_themselves and is_person(person) else None


def _forwarded(update_id: int, message: Raw, me: Me) -> Inbound | None:
    """What is forwarded to the bot becomes a task. Nothing in it is a command: somebody else may
    have written it."""
    where, person, said = address(message["chat"], message), _writer(message), forwarded(message)
    if where is None or not where.private or person is None or said is None:
        return None
    number = _number(message)
    return Inbound(
        key(me, update_id), Kind.COMMAND, sender(person), where, "add", said=number, quoted=said
    )


def _edited(update_id: int, message: Raw, me: Me) -> Inbound | None:
    """A message as it reads after an edit. It runs nothing: it is what its task says now."""
    inbound = None if "forward_origin" in message else _message(update_id, message, me)
    return replace(inbound, edited=True) if inbound is not None else None


def _message(update_id: int, message: Raw, me: Me) -> Inbound | None:
    where, person = address(message["chat"], message), _writer(message)
    if where is None or person is None or not message.get("text"):
        return None
    text, quoted = marked(message), replied_to(message, me.id)
    below = bool(_replied(message, me))
    meant = command(text, me.username) or spoken(
        text, me.username, private=where.private, below=below
    )
    if meant is None:
        return None
    kind, line = meant
    if kind is Kind.ADDRESSED and not line:
        line = "add" if quoted else "help"
    return Inbound(
        key(me, update_id),
        kind,
        sender(person),
        where,
        line,
        people=text.people,
        replied=_replied(message, me),
        said=_number(message),
        quoted=quoted,
        token="" if where.private else _number(message),
    )


def _replied(message: Raw, me: Me) -> str:
    other = message.get("reply_to_message")
    if other is None or (other.get("from") or {}).get("id") != me.id:
        return ""
    return _named(other)


def _named(message: Raw) -> str:
    """What names a message. One that a single person sees has no number among the others."""
    if whispered := message.get("ephemeral_message_id"):
        return f"{MARK}{whole(whispered)}"
    return _number(message)


def _number(message: Raw) -> str:
    """Of a message in its chat, or empty."""
    return str(whole(message["message_id"]) or "")
