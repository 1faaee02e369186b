"""Polar's objects, complete: every nullable field is there, because polar-sdk asks for each.

Pure functions: everything that is not given is made up, a name that Polar does not have raises
TypeError. Shapes: `polar.v2026_10.outputs` of polar-sdk 1.0.2. `polar_papers` has the rest of them,
`polar_signing` makes events of them.
"""

from __future__ import annotations

from typing import Any

from adapters.sandbox.model import Json
from adapters.sandbox.polar_shape import (
    CURRENCY,
    ORGANIZATION,
    born,
    made,
    new_id,
    nothing,
    now,
    without,
)
from adapters.sandbox.polar_time import iso, later, parse

OF_ORDER_SUBSCRIPTION = (
    "customer",
    "product",
    "discount",
    "prices",
    "meters",
    "pending_update",
    "custom_field_data",
)
"""What a subscription has and an order's view of it has not."""
OF_ORDER_PRODUCT = ("is_deletable", "prices", "benefits", "medias", "attached_custom_fields")


def price(**changes: Any) -> Json:
    """A fixed price, in cents."""
    defaults = born(changes) | {
        "source": "catalog",
        "amount_type": "fixed",
        "price_currency": CURRENCY,
        "tax_behavior": None,
        "is_archived": False,
        "product_id": new_id(),
        "price_amount": 900,
    }
    return made(defaults, changes)


def benefit(**changes: Any) -> Json:
    """A benefit of the type `custom`."""
    defaults = born(changes) | {
        "type": "custom",
        "description": "What this plan allows",
        "selectable": True,
        "deletable": True,
        "is_deleted": False,
        "organization_id": ORGANIZATION,
        "metadata": {},
        "visibility": "public",
        "properties": {"note": None},
        "visibility_configurable": True,
    }
    return made(defaults, changes)


def product(*, amount: int = 900, **changes: Any) -> Json:
    """A product with one fixed price of `amount` cents, unless `prices` are given."""
    fresh = born(changes)
    own = changes.get("id", fresh["id"])
    defaults = fresh | {
        **nothing("trial_interval trial_interval_count description meter_interval"),
        "meter_interval_count": None,
        "name": "Pro",
        "visibility": "public",
        "recurring_interval": "month",
        "recurring_interval_count": 1,
        "is_archived": False,
        "organization_id": ORGANIZATION,
        "metadata": {},
        "is_deletable": False,
        "prices": [price(price_amount=amount, product_id=own, created_at=fresh["created_at"])],
        "benefits": [],
        "medias": [],
        "attached_custom_fields": [],
    }
    every = changes.get("recurring_interval", "month")
    return made(defaults | {"is_recurring": every is not None}, changes)


def customer(**changes: Any) -> Json:
    """An individual."""
    defaults = born(changes) | {
        **nothing("external_id name billing_name billing_address tax_id locale avatar_url"),
        **nothing("default_payment_method_id deleted_at first_user_event_at"),
        "metadata": {},
        "email": "ada@example.com",
        "email_verified": False,
        "type": "individual",
        "organization_id": ORGANIZATION,
    }
    return made(defaults, changes)


def subscription(**changes: Any) -> Json:
    """An active one, in its first period. `customer` and `product` may be given whole."""
    fresh = born(changes)
    buyer = changes.get("customer") or customer(created_at=fresh["created_at"])
    bought = changes.get("product") or product(created_at=fresh["created_at"])
    start = changes.get("current_period_start") or fresh["created_at"]
    every, count = bought["recurring_interval"], bought["recurring_interval_count"]
    defaults = fresh | {
        **nothing("current_meter_period_start current_meter_period_end trial_start trial_end"),
        **nothing("canceled_at ends_at ended_at past_due_at paused_at resumes_at discount_id"),
        **nothing("checkout_id seats units customer_cancellation_reason discount"),
        **nothing("customer_cancellation_comment pending_update"),
        "amount": sum(each["price_amount"] for each in bought["prices"]),
        "currency": CURRENCY,
        "recurring_interval": every,
        "recurring_interval_count": count,
        "status": "active",
        "current_period_start": start,
        "current_period_end": iso(later(parse(start), every or "month", count or 1)),
        "cancel_at_period_end": False,
        "started_at": start,
        "pause_at_period_end": False,
        "customer_id": buyer["id"],
        "product_id": bought["id"],
        "metadata": {},
        "custom_field_data": {},
        "customer": buyer,
        "product": bought,
        "prices": bought["prices"],
        "meters": [],
    }
    return made(defaults, changes)


def pending_update(**changes: Any) -> Json:
    """A change that waits for the next period."""
    defaults = born(changes) | {"applies_at": now(), **nothing("product_id seats units")}
    return made(defaults, changes)


def order(**changes: Any) -> Json:
    """A paid one. `customer`, `product` and `subscription` may be given whole."""
    fresh = born(changes)
    buyer, bought = changes.get("customer") or customer(), changes.get("product") or product()
    of = changes.get("subscription")
    amount = changes.get("total_amount", bought["prices"][0]["price_amount"])
    paid = changes.get("status", "paid") not in ("draft", "pending", "void")
    defaults = fresh | {
        **nothing("billing_name billing_address receipt_number seats units discount_id discount"),
        **nothing("checkout_id next_payment_attempt_at platform_fee_currency"),
        **dict.fromkeys(("subtotal_amount", "net_amount", "total_amount"), amount),
        **dict.fromkeys(("discount_amount", "tax_amount", "applied_balance_amount"), 0),
        **dict.fromkeys(("refunded_amount", "refunded_tax_amount", "refundable_tax_amount"), 0),
        "status": "paid",
        "paid": paid,
        "due_amount": 0 if paid else amount,
        "currency": CURRENCY,
        "billing_reason": "subscription_create" if of else "purchase",
        "invoice_number": f"FLUX-{fresh['id'][:8].upper()}",
        "is_invoice_generated": False,
        "customer_id": buyer["id"],
        "product_id": bought["id"],
        "subscription_id": of["id"] if of else None,
        "metadata": {},
        "custom_field_data": {},
        "platform_fee_amount": 0,
        "customer": buyer,
        "items": [_item(bought, amount)],
        "description": bought["name"],
        "refundable_amount": amount if paid else 0,
    }
    whole = made(defaults | {"product": None, "subscription": None}, changes)
    whole["product"] = without(bought, OF_ORDER_PRODUCT)
    whole["subscription"] = of_order(of) if of else None
    return whole


def of_order(subscription: Json) -> Json:
    """What an order shows of its subscription."""
    return without(subscription, OF_ORDER_SUBSCRIPTION)


def _item(bought: Json, amount: int) -> Json:
    return born({}) | {
        "label": bought["name"],
        "amount": amount,
        "tax_amount": 0,
        "proration": False,
        "product_price_id": bought["prices"][0]["id"] if bought["prices"] else None,
        "start_timestamp": None,
        "end_timestamp": None,
    }
