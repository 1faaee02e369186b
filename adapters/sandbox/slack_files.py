"""Slack's two methods that share a file, and the place between them that takes its bytes."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from adapters.sandbox.files import picture
from adapters.sandbox.model import Json
from adapters.sandbox.slack_api import SlackError
from adapters.sandbox.slack_messages import channel_of, post

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide

ALT_LIMIT = 1000
"""Characters (files.getUploadURLExternal)."""


@dataclass
class Upload:
    """A file on its way."""

    name: str
    length: int
    content: bytes = b""
    alt: str = ""
    """The words for who does not see a picture."""


async def get_upload_url(side: SlackSide, args: Json) -> Json:
    name, length = str(args.get("filename") or ""), str(args.get("length") or "")
    if not name or not length.isdigit() or length == "0":
        raise SlackError("invalid_arguments")
    alt = str(args.get("alt_txt") or "")
    if len(alt) > ALT_LIMIT:
        raise SlackError("alt_txt_too_large")
    key = f"F0{secrets.token_hex(5).upper()}"
    side.uploads[key] = Upload(name, int(length), alt=alt)
    return {"upload_url": f"{side.base_url}/upload/{key}", "file_id": key}


async def take(side: SlackSide, request: web.Request) -> web.Response:
    """The bytes of a file. Without any token: whoever has the URL may."""
    upload = side.uploads.get(request.match_info["key"])
    content = await request.read()
    if upload is None or len(content) != upload.length:
        return web.Response(status=400, text="no such upload, or of another length")
    upload.content = content
    return web.Response(text=f"OK - {len(content)}")


async def complete_upload(side: SlackSide, args: Json) -> Json:
    chat = channel_of(side, args | {"channel": args.get("channel_id")})
    uploads = [(each["id"], side.uploads.get(each["id"])) for each in _files(args)]
    if not uploads or any(each is None or not each.content for _, each in uploads):
        raise SlackError("file_not_found")
    shown = [_shown(side, each) for _, each in uploads if each]
    side.pace(chat)
    post(
        side,
        chat,
        str(args.get("initial_comment") or ""),
        [],
        thread=str(args.get("thread_ts") or ""),
        files=shown,
    )
    return {"files": [{"id": key} for key, _ in uploads]}


def _shown(side: SlackSide, upload: Upload) -> Json:
    """Slack shows a picture in the message, and any other file as one."""
    seen = picture(upload.content, upload.alt or upload.name)
    return seen or side.world.files.keep(upload.name, upload.content)


def _files(args: Json) -> list[Any]:
    """Named in JSON inside a form."""
    given = args.get("files") or []
    try:
        found = json.loads(given) if isinstance(given, str) else given
    except ValueError:
        raise SlackError("invalid_arguments") from None
    return [each for each in found if isinstance(each, dict) and "id" in each]
