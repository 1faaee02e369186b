"""What Polar knows: one seller's products, customers, subscriptions, orders and checkouts. No HTTP.

Objects are kept as Polar shows them. What they show of each other is put in when they are drawn, so
that it is never stale. A change ends with `tell`, which gives all of its events one snapshot.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

from adapters.sandbox.model import Json
from adapters.sandbox.polar_errors import not_found
from adapters.sandbox.polar_objects import OF_ORDER_PRODUCT, of_order
from adapters.sandbox.polar_papers import customer_state
from adapters.sandbox.polar_products import catalogue
from adapters.sandbox.polar_shape import without
from adapters.sandbox.polar_signing import event
from adapters.sandbox.polar_time import Clock, iso
from adapters.sandbox.recent import Recent

ACTIVE = ("active", "trialing")
BILLABLE = ("active", "trialing", "past_due")
REVOKED = ("canceled", "unpaid")


class Book:
    """`send` takes the kind and the body of each event."""

    def __init__(self, send: Callable[[str, bytes], None]) -> None:
        self.clock = Clock()
        self.products = catalogue()
        self.customers: dict[str, Json] = {}
        self.subscriptions: dict[str, Json] = {}
        self.orders: Recent[Json] = Recent()
        self.checkouts: Recent[Json] = Recent()
        self.refunds: Recent[Json] = Recent()
        self.grants: dict[str, Json] = {}
        self.sessions: Recent[Json] = Recent()
        """Portal sessions by token."""
        self.retries: dict[str, int] = {}
        """How often the payment of a `past_due` subscription was tried again."""
        self.several = False
        """Whether one customer may have several subscriptions; Polar's default is no."""
        self.proration = "prorate"
        """What the seller chose for changes of plan that do not say it."""
        self.failing: dict[str, float] = {}
        """Subscription id -> how many of its next payments fail."""
        self.locked: set[str] = set()
        """Subscriptions that another update holds: 409."""
        self._send = send

    def product(self, id: str) -> Json:
        return _found(self.products, id)

    def customer(self, id: str) -> Json:
        """Raises 404, also for a deleted one."""
        who = _found(self.customers, id)
        if who["deleted_at"]:
            raise not_found()
        return who

    def by_external(self, external_id: str) -> Json | None:
        return next((each for each in self._living() if each["external_id"] == external_id), None)

    def by_email(self, email: str) -> Json | None:
        same = email.lower()
        return next((each for each in self._living() if str(each["email"]).lower() == same), None)

    def _living(self) -> list[Json]:
        return [each for each in self.customers.values() if not each["deleted_at"]]

    def subscription(self, id: str) -> Json:
        return _found(self.subscriptions, id)

    def order(self, id: str) -> Json:
        return _found(self.orders, id)

    def checkout(self, id: str) -> Json:
        """By id, or by its client secret."""
        found = self.checkouts.get(id) or next(
            (each for each in self.checkouts.values() if each["client_secret"] == id), None
        )
        if found is None:
            raise not_found()
        return found

    def of_customer(self, customer: str, *statuses: str) -> list[Json]:
        """Their subscriptions, in any of these statuses."""
        theirs = (each for each in self.subscriptions.values() if each["customer_id"] == customer)
        return [each for each in theirs if not statuses or each["status"] in statuses]

    def drawn(self, subscription: Json) -> Json:
        """A subscription as Polar shows it."""
        product = self.products[subscription["product_id"]]
        customer = self.customers[subscription["customer_id"]]
        more = {"product": product, "prices": product["prices"], "customer": customer}
        return deepcopy(subscription | more)

    def drawn_order(self, order: Json) -> Json:
        """An order as Polar shows it."""
        more: Json = {"customer": self.customers[order["customer_id"]]}
        more["product"] = without(self.products[order["product_id"]], OF_ORDER_PRODUCT)
        if order["subscription_id"]:
            more["subscription"] = of_order(self.subscriptions[order["subscription_id"]])
        return deepcopy(order | more)

    def drawn_grant(self, grant: Json) -> Json:
        """A benefit grant as Polar shows it."""
        return deepcopy(grant | {"customer": self.customers[grant["customer_id"]]})

    def state(self, customer: Json) -> Json:
        """A customer with what they have now."""
        own = customer["id"]
        grants = [each for each in self.grants.values() if each["customer_id"] == own]
        granted = [each for each in grants if each["is_granted"]]
        return deepcopy(customer_state(customer, self.of_customer(own, *ACTIVE), granted))

    def touch(self, *things: Json) -> str:
        """They changed now, all at the same time, which is returned."""
        at = iso(self.clock.now())
        for thing in things:
            thing["modified_at"] = at
        return at

    def tell(self, data: Json, *kinds: str) -> None:
        """These events, all with this snapshot."""
        at = iso(self.clock.now())
        for kind in kinds:
            self._send(kind, event(kind, data, at))

    def tell_subscription(self, subscription: Json, *kinds: str) -> None:
        """Events without their prefix: `updated`, `canceled`."""
        self.tell(self.drawn(subscription), *(f"subscription.{each}" for each in kinds))

    def tell_order(self, order: Json, *kinds: str) -> None:
        self.tell(self.drawn_order(order), *(f"order.{each}" for each in kinds))

    def tell_state(self, customer: str) -> None:
        self.tell(self.state(self.customers[customer]), "customer.state_changed")


def _found(things: dict[str, Json], id: str) -> Json:
    found = things.get(id)
    if found is None:
        raise not_found()
    return found
