"""Polar's objects, as far as we use them. Only what is named here is looked at, so that whatever
else Polar adds, renames or leaves out breaks nothing; see `fields` for what raises `Unreadable`."""

from __future__ import annotations

import re
from datetime import datetime

from adapters.polar.fields import (
    LARGEST,
    Json,
    Unreadable,
    amount,
    flag,
    ident,
    ident_if_any,
    inner,
    label,
    moment,
    moment_if_any,
    number,
    shown,
    text,
    word,
)
from core.billing_facts import (
    Checkout,
    Customer,
    Grant,
    Order,
    Price,
    Product,
    Refund,
    Subscription,
)

_LINK = re.compile(r"https?://[^\s\x00-\x1f\x7f]{1,4000}")


def product(data: Json) -> Product:
    """A price of a kind that is not known has no amount; archived prices are left out."""
    listed = data.get("prices")
    prices = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    oldest = prices[0] if prices else {}  # prices of old say how often, where the product does not
    return Product(
        id=ident(data, "id"),
        name=label(data, "name", 128),
        description=label(data, "description", 2000),
        interval=shown(data, "recurring_interval", 8) or shown(oldest, "recurring_interval", 8),
        interval_count=number(data, "recurring_interval_count") or 1,
        prices=tuple(_price(each) for each in prices if each.get("is_archived") is not True),
        archived=flag(data, "is_archived"),
        trial_interval=shown(data, "trial_interval", 8),
        trial_count=number(data, "trial_interval_count") or 0,
        modified_at=moment_if_any(data, "modified_at"),
    )


def _price(data: Json) -> Price:
    kind = shown(data, "amount_type", 32)
    return Price(
        kind=kind,
        amount=0 if kind == "free" else number(data, "price_amount", LARGEST),
        currency=shown(data, "price_currency", 3).lower(),
    )


def customer(data: Json) -> Customer:
    return Customer(
        id=ident(data, "id"),
        external_id=text(data, "external_id", 128),
        deleted=moment_if_any(data, "deleted_at") is not None,
    )


def _payer(data: Json) -> Customer:
    """Whose it is. Raises `Unreadable` where its two ways of saying so contradict each other."""
    named, whole = ident_if_any(data, "customer_id"), inner(data, "customer")
    if whole is None:
        return Customer(ident(data, "customer_id"), "")
    found = customer(whole)
    if named not in ("", found.id):
        raise Unreadable("customer_id")
    return found


def subscription(data: Json) -> Subscription:
    pending_product, pending_at = _pending(data)
    return Subscription(
        id=ident(data, "id"),
        customer=_payer(data),
        product_id=ident(data, "product_id"),
        status=word(data, "status", 24),
        amount=number(data, "amount"),
        currency=shown(data, "currency", 3).lower(),
        interval=shown(data, "recurring_interval", 8),
        interval_count=number(data, "recurring_interval_count") or 1,
        period_start=moment_if_any(data, "current_period_start"),
        period_end=moment_if_any(data, "current_period_end"),
        trial_start=moment_if_any(data, "trial_start"),
        trial_end=moment_if_any(data, "trial_end"),
        cancel_at_period_end=flag(data, "cancel_at_period_end"),
        canceled_at=moment_if_any(data, "canceled_at"),
        started_at=moment_if_any(data, "started_at"),
        ends_at=moment_if_any(data, "ends_at"),
        ended_at=moment_if_any(data, "ended_at"),
        past_due_at=moment_if_any(data, "past_due_at"),
        pending_product_id=pending_product,
        pending_at=pending_at,
        checkout_id=ident_if_any(data, "checkout_id"),
        created_at=moment(data, "created_at"),
        modified_at=moment_if_any(data, "modified_at"),
    )


def _pending(data: Json) -> tuple[str, datetime | None]:
    """What it changes to, and when. It is only shown: one that cannot be read is none."""
    try:
        change = inner(data, "pending_update") or {}
        product_id = ident_if_any(change, "product_id")  # none where only seats change
        return product_id, moment_if_any(change, "applies_at") if product_id else None
    except Unreadable:
        return "", None


def checkout(data: Json) -> Checkout:
    """Its customer is without an external id: a checkout says which one was wished for, and the
    customer whom Polar took may be another."""
    payer = ident_if_any(data, "customer_id")
    return Checkout(
        id=ident(data, "id"),
        status=word(data, "status", 12),
        customer=Customer(payer, "") if payer else None,
        product_id=ident_if_any(data, "product_id"),
        expires_at=moment(data, "expires_at"),
        url=link(data, "url"),
    )


def link(data: Json, name: str) -> str:
    """Where a browser can go; empty for anything else."""
    value = data.get(name)
    return value if isinstance(value, str) and _LINK.fullmatch(value) else ""


def order(data: Json) -> Order:
    return Order(
        id=ident(data, "id"),
        status=word(data, "status", 32),
        reason=text(data, "billing_reason", 32),
        subscription_id=ident_if_any(data, "subscription_id"),
        checkout_id=ident_if_any(data, "checkout_id"),
        customer=_payer(data),
        amount=amount(data, "total_amount"),
        refunded=_with_tax(data, "refunded_amount", "refunded_tax_amount"),
        currency=text(data, "currency", 3).lower(),
    )


def refund(data: Json) -> Refund | None:
    """None unless the money has gone back: one that is pending or failed says nothing."""
    if word(data, "status", 32) != "succeeded":
        return None
    return Refund(
        id=ident(data, "id"),
        order_id=ident(data, "order_id"),
        subscription_id=ident_if_any(data, "subscription_id"),
        customer=_payer(data),
        amount=_with_tax(data, "amount", "tax_amount"),
        currency=text(data, "currency", 3).lower(),
    )


def _with_tax(data: Json, net: str, tax: str) -> int:
    """Polar counts what goes back without its tax."""
    return amount(data, net) + (number(data, tax, LARGEST) or 0)


def grant(data: Json) -> Grant:
    taken = flag(data, "is_revoked")
    return Grant(ident(data, "id"), _payer(data), granted=flag(data, "is_granted") and not taken)
