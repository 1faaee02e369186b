"""What the sandbox's seller sells. The ids never change, so that settings can name them."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.model import Json
from adapters.sandbox.polar_objects import benefit, price, product

PRO_MONTHLY = "0a7e7b61-6f0b-4c0e-8f59-1c0de0f10001"
PRO_YEARLY = "0a7e7b61-6f0b-4c0e-8f59-1c0de0f10002"
TEAMS_MONTHLY = "0a7e7b61-6f0b-4c0e-8f59-1c0de0f10003"
ARCHIVED = "0a7e7b61-6f0b-4c0e-8f59-1c0de0f10004"
"""Was sold once: keeps what it has, takes no new buyers."""
UNCONFIGURED = "0a7e7b61-6f0b-4c0e-8f59-1c0de0f10005"
"""Something of the same seller's that has nothing to do with the bot."""
BORN = "2026-09-01T08:00:00Z"


def catalogue() -> dict[str, Json]:
    """By id, new ones each time."""
    week = {"trial_interval": "day", "trial_interval_count": 7}
    sold = [
        _plan(PRO_MONTHLY, "Pro", 900, description="More tasks, and history without end."),
        _plan(PRO_YEARLY, "Pro, by the year", 9000, recurring_interval="year", **week),
        _plan(TEAMS_MONTHLY, "Teams", 1900, description="Everything of Pro, for groups."),
        _plan(ARCHIVED, "Early bird", 500, is_archived=True),
        _plan(UNCONFIGURED, "Newsletter", 300),
    ]
    return {each["id"]: each for each in sold}


def _plan(id: str, name: str, amount: int, **changes: Any) -> Json:
    cost = price(id=_beside(id, "b"), product_id=id, price_amount=amount, created_at=BORN)
    gives = benefit(id=_beside(id, "c"), description=f"What {name} allows", created_at=BORN)
    return product(id=id, name=name, prices=[cost], benefits=[gives], created_at=BORN, **changes)


def _beside(id: str, letter: str) -> str:
    """An id that belongs to a product's."""
    return letter + id[1:]
