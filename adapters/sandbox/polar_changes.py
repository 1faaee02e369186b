"""The API's update of a subscription: one of several shapes, never two at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from adapters.sandbox.model import Json
from adapters.sandbox.polar_book import BILLABLE, REVOKED, Book
from adapters.sandbox.polar_errors import (
    already_canceled,
    inactive,
    invalid,
    locked,
    payment_failed,
)
from adapters.sandbox.polar_grants import grant
from adapters.sandbox.polar_objects import pending_update
from adapters.sandbox.polar_payments import bill, pay, succeeds
from adapters.sandbox.polar_subscriptions import (
    BY_WHOM,
    cancel,
    end,
    new_period,
    plan_pause,
    resume,
    uncancel,
)
from adapters.sandbox.polar_time import iso, later, parse

Change = Callable[[Book, Json, Json], None]
PRORATIONS = ("invoice", "prorate", "next_period", "reset")
PERIOD = ("recurring_interval", "recurring_interval_count")


def update(book: Book, id: str, given: Json) -> Json:
    """Raises 404, 409 while another update holds it, 422 for no shape or more than one."""
    sub = book.subscription(id)
    if id in book.locked:
        raise locked()
    shapes = [(names, change) for names, change in SHAPES if names[0] in given]
    if not shapes and "metadata" in given:
        shapes = [(("metadata",), _metadata)]
    if len(shapes) != 1 or given.keys() - set(shapes[0][0]):
        raise invalid((), f"No single shape of an update has these: {', '.join(sorted(given))}")
    shapes[0][1](book, sub, given)
    return book.drawn(sub)


def _canceling(book: Book, sub: Json, given: Json) -> None:
    if given["cancel_at_period_end"]:
        cancel(book, sub, given)
    else:
        uncancel(book, sub)


def _revoking(book: Book, sub: Json, given: Json) -> None:
    if given["revoke"] is not True:
        raise invalid(("revoke",), "Input should be True", given["revoke"])
    end(book, sub, given)


def _resuming(book: Book, sub: Json, given: Json) -> None:
    resume(book, sub)


def _clearing(book: Book, sub: Json, given: Json) -> None:
    sub["pending_update"] = None
    _updated(book, sub)


def _metadata(book: Book, sub: Json, given: Json) -> None:
    sub["metadata"] = given["metadata"]
    _updated(book, sub)


def _end_of_period(book: Book, sub: Json, given: Json) -> None:
    _must_run(sub)
    sub["current_period_end"] = given["current_billing_period_end"]
    _updated(book, sub)


def _end_of_trial(book: Book, sub: Json, given: Json) -> None:
    """`now` lets the clock's next round end it."""
    _must_run(sub)
    if given["trial_end"] == "now" and sub["status"] != "trialing":
        raise invalid(("trial_end",), "The subscription is not currently trialing.", "now")
    at = book.clock.text() if given["trial_end"] == "now" else given["trial_end"]
    sub |= {"trial_end": at, "current_period_end": at, "status": "trialing"}
    sub["trial_start"] = sub["trial_start"] or book.clock.text()
    _updated(book, sub)


def _must_run(sub: Json) -> None:
    if sub["status"] in REVOKED or sub["cancel_at_period_end"]:
        raise already_canceled()
    if sub["status"] not in BILLABLE:
        raise inactive(sub["id"])


def _plan(book: Book, sub: Json, given: Json) -> None:
    _must_run(sub)
    product = _sold(book, given["product_id"])
    how = given.get("proration_behavior") or book.proration
    if how not in PRORATIONS:
        raise invalid(("proration_behavior",), f"Input should be one of {PRORATIONS}", how)
    if how == "next_period":
        later_on = pending_update(created_at=book.clock.text(), product_id=product["id"])
        sub["pending_update"] = later_on | {"applies_at": sub["current_period_end"]}
        _updated(book, sub)
        return
    trialing = sub["status"] == "trialing"
    waits = how == "prorate" and not _other_period(sub, product)
    amount = 0 if trialing or waits else _due(book, sub, product, how)
    if amount and not succeeds(book, sub["id"]):
        raise payment_failed()
    at = book.touch(sub)
    sub |= {"pending_update": None, "metadata": given.get("metadata", sub["metadata"])}
    _switch(book, sub, product, at, restart=how == "reset")
    book.tell_subscription(sub, "updated")
    if amount:
        pay(book, bill(book, sub, "subscription_update", amount), "updated", "paid")
    grant(book, sub)


def _sold(book: Book, id: str) -> Json:
    product = book.products.get(id)
    if product is None:
        raise invalid(("product_id",), "Product does not exist.", id)
    if product["is_archived"]:
        raise invalid(("product_id",), "Product is archived.", id)
    if not product["is_recurring"]:
        raise invalid(("product_id",), "Product is not recurring.", id)
    return product


def _due(book: Book, sub: Json, product: Json, how: str) -> int:
    """In cents, for what is left of the period; at least 0, Polar keeps the rest as a balance.
    Another interval begins a period; `reset` does, too, and credits nothing."""
    start, end = parse(sub["current_period_start"]), parse(sub["current_period_end"])
    left = max(timedelta(), end - book.clock.now()) / max(end - start, timedelta(seconds=1))
    new = sum(each["price_amount"] for each in product["prices"])
    whole = how == "reset" or _other_period(sub, product)
    due: float = (new if whole else new * left) - (0 if how == "reset" else sub["amount"] * left)
    return max(0, round(due))


def _other_period(sub: Json, product: Json) -> bool:
    """Whether the product is paid for by another period: three months are not one."""
    return any(sub[name] != product[name] for name in PERIOD)


def _switch(book: Book, sub: Json, product: Json, at: str, *, restart: bool) -> None:
    """To another product; a trial gets its length, another interval begins a new period."""
    other = _other_period(sub, product)
    sub |= {"product_id": product["id"], **{name: product[name] for name in PERIOD}}
    sub["amount"] = sum(each["price_amount"] for each in product["prices"])
    if sub["status"] == "trialing":
        length = product["trial_interval"], product["trial_interval_count"]
        ends = iso(later(parse(sub["trial_start"]), *length)) if length[0] else at
        sub |= {"trial_end": ends, "current_period_end": ends}
    elif other or restart:
        new_period(sub, at)


def apply_pending(book: Book, sub: Json) -> bool:
    """At the period's end: the change that waited for it, if its product is still sold."""
    waiting, sub["pending_update"] = sub["pending_update"], None
    product = book.products.get(waiting["product_id"]) if waiting else None
    if product is None or product["is_archived"]:
        return False
    _switch(book, sub, product, sub["current_period_end"], restart=False)
    return True


def _updated(book: Book, sub: Json) -> None:
    book.touch(sub)
    book.tell_subscription(sub, "updated")
    book.tell_state(sub["customer_id"])


SHAPES: tuple[tuple[tuple[str, ...], Change], ...] = (
    (("product_id", "proration_behavior", "discount_id", "metadata"), _plan),
    (("trial_end", "metadata"), _end_of_trial),
    (("cancel_at_period_end", *BY_WHOM), _canceling),
    (("revoke", *BY_WHOM), _revoking),
    (("pause_at_period_end", "resumes_at"), plan_pause),
    (("resume",), _resuming),
    (("pending_update",), _clearing),
    (("current_billing_period_end",), _end_of_period),
)
"""Each with its names, the first of which tells it from the others."""
