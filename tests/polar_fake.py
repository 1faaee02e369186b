"""A small Polar that works: its sweepable side, with its clock and its count of calls."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.billing_facts import Catalogue, Customer, Price, Product, Subscription
from core.errors import BillingAway
from core.ports import Clock

PAGE = 100
"""Things in one answer, as at Polar."""
PLANS = {"pro-month": "pro", "teams-month": "teams"}
STATES = ("active", "active", "trialing", "past_due", "paused")


class FakePolar:
    """Subscriptions that change without anybody being told, and whoever asks is counted."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.all: dict[str, Subscription] = {}
        self.away = ""
        """Why it cannot be reached; empty while it can."""
        self.calls: Counter[datetime] = Counter()
        """Calls by the minute."""

    def sell(self, external_id: str) -> Subscription:
        """A subscription of the smaller plan, by a new customer."""
        now, id = self._clock.now(), f"sub-{len(self.all)}"
        nothing = dict.fromkeys(
            ("trial_start", "canceled_at", "ends_at", "ended_at", "past_due_at", "pending_at")
        )
        made = Subscription(
            id=id,
            customer=Customer(f"cus-{len(self.all)}", external_id),
            product_id="pro-month",
            status="active",
            amount=900,
            currency="usd",
            interval="month",
            interval_count=1,
            period_start=now,
            period_end=now + timedelta(days=30),
            trial_end=now + timedelta(days=30),
            cancel_at_period_end=False,
            started_at=now,
            pending_product_id="",
            checkout_id="",
            created_at=now,
            modified_at=None,
            **nothing,  # type: ignore[arg-type]  # what has not come
        )
        self.all[id] = made
        return made

    def change(self, id: str, rand: random.Random) -> Subscription:
        """Something happens to it."""
        now, status = self._clock.now(), rand.choice(STATES)
        self.all[id] = replace(
            self.all[id],
            status=status,
            product_id=rand.choice(list(PLANS)),
            past_due_at=now if status == "past_due" else None,
            modified_at=now,
        )
        return self.all[id]

    def plans(self) -> dict[str, str]:
        """What each customer is to have, by external id."""
        return {
            each.customer.external_id: "" if each.status == "paused" else PLANS[each.product_id]
            for each in self.all.values()
        }

    async def products(self) -> Catalogue:
        self._called(1)
        price = (Price("fixed", 900, "usd"),)
        return Catalogue([
            Product(id, id, "", "month", 1, price, archived=False, trial_interval="",
                    trial_count=0, modified_at=None)
            for id in PLANS
        ])  # fmt: skip

    async def subscriptions(self, external_id: str = "") -> Sequence[Subscription]:
        found = [
            each for each in self.all.values() if external_id in ("", each.customer.external_id)
        ]
        self._called(-(-len(found) // PAGE) or 1)
        return found

    def _called(self, times: int) -> None:
        self.calls[self._clock.now().replace(second=0, microsecond=0)] += times
        if self.away:
            raise BillingAway(self.away)
