"""When Polar's subscriptions are looked through, whatever the webhooks said, and by whom: one
process of several."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, or_, select, update

from core import schema
from core.sql import insert_or_ignore

if TYPE_CHECKING:
    from core.work import Work

DAILY = timedelta(days=1)

_r = schema.reconciliation.c
_ONLY = _r.id == 1
_NOW = bindparam("now", type_=schema.UtcTime)
_BEGIN = insert_or_ignore(schema.reconciliation, ("id",))
_STATE = select(schema.reconciliation).where(_ONLY)
_CLAIM = (
    update(schema.reconciliation)
    .where(
        _ONLY,
        or_(_r.claimed_until.is_(None), _r.claimed_until <= _NOW, _r.process == bindparam("by")),
    )
    .values(process=bindparam("by"), claimed_until=bindparam("until"))
    .returning(_r.id)
)
_ENDED = (
    update(schema.reconciliation)
    .where(_ONLY)
    .values(
        claimed_until=None,
        ended_at=_NOW,
        due_at=bindparam("next"),
        repaired=_r.repaired + bindparam("found"),
    )
)
_DUE = (
    update(schema.reconciliation)
    .where(_ONLY, _r.due_at > bindparam("at"))
    .values(due_at=bindparam("at"))
)


@dataclass(frozen=True, slots=True)
class Reconciled:
    """How it stands."""

    process: str
    claimed_until: datetime | None
    """Who looks through them now, until when."""
    ended_at: datetime | None
    due_at: datetime
    repaired: int
    """What it ever found that no webhook had said."""


class Reconciliation:
    """The one row, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def claim(self, process: str, until: datetime) -> bool:
        """One process looks through them until then; False while another does."""
        self._begin()
        values = {"by": process, "until": until, "now": self._work.now}
        return self._work.run(_CLAIM, values).first() is not None

    def ended(self, found: int, again: datetime | None = None) -> None:
        """All was looked through, and so many were not as the webhooks had said. The next time is
        `again`, else in a day."""
        at = again or self._work.now + DAILY
        self._work.run(_ENDED, {"now": self._work.now, "next": at, "found": found})

    def due(self, at: datetime) -> None:
        """It is to be done again at that time at the latest."""
        self._begin()
        self._work.run(_DUE, {"at": at})

    def state(self) -> Reconciled | None:
        """How it stands; None before the first time."""
        row = self._work.run(_STATE).first()
        if row is None:
            return None
        return Reconciled(row.process, row.claimed_until, row.ended_at, row.due_at, row.repaired)

    def _begin(self) -> None:
        self._work.run(_BEGIN, {"id": 1, "due_at": self._work.now})
