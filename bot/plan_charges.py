"""What a change of plan costs, in words, before anybody says yes to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.language import _
from bot.prices import money, price_of, trial_offered
from core.billing_facts import TRIALING, Product, Subscription
from core.ports import Proration
from core.proration import begins_anew, due


def charged(
    held: Subscription, product: Product, when: Proration, *, new: str, day: str, now: datetime
) -> str:
    """What is charged, and when. `new`: the plan that begins; `day`: when the period ends."""
    costs = price_of(product)
    if when is Proration.NEXT_PERIOD:
        return _(
            "Until {day} all stays as it is, and nothing is charged now. Then {new} begins "
            "({costs}).",
            day=day,
            new=new,
            costs=costs,
        )
    if held.status == TRIALING:
        return _in_a_trial(product, new)
    sum_ = _sum(held, product, now)
    if begins_anew(held, product):
        return _(
            "{new} begins at once ({costs}), and with it a new period. That is charged "
            "now, the way you paid before, less what is left of this period, which ends on {day}. "
            "{sum}",
            new=new,
            costs=costs,
            day=day,
            sum=sum_,
        )
    if when is Proration.NEXT_INVOICE:
        return _(
            "{new} begins at once ({costs}). The difference for the rest of this "
            "period comes with the next invoice, on {day}; if {new} costs less, it is "
            "credited there. {exact}",
            new=new,
            costs=costs,
            day=day,
            exact=sum_,
        )
    return _(
        "{new} begins at once ({costs}). The difference for the rest of this "
        "period, until {day}, is charged now, the way you paid before; if {new} costs "
        "less, it is credited. {exact}",
        new=new,
        costs=costs,
        day=day,
        exact=sum_,
    )


def _in_a_trial(product: Product, new: str) -> str:
    """Nothing is owed for a trial; another product brings its own, or none. Only of a sum that is
    known it is said that it is charged."""
    values = {"new": new, "costs": price_of(product)}
    fixed = all(each.kind == "fixed" and each.amount for each in product.prices)
    known = fixed and bool(product.prices)
    if trial := trial_offered(product):
        return _in_another(known, trial, values)
    if known:
        return _(
            "{new} begins at once, your free trial ends with that, and {costs} is charged now.",
            **values,
        )
    return _("{new} begins at once ({costs}), and your free trial ends with that.", **values)


def _in_another(known: bool, trial: str, values: Mapping[str, str]) -> str:
    if not known:
        return _(
            "{new} begins at once ({costs}), with {trial}, counted from the day on which your free "
            "trial began.",
            trial=trial,
            **values,
        )
    return _(
        "{new} begins at once: {trial}, counted from the day on which your free trial began, then "
        "{costs}. If that time is over, it is charged now.",
        trial=trial,
        **values,
    )


def _sum(held: Subscription, product: Product, now: datetime) -> str:
    """How much that is, as far as we can know it: taxes and discounts are Polar's."""
    found = due(held, product, now)
    said = money(abs(found or 0), held.currency)
    if found is None or not said:
        return _("Our payment partner Polar works out the exact sum.")
    if found < 0:
        return _(
            "That is about {sum} to your credit; our payment partner Polar works out the exact "
            "sum, with taxes and discounts.",
            sum=said,
        )
    return _(
        "That is about {sum}; our payment partner Polar works out the exact sum, with taxes and "
        "discounts.",
        sum=said,
    )
