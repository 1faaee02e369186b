"""What happens to chats: the bot is let in or shut out, people come and go, a group becomes a
supergroup."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from telegram.constants import ChatMemberStatus

from adapters.telegram.people import Raw, address, is_person, sender
from core.addresses import Address, Sender

OnMoved = Callable[[Address, Address], Awaitable[None]]
"""A group that became another one: from, to. Told up to twice."""
OnJoined = Callable[[Address, Sender, bool, str], Awaitable[None]]
"""A group that the bot was added to, by whom, whether all of its messages reach the bot, and a key
that is the same when it is told again."""
OnMasked = Callable[[Address, str, str], Awaitable[None]]
"""A line that was said to the bot as the group, and a key that is the same when it comes again."""

_OUT = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})


def presence(update: Raw) -> tuple[Address, bool] | None:
    """The chat in which the bot's standing changed, and whether it can be written to now."""
    change = update.get("my_chat_member")
    if change is None:
        return None
    where = address(change["chat"])
    if where is None:
        return None
    member = change["new_chat_member"]
    muted = member["status"] == ChatMemberStatus.RESTRICTED and not member["can_send_messages"]
    return where, member["status"] not in _OUT and not muted


@dataclass(frozen=True, slots=True)
class Joined:
    """The bot was added to a group."""

    address: Address
    by: Sender
    rules: bool
    """As an administrator, who gets every message whatever its group privacy says."""


def joined(update: Raw) -> Joined | None:
    """The group that the bot was added to, where it can write."""
    change, where = update.get("my_chat_member"), presence(update)
    if change is None or where is None or where[0].private or not where[1]:
        return None
    if change["old_chat_member"]["status"] not in _OUT:
        return None
    rules = change["new_chat_member"]["status"] == ChatMemberStatus.ADMINISTRATOR
    return Joined(where[0], sender(change["from"]), rules)


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who came into a group, or is not in it any more."""

    address: Address
    person: Sender
    present: bool


def members(update: Raw) -> tuple[Member, ...]:
    """Who came or went. Telegram says it in a message of the group, which it does for a bot with
    group privacy, too; to an administrator also by itself, and to them alone where a large group
    has no such messages. Source: Bot API, Message.left_chat_member and Update.chat_member."""
    message, change = update.get("message"), update.get("chat_member")
    if message is not None:
        gone, came = message.get("left_chat_member"), message.get("new_chat_members") or ()
        told = [(gone, False)] if gone else [(each, True) for each in came]
        chat = message["chat"] if told else None
    elif change is not None:
        was, now = _is_in(change["old_chat_member"]), _is_in(change["new_chat_member"])
        told, chat = (
            [(change["new_chat_member"]["user"], now)] if was != now else [],
            change["chat"],
        )
    else:
        return ()
    where = address(chat) if chat and told else None
    if where is None or where.private:
        return ()
    return tuple(Member(where, sender(who), here) for who, here in told if is_person(who))


def _is_in(member: Raw) -> bool:
    if member["status"] == ChatMemberStatus.RESTRICTED:
        return member["is_member"] is True
    return member["status"] not in _OUT


def move(update: Raw) -> tuple[Address, Address] | None:
    """From where to where a group moved. Telegram says it twice: in the old one and the new."""
    message = update.get("message")
    if message is None:
        return None
    to, since = message.get("migrate_to_chat_id"), message.get("migrate_from_chat_id")
    here = address(message["chat"]) if to or since else None
    if here is None:
        return None
    if isinstance(to, int):
        return here, replace(here, chat=str(to))
    return (replace(here, chat=str(since)), here) if isinstance(since, int) else None
