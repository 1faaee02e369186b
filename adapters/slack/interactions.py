"""Pressed buttons and submitted modals, as `Inbound`. Pure."""

from __future__ import annotations

from typing import Any

from adapters.slack.addresses import chat_address, entrance
from adapters.slack.buttons import LINK
from adapters.slack.fields import id_at, object_at, request_key, text_at
from adapters.slack.home import CHECK
from adapters.slack.installation import Installation, home
from adapters.slack.markup import clean, mention
from adapters.slack.origin import Origin
from adapters.slack.panes import IN_PANE, shown_in
from adapters.slack.ticket import Ticket, message_ref
from core.addresses import Sender
from core.chat import Inbound, Kind


def read_press(payload: dict[str, Any], us: Installation) -> Inbound | None:
    """The pressed button's line. None for a link, which opens a page and asks nothing of us."""
    sender, line = sender_of(payload, us), _pressed_line(payload)
    if not line or not sender.user_id:
        return None
    team = team_of(payload, us)
    container = object_at(payload, "container")
    channel = text_at(payload, "channel", "id") or text_at(container, "channel_id")
    ts = text_at(container, "message_ts") or text_at(payload, "message", "ts")
    thread = text_at(payload, "message", "thread_ts") or text_at(container, "thread_ts")
    trigger = text_at(payload, "trigger_id")
    ephemeral = container.get("is_ephemeral") is True
    screen = text_at(payload, "view", "id") if _in_modal(payload) else ""
    pane = shown_in(container) if text_at(container, "type") == IN_PANE else ""
    ticket = Ticket(trigger, text_at(payload, "response_url"), ephemeral, screen=screen)
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
        # What a pane hangs at is somebody's message with a link, and none of ours.
        message="" if ephemeral or pane else message_ref(channel, ts),
        forms=bool(trigger),
        entrance=entrance(payload, team),
        home=text_at(payload, "view", "type") == "home",
        pane=pane,
        token=ticket.pack(),
    )


def _in_modal(payload: dict[str, Any]) -> bool:
    return text_at(payload, "view", "type") == "modal"


def read_submission(payload: dict[str, Any], us: Installation) -> Inbound | None:
    """The answers of a modal of ours, in the chat that it was opened from."""
    sender = sender_of(payload, us)
    origin = Origin.unpack(text_at(payload, "view", "private_metadata"))
    if origin is None or not sender.user_id:
        return None
    people: dict[str, Sender] = {}
    values = object_at(payload, "view", "state", "values")
    answers = {name: _answer(block, sender, people) for name, block in values.items()}
    trigger = text_at(payload, "trigger_id")
    return Inbound(
        key=request_key(team_of(payload, us), trigger, payload),
        kind=Kind.FORM,
        sender=sender,
        address=origin.address,
        line=origin.line,
        answers=answers,
        people=people,
        message=origin.message,
        forms=True,
        home=origin.home,
        pane=origin.pane,
        token=Ticket(trigger, origin.url, origin.ephemeral, view=True, screen=origin.screen).pack(),
    )


def team_of(payload: dict[str, Any], us: Installation) -> str:
    """The workspace in which something was pressed."""
    return text_at(payload, "team", "id") or us.team


def sender_of(payload: dict[str, Any], us: Installation) -> Sender:
    """Who pressed."""
    team, user = team_of(payload, us), object_at(payload, "user")
    enterprise = text_at(payload, "enterprise", "id") or text_at(payload, "team", "enterprise_id")
    # Nothing here says whether the channel is shared, so a foreign workspace counts as foreign.
    scope = home(text_at(user, "team_id"), team, enterprise, shared=True)
    name = text_at(user, "username") or text_at(user, "name")
    return Sender("slack", scope, text_at(user, "id"), name, name)


def _pressed_line(payload: dict[str, Any]) -> str:
    for action in payload.get("actions", ()):
        if not text_at(action, "action_id").startswith(LINK):
            return clean(_chosen(action)).strip()
    return ""


def _chosen(action: dict[str, Any]) -> str:
    """The line of a button, of an entry of a menu, or of a box that was ticked or is no more."""
    ticked, box = action.get("selected_options"), text_at(action, "action_id")
    if isinstance(ticked, list) and box.startswith(CHECK):
        return text_at(ticked[0], "value") if ticked else box.removeprefix(CHECK)
    return text_at(action, "value") or text_at(action, "selected_option", "value")


def _answer(block: Any, sender: Sender, people: dict[str, Sender]) -> str:
    """The value of a question's one element, whatever its kind; empty where nothing is given."""
    element = next(iter(block.values()), None) if isinstance(block, dict) else None
    user = id_at(element, "selected_user")
    if user:
        return mention(people, Sender("slack", sender.scope, user))
    value = (
        text_at(element, "value")
        or text_at(element, "selected_option", "value")
        or text_at(element, "selected_date")
        or text_at(element, "selected_time")
    )
    return clean(value).strip()
