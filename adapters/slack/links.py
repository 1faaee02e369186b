"""Links to tasks that people post, and what Slack shows below them.

Source: https://docs.slack.dev/reference/events/link_shared, and chat.unfurl beside it."""

from __future__ import annotations

import logging
import re
from typing import Any
from urllib.parse import urlsplit

from adapters.slack.addresses import chat_address
from adapters.slack.api import SlackApi
from adapters.slack.fields import message_key, object_at, text_at
from adapters.slack.installation import Installation, own_people
from adapters.slack.ticket import message_ref, split_ref
from core.addresses import Sender
from core.chat import Inbound, Kind, Quoted
from core.errors import ChatGone, MessageGone, Unsendable

log = logging.getLogger(__name__)

SHARED = "link_shared"
MOST = 2
"""Links of one message."""
_POSTED = "conversations_history"
"""As `source`; the other is a message that is still being written."""
_TASK = re.compile(r".*/task/([0-9a-z]{1,16})")


def read_link(payload: dict[str, Any], us: Installation) -> Inbound | None:
    """Links to tasks in a message of a channel. Slack tells of our own domain's only."""
    event = object_at(payload, "event")
    user, channel = text_at(event, "user"), text_at(event, "channel")
    ts, posted = text_at(event, "message_ts"), text_at(event, "source") in ("", _POSTED)
    tasks, foreign = _tasks_in(event.get("links")), payload.get("is_ext_shared_channel") is True
    if not (posted and user and ts and tasks) or channel[:1] in ("", "D") or foreign:
        return None
    team, scope = own_people(payload, us)
    sender = Sender("slack", scope, user)
    return Inbound(
        key=message_key(text_at(payload, "event_id"), payload),
        kind=Kind.LINK,
        sender=sender,
        address=chat_address(us.scope(team), channel, sender, thread=text_at(event, "thread_ts")),
        line=" ".join(["unfurl", *(f"t:{each}" for each in tasks)]),
        quoted=Quoted("", message=message_ref(channel, ts)),
    )


def _tasks_in(links: Any) -> list[str]:
    """The public ids, each once."""
    listed = links if isinstance(links, list) else ()
    found = [_task_in(text_at(each, "url")) for each in listed]
    return list(dict.fromkeys(filter(None, found)))[:MOST]


def _task_in(url: str) -> str:
    """Only a link that is ours to the letter: what is shown is shown below that."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    found = _TASK.fullmatch(parts.path)
    return found[1] if found and not (parts.query or parts.fragment) else ""


async def unfurl(api: SlackApi, ref: str, url: str, blocks: list[dict[str, Any]]) -> None:
    """Show blocks below a link, to everybody who reads it; nothing where the message is gone."""
    channel, ts = split_ref(ref)
    try:
        await api.call("chat.unfurl", channel=channel, ts=ts, unfurls={url: {"blocks": blocks}})
    except (MessageGone, ChatGone, Unsendable) as error:
        log.info("chat.unfurl: %s", error.reason)
