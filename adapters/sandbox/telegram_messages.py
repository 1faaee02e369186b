"""The Bot API's methods that send, edit and delete messages."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from adapters.sandbox.model import BOT, Chat, Json, Message
from adapters.sandbox.telegram_api import ApiError, Params, bad_request
from adapters.sandbox.telegram_html import (
    Parsed,
    ParseError,
    found_entities,
    parse_html,
    parse_plain,
    utf16,
)
from adapters.sandbox.telegram_objects import (
    checked_keyboard,
    drawn,
    in_topic,
    is_bots,
    message_json,
    user_json,
    with_reply,
)
from adapters.sandbox.telegram_whispers import named, receiver, whispered

if TYPE_CHECKING:
    from adapters.sandbox.telegram import TelegramSide

TEXT_LIMIT = 4096
"""UTF-16 units after parsing (Bot API, sendMessage)."""
DELETABLE = 48 * 3600.0
"""Seconds (Bot API, deleteMessage)."""
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


async def send_message(side: TelegramSide, params: Params) -> Json:
    chat = reachable_chat(side, params)
    parsed = parsed_text(params)
    keyboard = checked_keyboard(params.json("reply_markup"))
    replied = _replied(side, chat, params)
    thread = params.text("message_thread_id")
    if thread and thread not in chat.topics:
        raise bad_request("message thread not found")
    reader = receiver(side, chat, params)
    pace(side, chat)
    number = side.new_message_id()
    sent = message_json(side.chat_json(chat), side.me, number, parsed.text, parsed.entities)
    sent = with_reply(sent | ({"reply_markup": keyboard} if keyboard else {}), replied)
    sent |= in_topic(thread)
    if reader:
        sent |= {**named(number), "receiver_user": user_json(reader)}
    side.world.post(Message(
        str(number), chat.id, BOT, side.me["first_name"], drawn(parsed.runs, keyboard), sent,
        time.time(), reader.id if reader else None, silent=params.flag("disable_notification"),
        reply_to=replied.id if replied else None,
    ))  # fmt: skip
    side.stats.sent(chat.id, parsed.text)
    return sent


async def edit_message_text(side: TelegramSide, params: Params) -> Json:
    message = _editable(side, params)
    parsed = parsed_text(params)
    return edited(side, message, params, parsed)


async def edit_ephemeral_message_text(side: TelegramSide, params: Params) -> bool:
    chat = reachable_chat(side, params)
    edited(side, whispered(side, chat, params), params, parsed_text(params))
    return True


async def delete_ephemeral_message(side: TelegramSide, params: Params) -> bool:
    chat = reachable_chat(side, params)
    side.world.delete(whispered(side, chat, params))
    return True


async def edit_message_reply_markup(side: TelegramSide, params: Params) -> Json:
    message = _editable(side, params)
    runs = next(each["runs"] for each in message.blocks if each["kind"] == "text")
    kept = Parsed(message.sent["text"], message.sent.get("entities", []), runs)
    return edited(side, message, params, kept)


async def delete_message(side: TelegramSide, params: Params) -> bool:
    chat = reachable_chat(side, params)
    message = side.world.message(chat.id, params.text("message_id"))
    if message is None:
        raise bad_request("message to delete not found")
    old = time.time() - message.time > DELETABLE
    if old or not (chat.private or chat.bot_rules or is_bots(message)):
        raise bad_request("message can't be deleted")
    side.world.delete(message)
    return True


def edited(
    side: TelegramSide, message: Message, params: Params, to: Parsed, *, above: Sequence[Json] = ()
) -> Json:
    """The message as it is now; on the page with what stands `above` it."""
    keyboard, chat = checked_keyboard(params.json("reply_markup")), side.world.chats[message.chat]
    pace(side, chat)
    old = message.sent
    same = old["text"] == to.text and old.get("entities", []) == to.entities
    if same and old.get("reply_markup") == keyboard:
        raise bad_request(NOT_MODIFIED)
    sent = {key: old[key] for key in old if key not in ("entities", "reply_markup")}
    sent |= {"text": to.text, "edit_date": int(time.time())}
    sent |= {"entities": to.entities} if to.entities else {}
    sent |= {"reply_markup": keyboard} if keyboard else {}
    side.world.edit(message, [*above, *drawn(to.runs, keyboard)], sent)
    side.stats.sent(chat.id, to.text, edit=True)
    return sent


def _editable(side: TelegramSide, params: Params) -> Message:
    chat = reachable_chat(side, params)
    message = side.world.message(chat.id, params.text("message_id"))
    if message is None or message.ephemeral_for:
        raise bad_request("message to edit not found")
    if not is_bots(message):
        raise bad_request("message can't be edited")
    if "text" not in message.sent:
        raise bad_request("there is no text in the message to edit")
    return message


def known_chat(side: TelegramSide, params: Params) -> Chat:
    if not params.text("chat_id"):
        raise bad_request("chat_id is empty")
    chat = side.world.chats.get(f"telegram:{params.text('chat_id')}")
    if chat is None:
        raise bad_request("chat not found")
    return chat


def reachable_chat(side: TelegramSide, params: Params) -> Chat:
    """Raises ApiError 403 where the bot may not write."""
    chat = known_chat(side, params)
    if not chat.private:
        if not chat.with_bot:
            raise ApiError(403, "Forbidden: bot was kicked from the supergroup chat")
        return chat
    if chat.members[0] in side.world.blocked:
        raise ApiError(403, "Forbidden: bot was blocked by the user")
    if chat.members[0] not in side.world.started:
        raise ApiError(403, "Forbidden: bot can't initiate conversation with a user")
    return chat


def pace(side: TelegramSide, chat: Chat) -> None:
    """Raises ApiError 429."""
    wait = side.limits.take(chat.id, group=not chat.private)
    if wait:
        side.stats.limited += 1
        raise ApiError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)


def parsed_text(params: Params) -> Parsed:
    source, mode = params.text("text"), params.text("parse_mode").lower()
    if mode not in ("", "html"):
        raise bad_request("unsupported parse_mode; the sandbox knows HTML only")
    try:
        parsed = parse_html(source) if mode else parse_plain(source)
    except ParseError as error:
        raise bad_request(f"can't parse entities: {error}") from None
    if not parsed.text:
        raise bad_request("message text is empty")
    if utf16(parsed.text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    taken = {(each["offset"], each["length"]) for each in parsed.entities}
    found = found_entities(parsed.text)
    parsed.entities += [each for each in found if (each["offset"], each["length"]) not in taken]
    return parsed


def _replied(side: TelegramSide, chat: Chat, params: Params) -> Message | None:
    reply = params.json("reply_parameters") or {}
    number = str(reply.get("message_id") or params.text("reply_to_message_id"))
    if not number:
        return None
    found = side.world.message(chat.id, number)
    lenient = reply.get("allow_sending_without_reply") or params.flag("allow_sending_without_reply")
    if found is None and not lenient:
        raise bad_request("message to be replied not found")
    return found
