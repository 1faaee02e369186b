"""An administrator who writes as the group itself."""

from __future__ import annotations

from dataclasses import dataclass

from telegram.constants import ChatID

from adapters.telegram.addressed import command, spoken
from adapters.telegram.entities import marked
from adapters.telegram.people import Raw, address
from core.addresses import Address
from core.chat import Kind


@dataclass(frozen=True, slots=True)
class Masked:
    """What one said to the bot. It has no sender: whatever stands there stands for all who do
    (`promises.md` T11)."""

    address: Address
    line: str


def masked(update: Raw, username: str) -> Masked | None:
    """A command, or the bot's name. Source: Bot API, Message.sender_chat: the supergroup itself,
    for its anonymous administrators."""
    message = update.get("message")
    if message is None or not message.get("text") or not _is_by_group(message):
        return None
    where, text = address(message["chat"], message), marked(message)
    meant = command(text, username) or spoken(text, username, private=False, below=False)
    if where is None or meant is None:
        return None
    kind, line = meant
    return Masked(where, "help" if kind is Kind.ADDRESSED else line)


def _is_by_group(message: Raw) -> bool:
    as_chat = message.get("sender_chat") or {}
    others = any(message.get(each) is not None for each in ("forward_origin", "via_bot"))
    behind = (message.get("from") or {}).get("id") == ChatID.ANONYMOUS_ADMIN
    return behind and as_chat.get("id") == message["chat"]["id"] and not others
