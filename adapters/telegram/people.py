"""Telegram's users and chats as senders and addresses."""

from __future__ import annotations

from typing import TypeGuard

from telegram import Chat, Message, User
from telegram.constants import ChatID, ChatType

from adapters.telegram.text import clean, one_line
from core.addresses import Address, Sender

PLATFORM = "telegram"
_SHARED = frozenset({ChatID.ANONYMOUS_ADMIN, ChatID.FAKE_CHANNEL, ChatID.SERVICE_CHAT})
"""User ids that stand for many: anonymous admins, channels, Telegram itself."""
_GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})


def is_person(user: User | None) -> TypeGuard[User]:
    """Whether this is one person: no bot, and no id that many share."""
    return (
        user is not None
        and isinstance(user.id, int)
        and user.is_bot is False
        and user.id not in _SHARED
    )


def sender(user: User) -> Sender:
    """Who this user is."""
    return Sender(
        PLATFORM,
        scope="",
        user_id=str(user.id),
        name=one_line(user.full_name),
        handle=clean(user.username or "").lower(),
        language=clean(user.language_code or ""),
    )


def known_by_handle(handle: str) -> Sender:
    """Somebody of whom only the `@name` is known."""
    return Sender(PLATFORM, scope="", user_id="", handle=handle.removeprefix("@").lower())


def address(chat: Chat, message: Message | None = None) -> Address | None:
    """Where this chat is, in the topic of `message`. None for a channel and what is new to us."""
    private = chat.type == ChatType.PRIVATE
    if not isinstance(chat.id, int) or not (private or chat.type in _GROUPS):
        return None
    in_topic = message is not None and message.is_topic_message is True
    thread = str(message.message_thread_id) if message and in_topic else ""
    return Address(PLATFORM, "", str(chat.id), private, thread, one_line(chat.title or ""))
