"""What the operator sells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from core.plans import NONE, Plan, plan


@dataclass(slots=True)
class Sales:
    """Set once, before the first message is taken."""

    on: bool = False
    """Off: nothing is sold, and nobody has limits but those that keep the service alive."""
    plans: Mapping[str, str] = field(default_factory=dict)
    """The plan's name in `core.plans`, by Polar's id of the product; several products may give one
    plan (by month, by year)."""
    hidden: frozenset[str] = frozenset()
    """The platforms in whose chats nothing may be sold: neither prices nor ways to pay there."""

    def plan(self, product_id: str) -> Plan:
        """What a product gives: the free plan, where it is none of ours."""
        return plan(self.plans.get(product_id, NONE))
