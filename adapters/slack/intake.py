"""What Slack hands over, as `Inbound`: a slash command, a message, a mention. Pure.

Pressed buttons and submitted modals are read in `interactions`, what is chosen in Slack's own menus
in `shortcuts`."""

from __future__ import annotations

from typing import Any

from adapters.slack.addresses import chat_address, entrance
from adapters.slack.fields import ID_LIMIT, message_key, object_at, request_key, text_at
from adapters.slack.installation import Installation, event_for, home, is_external
from adapters.slack.interactions import read_press, read_submission
from adapters.slack.links import SHARED, read_link
from adapters.slack.markup import read as read_text
from adapters.slack.panes import REQUESTED, read_request
from adapters.slack.reactions import EVENTS, read_reaction
from adapters.slack.shortcuts import read_shortcut
from adapters.slack.ticket import Ticket, message_ref
from adapters.slack.visits import OPENED, read_visit
from core.addresses import Sender
from core.chat import Inbound, Kind
from core.sources import NAME_LIMIT

HELP = "help"
"""The line of a command without words."""
SAID = frozenset(("", "file_share", "thread_broadcast"))
"""Message subtypes that are a person saying something; the rest is edits, joins and the like."""
SLACKBOT = "USLACKBOT"
"""Slack's own assistant, the same in every workspace."""


def read(payload: dict[str, Any], us: Installation) -> Inbound | None:
    """What a person did, or None where nobody did anything that concerns us, nor can have done:
    what stands where an id should is longer than any."""
    found = _read(payload, us)
    return found if found is not None and _has_ids(found) else None


def _has_ids(found: Inbound) -> bool:
    """Whether each can be kept: PostgreSQL refuses what is longer than its column."""
    who, where = found.sender, found.address
    scopes = (each.scope for each in found.people.values())
    ids = (who.scope, who.user_id, where.scope, where.chat, *scopes)
    messages = (found.message, found.replied, found.said, found.shown)
    return max(map(len, ids)) <= ID_LIMIT and max(map(len, messages)) <= NAME_LIMIT


def _read(payload: dict[str, Any], us: Installation) -> Inbound | None:
    if isinstance(payload.get("command"), str):
        return _read_command(payload, us)
    match payload.get("type"):
        case "block_actions":
            return read_press(payload, us)
        case "view_submission":
            return read_submission(payload, us)
        case "message_action" | "shortcut":
            return read_shortcut(payload, us)
        case "event_callback":
            return _read_event(payload, us)
        case _:
            return None


_EVENTS = {
    OPENED: read_visit,
    SHARED: read_link,
    REQUESTED: read_request,
    **dict.fromkeys(EVENTS, read_reaction),
}
"""What reads an event; all others are something that was said, or nothing."""


def _read_command(payload: dict[str, Any], us: Installation) -> Inbound | None:
    user, channel = text_at(payload, "user_id"), text_at(payload, "channel_id")
    team = text_at(payload, "team_id") or us.team
    if not user or not channel:
        return None
    scope = home("", team, text_at(payload, "enterprise_id"), shared=False)
    name = text_at(payload, "user_name")
    line, people = read_text(
        text_at(payload, "text"), lambda id, handle: Sender("slack", scope, id, handle, handle)
    )
    trigger = text_at(payload, "trigger_id")
    sender = Sender("slack", scope, user, name, name)
    return Inbound(
        key=request_key(team, trigger, payload),
        kind=Kind.ADDRESSED,
        sender=sender,
        address=chat_address(us.scope(team), channel, sender, text_at(payload, "channel_name")),
        line=line or HELP,
        people=people,
        forms=bool(trigger),
        entrance=entrance(payload, team),
        token=Ticket(trigger, text_at(payload, "response_url"), slash=True).pack(),
    )


def _read_event(payload: dict[str, Any], us: Installation) -> Inbound | None:
    read_one = _EVENTS.get(text_at(payload, "event", "type"), _read_said)
    return read_one(payload, us)


def _read_said(payload: dict[str, Any], us: Installation) -> Inbound | None:
    event = object_at(payload, "event")
    user, channel = text_at(event, "user"), text_at(event, "channel")
    mentioned = event.get("type") == "app_mention"
    # A channel's plain messages are none of our business: a mention comes as an event of its own.
    ours = mentioned or channel.startswith("D")
    if not (user and channel and ours and _said_by_a_person(event, us)):
        return None
    team, local, scope = _scopes(payload, us)
    line, people = read_text(
        text_at(event, "text"),
        lambda id, handle: Sender("slack", local, id, handle, handle),
        bot=us.bot_user,
    )
    if not line and not mentioned:
        return None
    thread, sender = text_at(event, "thread_ts"), Sender("slack", scope, user)
    return Inbound(
        key=message_key(text_at(payload, "event_id"), payload),
        kind=Kind.ADDRESSED if mentioned else Kind.TEXT,
        sender=sender,
        address=chat_address(us.scope(team), channel, sender, thread=thread),
        line=line or HELP,
        people=people,
        replied=message_ref(channel, thread) if _replies_to_us(event, us) else "",
        entrance=entrance(payload, team),
    )


def _scopes(payload: dict[str, Any], us: Installation) -> tuple[str, str, str]:
    """The installation's workspace, the namespace of its people, and that of the author."""
    event = object_at(payload, "event")
    team, enterprise = event_for(payload, us)
    author_team = text_at(event, "user_team") or text_at(event, "team")
    shared = is_external(payload)
    local = home("", team, enterprise, shared=False)
    return team, local, home(author_team, team, enterprise, shared=shared)


def _replies_to_us(event: dict[str, Any], us: Installation) -> bool:
    """Whether it is said in a thread below a message of ours, as far as Slack tells: a mention
    does not always say whose thread it is in."""
    below = text_at(event, "parent_user_id") or us.bot_user
    return bool(text_at(event, "thread_ts")) and below == us.bot_user != ""


def _said_by_a_person(event: dict[str, Any], us: Installation) -> bool:
    """Not a bot's, not our own, and no edit: an old message that is edited asks nothing new."""
    if event.get("type") not in ("message", "app_mention") or "edited" in event:
        return False
    bot = event.get("bot_id") or event.get("bot_profile")
    said = text_at(event, "subtype") in SAID
    return said and not bot and text_at(event, "user") not in (us.bot_user, SLACKBOT)
