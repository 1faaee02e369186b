"""A message on its way to Slack: posted, or in place of one that is there."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from typing import Any

from adapters.slack.api import SlackApi
from adapters.slack.errors import THREAD
from adapters.slack.ticket import message_ref, split_ref
from core.addresses import Address
from core.chat import Sent
from core.errors import DeliveryError, MessageGone, Unsendable

log = logging.getLogger(__name__)

QUIET = {"unfurl_links": False, "unfurl_media": False}
"""No previews: fetching one would spend a one-time link."""


async def post(api: SlackApi, address: Address, drawn: dict[str, Any], reply_to: str) -> Sent:
    """In the thread of what it replies to; in none where that is gone."""
    thread = split_ref(reply_to)[1] or address.thread
    message = {"channel": address.chat, **drawn, **QUIET}
    try:
        answer = await _post(api, message, thread)
    except (MessageGone, Unsendable) as error:
        if not thread or error.reason not in THREAD:
            raise
        answer = await _post(api, message, "")
        address = replace(address, thread="")
    channel, ts = str(answer.get("channel", "")), str(answer.get("ts", ""))
    return Sent(address, message_ref(channel, ts))


async def _post(api: SlackApi, message: dict[str, Any], thread: str) -> dict[str, Any]:
    in_thread = {"thread_ts": thread} if thread else {}
    return await api.call("chat.postMessage", **message, **in_thread)


async def instead(
    api: SlackApi, address: Address, drawn: dict[str, Any], ref: str, words: dict[str, Any]
) -> Sent:
    """A message of its own, and that one is deleted; where Slack keeps it, it says these words. The
    new one is there, so what becomes of the old one is no failure: its button still works."""
    sent, (channel, ts) = await post(api, address, drawn, ""), split_ref(ref)
    if ts and address.private:
        try:
            await api.call("chat.delete", channel=channel, ts=ts)
        except DeliveryError as error:
            log.info("A message was not deleted: %r", error)
            with suppress(DeliveryError):
                await edit(api, address, words, ref)
    return sent


async def edit(api: SlackApi, address: Address, drawn: dict[str, Any], ref: str) -> Sent:
    """In place of this message. Raises `MessageGone`."""
    channel, ts = split_ref(ref)
    if not ts:
        raise MessageGone("no message of ours")
    await api.call("chat.update", channel=channel, ts=ts, **drawn)
    return Sent(address, ref)
