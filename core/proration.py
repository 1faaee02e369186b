"""What a change of plan costs in the midst of a period, as Polar works it out.

Source: Polar's guide "Proration for subscription changes", and its server (`subscription/update.py`
and `service.py`, 2026): each price by the part of the period that is left, the old one credited."""

from __future__ import annotations

from datetime import datetime, timedelta

from core.billing_facts import TRIALING, Product, Subscription


def begins_anew(held: Subscription, product: Product) -> bool:
    """Whether a change begins a period at once, and is paid for at once, whatever was asked for:
    the other product is paid for by another one."""
    now, then = (held.interval, held.interval_count), (product.interval, product.interval_count)
    return now != then


def due(held: Subscription, product: Product, now: datetime) -> int | None:
    """What a change at once costs, before taxes and discounts, in the smallest unit of the
    subscription's currency; below 0 for what is credited. None where it cannot be known: in a
    trial, or for a price that is not fixed."""
    price, left = _price(product, held.currency), _left(held, now)
    if held.status == TRIALING or held.amount is None or price is None or left is None:
        return None
    begun = price if begins_anew(held, product) else round(price * left)
    return begun - round(held.amount * left)


def _price(product: Product, currency: str) -> int | None:
    """All that is paid for a period; None where not all of it is known."""
    kinds = {each.kind for each in product.prices}
    amounts = [each.amount for each in product.prices if each.currency == currency]
    known = [each for each in amounts if each is not None]
    return sum(known) if kinds == {"fixed"} and known and known == amounts else None


def _left(held: Subscription, now: datetime) -> float | None:
    """The part of the period that is still to come: at most all of it, wherever our clock is."""
    start, end = held.period_start, held.period_end
    if start is None or end is None or start >= end:
        return None
    return min(1.0, max(timedelta(), end - now) / (end - start))
