"""Links in Slack's messages: the app is told of those to its own domain, and may show something
below them."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from adapters.sandbox.model import Chat, Json, Message, Person
from adapters.sandbox.slack_api import CALLER, SlackError
from adapters.sandbox.slack_blocks import BlocksError, checked_blocks
from adapters.sandbox.slack_draw import drawn
from adapters.sandbox.slack_messages import post
from adapters.sandbox.slack_objects import event_callback

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide

_LINK = re.compile(r"https?://[^\s<>|]+")


def tell(side: SlackSide, person: Person, chat: Chat, message: Message) -> None:
    """Tell the app of links to its domain; it need not be a member."""
    found = list(dict.fromkeys(_LINK.findall(str(message.sent["text"]))))
    ours = [each for each in found if urlsplit(each).hostname in side.unfurl_domains]
    if not ours or chat.private:
        return
    event: Json = {
        "type": "link_shared",
        "user": person.user_id,
        "channel": chat.platform_id,
        "message_ts": message.id,
        "unfurl_id": f"C{secrets.token_hex(4)}.{message.id}",
        "source": "conversations_history",
        "is_bot_user_member": chat.with_bot,
        "links": [{"url": each, "domain": urlsplit(each).hostname} for each in ours],
        "event_ts": message.id,
    }
    if message.reply_to:
        event["thread_ts"] = message.reply_to
    side.deliver_event(event_callback(event, f"Ev{secrets.token_hex(5).upper()}", chat))


async def unfurl(side: SlackSide, args: Json) -> Json:
    """`chat.unfurl`: blocks below a link, by the link's address to the letter, in place of what a
    call before showed there; or for the message's author alone. The app need not be a member."""
    chat = _channel_of(side, args)
    message = side.world.message(chat.id, str(args.get("ts")))
    if message is None or message.ephemeral_for:
        raise SlackError("cannot_find_message")
    for url, shown in dict(args.get("unfurls") or {}).items():
        if url not in message.sent["text"] or urlsplit(url).hostname not in side.unfurl_domains:
            raise SlackError("cannot_unfurl_url")
        _attach(side, message, url, _checked(shown.get("blocks")))
    if args.get("user_auth_blocks"):
        author = side.world.people[message.author]
        post(side, chat, "", _checked(args["user_auth_blocks"]), reader=author)
    return {}


def _channel_of(side: SlackSide, args: Json) -> Chat:
    chat = side.world.chats.get(f"slack:{args.get('channel')}")
    if chat is None or args[CALLER] not in (chat.team, chat.enterprise):
        raise SlackError("cannot_find_channel")
    return chat


def _checked(blocks: Any) -> list[Json]:
    try:
        return checked_blocks(blocks)
    except BlocksError as error:
        raise SlackError("cannot_unfurl_message", errors=error.messages) from None


def _attach(side: SlackSide, message: Message, url: str, blocks: list[Json]) -> None:
    """What was attached for that link before is changed, and nothing added."""
    before: list[Json] = message.sent.get("attachments", [])
    said = message.blocks[: len(message.blocks) - len(_below(side, before))]
    attached = {each["from_url"]: each for each in before}
    attached[url] = {"from_url": url, "is_app_unfurl": True, "blocks": blocks}
    after = [*attached.values()]
    sent = {**message.sent, "attachments": after}
    side.world.edit(message, [*said, *_below(side, after)], sent)


def _below(side: SlackSide, attachments: list[Json]) -> list[Json]:
    """As it is drawn for people."""
    return [
        drawing
        for each in attachments
        for drawing in ({"kind": "divider"}, *drawn("", each["blocks"], side.name_of))
    ]
