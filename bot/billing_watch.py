"""What the operator has to know about payments, looked at now and then for the metrics."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.gauges import Gauges
from bot.metrics import Metrics
from core.reconciling import Reconciled
from core.store import Store
from core.work import Work

NUMBERS = {
    "alarm": "1 for an hour after a comparison with Polar found what no call had said, and while "
    "one is an hour late",
    "silence_seconds": "Seconds since Polar was heard last",
    "compared_seconds": "Seconds since the newest comparison with Polar that came to its end",
    "open_hooks": "Calls of Polar that came to nothing and wait for the operator",
    "unknown_payers": "Customers of Polar of whom nobody knows whose account they pay for",
}
HOUR = timedelta(hours=1)
MOST = 1001
"""Unknown payers are counted no further."""


class BillingWatch(Gauges):
    """How payments are doing, in numbers."""

    def __init__(self, store: Store, metrics: Metrics) -> None:
        super().__init__(NUMBERS)
        self.show(metrics, "billing_")
        self._store = store
        self._repaired: int | None = None
        """As it was at the newest look; it is every process's."""
        self._alarmed_at: datetime | None = None

    async def look(self) -> None:
        """Ask the database."""
        facts = await self._store.query(_facts)
        state, now = facts.state, facts.now
        if state is not None:
            if self._repaired is not None and state.repaired > self._repaired:
                self._alarmed_at = now
            self._repaired = state.repaired
        found = self._alarmed_at is not None and now - self._alarmed_at < HOUR
        late = state is not None and now - state.due_at > HOUR
        self.numbers |= {
            "alarm": float(found or late),
            "silence_seconds": _since(facts.heard, now),
            "compared_seconds": _since(state.ended_at if state else None, now),
            "open_hooks": facts.open_hooks,
            "unknown_payers": facts.unknown_payers,
        }


@dataclass(frozen=True, slots=True)
class _Facts:
    now: datetime
    state: Reconciled | None
    heard: datetime | None
    open_hooks: int
    unknown_payers: int


def _facts(work: Work) -> _Facts:
    return _Facts(
        work.now,
        work.reconciliation.state(),
        work.hooks.heard(),
        sum(work.hooks.counts().values()),
        len(work.customers.unknown(MOST)),
    )


def _since(at: datetime | None, now: datetime) -> float:
    """Not a number where it never was."""
    return math.nan if at is None else (now - at).total_seconds()
