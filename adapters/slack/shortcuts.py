"""The app's entries in Slack's own menus, as `Inbound`. Pure.

A shortcut is a button of Slack's: its callback id is the line, as the manifest says."""

from __future__ import annotations

import re
from typing import Any

from adapters.slack.addresses import chat_address
from adapters.slack.fields import object_at, request_key, text_at
from adapters.slack.installation import Installation
from adapters.slack.interactions import sender_of, team_of
from adapters.slack.markup import clean
from adapters.slack.markup import read as read_text
from adapters.slack.ticket import NEW, Ticket, message_ref
from core.addresses import Sender
from core.chat import Inbound, Kind, Quoted

NOWHERE = "D"
"""In place of a channel: whatever is chosen outside of one is the person's own."""
_DOMAIN = re.compile(r"[a-z0-9-]+(\.enterprise)?")


def read_shortcut(payload: dict[str, Any], us: Installation) -> Inbound | None:
    """The chosen shortcut's line, with the message whose menu it was in."""
    sender, line = sender_of(payload, us), clean(text_at(payload, "callback_id")).strip()
    if not line or not sender.user_id:
        return None
    team, channel = team_of(payload, us), text_at(payload, "channel", "id")
    message, trigger = object_at(payload, "message"), text_at(payload, "trigger_id")
    words, people = read_text(
        _words(message), lambda id, handle: Sender("slack", sender.scope, id, handle, handle)
    )
    return Inbound(
        key=request_key(team, trigger, payload),
        kind=Kind.PRESS,
        sender=sender,
        address=chat_address(
            us.scope(team),
            channel or NOWHERE,
            sender,
            text_at(payload, "channel", "name"),
            thread=text_at(message, "thread_ts"),
        ),
        line=line,
        people=people,
        replied=_ours(payload, message, us),
        quoted=_quoted(payload, message, words) if message else None,
        forms=bool(trigger),
        token=_ticket(payload, trigger, channel).pack(),
    )


def _ticket(payload: dict[str, Any], trigger: str, channel: str) -> Ticket:
    """Whoever chooses something outside of a channel gets the answer where they are: in a modal."""
    screen = NEW if trigger and not channel else ""
    return Ticket(trigger, text_at(payload, "response_url"), screen=screen)


def _ours(payload: dict[str, Any], message: dict[str, Any], us: Installation) -> str:
    """The message, if it is one of the bot's own."""
    ours = us.bot_user and text_at(message, "user") == us.bot_user
    return message_ref(text_at(payload, "channel", "id"), text_at(message, "ts")) if ours else ""


def _quoted(payload: dict[str, Any], message: dict[str, Any], words: str) -> Quoted:
    channel = text_at(payload, "channel", "id")
    ts = text_at(message, "ts") or text_at(payload, "message_ts")
    return Quoted(
        words,
        author=clean(text_at(message, "bot_profile", "name") or text_at(message, "username")),
        url=permalink(text_at(payload, "team", "domain"), channel, ts, message),
        message=message_ref(channel, ts),
    )


def permalink(domain: str, channel: str, ts: str, message: dict[str, Any]) -> str:
    """The address of a message, as `chat.getPermalink` gives it: a call for what every part of is
    known would cost time of the trigger's. Empty where one is not known."""
    if not (_DOMAIN.fullmatch(domain) and channel and ts):
        return ""
    link = f"https://{domain}.slack.com/archives/{channel}/p{ts.replace('.', '')}"
    thread = text_at(message, "thread_ts")
    return f"{link}?thread_ts={thread}&cid={channel}" if thread not in ("", ts) else link


def _words(message: dict[str, Any]) -> str:
    """What a message says; of one that has only attachments, what they say."""
    listed = message.get("attachments")
    attached = [
        text_at(each, "text") or text_at(each, "fallback")
        for each in (listed if isinstance(listed, list) else ())
    ]
    return text_at(message, "text") or "\n".join(filter(None, attached))
