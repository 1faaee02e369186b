"""What people do at Polar, buyers, banks and sellers; see `polar`."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

from adapters.sandbox import polar_changes, polar_checkouts, polar_cycles, polar_subscriptions
from adapters.sandbox.model import Json
from adapters.sandbox.polar_book import Book
from adapters.sandbox.polar_payments import give_back
from adapters.sandbox.polar_time import parse


class Hands:
    """All by id. Each returns the object as the API shows it, and raises PolarError."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.url = ""
        """What the addresses of the hosted pages begin with."""

    def subscribe(self, external_id: str, product: str, email: str = "", **more: Any) -> Json:
        """What a checkout for this account and its payment make: a subscription."""
        given = {"products": [product], "external_customer_id": external_id, **more}
        made = polar_checkouts.create(self.book, given, f"{self.url}/checkout")
        return self.pay(made["id"], email=email or f"{external_id}@example.com")

    def pay(self, checkout: str, email: str = "", *, product: str = "", name: str = "") -> Json:
        """The subscription or order that a paid checkout makes."""
        made = self._identified(checkout, email, product, name)
        bought = polar_checkouts.succeed(self.book, made)
        return (
            self._subscription(bought["id"]) if bought["id"] in self.book.subscriptions else bought
        )

    def decline(self, checkout: str, email: str = "", *, final: bool = False) -> Json:
        """The card is refused: the checkout is open again, as at Polar, or `final`ly failed."""
        made = self._identified(checkout, email or "somebody@example.com")
        polar_checkouts.mark(self.book, made, "failed" if final else "open")
        return made

    def ask_bank(self, checkout: str, email: str = "", *, product: str = "") -> Json:
        """3-D Secure: the checkout waits as `confirmed` for `approve` or `refuse`."""
        made = self._identified(checkout, email, product)
        polar_checkouts.mark(self.book, made, "confirmed")
        return made

    def approve(self, checkout: str) -> Json:
        """The bank says yes to what `ask_bank` asked."""
        return self.pay(checkout)

    def refuse(self, checkout: str) -> Json:
        """The bank says no; the checkout is open again."""
        return self.decline(checkout)

    def _identified(self, checkout: str, email: str, product: str = "", name: str = "") -> Json:
        made = self.book.checkout(checkout)
        if product:
            polar_checkouts.pick(self.book, made, product)
        polar_checkouts.identify(self.book, made, email, name or None)
        return made

    def advance(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> None:
        """Push the clock: everything that is due on the way happens, at its time."""
        by = timedelta(days=days, hours=hours, seconds=seconds)
        polar_cycles.advance(self.book, by)

    def renew(self, subscription: str) -> Json:
        """Push the clock to the end of its period or trial, and what is due then happens."""
        end = parse(self.book.subscription(subscription)["current_period_end"])
        left = end - self.book.clock.now() + timedelta(seconds=1)
        polar_cycles.advance(self.book, max(left, timedelta()))
        return self._subscription(subscription)

    def fail_payment(self, subscription: str, times: float = 1) -> None:
        """Its next `times` payments fail; `math.inf` for all."""
        self.book.failing[self.book.subscription(subscription)["id"]] = times

    def fall_behind(self, subscription: str) -> Json:
        """Its renewal is due now and fails, as do all retries until `mend_payment`."""
        self.fail_payment(subscription, math.inf)
        return self.renew(subscription)

    def mend_payment(self, subscription: str) -> None:
        """The card is good again; a `past_due` one is paid by the next retry."""
        self.book.failing.pop(subscription, None)

    def retry_payment(self, subscription: str) -> Json:
        """Try what is owed again now."""
        polar_cycles.retry_payment(self.book, self.book.subscription(subscription))
        return self._subscription(subscription)

    def cancel(self, subscription: str, reason: str | None = None) -> Json:
        """At the end of its period."""
        given = {"customer_cancellation_reason": reason, "cancel_at_period_end": True}
        return polar_changes.update(self.book, subscription, given)

    def uncancel(self, subscription: str) -> Json:
        return polar_changes.update(self.book, subscription, {"cancel_at_period_end": False})

    def revoke(self, subscription: str) -> Json:
        """End it at once."""
        return polar_changes.update(self.book, subscription, {"revoke": True})

    def pause(self, subscription: str) -> Json:
        """At once, which the API has only for the end of a period."""
        polar_subscriptions.pause(self.book, self.book.subscription(subscription))
        return self._subscription(subscription)

    def resume(self, subscription: str) -> Json:
        return polar_changes.update(self.book, subscription, {"resume": True})

    def change_plan(self, subscription: str, product: str, proration: str = "") -> Json:
        given = {"product_id": product, "proration_behavior": proration or None}
        return polar_changes.update(self.book, subscription, given)

    def refund(self, order: str, amount: int | None = None) -> Json:
        """All that is left of an order, or an amount in cents; the refund."""
        return give_back(self.book, order, amount)

    def put_product(self, product: Json) -> None:
        """Sell something new, or the same otherwise: one of `polar_objects.product`."""
        known = product["id"] in self.book.products
        self.book.products[product["id"]] = product
        if known:
            self.book.touch(product)
        self.book.tell(product, "product.updated" if known else "product.created")

    def _subscription(self, id: str) -> Json:
        return self.book.drawn(self.book.subscription(id))
