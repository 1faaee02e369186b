"""What waits and what is late, for the operator."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from core import schema

if TYPE_CHECKING:
    from core.work import Work

LATE = timedelta(minutes=1)
"""A reminder that is told so long after its time is late: thirty times as long as a tick takes."""

_k, _c, _f = schema.message_key.c, schema.chat.c, schema.failed_message.c
# What waits for somebody whom we may not write to is no fault of ours, and no age of a backlog.
_OLDEST = (
    select(_k.received_at)
    .join(schema.chat, _c.id == _k.chat_id)
    .where(_k.delivered_at.is_(None), _k.reply.is_not(None), _c.gone == "")
    .order_by(_k.received_at)
    .limit(1)
)
_FAILED = (
    select(_f.failed_at)
    .where(_f.replayed_at.is_(None))
    .order_by(_f.failed_at)
    .limit(bindparam("most"))
)
_BEFORE = bindparam("before", type_=schema.UtcTime)
_DUE = [
    select(table.c.at).where(table.c.at <= _BEFORE).order_by(table.c.at).limit(1)
    for table in (
        schema.reminder,
        schema.digest,
        schema.group_digest,
        schema.group_preset,
        schema.held,
    )
]


def oldest_wait(work: Work) -> float:
    """Seconds since the message whose answer waits longest; 0 where none does."""
    return _age(work, work.run(_OLDEST).scalar())


def failed(work: Work, most: int) -> tuple[int, float]:
    """How many messages our code could not handle and nobody replayed, counted up to `most`, and
    the seconds since the first of them."""
    found = work.run(_FAILED, {"most": most}).scalars().all()
    return len(found), _age(work, found[0] if found else None)


def oldest_due(work: Work) -> float:
    """Seconds since the time of the reminder or digest that should have been told first and is not
    yet; 0 where none is due."""
    found = [work.run(each, {"before": work.now}).scalar() for each in _DUE]
    return _age(work, min((each for each in found if each is not None), default=None))


def late(work: Work, due: Iterable[datetime]) -> int:
    """How many of the reminders that are told now are late, by when they were due."""
    return sum(each <= work.now - LATE for each in due)


def _age(work: Work, since: datetime | None) -> float:
    return (work.now - since).total_seconds() if since is not None else 0.0
