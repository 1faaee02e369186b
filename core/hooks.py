"""What Polar's webhooks say: each is kept, and done once, in the same commit (`promises.md` T17).

Polar sends again what was not answered with 2xx, and stops sending after ten failures: whatever is
genuine is kept, also what cannot be read, and what our code breaks on."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, func, not_, select, update
from sqlalchemy.exc import OperationalError

from core import schema
from core.billing_facts import Hook
from core.hearing import hear, whom
from core.outcomes import Outcome
from core.sql import Overtaken, insert_or_ignore

if TYPE_CHECKING:
    from core.work import Work

__all__ = ["Hooks", "Kept", "Outcome"]
log = logging.getLogger(__name__)

SOURCE = "polar"
KEEP_BODIES = timedelta(days=7)
KEEP = timedelta(days=90)
"""Polar keeps what it sent as long, and may be made to send it again."""

_h = schema.hook.c
_ADD = insert_or_ignore(schema.hook, ("source", "id"), "id")
_ONE = (_h.source == bindparam("of")) & (_h.id == bindparam("hook"))
_SET = update(schema.hook).where(_ONE).values(outcome=bindparam("became"), why=bindparam("because"))
_EMPTY = update(schema.hook).where(_ONE).values(body=None)
_SETTLED = (
    update(schema.hook)
    .where(
        _h.outcome == Outcome.NOBODY,
        not_(_h.type.startswith("order.")),  # a refund is still to be told, by a replay
        _h.body.contains(bindparam("customer")),
    )
    .values(outcome=Outcome.APPLIED.value)
)
_FIND = select(schema.hook).where(_ONE)
# What it said is still there, or nobody could do anything about it any more.
_WAITS = and_(schema.HOOK_WAITS, _h.body.is_not(None))
_PAGE = select(schema.hook).where(_WAITS).order_by(_h.received_at.desc()).limit(bindparam("most"))
_COUNTS = select(_h.outcome, func.count().label("many")).where(_WAITS).group_by(_h.outcome)
_HEARD = select(func.max(_h.received_at))
_FORGET_BODIES = (
    update(schema.hook)
    .where(_h.received_at < bindparam("before"), _h.body.is_not(None))
    .values(body=None)
)
_FORGET = delete(schema.hook).where(_h.received_at < bindparam("before"))


@dataclass(frozen=True, slots=True)
class Kept:
    """A webhook that was kept."""

    source: str
    id: str
    type: str
    outcome: Outcome
    why: str
    body: str | None
    """None once it is forgotten."""
    received_at: datetime


class Hooks:
    """Webhooks, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def receive(self, hook: Hook) -> Outcome:
        """Keep a genuine webhook, and do what it says unless it came before: `known`. What breaks
        our code is kept as `failed`, and nothing of it is done; only the database's own trouble is
        raised."""
        values = {
            "source": SOURCE,
            "id": hook.id[:128],
            "type": hook.type[:64],
            "outcome": Outcome.APPLIED.value,
            "body": hook.body.replace("\0", "\N{REPLACEMENT CHARACTER}"),
            "received_at": self._work.now,
        }
        if self._work.run(_ADD, values).first() is None:
            return Outcome.KNOWN
        return self._do(SOURCE, hook)

    def again(self, source: str, id: str, hook: Hook) -> Outcome:
        """Do what a webhook said that was kept, as it is read by now. Raises `LookupError` where
        there is none."""
        if self.find(source, id) is None:
            raise LookupError("no such webhook")
        return self._do(source, hook, kept=Outcome.KNOWN)

    def settled(self, customer_id: str) -> None:
        """It is known by now who a customer is: what was nobody's waits no more."""
        self._work.run(_SETTLED, {"customer": customer_id})

    def page(self, most: int = 50) -> list[Kept]:
        """Those that wait for the operator, newest first."""
        return [_read(row) for row in self._work.run(_PAGE, {"most": most})]

    def counts(self) -> dict[Outcome, int]:
        """How many wait for the operator, by what became of them."""
        return {Outcome(row.outcome): row.many for row in self._work.run(_COUNTS)}

    def find(self, source: str, id: str) -> Kept | None:
        row = self._work.run(_FIND, {"of": source, "hook": id}).first()
        return _read(row) if row is not None else None

    def heard(self) -> datetime | None:
        """When the last one came that was genuine, and new."""
        found: datetime | None = self._work.run(_HEARD).scalar()
        return found

    def forget(self) -> None:
        """Drop what they said after a week, and that they came after 90 days."""
        self._work.run(_FORGET_BODIES, {"before": self._work.now - KEEP_BODIES})
        self._work.run(_FORGET, {"before": self._work.now - KEEP})

    def _do(self, source: str, hook: Hook, kept: Outcome = Outcome.APPLIED) -> Outcome:
        outcome, why = self._heard(hook)
        place = {"of": source, "hook": hook.id[:128]}
        if outcome is not kept:
            self._work.run(_SET, place | {"became": outcome.value, "because": why[:200]})
        about = whom(hook.what) if outcome is Outcome.IGNORED else None
        if about is not None and self._work.customers.forgotten(about):
            self._work.run(_EMPTY, place)
        return outcome

    def _heard(self, hook: Hook) -> tuple[Outcome, str]:
        if hook.why:
            return Outcome.MALFORMED, hook.why
        if not hook.known:
            return Outcome.UNKNOWN, hook.type
        try:
            # Nothing said before waits to be sent, else its error would be taken for this one's:
            # whoever calls has just been answered.
            with self._work.savepoint():
                outcome = hear(self._work, hook.what)
                self._work.flush()
            return outcome, ""
        except (Overtaken, OperationalError):  # the store runs it again
            raise
        except Exception as error:
            log.exception("a webhook broke our code: %s %s", hook.type, hook.id)
            return Outcome.FAILED, type(error).__name__


def _read(row: Any) -> Kept:
    outcome = Outcome(row.outcome)
    return Kept(row.source, row.id, row.type, outcome, row.why, row.body, row.received_at)
