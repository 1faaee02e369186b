"""A file on its way to Slack: a place for it, its bytes, and the message that shares it.

Source: https://docs.slack.dev/messaging/working-with-files (needs the scope `files:write`)."""

from __future__ import annotations

import json
from typing import Any

from adapters.slack.api import SlackApi
from core.addresses import Address
from core.chat import Document, Sent


async def post(api: SlackApi, address: Address, drawn: dict[str, Any], document: Document) -> Sent:
    """Share a file with the words of a message. Nobody sees it before the last step, so that what
    fails earlier was not sent."""
    place = await api.form(
        "files.getUploadURLExternal", filename=document.name, length=str(len(document.content))
    )
    await api.upload(str(place.get("upload_url", "")), document.content)
    file = {"id": str(place.get("file_id", "")), "title": document.name}
    thread = {"thread_ts": address.thread} if address.thread else {}
    await api.form(
        "files.completeUploadExternal",
        files=json.dumps([file]),
        channel_id=await _channel(api, address),
        initial_comment=str(drawn["text"]),
        **thread,
    )
    return Sent(address, "")  # Slack does not name the message


async def _channel(api: SlackApi, address: Address) -> str:
    """Files, unlike messages, go to a channel only: for a person, that of their direct messages."""
    if not address.private:
        return address.chat
    opened = await api.call("conversations.open", users=address.chat)
    return str((opened.get("channel") or {}).get("id", ""))
