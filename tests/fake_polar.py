"""A Polar in memory behind the port `BillingGateway`: it sells, and can be away or refuse."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.billing_facts import (
    PAUSED,
    Catalogue,
    Checkout,
    Customer,
    Price,
    Product,
    Span,
    Subscription,
)
from core.errors import BillingRefused
from core.ports import BillingGateway, Clock, Proration

MONTH = timedelta(days=30)


def product(id: str, name: str, amount: int, *, interval: str = "month", trial: int = 0) -> Product:
    """Something for sale in dollars; `trial` in days."""
    return Product(
        id=id,
        name=name,
        description="",
        interval=interval,
        interval_count=1,
        prices=(Price("fixed", amount, "usd"),),
        archived=False,
        trial_interval="day" if trial else "",
        trial_count=trial,
        modified_at=None,
    )


class MemoryPolar(BillingGateway):
    """Does at once what it is asked, unless `trouble` is set: then it raises that."""

    def __init__(self, clock: Clock, *products: Product) -> None:
        self._clock = clock
        self._products = {each.id: each for each in products}
        self._numbers = itertools.count(1)
        self._owners: dict[str, str] = {}
        """Checkout -> external id."""
        self.checkouts: dict[str, Checkout] = {}
        self.sold: dict[str, Subscription] = {}
        self.forgotten: list[str] = []
        self.calls: list[str] = []
        self.pages: list[tuple[str, str]] = []
        """Where a browser comes back to, and in which language a page is."""
        self.trouble: Exception | None = None
        self.passing: list[Exception] = []
        """Raised once each, before anything is done."""
        self.in_doubt: Exception | None = None
        """Raised once, after what was asked was done."""

    async def products(self) -> Catalogue:
        self._asked("products")
        return Catalogue(list(self._products.values()))

    async def subscriptions(self, external_id: str = "") -> Sequence[Subscription]:
        self._asked("subscriptions")
        return [
            each for each in self.sold.values() if external_id in {"", each.customer.external_id}
        ]

    async def subscription(self, id: str) -> Subscription:
        self._asked("subscription")
        if id not in self.sold:
            raise BillingRefused("none")
        return self.sold[id]

    async def checkout(
        self,
        *,
        external_id: str,
        product_id: str,
        success_url: str,
        locale: str = "",
        trial: Span | None = None,
    ) -> Checkout:
        self._asked("checkout")
        self.pages.append((success_url, locale))
        if product_id not in self._products:
            raise BillingRefused("not-sold")
        id = f"checkout-{next(self._numbers)}"
        expires, url = self._clock.now() + timedelta(days=1), f"https://polar.test/pay/{id}"
        self.checkouts[id] = Checkout(id, "open", None, product_id, expires, url)
        self._owners[id] = external_id
        return self.checkouts[id]

    async def checkout_again(self, id: str) -> Checkout:
        self._asked("checkout_again")
        if id not in self.checkouts:
            raise BillingRefused("invalid")
        return self.checkouts[id]

    async def portal(self, external_id: str, return_url: str = "") -> str:
        self._asked("portal")
        if not any(each.customer.external_id == external_id for each in self.sold.values()):
            raise BillingRefused("no-customer")
        return f"https://polar.test/portal/{next(self._numbers)}"

    async def change(
        self, subscription: str, product_id: str, proration: Proration
    ) -> Subscription:
        self._asked("change")
        held = self._running(subscription)
        if held.cancel_at_period_end:
            raise BillingRefused("cancelling")
        if proration is Proration.NEXT_PERIOD:
            return self._now(held, pending_product_id=product_id, pending_at=held.period_end)
        new = self._products[product_id]
        return self._now(
            held, product_id=new.id, amount=new.prices[0].amount, interval=new.interval
        )

    async def cancel(
        self, subscription: str, *, now: bool, reason: str = "", comment: str = ""
    ) -> Subscription:
        self._asked(f"cancel {reason}")
        held, at = self._running(subscription), self._clock.now()
        if now:
            return self._now(held, status="canceled", canceled_at=at, ended_at=at, ends_at=at)
        return self._now(held, cancel_at_period_end=True, canceled_at=at, ends_at=held.period_end)

    async def resume(self, subscription: str, *, charged: bool = False) -> Subscription:
        self._asked("resume")
        held = self._running(subscription)
        if held.status == PAUSED:
            if not charged:
                raise BillingRefused("paused")
            at = self._clock.now()
            return self._now(held, status="active", period_start=at, period_end=at + MONTH)
        return self._now(held, cancel_at_period_end=False, canceled_at=None, ends_at=None)

    async def drop_pending(self, subscription: str) -> Subscription:
        self._asked("drop_pending")
        return self._now(self._running(subscription), pending_product_id="", pending_at=None)

    async def forget(self, external_id: str) -> None:
        self._asked("forget")
        self.forgotten.append(external_id)

    async def close(self) -> None:
        """Nothing is open."""

    def pay(self, checkout: str) -> Subscription:
        """Somebody pays on the page: what Polar then says of the subscription."""
        opened = self.checkouts[checkout]
        made = self.sell(self._owners[checkout], opened.product_id, checkout)
        self.checkouts[checkout] = replace(opened, status="succeeded", customer=made.customer)
        return made

    def sell(self, external_id: str, product_id: str, checkout: str = "") -> Subscription:
        """A new subscription."""
        at, bought = self._clock.now(), self._products[product_id]
        trial = at + timedelta(days=bought.trial_count) if bought.trial_count else None
        made = Subscription(
            id=f"subscription-{next(self._numbers)}",
            customer=Customer(f"customer-{external_id}", external_id),
            product_id=bought.id,
            status="trialing" if trial else "active",
            amount=bought.prices[0].amount,
            currency="usd",
            interval=bought.interval,
            interval_count=1,
            period_start=at,
            period_end=trial or at + MONTH,
            trial_start=at if trial else None,
            trial_end=trial,
            cancel_at_period_end=False,
            canceled_at=None,
            started_at=at,
            ends_at=None,
            ended_at=None,
            past_due_at=None,
            pending_product_id="",
            pending_at=None,
            checkout_id=checkout,
            created_at=at,
            modified_at=at,
        )
        self.sold[made.id] = made
        return made

    def becomes(self, subscription: str, **changes: object) -> Subscription:
        """Something happens to a subscription at Polar."""
        return self._now(self.sold[subscription], **changes)

    def _running(self, subscription: str) -> Subscription:
        held = self.sold[subscription]
        if held.ended:
            raise BillingRefused("ended")
        return held

    def _now(self, held: Subscription, **changes: object) -> Subscription:
        at: datetime = max(self._clock.now(), held.version + timedelta(microseconds=1))
        after = replace(held, modified_at=at, **changes)  # type: ignore[arg-type]  # names of its fields
        self.sold[held.id] = after
        if self.in_doubt is not None:
            error, self.in_doubt = self.in_doubt, None
            raise error
        return after

    def _asked(self, what: str) -> None:
        self.calls.append(what.strip())
        if self.passing:
            raise self.passing.pop(0)
        if self.trouble is not None:
            raise self.trouble
