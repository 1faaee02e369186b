"""What each plan allows: the one declared table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

UNLIMITED = 2**31 - 1
"""As a limit: none."""
NONE = ""
"""The name of the free plan, as `account.plan` has it."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan. Downgrading never deletes: who has more than a limit keeps it and may not add.

    Completing, exporting and disconnecting are in every plan."""

    name: str
    """As `POLAR_PRODUCTS` and `account.plan` spell it; empty for the free one."""
    title: str
    """As people read it."""
    rank: int
    """Of two running plans the higher one counts."""
    open_tasks: int
    categories: int
    """Different categories among the open tasks of an owner."""
    assignees: int
    """Different people to whom an owner's open tasks are assigned, beside the owner."""
    history_days: int
    """How far back the list of completed tasks goes, in days."""


FREE = Plan(NONE, "Free", 0, open_tasks=50, categories=5, assignees=3, history_days=90)
PRO = Plan("pro", "Pro", 1, open_tasks=2_000, categories=100, assignees=25, history_days=UNLIMITED)
TEAMS = Plan(
    "teams", "Teams", 2, open_tasks=10_000, categories=500, assignees=250, history_days=UNLIMITED
)
PAID: tuple[Plan, ...] = (PRO, TEAMS)
PLANS: Mapping[str, Plan] = MappingProxyType({each.name: each for each in (FREE, *PAID)})


def plan(name: str) -> Plan:
    """A plan by its name; the free one for a name that this version does not know."""
    return PLANS.get(name, FREE)
