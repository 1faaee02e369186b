"""How prices, periods and trials are said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.dates import ways
from bot.language import N_, _, ngettext, spoken
from bot.words import number
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
UNKNOWN = N_("price not known")
PAID_PLAN = N_("Paid Plan")
"""What a subscription is called when nobody knows of what it is."""
CANCELS = N_("Your subscription will cancel at the end of the current billing period.")
DAY = timedelta(days=1)


def money(amount: int | None, currency: str) -> str:
    """`$19.99`, `$10`, `CHF 12.50`; empty where either is missing. `amount` is in the currency's
    smallest unit."""
    code = currency.lower()
    if amount is None or not code:
        return ""
    places = 0 if code in WHOLE else 3 if code in THOUSANDTHS else 2
    units, rest = divmod(abs(amount), 10**places)
    point = ways(spoken()).point
    shown = number(units) + (f"{point}{rest:0{places}}" if rest else "")
    if code in SYMBOLS:
        said = _("{symbol}{amount}", symbol=SYMBOLS[code], amount=shown)
    else:
        said = _("{currency} {amount}", currency=code.upper(), amount=shown)
    return f"-{said}" if amount < 0 else said


def every(interval: str, count: int = 1) -> str:
    """`a month`, `every 3 months`; empty for what does not come again."""
    n = max(1, count)
    match interval:
        case "day":
            return ngettext("a day", "every {n} days", n)
        case "week":
            return ngettext("a week", "every {n} weeks", n)
        case "month":
            return ngettext("a month", "every {n} months", n)
        case "year":
            return ngettext("a year", "every {n} years", n)
        case _other:
            return interval


def price(amount: int | None, currency: str, interval: str, count: int = 1) -> str:
    """`$9 a month`; in words where something is not known."""
    said = money(amount, currency)
    return f"{said} {every(interval, count)}".strip() if said else _(UNKNOWN)


def price_of(product: Product) -> str:
    """What a product costs: `$9 a month`, `free`, or where the price is not fixed, where it is
    said."""
    fixed = list(dict.fromkeys(filter(None, (_fixed(each) for each in product.prices))))
    if fixed:
        how_often = every(product.interval, product.interval_count) or _("once")
        return f"{_(' or ').join(fixed)} {how_often}"
    if any(each.kind == "free" for each in product.prices):
        return _("free")
    return _("price on the next page") if product.prices else _(UNKNOWN)


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
    n = product.trial_count
    match product.trial_interval:
        case "day":
            return ngettext("{n} day free", "{n} days free", n)
        case "week":
            return ngettext("{n} week free", "{n} weeks free", n)
        case "month":
            return ngettext("{n} month free", "{n} months free", n)
        case _other:
            return ngettext("{n} year free", "{n} years free", n)


def with_trial(product: Product) -> str:
    """`7 days free, then $90 a year`."""
    trial, costs = trial_offered(product), price_of(product)
    return _("{trial}, then {costs}", trial=trial, costs=costs) if trial else costs


def status(subscription: Subscription) -> str:
    """In one or two words; what is no word of ours is said as Polar says it."""
    words = {ACTIVE: _("Active"), TRIALING: _("Trial"), "canceled": _("Canceled")}
    return words.get(subscription.status) or subscription.status.replace("_", " ") or _("not known")


def cancels(subscription: Subscription) -> str:
    """The sentence about a cancellation that is to come; empty without one."""
    coming = subscription.cancel_at_period_end and not subscription.ended
    return _(CANCELS) if coming else ""


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
    return product.name if product and product.name else _(PAID_PLAN)
