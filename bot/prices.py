"""How prices, periods and trials are said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.billing_facts import ACTIVE, TRIALING, Price, Product, Subscription
from core.plans import NONE, plan

SYMBOLS = {"usd": "$", "eur": "\u20ac", "gbp": "\u00a3", "jpy": "\u00a5"}
"""Currencies whose sign stands for no other one here; the rest are named by their code."""
WHOLE = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv",
     "xaf", "xof", "xpf")
)  # fmt: skip
"""Currencies without a smaller unit, as card networks and Polar count them."""
THOUSANDTHS = frozenset(("bhd", "iqd", "jod", "kwd", "lyd", "omr", "tnd"))
"""Currencies of a thousand smaller units (ISO 4217)."""
UNKNOWN = "price not known"
PAID_PLAN = "Paid Plan"
"""What a subscription is called when nobody knows of what it is."""
CANCELS = "Your subscription will cancel at the end of the current billing period."
DAY = timedelta(days=1)


def money(amount: int | None, currency: str) -> str:
    """`$19.99`, `$10`, `CHF 12.50`; empty where either is missing. `amount` is in the currency's
    smallest unit."""
    code = currency.lower()
    if amount is None or not code:
        return ""
    places = 0 if code in WHOLE else 3 if code in THOUSANDTHS else 2
    units, rest = divmod(abs(amount), 10**places)
    shown = f"{units:,}" + (f".{rest:0{places}}" if rest else "")
    return f"{'-' if amount < 0 else ''}{SYMBOLS.get(code) or f'{code.upper()} '}{shown}"


def every(interval: str, count: int = 1) -> str:
    """`a month`, `every 3 months`; empty for what does not come again."""
    if not interval:
        return ""
    return f"a {interval}" if count <= 1 else f"every {count} {interval}s"


def price(amount: int | None, currency: str, interval: str, count: int = 1) -> str:
    """`$9 a month`; in words where something is not known."""
    said = money(amount, currency)
    return f"{said} {every(interval, count)}".strip() if said else UNKNOWN


def price_of(product: Product) -> str:
    """What a product costs: `$9 a month`, `free`, or where the price is not fixed, where it is
    said."""
    fixed = list(dict.fromkeys(filter(None, (_fixed(each) for each in product.prices))))
    if fixed:
        how_often = every(product.interval, product.interval_count) or "once"
        return f"{' or '.join(fixed)} {how_often}"
    if any(each.kind == "free" for each in product.prices):
        return "free"
    return "price on the next page" if product.prices else UNKNOWN


def _fixed(price: Price) -> str:
    return money(price.amount, price.currency) if price.kind == "fixed" else ""


def paid_for(subscription: Subscription) -> str:
    """What is paid for a subscription, and how often."""
    return price(
        subscription.amount,
        subscription.currency,
        subscription.interval,
        subscription.interval_count,
    )


def trial_offered(product: Product) -> str:
    """`7 days free`; empty without a trial."""
    if not product.trial_interval or product.trial_count < 1:
        return ""
    count = product.trial_count
    return f"{count} {product.trial_interval}{'' if count == 1 else 's'} free"


def with_trial(product: Product) -> str:
    """`7 days free, then $90 a year`."""
    trial, costs = trial_offered(product), price_of(product)
    return f"{trial}, then {costs}" if trial else costs


def status(subscription: Subscription) -> str:
    """In one or two words; what is no word of ours is said as Polar says it."""
    words = {ACTIVE: "Active", TRIALING: "Trial", "canceled": "Canceled"}
    return words.get(subscription.status) or subscription.status.replace("_", " ") or "not known"


def cancels(subscription: Subscription) -> str:
    """The sentence about a cancellation that is to come; empty without one."""
    coming = subscription.cancel_at_period_end and not subscription.ended
    return CANCELS if coming else ""


@dataclass(frozen=True, slots=True)
class TrialDays:
    """How far a trial is, in whole days."""

    used: int
    total: int
    remaining: int
    progress: int
    """Per cent, at most 100."""


def trial_days(subscription: Subscription, now: datetime) -> TrialDays | None:
    """None where there is no trial, or nobody knows from when to when."""
    start, end = subscription.trial_start, subscription.trial_end
    if start is None or end is None or end <= start:
        return None
    total = -((start - end) // DAY)
    used = min(max((now - start) // DAY, 0), total)
    return TrialDays(used, total, total - used, min(100, round(100 * used / total)))


def newest_first(subscriptions: Iterable[Subscription]) -> list[Subscription]:
    """By the start of their period; those without one last."""
    return sorted(subscriptions, key=_started, reverse=True)


def _started(subscription: Subscription) -> float:
    return subscription.period_start.timestamp() if subscription.period_start else float("-inf")


def named(plan_name: str, product: Product | None) -> str:
    """What somebody subscribed to: our plan, else what Polar calls it, else `Paid Plan`."""
    if plan_name != NONE:
        return plan(plan_name).title
    return product.name if product and product.name else PAID_PLAN
