"""A file on its way to Slack: a place for it, its bytes, and the message that shares it.

Source: https://docs.slack.dev/messaging/working-with-files (needs the scope `files:write`)."""

from __future__ import annotations

import json
from typing import Any

from adapters import charts
from adapters.slack.api import SlackApi
from adapters.slack.markup import cut
from core.addresses import Address
from core.chat import Document, Picture, Sent

LOOK = charts.Look(paper="#ffffff", ink="#1d1c1d", faint="#616061", bar="#611f69")
"""As Slack's own app by day."""
ALT_TEXT = 1000
"""Characters (https://docs.slack.dev/reference/methods/files.getUploadURLExternal)."""


async def post(
    api: SlackApi, address: Address, drawn: dict[str, Any], document: Document, alt: str = ""
) -> Sent:
    """Share a file with the words of a message; `alt`: those for who does not see a picture. Nobody
    sees it before the last step, so that what fails earlier was not sent."""
    length = str(len(document.content))
    said = {"alt_txt": cut(alt, ALT_TEXT)} if alt else {}
    place = await api.form(
        "files.getUploadURLExternal", filename=document.name, length=length, **said
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


async def post_picture(
    api: SlackApi, address: Address, drawn: dict[str, Any], picture: Picture
) -> Sent:
    """The same of a chart."""
    return await post(api, address, drawn, await charts.draw(picture, LOOK), picture.alt)


async def _channel(api: SlackApi, address: Address) -> str:
    """Files, unlike messages, go to a channel only: for a person, that of their direct messages."""
    if not address.private:
        return address.chat
    opened = await api.call("conversations.open", users=address.chat)
    return str((opened.get("channel") or {}).get("id", ""))
