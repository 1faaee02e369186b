"""A plan beside another one."""

from __future__ import annotations

from bot.language import _
from bot.offers import Offer
from bot.plan_words import allowed
from bot.prices import paid_for, price_of
from bot.words import number
from core.billing import Held
from core.chat import Fact
from core.plans import UNLIMITED, Plan


def differences(held: Held, offer: Offer) -> tuple[Fact, ...]:
    """What another plan costs and allows in place of this one."""
    old, new = held.plan, offer.plan
    costs = Fact(
        _(
            "{new} instead of {old}",
            new=price_of(offer.product),
            old=paid_for(held.subscription),
        ),
        _("price"),
    )
    return (costs, *_limits(old, new))


def _limits(old: Plan, new: Plan) -> tuple[Fact, ...]:
    pairs = zip(allowed(old), allowed(new), strict=True)
    return tuple(
        Fact(_("{new} instead of {old}", new=_number(after), old=_number(before)), what)
        for (before, what), (after, _what) in pairs
        if before != after
    )


def _number(limit: int) -> str:
    return _("no limit") if limit >= UNLIMITED else number(limit)
