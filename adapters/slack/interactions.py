"""Pressed buttons and submitted modals, as `Inbound`. Pure."""

from __future__ import annotations

from typing import Any

from adapters.slack.addresses import chat_address
from adapters.slack.fields import object_at, request_key, text_at
from adapters.slack.installation import Installation, home
from adapters.slack.markup import clean, mention
from adapters.slack.origin import Origin
from adapters.slack.render import LINK
from adapters.slack.ticket import Ticket, message_ref
from core.addresses import Sender
from core.chat import Inbound, Kind


def read_press(payload: dict[str, Any], us: Installation) -> Inbound | None:
    """The pressed button's line. None for a link, which opens a page and asks nothing of us."""
    sender, line = _sender(payload, us), _pressed_line(payload)
    if not line or not sender.user_id:
        return None
    team = _team(payload, us)
    container = object_at(payload, "container")
    channel = text_at(payload, "channel", "id") or text_at(container, "channel_id")
    ts = text_at(container, "message_ts") or text_at(payload, "message", "ts")
    thread = text_at(payload, "message", "thread_ts") or text_at(container, "thread_ts")
    trigger = text_at(payload, "trigger_id")
    ephemeral = container.get("is_ephemeral") is True
    ticket = Ticket(trigger, text_at(payload, "response_url"), ephemeral)
    return Inbound(
        key=request_key(team, trigger, payload),
        kind=Kind.PRESS,
        sender=sender,
        # A press in a modal or on the Home tab has no channel: it is the person's own place.
        address=chat_address(
            us.scope(team),
            channel or "D",
            sender,
            text_at(payload, "channel", "name"),
            thread="" if thread == ts else thread,
        ),
        line=line,
        message="" if ephemeral else message_ref(channel, ts),
        forms=bool(trigger),
        token=ticket.pack(),
    )


def read_submission(payload: dict[str, Any], us: Installation) -> Inbound | None:
    """The answers of a modal of ours, in the chat that it was opened from."""
    sender = _sender(payload, us)
    origin = Origin.unpack(text_at(payload, "view", "private_metadata"))
    if origin is None or not sender.user_id:
        return None
    people: dict[str, Sender] = {}
    values = object_at(payload, "view", "state", "values")
    answers = {name: _answer(block, sender, people) for name, block in values.items()}
    trigger = text_at(payload, "trigger_id")
    return Inbound(
        key=request_key(_team(payload, us), trigger, payload),
        kind=Kind.FORM,
        sender=sender,
        address=origin.address,
        line=origin.line,
        answers=answers,
        people=people,
        message=origin.message,
        forms=True,
        token=Ticket(trigger, origin.url, origin.ephemeral, view=True).pack(),
    )


def _team(payload: dict[str, Any], us: Installation) -> str:
    return text_at(payload, "team", "id") or us.team


def _sender(payload: dict[str, Any], us: Installation) -> Sender:
    team, user = _team(payload, us), object_at(payload, "user")
    enterprise = text_at(payload, "enterprise", "id") or text_at(payload, "team", "enterprise_id")
    # Nothing here says whether the channel is shared, so a foreign workspace counts as foreign.
    scope = home(text_at(user, "team_id"), team, enterprise, shared=True)
    name = text_at(user, "username") or text_at(user, "name")
    return Sender("slack", scope, text_at(user, "id"), name, name)


def _pressed_line(payload: dict[str, Any]) -> str:
    for action in payload.get("actions", ()):
        if not text_at(action, "action_id").startswith(LINK):
            return clean(text_at(action, "value")).strip()
    return ""


def _answer(block: Any, sender: Sender, people: dict[str, Sender]) -> str:
    """The value of a question's one element, whatever its kind; empty where nothing is given."""
    element = next(iter(block.values()), None) if isinstance(block, dict) else None
    user = text_at(element, "selected_user")
    if user:
        return mention(people, Sender("slack", sender.scope, user))
    value = (
        text_at(element, "value")
        or text_at(element, "selected_option", "value")
        or text_at(element, "selected_date")
        or text_at(element, "selected_time")
    )
    return clean(value).strip()
