"""Whether the service is being looked after, so that people are asked to wait."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from core import schema
from core.sql import insert_or_ignore

if TYPE_CHECKING:
    from core.work import Work

_u = schema.upkeep.c
_ONLY = _u.id == 1
_BEGIN = insert_or_ignore(schema.upkeep, ("id",))
_SINCE = select(_u.since).where(_ONLY)
_ON = (
    update(schema.upkeep)
    .where(_ONLY, _u.since.is_(None))
    .values(since=bindparam("now"))
    .returning(_u.id)
)
_OFF = update(schema.upkeep).where(_ONLY, _u.since.is_not(None)).values(since=None).returning(_u.id)


def since(work: Work) -> datetime | None:
    """Since when people are asked to wait; None where they are not."""
    found: datetime | None = work.run(_SINCE).scalar()
    return found


def switch(work: Work, *, on: bool) -> bool:
    """Ask people to wait, or no more; False where it was so already."""
    if not on:
        return work.run(_OFF).first() is not None
    work.run(_BEGIN, {"id": 1})
    return work.run(_ON, {"now": work.now}).first() is not None
