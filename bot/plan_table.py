"""The plans as a table for whoever runs the service."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from core.plans import PLANS, UNLIMITED, Plan

HEAD = (
    *("POLAR_PRODUCTS", "plan", "open tasks", "categories", "people", "history", "export"),
    "products sold",
)
EXPORT = "all"
"""Whatever the plan: nobody's own data is held back for money."""
WORDS = 2
"""Columns of words, from the left; the others are numbers, and stand at the right."""


def table(sold: Mapping[str, str]) -> Iterator[str]:
    """A line for each plan. `sold`: the plans' names by Polar's product ids."""
    counts = Counter(sold.values())
    rows = [HEAD, *(_row(each, counts[each.name]) for each in PLANS.values())]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            text.ljust(width) if place < WORDS else text.rjust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def _row(plan: Plan, sold: int) -> tuple[str, ...]:
    numbers = (plan.open_tasks, plan.categories, plan.assignees)
    days = "all" if plan.history_days == UNLIMITED else f"{plan.history_days} days"
    products = str(sold) if plan.name else "free"
    name = plan.name or "-"
    return (name, plan.title, *(f"{each:,}" for each in numbers), days, EXPORT, products)
