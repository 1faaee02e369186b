"""What happens to chats: the bot is let in or shut out, a group becomes a supergroup."""

from __future__ import annotations

from dataclasses import replace

from telegram import ChatMemberRestricted, Update
from telegram.constants import ChatMemberStatus

from adapters.telegram.people import address
from core.addresses import Address

_OUT = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})


def presence(update: Update) -> tuple[Address, bool] | None:
    """The chat in which the bot's standing changed, and whether it can be written to now."""
    change = update.my_chat_member
    if change is None or change.new_chat_member is None:
        return None
    where = address(change.chat)
    if where is None:
        return None
    member = change.new_chat_member
    muted = isinstance(member, ChatMemberRestricted) and not member.can_send_messages
    return where, member.status not in _OUT and not muted


def move(update: Update) -> tuple[Address, Address] | None:
    """From where to where a group moved. Telegram says it twice: in the old one and the new."""
    message = update.message
    here = address(message.chat) if message else None
    if message is None or here is None:
        return None
    if isinstance(message.migrate_to_chat_id, int):
        return here, replace(here, chat=str(message.migrate_to_chat_id))
    if isinstance(message.migrate_from_chat_id, int):
        return replace(here, chat=str(message.migrate_from_chat_id)), here
    return None
