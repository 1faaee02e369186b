"""What people do in Telegram's app beside writing and pressing: they edit and forward, let the bot
into groups and shut it out, leave groups and come back."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from adapters.sandbox.model import BOT, Chat, Json, Message, Person, Shown
from adapters.sandbox.telegram_html import found_entities, parse_plain
from adapters.sandbox.telegram_objects import drawn, message_json, user_json

if TYPE_CHECKING:
    from adapters.sandbox.telegram import TelegramSide

EDITABLE = 48 * 3600.0
"""Seconds in which people can edit what they wrote."""


def edit(side: TelegramSide, person: Person, chat: Chat, message: Message, text: str) -> Shown:
    """Change the words of one's own message. Raises ValueError for another's, or one too old."""
    if message.author != person.id or "forward_origin" in message.sent:
        raise ValueError("only what one wrote oneself can be edited")
    if time.time() - message.time > EDITABLE:
        raise ValueError("it is too old to be edited")
    parsed, entities = parse_plain(text), found_entities(text)
    sent = {name: each for name, each in message.sent.items() if name != "entities"}
    sent |= {"text": parsed.text, "edit_date": int(time.time())}
    sent |= {"entities": entities} if entities else {}
    side.world.edit(message, drawn(parsed.runs, None), sent)
    replied = side.world.message(chat.id, message.reply_to) if message.reply_to else None
    heard = side.hears(chat, parsed.text, replied)
    return Shown(side.deliver_update({"edited_message": sent}) if heard else "", message=message)


def forward(side: TelegramSide, person: Person, message: Message, to: Chat) -> Shown:
    """Send a message on to a chat. In a group the bot does not see it."""
    number, text = side.new_message_id(), message.sent.get("text", "")
    origin = message.sent.get("forward_origin") or _origin(message)
    sent = message_json(side.chat_json(to), user_json(person), number, text, [])
    sent |= {"forward_origin": origin, "forward_date": origin["date"]}
    blocks = [{"kind": "context", "text": f"Forwarded from {_named(origin)}"}]
    blocks += drawn(parse_plain(text).runs, None)
    posted = side.world.post(
        Message(str(number), to.id, person.id, person.name, blocks, sent, time.time())
    )
    return Shown(side.deliver_update({"message": sent}) if to.private else "", message=posted)


def _origin(message: Message) -> Json:
    return {"type": "user", "sender_user": message.sent["from"], "date": message.sent["date"]}


def _named(origin: Json) -> str:
    user = origin["sender_user"]
    return str(user["first_name"]) if not user["is_bot"] else BOT


def let_in(side: TelegramSide, person: Person, chat: Chat, *, rules: bool) -> str:
    """Add the bot to a group."""
    chat.with_bot, chat.bot_rules = True, rules
    return _standing(side, person, chat, "left", "administrator" if rules else "member")


def put_out(side: TelegramSide, person: Person, chat: Chat) -> str:
    """Remove the bot from a group."""
    before = "administrator" if chat.bot_rules else "member"
    chat.with_bot = chat.bot_rules = False
    return _standing(side, person, chat, before, "left")


def leave(side: TelegramSide, person: Person, chat: Chat) -> str:
    """Leave a group; the id of what the bot is told, which it is whatever its group privacy."""
    chat.members.remove(person.id)
    return _service(side, person, chat, {"left_chat_member": user_json(person)})


def come_back(side: TelegramSide, person: Person, chat: Chat) -> str:
    """Come into a group, again or for the first time."""
    chat.members.append(person.id)
    user = user_json(person)
    return _service(side, person, chat, {"new_chat_member": user, "new_chat_members": [user]})


def _service(side: TelegramSide, person: Person, chat: Chat, what: Json) -> str:
    number = side.new_message_id()
    sent = message_json(side.chat_json(chat), user_json(person), number, "", [])
    del sent["text"]
    return side.deliver_update({"message": sent | what}) if chat.with_bot else ""


def block(side: TelegramSide, person: Person, *, blocked: bool) -> None:
    """Block the bot, or take that back; the bot is told."""
    (side.world.blocked.add if blocked else side.world.blocked.discard)(person.id)
    chat, states = side.world.private_chat(person.id), ("member", "kicked")
    old, new = states if blocked else reversed(states)
    _standing(side, person, chat, old, new)


def _standing(side: TelegramSide, person: Person, chat: Chat, old: str, new: str) -> str:
    def standing(status: str) -> Json:
        until = {"until_date": 0} if status == "kicked" else {}
        return {"status": status, "user": side.me, **until}

    return side.deliver_update({"my_chat_member": {
        "chat": side.chat_json(chat), "from": user_json(person), "date": int(time.time()),
        "old_chat_member": standing(old), "new_chat_member": standing(new),
    }})  # fmt: skip
