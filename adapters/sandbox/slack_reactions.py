"""Reactions under Slack's messages: those of people, and the bot's own."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING

from adapters.sandbox.model import BOT, Chat, Json, Message, Person, Shown
from adapters.sandbox.slack_api import SlackError
from adapters.sandbox.slack_messages import channel_of
from adapters.sandbox.slack_objects import BOT_USER, domain, event_callback

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide


def react(side: SlackSide, person: Person, message: Message, name: str, *, on: bool) -> Shown:
    """Put a reaction under a message, or take it away. The bot hears of it where it is a member."""
    if not _put(side, message, name, person.id, on=on):
        return Shown()
    chat = side.world.chats[message.chat]
    if not chat.with_bot:
        return Shown()
    author = side.world.people.get(message.author)
    event: Json = {
        "type": "reaction_added" if on else "reaction_removed",
        "user": person.user_id,
        "reaction": name,
        "item_user": author.user_id if author else BOT_USER,
        "item": {"type": "message", "channel": chat.platform_id, "ts": message.id},
        "event_ts": f"{time.time():.6f}",
    }
    payload = event_callback(event, f"Ev{secrets.token_hex(5).upper()}", chat)
    return Shown(side.deliver_event(payload))


async def get(side: SlackSide, args: Json) -> Json:
    """`reactions.get`: the message itself, with its reactions."""
    chat, message = _found(side, args)
    link = f"https://{domain(chat.team)}.slack.com/archives/{chat.platform_id}"
    listed = [
        {"name": name, "count": len(who), "users": who}
        for name, who in message.reactions.items()
        if who
    ]
    shown = message.sent | {"permalink": f"{link}/p{message.id.replace('.', '')}"}
    return {
        "type": "message",
        "channel": chat.platform_id,
        "message": shown | {"reactions": listed},
    }


async def add(side: SlackSide, args: Json) -> Json:
    _, message = _found(side, args)
    if not _put(side, message, str(args.get("name")), BOT, on=True):
        raise SlackError("already_reacted")
    return {}


async def remove(side: SlackSide, args: Json) -> Json:
    _, message = _found(side, args)
    if not _put(side, message, str(args.get("name")), BOT, on=False):
        raise SlackError("no_reaction")
    return {}


def _found(side: SlackSide, args: Json) -> tuple[Chat, Message]:
    chat = channel_of(side, args)
    message = side.world.message(chat.id, str(args.get("timestamp")))
    if message is None or message.ephemeral_for:
        raise SlackError("message_not_found")
    return chat, message


def _put(side: SlackSide, message: Message, name: str, who: str, *, on: bool) -> bool:
    """Put a reaction under a message, or take one's own away; False where that changes nothing."""
    there = message.reactions.setdefault(name, [])
    if (who in there) is on:
        return False
    (there.append if on else there.remove)(who)
    side.world.emit("edit", chat=message.chat, message=message.display())
    return True
