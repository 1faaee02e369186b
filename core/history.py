"""How far back a plan lists what is finished. All of it is kept, and exported."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, exists, func, or_, select

from core import schema

if TYPE_CHECKING:
    from core.work import Work

_t, _n = schema.task.c, schema.concern.c
_ENDED = func.coalesce(_t.completed_at, _t.updated_at)
_SINCE = bindparam("since", type_=_t.updated_at.type)
RECENT = or_(bindparam("any_age", 1) == 1, _n.open, _ENDED >= _SINCE)
"""Open, or finished no longer ago than the reader's plan lists."""
_OLDER = select(
    exists().where(
        _n.account_id == bindparam("viewer"),
        _n.open.is_(False),
        _n.task_id == _t.id,
        _t.deleted_at.is_(None),
        _ENDED < _SINCE,
    )
)


def listed_since(work: Work, viewer: int) -> datetime | None:
    """What was finished before is not listed; None where all is, or where nothing is that old."""
    days = work.entitlements.history_days(viewer)
    if days is None:
        return None
    since = work.now - timedelta(days=days)
    return since if work.run(_OLDER, {"viewer": viewer, "since": since}).scalar_one() else None
