"""What happens because time passes: renewals, ends of trials, pauses and cancellations, dunning."""

from __future__ import annotations

import heapq
from datetime import datetime, timedelta
from itertools import count

from adapters.sandbox.model import Json
from adapters.sandbox.polar_book import ACTIVE, Book
from adapters.sandbox.polar_changes import apply_pending
from adapters.sandbox.polar_checkouts import expire as expire_checkout
from adapters.sandbox.polar_grants import cycle as cycle_grants
from adapters.sandbox.polar_grants import grant
from adapters.sandbox.polar_payments import bill, pay, succeeds
from adapters.sandbox.polar_subscriptions import (
    end,
    expire,
    fall_behind,
    new_period,
    pause,
    resume,
)
from adapters.sandbox.polar_time import iso, later, parse

DUNNING = (2, 5, 7, 7)
"""Days before each retry of a failed payment; then the subscription ends (Polar's docs)."""


def advance(book: Book, by: timedelta) -> None:
    """Push the clock, stopping at every moment at which something is due, in their order."""
    until = book.clock.now() + by
    numbers = count()  # of two things due at one moment, the older goes first
    waiting: list[tuple[datetime, int, Json]] = []

    def plan(thing: Json) -> None:
        at = _due(book, thing)
        if at is not None and at <= until:
            heapq.heappush(waiting, (at, next(numbers), thing))

    for thing in [*book.checkouts.values(), *book.subscriptions.values()]:
        plan(thing)
    while waiting:
        at, _, thing = heapq.heappop(waiting)
        book.clock.push_to(at)
        _happen(book, thing)
        plan(thing)
    book.clock.push_to(until)


def retry_payment(book: Book, sub: Json) -> bool:
    """Try the pending order of a `past_due` one again; whether that succeeded."""
    order = _pending(book, sub)
    if order is None or not succeeds(book, sub["id"]):
        return False
    pay(book, order, "updated", "paid")
    book.touch(sub)
    sub |= {"status": "active", "past_due_at": None}
    book.tell_subscription(sub, "updated", "active")
    book.tell_state(sub["customer_id"])
    return True


def _due(book: Book, thing: Json) -> datetime | None:
    """When the next thing happens to it by itself."""
    status = thing["status"]
    if "client_secret" in thing:
        return parse(thing["expires_at"]) if status == "open" else None
    text = thing["current_period_end"] if status in ACTIVE else None
    if status == "paused":
        text = thing["resumes_at"]
    if status == "past_due":
        order = _pending(book, thing)
        text = order["next_payment_attempt_at"] if order else None
    return parse(text) if text else None


def _happen(book: Book, thing: Json) -> None:
    if "client_secret" in thing:
        expire_checkout(book, thing)
    elif thing["status"] == "past_due":
        _dun(book, thing)
    elif thing["status"] == "paused":
        resume(book, thing)
    elif thing["cancel_at_period_end"]:
        expire(book, thing)
    elif thing["pause_at_period_end"]:
        pause(book, thing)
    else:
        _renew(book, thing)


def _renew(book: Book, sub: Json) -> None:
    start = sub["current_period_end"]
    sub["status"] = "active"
    changed = apply_pending(book, sub)
    new_period(sub, start)
    book.touch(sub)
    book.tell_subscription(sub, "cycled", "updated")
    order = bill(book, sub, "subscription_cycle", sub["amount"])
    if changed:
        grant(book, sub)
    if succeeds(book, sub["id"]):
        pay(book, order, "updated", "paid")
        cycle_grants(book, sub)
        book.tell_state(sub["customer_id"])
    else:
        fall_behind(book, sub, order)


def _dun(book: Book, sub: Json) -> None:
    if retry_payment(book, sub):
        return
    done = book.retries[sub["id"]] = book.retries.get(sub["id"], 0) + 1
    order = _pending(book, sub)
    if order is None or done >= len(DUNNING):
        end(book, sub)
        return
    at = book.touch(order)
    order["next_payment_attempt_at"] = iso(later(parse(at), "day", DUNNING[done]))
    book.tell_order(order, "updated")


def _pending(book: Book, sub: Json) -> Json | None:
    own = (each for each in book.orders.values() if each["subscription_id"] == sub["id"])
    return next((each for each in own if each["status"] == "pending"), None)
