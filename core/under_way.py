"""What the bot has written to a chat and may not have written down yet: its messages reach people
some milliseconds before they are known here by their names."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, select

from core import schema
from core.chats import Chat
from core.work import Work

LONGEST = timedelta(seconds=10)
"""What is on its way for longer waits for something, and was not sent yet."""

_key = schema.message_key.c
_ANSWERING = (
    select(_key.key)
    .where(
        _key.chat_id == bindparam("chat"),
        _key.received_at > bindparam("since"),
        _key.delivered_at.is_(None),
        _key.process != "",  # else a job sends it, which may wait behind the one that asks
    )
    .limit(1)
)


def is_under_way(work: Work, chat: Chat) -> bool:
    """Whether an answer or a job is writing to the chat, in whichever process."""
    return is_answering(work, chat) or work.is_sending_to(chat)


def is_answering(work: Work, chat: Chat) -> bool:
    """Whether an answer is on its way to the chat, in whichever process."""
    values = {"chat": chat.id, "since": work.now - LONGEST}
    return work.run(_ANSWERING, values).first() is not None
