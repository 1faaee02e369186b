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
from adapters.sandbox.slack_entities import EntityError, checked_entity, drawn_entity
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
    """`chat.unfurl`: blocks or a Work Object below a link, by the link's address to the letter, in
    place of what a call before showed there; or blocks for the message's author alone. The app need
    not be a member."""
    chat = _channel_of(side, args)
    message = side.world.message(chat.id, str(args.get("ts")))
    if message is None or message.ephemeral_for:
        raise SlackError("cannot_find_message")
    if args.get("unfurls") is None and not args.get("metadata"):
        raise SlackError("missing_unfurls")
    for url, shown in dict(args.get("unfurls") or {}).items():
        _ours(side, message, url)
        _attach(side, message, url, {"blocks": _checked(shown.get("blocks"))})
    if args.get("metadata") and side.panes.objects == "unheard":
        return {"warning": "invalid_metadata_format"}
    for entity in _entities(side, args.get("metadata")):
        _ours(side, message, entity["app_unfurl_url"])
        _attach(side, message, entity["app_unfurl_url"], {"entity": entity})
    if args.get("user_auth_blocks"):
        author = side.world.people[message.author]
        post(side, chat, "", _checked(args["user_auth_blocks"]), reader=author)
    return {}


def _ours(side: SlackSide, message: Message, url: str) -> None:
    if url not in message.sent["text"] or urlsplit(url).hostname not in side.unfurl_domains:
        raise SlackError("cannot_unfurl_url")


def _entities(side: SlackSide, metadata: Any) -> list[Json]:
    """What Slack says of an app without the feature is not documented: it is refused here as what
    makes no sense is."""
    if not metadata:
        return []
    try:
        if side.panes.objects != "on":
            raise EntityError("the app has no Work Object Previews [json-pointer:/metadata]")
        listed = metadata.get("entities") if isinstance(metadata, dict) else None
        if not isinstance(listed, list) or not listed:
            raise EntityError("missing required field: entities [json-pointer:/metadata]")
        at = "/metadata/entities"
        return [checked_entity(each, f"{at}/{n}", posted=True) for n, each in enumerate(listed)]
    except EntityError as error:
        said = {"messages": [f"[ERROR] {error}"]}
        raise SlackError("error_processing_metadata", response_metadata=said) from None


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


def _attach(side: SlackSide, message: Message, url: str, shown: Json) -> None:
    """What was attached for that link before is changed, and nothing added."""
    before: list[Json] = message.sent.get("attachments", [])
    said = message.blocks[: len(message.blocks) - len(_below(side, before))]
    attached = {each["from_url"]: each for each in before}
    attached[url] = {"from_url": url, "is_app_unfurl": True, **shown}
    after = [*attached.values()]
    sent = {**message.sent, "attachments": after}
    side.world.edit(message, [*said, *_below(side, after)], sent)


def _below(side: SlackSide, attachments: list[Json]) -> list[Json]:
    """As it is drawn for people."""
    return [
        drawing for each in attachments for drawing in ({"kind": "divider"}, *_drawn(side, each))
    ]


def _drawn(side: SlackSide, attached: Json) -> list[Json]:
    if "entity" in attached:
        return [drawn_entity(attached["entity"])]
    return drawn("", attached["blocks"], side.name_of)
