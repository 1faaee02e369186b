"""What happens to chats: the bot is let in or shut out, a group becomes a supergroup."""

from __future__ import annotations

from dataclasses import dataclass, replace

from telegram.constants import ChatMemberStatus

from adapters.telegram.people import Raw, address, sender
from core.addresses import Address, Sender

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
