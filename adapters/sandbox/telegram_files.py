"""The Bot API's method that sends a file."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from aiohttp.web import FileField

from adapters.sandbox.model import BOT, Json, Message
from adapters.sandbox.telegram_api import ApiError, Params, bad_request
from adapters.sandbox.telegram_html import parse_plain, utf16
from adapters.sandbox.telegram_messages import pace, reachable_chat
from adapters.sandbox.telegram_objects import drawn, message_json

if TYPE_CHECKING:
    from adapters.sandbox.telegram import TelegramSide

CAPTION_LIMIT = 1024
"""UTF-16 units (Bot API, sendDocument)."""
SIZE_LIMIT = 50 * 1000 * 1000


async def send_document(side: TelegramSide, params: Params) -> Json:
    chat = reachable_chat(side, params)
    given = params.get("document")
    if not isinstance(given, FileField):
        raise bad_request("there is no document in the request")
    content, caption = given.file.read(), parse_plain(params.text("caption"))
    if not content:
        raise bad_request("file must be non-empty")
    if len(content) > SIZE_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    if utf16(caption.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    pace(side, chat)
    number = side.new_message_id()
    sent = message_json(side.chat_json(chat), side.me, number, "", [])
    del sent["text"]
    name = secrets.token_hex(8)
    sent["document"] = {
        "file_id": name,
        "file_unique_id": name,
        "file_name": given.filename,
        "mime_type": given.content_type,
        "file_size": len(content),
    }
    sent |= {"caption": caption.text} if caption.text else {}
    file = side.world.files.keep(given.filename, content)
    silent = params.flag("disable_notification")
    side.world.post(Message(
        str(number), chat.id, BOT, side.me["first_name"], [*drawn(caption.runs, None), file], sent,
        time.time(), silent=silent,
    ))  # fmt: skip
    side.stats.sent(chat.id, caption.text)
    return sent
