"""What people choose in Slack's own menus: the app's shortcuts, of a message and of everywhere."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from adapters.sandbox.model import Json, Message, Person, Shown
from adapters.sandbox.slack_delivery import complaint
from adapters.sandbox.slack_messages import ResponseUrl
from adapters.sandbox.slack_objects import channel_name, interaction

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide


async def shortcut(
    side: SlackSide, person: Person, callback: str, message: Message | None, again: str
) -> Shown:
    """Choose a shortcut, by its callback id; of a message's menu or, without one, of everywhere."""
    payload = side.requests.get(again)
    if payload is None:
        trigger = side.views.trigger(person)
        payload = _of_message(side, person, message) if message else interaction(person, "shortcut")
        payload |= {
            "callback_id": callback,
            "trigger_id": trigger,
            "action_ts": f"{time.time():.6f}",
        }
        side.requests[trigger] = payload
    ack = await side.delivery.request("interactive", payload)
    return Shown(payload["trigger_id"], error=complaint(ack))


def _of_message(side: SlackSide, person: Person, message: Message) -> Json:
    """Slack offers the menu in every conversation, with the bot or without it."""
    chat = side.world.chats[message.chat]
    return interaction(person, "message_action", chat) | {
        "message_ts": message.id,
        "channel": {"id": chat.platform_id, "name": channel_name(chat)},
        "message": message.sent,
        "response_url": side.response_url(ResponseUrl(person, chat)),
    }
