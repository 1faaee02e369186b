"""What the job of a digest finds to say when it sends: somebody's own, or a group's."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.digest_words import digest_of, group_digest_of
from bot.language import speaking
from bot.readers import reader
from bot.telling import Message
from core.ports import Payload
from core.work import Work


def digesting(work: Work, payload: Payload) -> Message | None:
    """A digest as things stand; None when there is nothing to do, or nobody wants one."""
    late = work.now - datetime.fromtimestamp(int(str(payload["at"])), UTC)
    if "identity" in payload:
        return _own(work, payload, late)
    return _of_group(work, int(str(payload["chat"])), late)


def _own(work: Work, payload: Payload, late: timedelta) -> Message | None:
    found = reader(work, payload)
    if found is None or not found[1].notify:
        return None
    chat = work.chats.by_id(found[1].chat_id)
    if chat.gone or work.digests.of(found[0].id) is None:
        return None
    with speaking(found[0].language):
        reply = digest_of(work, found[0], late)
    return Message(chat.address, reply) if reply else None


def _of_group(work: Work, chat_id: int, late: timedelta) -> Message | None:
    chat, found = work.chats.by_id(chat_id), work.group_digests.of(chat_id)
    if chat.gone or found is None:
        return None
    rule, told = found
    with speaking(told.language):
        reply = group_digest_of(work, chat_id, rule.zone, late)
    return Message(replace(chat.address, thread=told.thread), reply) if reply else None
