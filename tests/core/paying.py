"""Somebody pays: what Polar would tell of it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from core.billing_facts import Customer, Hook, Price, Product, Subscription, What
from core.outcomes import Outcome
from core.sales import Sales
from core.store import Store
from core.work import Work
from tests.core.people import Person

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""Where the tests' clock stands at first."""
MONTH = timedelta(days=30)
PLANS: Mapping[str, str] = {"p-pro": "pro", "p-pro-year": "pro", "p-teams": "teams"}
_numbers = itertools.count(1)


def selling() -> Sales:
    return Sales(on=True, plans=PLANS)


def bought(external_id: str = "", **fields: Any) -> Subscription:
    """A subscription that began just now, and is paid for a month."""
    customer = fields.pop("customer", Customer(f"c-{external_id}", external_id))
    values: dict[str, Any] = {
        "id": f"s-{external_id}",
        "customer": customer,
        "product_id": "p-pro",
        "status": "active",
        "amount": 900,
        "currency": "usd",
        "interval": "month",
        "interval_count": 1,
        "period_start": NOW,
        "period_end": NOW + MONTH,
        "trial_start": None,
        "trial_end": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "started_at": NOW,
        "ends_at": None,
        "ended_at": None,
        "past_due_at": None,
        "pending_product_id": "",
        "pending_at": None,
        "checkout_id": "",
        "created_at": NOW,
        "modified_at": NOW,
    }
    return Subscription(**values | fields)


def product(id: str = "p-pro", **fields: Any) -> Product:
    values: dict[str, Any] = {
        "name": "Pro",
        "description": "",
        "interval": "month",
        "interval_count": 1,
        "prices": (Price("fixed", 900, "usd"),),
        "archived": False,
        "trial_interval": "",
        "trial_count": 0,
        "modified_at": NOW,
    }
    return Product(id=id, **values | fields)


def hook(what: What | None, **fields: Any) -> Hook:
    """A webhook of its own."""
    values: dict[str, Any] = {"id": f"h{next(_numbers)}", "type": "x.updated", "body": "{}"}
    return Hook(at=NOW, what=what, **values | fields)


async def hear(store: Store, what: What | None, **fields: Any) -> Outcome:
    """Polar tells of it."""
    told = hook(what, **fields)
    return await store.mutate(lambda work: work.hooks.receive(told))


async def external_id(store: Store, who: Person) -> str:
    """By what Polar knows somebody."""
    return await store.query(lambda work: work.billing.external_id(who.account))


async def plan_of(store: Store, who: Person) -> str:
    return await store.query(lambda work: work.entitlements.plan(who.account).name)


async def news(store: Store, who: Person) -> list[str]:
    """What they were told of plans, by kind, oldest first."""

    def kinds(work: Work) -> list[str]:
        page = work.notices.page(who.account, most=1000)
        return [type(each.event).__name__ for each in reversed(page)]

    return await store.query(kinds)
