"""The Bot API's methods that send a file or a picture."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp.web import FileField

from adapters.sandbox.files import picture
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
PHOTO_LIMIT = 10 * 1000 * 1000
PHOTO_SIDES = 10_000
"""Width and height together (both: Bot API, sendPhoto)."""


async def send_document(side: TelegramSide, params: Params) -> Json:
    given, content = _file(params, "document")
    if len(content) > SIZE_LIMIT:
        raise ApiError(413, "Request Entity Too Large")
    name = secrets.token_hex(8)
    document = {
        "file_id": name,
        "file_unique_id": name,
        "file_name": given.filename,
        "mime_type": given.content_type,
        "file_size": len(content),
    }
    return _post(
        side, params, {"document": document}, lambda: side.world.files.keep(given.filename, content)
    )


async def send_photo(side: TelegramSide, params: Params) -> Json:
    """A picture with its caption; Telegram keeps no words for who does not see it."""
    _, content = _file(params, "photo")
    shown = picture(content, "")
    if len(content) > PHOTO_LIMIT or shown is None:
        raise bad_request("IMAGE_PROCESS_FAILED")
    name = secrets.token_hex(8)
    width, height = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    if width + height > PHOTO_SIDES:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    size = {"file_id": name, "file_unique_id": name, "width": width, "height": height}
    return _post(side, params, {"photo": [size | {"file_size": len(content)}]}, lambda: shown)


def _file(params: Params, named: str) -> tuple[FileField, bytes]:
    given = params.get(named)
    if not isinstance(given, FileField):
        raise bad_request(f"there is no {named} in the request")
    content = given.file.read()
    if not content:
        raise bad_request("file must be non-empty")
    return given, content


def _post(side: TelegramSide, params: Params, has: Json, keep: Callable[[], Json]) -> Json:
    """The message with what it has, and its caption; `keep` gives the block that shows it."""
    chat, caption = reachable_chat(side, params), parse_plain(params.text("caption"))
    if utf16(caption.text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    pace(side, chat)
    number = side.new_message_id()
    sent = message_json(side.chat_json(chat), side.me, number, "", [])
    del sent["text"]
    sent |= has | ({"caption": caption.text} if caption.text else {})
    silent = params.flag("disable_notification")
    side.world.post(Message(
        str(number), chat.id, BOT, side.me["first_name"], [*drawn(caption.runs, None), keep()],
        sent, time.time(), silent=silent,
    ))  # fmt: skip
    side.stats.sent(chat.id, caption.text)
    return sent
