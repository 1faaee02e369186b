"""Telegram's JSON objects, complete, as both of the bot's ways to receive show them."""

from __future__ import annotations

import time

from adapters.sandbox.model import BOT, Chat, Json, Message, Person
from adapters.sandbox.telegram_api import bad_request

BUTTON_DATA_LIMIT = 64
"""Bytes of `callback_data` (Bot API, InlineKeyboardButton)."""
STYLES = {"": "", "primary": "primary", "success": "primary", "danger": "danger"}


def user_json(person: Person) -> Json:
    return {
        "id": int(person.user_id),
        "is_bot": False,
        "first_name": person.name,
        "username": person.handle,
        "language_code": person.language,
    }


def chat_json(chat: Chat, person: Person | None) -> Json:
    """`person` is the other side of a private chat."""
    if person is None:
        forum = {"is_forum": True} if chat.forum else {}
        group = {"id": int(chat.platform_id), "type": "supergroup", "title": chat.title}
        return group | forum
    return {
        "id": int(chat.platform_id),
        "type": "private",
        "first_name": person.name,
        "username": person.handle,
    }


def message_json(chat: Json, sender: Json, number: int, text: str, entities: list[Json]) -> Json:
    message: Json = {
        "message_id": number,
        "from": sender,
        "chat": chat,
        "date": int(time.time()),
        "text": text,
    }
    return message | ({"entities": entities} if entities else {})


def in_topic(topic: str) -> Json:
    """What a message in a topic of a forum has; nothing for one outside of all, in General."""
    return {"message_thread_id": int(topic), "is_topic_message": True} if topic else {}


def checked_keyboard(markup: object) -> Json | None:
    """An inline keyboard as the server stores it; None for none or another kind of markup.

    Raises ApiError 400 for a button that Telegram refuses."""
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        return None
    rows = markup["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array')
    for button in (each for row in rows for each in row):
        _check_button(button)
    rows = [row for row in rows if row]
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: Json) -> None:
    if not str(button.get("text") or "").strip():
        raise bad_request(
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
        )
    data, url = button.get("callback_data"), button.get("url")
    if (data is None) == (url is None):
        raise bad_request(
            "can't parse inline keyboard button: exactly one optional field must be used"
        )
    if data is not None and not 1 <= len(str(data).encode()) <= BUTTON_DATA_LIMIT:
        raise bad_request("BUTTON_DATA_INVALID")
    if url is not None and not str(url).startswith(("http://", "https://", "tg://")):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if button.get("style", "") not in STYLES:
        raise bad_request("can't parse inline keyboard button: invalid button style specified")


def drawn(runs: list[Json], keyboard: Json | None) -> list[Json]:
    """The neutral blocks of a message."""
    blocks: list[Json] = [{"kind": "text", "runs": runs}]
    if keyboard:
        rows = [[_drawn_button(each) for each in row] for row in keyboard["inline_keyboard"]]
        blocks.append({"kind": "buttons", "rows": rows})
    return blocks


def _drawn_button(button: Json) -> Json:
    data = button.get("callback_data")
    return {
        "label": button["text"],
        "press": None if data is None else {"data": data},
        "url": button.get("url", ""),
        "style": STYLES[button.get("style", "")],
    }


def with_reply(sent: Json, replied: Message | None) -> Json:
    """The message with the one it replies to, one level deep as the server does."""
    if replied is None:
        return sent
    inner = {key: value for key, value in replied.sent.items() if key != "reply_to_message"}
    return sent | {"reply_to_message": inner}


def is_bots(message: Message) -> bool:
    return message.author == BOT
