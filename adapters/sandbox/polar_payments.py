"""Orders: billed, paid, refunded. No money moves."""

from __future__ import annotations

from adapters.sandbox.model import Json
from adapters.sandbox.polar_book import Book
from adapters.sandbox.polar_errors import invalid, refunded_already
from adapters.sandbox.polar_objects import order
from adapters.sandbox.polar_papers import refund


def succeeds(book: Book, subscription: str) -> bool:
    """Whether the card is good this time; failures that were asked for are used up."""
    left = book.failing.get(subscription, 0)
    if left > 1:
        book.failing[subscription] = left - 1
    else:
        book.failing.pop(subscription, None)
    return left < 1


def bill(book: Book, of: Json, reason: str, amount: int) -> Json:
    """A pending order for a subscription or, bought once, for a checkout. Tells `order.created`."""
    subscribed = of["id"] in book.subscriptions
    made = order(
        customer=book.customers[of["customer_id"]],
        product=book.products[of["product_id"]],
        subscription=of if subscribed else None,
        checkout_id=of["checkout_id"] if subscribed else of["id"],
        billing_reason=reason,
        status="pending",
        total_amount=amount,
        created_at=book.clock.text(),
        metadata=dict(of["metadata"]),
    )
    book.orders[made["id"]] = made
    book.tell_order(made, "created")
    return made


def pay(book: Book, made: Json, *kinds: str) -> None:
    """The money came. Tells these kinds of it."""
    made |= {"status": "paid", "paid": True, "due_amount": 0, "next_payment_attempt_at": None}
    made["refundable_amount"] = made["total_amount"]
    book.touch(made)
    book.tell_order(made, *kinds)


def void(book: Book, subscription: str) -> None:
    """What was not paid of an ended subscription is not asked for any more."""
    for made in list(book.orders.values()):
        if made["subscription_id"] == subscription and made["status"] == "pending":
            made |= {"status": "void", "due_amount": 0, "next_payment_attempt_at": None}
            book.touch(made)
            book.tell_order(made, "updated")


def give_back(book: Book, id: str, amount: int | None = None, reason: str = "other") -> Json:
    """Refund an order, wholly unless an amount is given. The subscription goes on, as at Polar.

    Raises 403 when nothing is left to give back, 422 for more than that."""
    made = book.order(id)
    left = made["refundable_amount"]
    if left <= 0:
        raise refunded_already()
    amount = left if amount is None else amount
    if not 1 <= amount <= left:
        raise invalid(("amount",), "Refund amount exceeds remaining order balance.", amount)
    paper = refund(
        created_at=book.clock.text(),
        amount=amount,
        reason=reason,
        order_id=made["id"],
        subscription_id=made["subscription_id"],
        customer_id=made["customer_id"],
    )
    book.refunds[paper["id"]] = paper
    made["refunded_amount"] += amount
    made["refundable_amount"] = left - amount
    made["status"] = "partially_refunded" if left - amount else "refunded"
    book.touch(made)
    book.tell(paper, "refund.created")
    book.tell_order(made, "updated", "refunded")
    return paper
