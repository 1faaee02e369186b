"""What happens to a subscription at somebody's wish, with the events of each change in their order.

Polar's documented sequences. What happens by itself, because time passes, is in `polar_cycles`.
"""

from __future__ import annotations

from typing import Any

from adapters.sandbox.model import Json
from adapters.sandbox.polar_book import ACTIVE, BILLABLE, REVOKED, Book
from adapters.sandbox.polar_errors import (
    already_canceled,
    cannot_pause,
    invalid,
    no_scheduled_pause,
    not_paused,
    not_scheduled_to_cancel,
    unavailable,
)
from adapters.sandbox.polar_grants import grant, take
from adapters.sandbox.polar_objects import subscription
from adapters.sandbox.polar_payments import bill, pay, succeeds, void
from adapters.sandbox.polar_time import iso, later, parse

BY_WHOM = ("customer_cancellation_reason", "customer_cancellation_comment")
REASONS = (
    *("customer_service", "low_quality", "missing_features", "other"),
    *("switched_service", "too_complex", "too_expensive", "unused"),
)
"""Source: `polar.v2026_10.literals` of polar-sdk 1.0.2."""


def start(book: Book, checkout: Json) -> Json:
    """What a paid checkout begins, with a trial if it promised one."""
    at, trial_end = book.clock.text(), None
    product = book.products[checkout["product_id"]]
    changes: dict[str, Any] = {}
    if checkout["active_trial_interval"]:
        length = checkout["active_trial_interval"], checkout["active_trial_interval_count"]
        trial_end = iso(later(parse(at), *length))
        changes = {"trial_start": at, "trial_end": trial_end, "current_period_end": trial_end}
        changes["status"] = "trialing"
    made = subscription(
        customer=book.customers[checkout["customer_id"]],
        product=product,
        created_at=at,
        checkout_id=checkout["id"],
        metadata=dict(checkout["metadata"]),
        **changes,
    )
    book.subscriptions[made["id"]] = made
    book.tell_subscription(made, "created")
    order = bill(book, made, "subscription_create", 0 if trial_end else made["amount"])
    book.tell_subscription(made, "active", "updated")
    pay(book, order, "paid")
    grant(book, made)
    return made


def cancel(book: Book, sub: Json, given: Json) -> None:
    """At the period's end. Raises 403 when it has ended, or is to end, already; 422 for a reason
    that there is not."""
    _check_reason(given)
    if sub["status"] not in BILLABLE or sub["cancel_at_period_end"]:
        raise already_canceled()
    sub |= {name: given.get(name) for name in BY_WHOM}
    sub |= {"cancel_at_period_end": True, "ends_at": sub["current_period_end"]}
    sub |= {"pause_at_period_end": False, "resumes_at": None, "pending_update": None}
    sub["canceled_at"] = book.touch(sub)
    _told(book, sub, "updated", "canceled")


def uncancel(book: Book, sub: Json) -> None:
    """Raises 410 when it has ended, 409 when it is not to be cancelled."""
    if sub["ended_at"]:
        raise unavailable()
    if not sub["cancel_at_period_end"]:
        raise not_scheduled_to_cancel()
    sub |= {"cancel_at_period_end": False, "ends_at": None, "canceled_at": None}
    sub |= dict.fromkeys(BY_WHOM)
    book.touch(sub)
    _told(book, sub, "updated", "uncanceled")


def end(book: Book, sub: Json, given: Json | None = None) -> None:
    """At once. Raises 403 when it has ended already; 422 as `cancel`."""
    _check_reason(given or {})
    if sub["status"] in REVOKED:
        raise already_canceled()
    sub |= {name: (given or {}).get(name) or sub[name] for name in BY_WHOM}
    at = book.touch(sub)
    sub |= {"status": "canceled", "canceled_at": at, "ends_at": at, "ended_at": at}
    _told(book, sub, "updated", "canceled", "revoked")
    _after(book, sub)


def _check_reason(given: Json) -> None:
    reason = given.get(BY_WHOM[0])
    if reason is not None and reason not in REASONS:
        raise invalid((BY_WHOM[0],), "Input should be one of Polar's reasons", reason)


def expire(book: Book, sub: Json) -> None:
    """The end of the last period of a cancelled one."""
    sub |= {"status": "canceled", "ended_at": book.touch(sub)}
    _told(book, sub, "updated", "revoked")
    _after(book, sub)


def _after(book: Book, sub: Json) -> None:
    void(book, sub["id"])
    take(book, sub)
    book.tell_state(sub["customer_id"])


def plan_pause(book: Book, sub: Json, given: Json) -> None:
    """At the period's end, or not at all any more. Raises 409 where that cannot be."""
    wanted = bool(given["pause_at_period_end"])
    if wanted and (sub["status"] not in ACTIVE or sub["cancel_at_period_end"]):
        raise cannot_pause()
    if not wanted and not sub["pause_at_period_end"]:
        raise no_scheduled_pause()
    resumes_at = given.get("resumes_at") if wanted else None
    sub |= {"pause_at_period_end": wanted, "resumes_at": resumes_at}
    book.touch(sub)
    _told(book, sub, "updated")


def pause(book: Book, sub: Json) -> None:
    """The period's end of one that was to pause then; the panel's button does it at once."""
    sub |= {"status": "paused", "pause_at_period_end": False, "paused_at": book.touch(sub)}
    _told(book, sub, "updated", "paused")
    take(book, sub)
    book.tell_state(sub["customer_id"])


def resume(book: Book, sub: Json) -> None:
    """A new period begins and is charged. Raises 409 when it is not paused.

    A card that is refused leaves it `past_due`, with the order pending."""
    if sub["status"] != "paused":
        raise not_paused()
    at = book.touch(sub)
    sub |= {"status": "active", "paused_at": None, "resumes_at": None}
    new_period(sub, at)
    _told(book, sub, "updated", "resumed")
    order = bill(book, sub, "subscription_cycle", sub["amount"])
    grant(book, sub)
    if succeeds(book, sub["id"]):
        pay(book, order, "updated", "paid")
    else:
        fall_behind(book, sub, order)


def fall_behind(book: Book, sub: Json, order: Json) -> None:
    """A payment failed: it is tried again after 2, 5, 7 and 7 days."""
    at = book.touch(sub, order)
    book.retries[sub["id"]] = 0
    order["next_payment_attempt_at"] = iso(later(parse(at), "day", 2))
    sub |= {"status": "past_due", "past_due_at": at}
    book.tell_order(order, "updated")
    _told(book, sub, "updated", "past_due")


def new_period(sub: Json, start: str) -> None:
    """From `start` on, one of the product's intervals long."""
    length = sub["recurring_interval"], sub["recurring_interval_count"]
    sub |= {"current_period_start": start, "current_period_end": iso(later(parse(start), *length))}


def _told(book: Book, sub: Json, *kinds: str) -> None:
    book.tell_subscription(sub, *kinds)
    book.tell_state(sub["customer_id"])
