"""Messages of a group that one person alone sees (Bot API 10.2): sent by the bot, and to it.

A server that does not know of them passes over what asks for one, and says it to the group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.sandbox.model import Chat, Json, Message, Person
from adapters.sandbox.telegram_api import Params, bad_request

if TYPE_CHECKING:
    from adapters.sandbox.telegram import TelegramSide


def receiver(side: TelegramSide, chat: Chat, params: Params) -> Person | None:
    """Whose eyes only (Bot API 10.2: `receiver_user_id`, in groups; 10.3: the same in an
    object)."""
    within = params.json("ephemeral_message_parameters") or {}
    number = params.text("receiver_user_id") or str(within.get("receiver_user_id") or "")
    if not number or not side.whispers:
        return None
    person = side.world.person_of("telegram", number)
    if person is None or chat.private or person.id not in chat.members:
        raise bad_request("USER_NOT_PARTICIPANT")
    return person


def named(number: int) -> Json:
    """How such a message is named: it has no number among the others."""
    return {"message_id": 0, "ephemeral_message_id": number}


def whispered(side: TelegramSide, chat: Chat, params: Params) -> Message:
    """The message that an edit or a deletion names."""
    found = side.world.message(chat.id, params.text("ephemeral_message_id"))
    person = side.world.person_of("telegram", params.text("receiver_user_id"))
    if not side.whispers or found is None or person is None or found.ephemeral_for != person.id:
        raise bad_request("message to edit not found")
    return found


def is_typed_alone(side: TelegramSide, chat: Chat, text: str) -> bool:
    """Whether the app sends this command so that the group does not see it."""
    if chat.private or not side.whispers:
        return False
    menu = side.world.menu.get("all_group_chats/", [])
    word = text.removeprefix("/").partition("@")[0].partition(" ")[0]
    return any(each["command"] == word and each.get("is_ephemeral") for each in menu)
