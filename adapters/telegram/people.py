"""Telegram's users and chats as senders and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

from telegram.constants import ChatType

from adapters.telegram.text import clean, one_line
from adapters.telegram_ids import SHARED
from core.addresses import Address, Sender

PLATFORM = "telegram"
Raw = Mapping[str, Any]
"""An object of the Bot API, as its JSON has it. The library's own objects for a message of ten
fields cost eight times what the rest of reading it does; an odd shape raises here as there."""
_GROUPS = frozenset({ChatType.GROUP, ChatType.SUPERGROUP})


def is_person(user: Raw | None) -> TypeGuard[Raw]:
    """Whether this is one person: no bot, and no id that many share."""
    return (
        user is not None
        and isinstance(user["id"], int)
        and user["is_bot"] is False
        and user["id"] not in SHARED
    )


def sender(user: Raw) -> Sender:
    """Who this user is."""
    return Sender(
        PLATFORM,
        scope="",
        user_id=str(user["id"]),
        name=one_line(f"{user['first_name']} {user.get('last_name') or ''}"),
        handle=clean(user.get("username") or "").lower(),
        language=clean(user.get("language_code") or ""),
    )


def whole(number: Any) -> int:
    """The number. Raises `TypeError` for what is none: as a text it may be longer than what is kept
    of it."""
    if not isinstance(number, int):
        raise TypeError(f"a number is a {type(number).__name__}")
    return number


def known_by_handle(handle: str) -> Sender:
    """Somebody of whom only the `@name` is known."""
    return Sender(PLATFORM, scope="", user_id="", handle=handle.removeprefix("@").lower())


def address(chat: Raw, message: Raw | None = None) -> Address | None:
    """Where this chat is, in the topic of `message`. None for a channel and what is new to us."""
    private = chat["type"] == ChatType.PRIVATE
    if not isinstance(chat["id"], int) or not (private or chat["type"] in _GROUPS):
        return None
    in_topic = message is not None and message.get("is_topic_message") is True
    thread = str(whole(message["message_thread_id"])) if message and in_topic else ""
    title = one_line(chat.get("title") or "")
    return Address(PLATFORM, "", str(chat["id"]), private, thread, title)
