"""What is sold, by names that fit a button: Polar's own ids have 36 characters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.language import _
from core.billing_facts import Product
from core.errors import BillingRefused
from core.plans import Plan, plan
from core.work import Work

TAIL = 6
"""Characters of Polar's id that tell two products apart which are alike in all else."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A product that gives a plan."""

    ref: str
    """As it is typed and as buttons have it: `pro`, or `pro-month` beside `pro-year`."""
    product: Product
    plan: Plan


def offers(work: Work) -> list[Offer]:
    """All that is sold, cheapest plan first. What is paid once gives no plan: it is not offered."""
    sold = [
        (work.sales.plans[each.id], each) for each in work.billing.configured() if each.interval
    ]
    made = [
        Offer(ref, each, plan(name)) for ref, (name, each) in zip(_refs(sold), sold, strict=True)
    ]
    return sorted(made, key=lambda each: (each.plan.rank, _days(each.product), each.ref))


def _refs(sold: Iterable[tuple[str, Product]]) -> list[str]:
    """The plan's name, as much longer as it needs to be."""
    sold = list(sold)
    by_plan = [name for name, _ in sold]
    by_period = [f"{name}-{_period(each)}" for name, each in sold]
    by_id = [f"{name}-{each.id[-TAIL:]}" for name, each in sold]
    counts = [Counter(each) for each in (by_plan, by_period)]
    return [
        next((ref for ref, count in zip(refs, counts, strict=True) if count[ref] == 1), tail)
        for *refs, tail in zip(by_plan, by_period, by_id, strict=True)
    ]


def _period(product: Product) -> str:
    """`month`, `3-months`."""
    count = product.interval_count
    return product.interval if count <= 1 else f"{count}-{product.interval}s"


def _days(product: Product) -> int:
    days = {"day": 1, "week": 7, "month": 30, "year": 365}
    return days.get(product.interval, 0) * max(1, product.interval_count)


def matching(work: Work, said: str) -> list[Offer]:
    """The offers that somebody may mean: one by its name, or all of a plan. Raises
    `BillingRefused` (`not-sold`) where there is none."""
    word = said.strip().lower().replace(" ", "-")
    found = offers(work)
    exact = [each for each in found if each.ref == word]
    meant = exact or [each for each in found if word in {each.plan.name, each.product.id}]
    if not meant:
        raise BillingRefused("not-sold")
    return meant


def plan_of(work: Work, product_id: str) -> str:
    """What a product gives, as people read it; `another plan` where it gives none of ours."""
    name = work.sales.plans.get(product_id, "")
    return plan(name).title if name else _("another plan")
