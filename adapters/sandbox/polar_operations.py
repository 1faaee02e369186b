"""The operations of the API on what is sold and who buys: one function each, and their table."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from adapters.sandbox import polar_checkouts, polar_customers
from adapters.sandbox.model import Json
from adapters.sandbox.polar_api import Call, Operation
from adapters.sandbox.polar_book import ACTIVE, REVOKED
from adapters.sandbox.polar_changes import update
from adapters.sandbox.polar_errors import invalid, locked, not_found
from adapters.sandbox.polar_listing import flag, matching, page
from adapters.sandbox.polar_payments import give_back
from adapters.sandbox.polar_subscriptions import end

if TYPE_CHECKING:
    from adapters.sandbox.polar import PolarSide


def list_products(side: PolarSide, call: Call) -> Any:
    found = matching(side.book.products.values(), call.query, id="id", visibility="visibility")
    for name in ("is_archived", "is_recurring"):
        wanted = flag(call.query, name)
        found = [each for each in found if wanted in (None, each[name])]
    words = call.query.get("query", "").lower()
    return page([each for each in found if words in each["name"].lower()], call.query, deepcopy)


def get_product(side: PolarSide, call: Call) -> Any:
    return side.book.product(call.params["id"])


def list_checkouts(side: PolarSide, call: Call) -> Any:
    names = {"product_id": "product_id", "customer_id": "customer_id", "status": "status"}
    names["external_customer_id"] = "external_customer_id"
    return page(matching(side.book.checkouts.values(), call.query, **names), call.query, deepcopy)


def create_checkout(side: PolarSide, call: Call) -> Any:
    return polar_checkouts.create(side.book, call.body, f"{side.url}/checkout")


def get_checkout(side: PolarSide, call: Call) -> Any:
    return side.book.checkout(call.params["id"])


def create_session(side: PolarSide, call: Call) -> Any:
    return polar_customers.let_in(side.book, call.body, f"{side.url}/portal")


def list_customers(side: PolarSide, call: Call) -> Any:
    living = [each for each in side.book.customers.values() if not each["deleted_at"]]
    words = call.query.get("query", "").lower()
    living = [each for each in living if words in f"{each['name']} {each['email']}".lower()]
    return page(matching(living, call.query, email="email"), call.query, deepcopy)


def create_customer(side: PolarSide, call: Call) -> Any:
    return polar_customers.create(side.book, call.body)


def _who(side: PolarSide, call: Call) -> Json:
    if "id" in call.params:
        return side.book.customer(call.params["id"])
    found = side.book.by_external(call.params["external_id"])
    if found is None:
        raise not_found()
    return found


def get_customer(side: PolarSide, call: Call) -> Any:
    return _who(side, call)


def update_customer(side: PolarSide, call: Call) -> Any:
    return polar_customers.update(side.book, _who(side, call), call.body)


def delete_customer(side: PolarSide, call: Call) -> Any:
    anonymize = flag(call.query, "anonymize") or False
    polar_customers.delete(side.book, _who(side, call), anonymize=anonymize)


def get_state(side: PolarSide, call: Call) -> Any:
    return side.book.state(_who(side, call))


def list_subscriptions(side: PolarSide, call: Call) -> Any:
    names = {name: name for name in ("product_id", "customer_id", "discount_id", "status")}
    names |= {"cancel_at_period_end": "cancel_at_period_end"}
    names |= {"customer_cancellation_reason": "customer_cancellation_reason"}
    found = _of_external(
        side, call, matching(side.book.subscriptions.values(), call.query, **names)
    )
    if (active := flag(call.query, "active")) is not None:
        wanted = ACTIVE if active else REVOKED
        found = [each for each in found if each["status"] in wanted]
    return page(found, call.query, side.book.drawn, "started_at")


def _of_external(side: PolarSide, call: Call, things: list[Json]) -> list[Json]:
    """Those of the customers whose external ids the query has."""
    wanted = call.query.getall("external_customer_id", [])
    if not wanted:
        return things
    customers = side.book.customers
    return [each for each in things if customers[each["customer_id"]]["external_id"] in wanted]


def get_subscription(side: PolarSide, call: Call) -> Any:
    return side.book.drawn(side.book.subscription(call.params["id"]))


def update_subscription(side: PolarSide, call: Call) -> Any:
    return update(side.book, call.params["id"], call.body)


def revoke_subscription(side: PolarSide, call: Call) -> Any:
    found = side.book.subscription(call.params["id"])
    if found["id"] in side.book.locked:
        raise locked()
    end(side.book, found)
    return side.book.drawn(found)


def list_orders(side: PolarSide, call: Call) -> Any:
    names = ("product_id", "customer_id", "checkout_id", "subscription_id", "status")
    found = matching(side.book.orders.values(), call.query, **{name: name for name in names})
    return page(_of_external(side, call, found), call.query, side.book.drawn_order)


def get_order(side: PolarSide, call: Call) -> Any:
    return side.book.drawn_order(side.book.order(call.params["id"]))


def list_refunds(side: PolarSide, call: Call) -> Any:
    names = {name: name for name in ("id", "order_id", "subscription_id", "customer_id")}
    found = matching(side.book.refunds.values(), call.query, **names)
    return page(_of_external(side, call, found), call.query, deepcopy)


def create_refund(side: PolarSide, call: Call) -> Any:
    order = str(call.body.get("order_id"))
    if order not in side.book.orders:
        raise invalid(("order_id",), "Order not found", order)
    return give_back(side.book, order, call.body.get("amount"), call.body.get("reason", "other"))


def _of_customers(path: str) -> list[tuple[str, str, int, Operation]]:
    return [
        ("GET", path, 200, get_customer),
        ("PATCH", path, 200, update_customer),
        ("DELETE", path, 204, delete_customer),
        ("GET", f"{path}/state", 200, get_state),
    ]


OPERATIONS: list[tuple[str, str, int, Callable[[PolarSide, Call], Any]]] = [
    ("GET", "/v1/products/", 200, list_products),
    ("GET", "/v1/products/{id}", 200, get_product),
    ("GET", "/v1/checkouts/", 200, list_checkouts),
    ("POST", "/v1/checkouts/", 201, create_checkout),
    ("GET", "/v1/checkouts/{id}", 200, get_checkout),
    ("POST", "/v1/customer-sessions/", 201, create_session),
    ("GET", "/v1/customers/", 200, list_customers),
    ("POST", "/v1/customers/", 201, create_customer),
    *_of_customers("/v1/customers/external/{external_id}"),
    *_of_customers("/v1/customers/{id}"),
    ("GET", "/v1/subscriptions/", 200, list_subscriptions),
    ("GET", "/v1/subscriptions/{id}", 200, get_subscription),
    ("PATCH", "/v1/subscriptions/{id}", 200, update_subscription),
    ("DELETE", "/v1/subscriptions/{id}", 200, revoke_subscription),
    ("GET", "/v1/orders/", 200, list_orders),
    ("GET", "/v1/orders/{id}", 200, get_order),
    ("GET", "/v1/refunds/", 200, list_refunds),
    ("POST", "/v1/refunds/", 201, create_refund),
]
"""Method, path, the status of success, and what it does."""
