"""What the Bot API's errors mean for a delivery."""

from __future__ import annotations

from dataclasses import replace

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    TelegramError,
)

from adapters.telegram.http import Flooded, NotConnected, ServerFailed
from adapters.telegram.people import PLATFORM
from core.addresses import Address
from core.chats import BLOCKED
from core.errors import (
    Ambiguous,
    ChatGone,
    ChatMoved,
    DeliveryError,
    MessageGone,
    RetryLater,
    TokenRevoked,
    Unsendable,
)

NO_CHAT = Address(PLATFORM, scope="", chat="", private=False)
CHAT_GONE = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "deactivated",
    "chat_write_forbidden",
    "chat_restricted",
    "not enough rights to send",
    "have no rights to send",
)
"""Descriptions of 400 after which nothing reaches the chat. Source: tdlib/telegram-bot-api."""
SHUT_OUT = ("blocked by the user", "user is deactivated")
"""Descriptions of 403 that are about the person, who may come back; others are about what the bot
may do. Source: tdlib/telegram-bot-api."""
MESSAGE_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message_author_required",
)
"""Descriptions of 400 after which the message cannot be edited."""


def says(error: TelegramError, *phrases: str) -> bool:
    """Whether the server's description holds one of these, in lower case."""
    description = error.message.lower()
    return any(phrase in description for phrase in phrases)


def delivery_error(error: TelegramError, address: Address = NO_CHAT) -> DeliveryError:
    """The house's name for what went wrong with a call, about this chat where it was about one.

    The library keeps an error in a variable of the frame that it is raised from, to which its
    traceback leads: a ring, with all that was sent, which only a full collection would end."""
    error.__traceback__ = None
    match error:
        case BadRequest():
            return _refused(error)
        case ChatMigrated():
            return ChatMoved(replace(address, chat=str(error.new_chat_id), thread=""))
        case Forbidden():
            return ChatGone(BLOCKED if says(error, *SHUT_OUT) else error.message)
        case InvalidToken():
            return TokenRevoked("Telegram does not know the bot's token")
        case _:
            return _unanswered(error)


def _unanswered(error: TelegramError) -> DeliveryError:
    match error:
        case Flooded():
            return RetryLater(error.seconds, "too many requests")
        case NotConnected() | ServerFailed() | Conflict():
            return RetryLater(1.0, error.message)
        case _:  # timeouts, broken connections, answers that cannot be read
            return Ambiguous(error.message)


def _refused(error: BadRequest) -> DeliveryError:
    if says(error, *MESSAGE_GONE):
        return MessageGone(error.message)
    if says(error, *CHAT_GONE):
        return ChatGone(error.message)
    return Unsendable(error.message)
