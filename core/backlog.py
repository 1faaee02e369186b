"""How long answers have been waiting, for the operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from core import schema

if TYPE_CHECKING:
    from core.work import Work

_k, _c = schema.message_key.c, schema.chat.c
# What waits for somebody whom we may not write to is no fault of ours, and no age of a backlog.
_OLDEST = (
    select(_k.received_at)
    .join(schema.chat, _c.id == _k.chat_id)
    .where(_k.delivered_at.is_(None), _k.reply.is_not(None), _c.gone == "")
    .order_by(_k.received_at)
    .limit(1)
)


def oldest_wait(work: Work) -> float:
    """Seconds since the message whose answer waits longest; 0 where none does."""
    received = work.run(_OLDEST).scalar()
    return (work.now - received).total_seconds() if received is not None else 0.0
