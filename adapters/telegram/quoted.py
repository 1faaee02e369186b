"""What was written before and is meant now: the message that one replies to, or a forwarded one."""

from __future__ import annotations

from adapters.telegram.people import Raw, sender
from adapters.telegram.text import clean, one_line
from core.chat import Quoted

_SUPERGROUP = "-100"
"""How the ids of supergroups and channels begin; links leave it out."""


def replied_to(message: Raw, me: int) -> Quoted | None:
    """The words that a message replies to: the part that was picked, or else all of them. None
    where there are none, and where they are the bot's own."""
    other = message.get("reply_to_message")
    if other is None or (other.get("from") or {}).get("id") == me:
        return None
    part = (message.get("quote") or {}).get("text")
    text = clean(part or _words(other)).strip()
    own = (other.get("from") or {}).get("id") == (message.get("from") or {}).get("id")
    author = "" if own else _writer(other)
    return Quoted(text, author, link_to(other["chat"], other["message_id"])) if text else None


def forwarded(message: Raw) -> Quoted | None:
    """The words of a forwarded message, and whose they are."""
    origin = message.get("forward_origin")
    text = clean(_words(message)).strip()
    if origin is None or not text:
        return None
    user = origin.get("sender_user")
    own = user is not None and user["id"] == (message.get("from") or {}).get("id")
    return Quoted(text, "" if own else _origin_of(origin), _origin_link(origin))


def link_to(chat: Raw, message: int) -> str:
    """The address of a message, which those in its chat can open. Empty where Telegram has none:
    in private chats and in small groups."""
    if username := chat.get("username"):
        return f"https://t.me/{username}/{message}" if chat["type"] != "private" else ""
    number = str(chat["id"])
    if not number.startswith(_SUPERGROUP):
        return ""
    return f"https://t.me/c/{number.removeprefix(_SUPERGROUP)}/{message}"


def _words(message: Raw) -> str:
    """What is written in a message, be it under a picture."""
    return message.get("text") or message.get("caption") or ""


def _writer(message: Raw) -> str:
    if (channel := message.get("sender_chat")) is not None:
        return one_line(channel.get("title") or "")
    return _name(message.get("from"))


def _name(user: Raw | None) -> str:
    return sender(user).name if user is not None else ""


def _origin_of(origin: Raw) -> str:
    """Somebody, somebody who hides their account, a group or a channel."""
    hidden, chat = origin.get("sender_user_name"), origin.get("sender_chat") or origin.get("chat")
    if chat is not None:
        return one_line(chat.get("title") or "")
    return one_line(hidden) if hidden else _name(origin.get("sender_user"))


def _origin_link(origin: Raw) -> str:
    """Only channels say which of their messages it was."""
    chat, message = origin.get("chat"), origin.get("message_id")
    return link_to(chat, message) if chat is not None and isinstance(message, int) else ""
