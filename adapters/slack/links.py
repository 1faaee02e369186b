"""Links to tasks that people post, and what Slack shows below them.

Source: https://docs.slack.dev/reference/events/link_shared, and chat.unfurl beside it."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import Any
from urllib.parse import urlsplit

from adapters.slack.addresses import chat_address
from adapters.slack.api import SlackApi
from adapters.slack.fields import message_key, object_at, text_at
from adapters.slack.installation import Installation, place
from adapters.slack.ticket import message_ref, split_ref
from core.addresses import Sender
from core.chat import Inbound, Kind, Quoted
from core.errors import ChatGone, MessageGone, Unsendable

log = logging.getLogger(__name__)

SHARED = "link_shared"
MOST = 2
"""Links of one message."""
NOT_YET = "cannot_unfurl_url"
"""No such link, or Slack has not got our answer to its event yet: a job may be quicker."""
SOON = 1.0
"""Seconds until it has."""
_POSTED = "conversations_history"
"""As `source`; the other is a message that is still being written."""
_TASK = re.compile(r".*/task/([0-9a-z]{1,16})")


def read_link(payload: dict[str, Any], us: Installation) -> Inbound | None:
    """Links to tasks in a message of a channel. Slack tells of our own domain's only."""
    event = object_at(payload, "event")
    user, channel = text_at(event, "user"), text_at(event, "channel")
    ts, posted = text_at(event, "message_ts"), text_at(event, "source") in ("", _POSTED)
    tasks, at = _tasks_in(event.get("links")), place(payload, us)
    if not (posted and user and ts and tasks and at.author) or channel[:1] in ("", "D"):
        return None
    sender = Sender("slack", at.author, user)
    return Inbound(
        key=message_key(text_at(payload, "event_id"), payload),
        kind=Kind.LINK,
        sender=sender,
        address=chat_address(at.scope, channel, sender, thread=text_at(event, "thread_ts")),
        line=" ".join(["unfurl", *(f"t:{each}" for each in tasks)]),
        quoted=Quoted("", message=message_ref(channel, ts)),
        external=at.external,
        guest=at.guest,
    )


def _tasks_in(links: Any) -> list[str]:
    """The public ids, each once."""
    listed = links if isinstance(links, list) else ()
    found = [task_in(text_at(each, "url")) for each in listed]
    return list(dict.fromkeys(filter(None, found)))[:MOST]


def task_in(url: str) -> str:
    """The task of a link, if that is ours to the letter: what is shown is shown below that."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    found = _TASK.fullmatch(parts.path)
    return found[1] if found and not (parts.query or parts.fragment) else ""


async def ask_author(api: SlackApi, ref: str, blocks: list[dict[str, Any]]) -> None:
    """Show blocks to whoever posted the message, and to nobody else: it is how Slack has people
    asked to make themselves known, and works in channels that the app is no member of."""
    await unfurl(api, ref, unfurls={}, user_auth_blocks=blocks)


async def unfurl(api: SlackApi, ref: str, **shown: Any) -> str:
    """Show something below a link, to everybody who reads it, in place of what was shown there
    before. Why Slack does not; empty where it does."""
    refused = await _refused(api, ref, shown)
    if refused == NOT_YET:
        await asyncio.sleep(SOON)
        refused = await _refused(api, ref, shown)
    if refused:
        log.info("chat.unfurl: %s", refused)
    return refused


async def _refused(api: SlackApi, ref: str, shown: dict[str, Any]) -> str:
    channel, ts = split_ref(ref)
    try:
        answer = await api.call("chat.unfurl", channel=channel, ts=ts, **shown)
    except (MessageGone, ChatGone, Unsendable) as error:
        return error.reason
    # Of metadata that it does not understand Slack may say so beside an `ok`, and show nothing.
    warning = text_at(answer, "warning")
    return warning if "metadata" in shown and "metadata" in warning else ""
