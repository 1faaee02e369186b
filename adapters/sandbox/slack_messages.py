"""Slack's methods that post, update and delete, and what a `response_url` takes."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adapters.sandbox.model import BOT, Chat, Json, Message, Person
from adapters.sandbox.slack_api import CALLER, SlackError
from adapters.sandbox.slack_blocks import BlocksError, checked_blocks
from adapters.sandbox.slack_draw import drawn
from adapters.sandbox.slack_objects import bot_message, event_callback

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide

TEXT_CUT = 40_000
"""Characters; what is longer is cut (chat.postMessage)."""
RESPONSE_USES, RESPONSE_LIFE = 5, 30 * 60.0
"""Times and seconds for which a response_url works."""


@dataclass
class ResponseUrl:
    """Who may be answered by it, where, and in place of what."""

    person: Person
    chat: Chat
    message: Message | None = None
    uses: int = 0
    born: float = field(default_factory=time.monotonic)


async def post_message(side: SlackSide, args: Json) -> Json:
    chat = channel_of(side, args, people=True)
    text, blocks = content(args)
    side.pace(chat)
    message = post(side, chat, text, blocks, thread=str(args.get("thread_ts") or ""))
    return {"channel": chat.platform_id, "ts": message.id, "message": message.sent}


async def post_ephemeral(side: SlackSide, args: Json) -> Json:
    chat = channel_of(side, args)
    person = side.world.person_of("slack", str(args.get("user")))
    if person is None or person.id not in chat.members:
        raise SlackError("user_not_in_channel")
    text, blocks = content(args)
    thread = str(args.get("thread_ts") or "")
    return {"message_ts": post(side, chat, text, blocks, reader=person, thread=thread).id}


async def update(side: SlackSide, args: Json) -> Json:
    chat, message = _own(side, args, "cant_update_message")
    text, blocks = content(args)
    before = message.sent
    rewrite(side, message, text, blocks)
    side.stats.sent(chat.id, message.text, edit=True)
    if side.echo and chat.private:
        _echo(side, chat, {"type": "message", "subtype": "message_changed", "hidden": True,
                           "message": message.sent, "previous_message": before,
                           "ts": side.new_ts()})  # fmt: skip
    return {"channel": chat.platform_id, "ts": message.id, "text": text, "message": message.sent}


async def delete(side: SlackSide, args: Json) -> Json:
    chat, message = _own(side, args, "cant_delete_message")
    side.world.delete(message)
    return {"channel": chat.platform_id, "ts": message.id}


def content(args: Json) -> tuple[str, list[Json]]:
    """Text and blocks of a message. Raises SlackError."""
    text, blocks = str(args.get("text") or "")[:TEXT_CUT], args.get("blocks") or []
    if not text and not blocks:
        raise SlackError("no_text")
    try:
        return text, checked_blocks(blocks) if blocks else []
    except BlocksError as error:
        messages = [f"[ERROR] {each}" for each in error.messages]
        raise SlackError(
            "invalid_blocks", errors=error.messages, response_metadata={"messages": messages}
        ) from None


def post(
    side: SlackSide,
    chat: Chat,
    text: str,
    blocks: list[Json],
    *,
    reader: Person | None = None,
    thread: str = "",
    files: Sequence[Json] = (),
) -> Message:
    """A message of the bot's; with a reader, for their eyes only. `files` are drawn below it."""
    sent = bot_message(side.new_ts(), text, blocks, chat.team, thread)
    message = side.world.post(
        Message(
            sent["ts"],
            chat.id,
            BOT,
            "Fluxbot",
            [*drawn(text, blocks, side.name_of), *files],
            sent,
            time.time(),
            reader.id if reader else None,
            reply_to=thread or None,
        )
    )
    side.stats.sent(chat.id, message.text)
    if side.echo and chat.private and reader is None:
        _echo(side, chat, sent)
    return message


def rewrite(side: SlackSide, message: Message, text: str, blocks: list[Json]) -> None:
    kept = {key: value for key, value in message.sent.items() if key != "blocks"}
    edited = {"user": kept["user"], "ts": side.new_ts()}
    sent = kept | {"text": text, "edited": edited} | ({"blocks": blocks} if blocks else {})
    side.world.edit(message, drawn(text, blocks, side.name_of), sent)


def respond(side: SlackSide, to: ResponseUrl, body: Json) -> Message | None:
    """What a body sent to a response_url, or as the answer to a command, does."""
    if body.get("delete_original"):
        if to.message:
            side.world.delete(to.message)
        return None
    text, blocks = content(body)
    if body.get("replace_original") and to.message:
        rewrite(side, to.message, text, blocks)
        return to.message
    public = body.get("response_type") == "in_channel"
    return post(side, to.chat, text, blocks, reader=None if public else to.person,
                thread=str(body.get("thread_ts") or ""))  # fmt: skip


def spend(side: SlackSide, key: str) -> ResponseUrl:
    """Count a use of a response_url. Raises SlackError."""
    to = side.responses.get(key)
    if to is None or time.monotonic() - to.born > RESPONSE_LIFE:
        raise SlackError("expired_url")
    if to.uses >= RESPONSE_USES:
        raise SlackError("used_url")
    to.uses += 1
    return to


def _echo(side: SlackSide, chat: Chat, event: Json) -> None:
    """A bot that subscribes to message.im hears itself in direct messages too."""
    event = event | {"channel": chat.platform_id, "channel_type": "im", "event_ts": event["ts"]}
    side.deliver_event(event_callback(event, f"Ev{secrets.token_hex(5).upper()}", chat))


def channel_of(side: SlackSide, args: Json, *, people: bool = False) -> Chat:
    """The conversation of an id; with `people`, a user's id means their direct message."""
    name = str(args.get("channel") or "")
    person = side.world.person_of("slack", name) if people else None
    chat = side.world.private_chat(person.id) if person else side.world.chats.get(f"slack:{name}")
    if chat is None or args[CALLER] not in (chat.team, chat.enterprise):
        raise SlackError("channel_not_found")
    if not chat.with_bot:
        raise SlackError("not_in_channel")
    return chat


def _own(side: SlackSide, args: Json, refusal: str) -> tuple[Chat, Message]:
    chat = channel_of(side, args)
    message: Any = side.world.message(chat.id, str(args.get("ts")))
    if message is None or message.ephemeral_for:
        raise SlackError("message_not_found")
    if message.author != BOT:
        raise SlackError(refusal)
    return chat, message
