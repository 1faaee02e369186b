"""What people do in Slack: type and press; and what Slack then shows them."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from adapters.sandbox import slack_links as links
from adapters.sandbox.model import Chat, Json, Message, Person, Shown
from adapters.sandbox.slack_api import SlackError
from adapters.sandbox.slack_delivery import complaint
from adapters.sandbox.slack_draw import drawn, options_of
from adapters.sandbox.slack_messages import ResponseUrl, respond
from adapters.sandbox.slack_mrkdwn import typed
from adapters.sandbox.slack_objects import (
    BOT_USER,
    channel_name,
    command_fields,
    container,
    event_callback,
    interaction,
    person_message,
)

if TYPE_CHECKING:
    from adapters.sandbox.slack import SlackSide


async def say(
    side: SlackSide, person: Person, chat: Chat, text: str, *, reply_to: str | None, again: str
) -> Shown:
    """A slash command, or a message that the bot may hear of."""
    if again and again in side.events:
        return Shown(side.deliver_event(side.events[again]))
    if again or text.startswith("/"):
        return await _command(side, person, chat, text, again)
    source = typed(text, partial(_id_of, side), names=False)
    sent = person_message(person, side.new_ts(), source)
    sent |= {"thread_ts": reply_to} if reply_to else {}
    message = side.world.post(
        Message(
            sent["ts"], chat.id, person.id, person.name, drawn(source, [], side.name_of), sent,
            time.time(), reply_to=reply_to,
        )
    )  # fmt: skip
    links.tell(side, person, chat, message)
    event = sent | {"channel": chat.platform_id, "event_ts": sent["ts"]}
    if chat.private:
        event["channel_type"] = "im"
        event |= _below(side, chat, reply_to)
    elif chat.with_bot and f"<@{BOT_USER}>" in source:
        event["type"] = "app_mention"
    else:
        return Shown(message=message)
    payload = event_callback(event, f"Ev{secrets.token_hex(5).upper()}", chat)
    return Shown(side.deliver_event(payload), message=message)


def _below(side: SlackSide, chat: Chat, thread: str | None) -> dict[str, str]:
    """Whose message a thread hangs below; Slack's mentions do not say it."""
    parent = side.world.message(chat.id, thread) if thread else None
    return {"parent_user_id": str(parent.sent.get("user", ""))} if parent else {}


async def _command(side: SlackSide, person: Person, chat: Chat, text: str, again: str) -> Shown:
    command, _, rest = text.partition(" ")
    if not again and command != side.command:
        return Shown(error=f"{command} is not a valid command.")
    fields = side.requests.get(again)
    if fields is None:
        trigger = side.views.trigger(person)
        fields = command_fields(
            person, chat, command, typed(rest.strip(), partial(_id_of, side), names=True)
        )
        fields |= {"response_url": side.response_url(ResponseUrl(person, chat)),
                   "trigger_id": trigger}  # fmt: skip
        side.requests[trigger] = fields
    ack = await side.delivery.request("slash_commands", fields)
    name = fields["trigger_id"]
    if not ack.ok:
        return Shown(name, error=f'{side.command} failed with the error "{complaint(ack)}"')
    if not ack.body:
        return Shown(name)
    try:
        answer = respond(side, ResponseUrl(person, chat), ack.body)
    except SlackError as error:
        return Shown(name, error=f'{side.command} failed with the error "{error}"')
    return Shown(name, text=answer.text if answer else "", message=answer)


async def press(
    side: SlackSide, person: Person, place: Message | str, press: Json, again: str
) -> Shown:
    """Press what a message or a view (its id) shows."""
    payload = side.requests.get(again)
    if payload is None:
        trigger = side.views.trigger(person)
        chat = None if isinstance(place, str) else side.world.chats[place.chat]
        payload = interaction(person, "block_actions", chat) | {"trigger_id": trigger}
        payload |= _in_view(side, place) if isinstance(place, str) else _in_message(
            side, person, place
        )  # fmt: skip
        blocks = (payload.get("view") or _sent(place)).get("blocks") or []
        payload["actions"] = [_action(blocks, press)]
        side.requests[trigger] = payload
    ack = await side.delivery.request("interactive", payload)
    return Shown(payload["trigger_id"], error=complaint(ack))


def _sent(place: Message | str) -> Json:
    return place.sent if isinstance(place, Message) else {}


def _in_view(side: SlackSide, name: str) -> Json:
    view = side.homes.views.get(name) or side.views.open[name].view
    return {"container": {"type": "view", "view_id": name}, "view": view}


def _in_message(side: SlackSide, person: Person, message: Message) -> Json:
    chat = side.world.chats[message.chat]
    seen = {} if message.ephemeral_for else {"message": message.sent}
    return seen | {
        "container": container(message, chat),
        "channel": {"id": chat.platform_id, "name": channel_name(chat)},
        "state": {"values": {}},
        "response_url": side.response_url(ResponseUrl(person, chat, message)),
    }


def _action(blocks: list[Json], press: Json) -> Json:
    """The pressed element in the shape of its type. Raises LookupError when it is not there."""
    block = _one(each for each in blocks if each["block_id"] == press["block_id"])
    elements = [*(block.get("elements") or []), block.get("accessory"), block.get("element")]
    element = _one(
        each for each in elements if each and each.get("action_id", "") == press["action_id"]
    )
    action: Json = {
        "type": element["type"],
        "block_id": block["block_id"],
        "action_id": press["action_id"] or secrets.token_hex(2),
        "action_ts": f"{time.time():.6f}",
    }
    if element["type"] == "button":
        shown = {key: element[key] for key in ("text", "value", "style", "url") if key in element}
        return action | shown
    if element["type"] == "checkboxes":
        ticked = [each for each in options_of(element) if each["value"] == press["value"]]
        return action | {"selected_options": ticked}
    chosen = _one(each for each in options_of(element) if each["value"] == press["value"])
    return action | {"selected_option": chosen}


def _one(found: Iterable[Json]) -> Json:
    for each in found:
        return each
    raise LookupError("what was pressed is not there any more")


def _id_of(side: SlackSide, name: str) -> str | None:
    if name == "@fluxbot":
        return BOT_USER
    found = side.world.mentioned("slack", name)
    if isinstance(found, Chat):
        return found.platform_id
    return found.user_id if found else None
