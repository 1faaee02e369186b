"""Answers to a chat that jobs have, or had, to send: one after the other, the oldest first."""

from __future__ import annotations

from sqlalchemy import bindparam, select, tuple_

from core import schema
from core.work import Work

_this = schema.message_key.alias()
_k, _t = schema.message_key.c, _this.c
_WAITS = (_k.delivered_at.is_(None), _k.reply.is_not(None), _k.process == "")
_FIRST = (
    select(_k.key)
    .where(_k.chat_id == bindparam("chat"), *_WAITS)
    .order_by(_k.received_at, _k.key)
    .limit(1)
)
_BEHIND = (
    select(_k.key, _k.chat_id)
    .where(
        _t.key == bindparam("k"),
        _k.chat_id == _t.chat_id,
        tuple_(_k.received_at, _k.key) > tuple_(_t.received_at, _t.key),
        *_WAITS,
    )
    .order_by(_k.received_at, _k.key)
    .limit(1)
)


def first(work: Work, chat: int) -> str | None:
    """The key of the first one that waits for a chat."""
    key: str | None = work.run(_FIRST, {"chat": chat}).scalar()
    return key


def behind(work: Work, key: str) -> tuple[int, str] | None:
    """The chat of an answer, whatever became of it, and the key of the next that waits there."""
    row = work.run(_BEHIND, {"k": key}).first()
    return (row.chat_id, row.key) if row is not None else None
