"""A plan so small that people meet its limit: made before the service is imported, whose statements
name every plan."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from core import plans

NAME, MOST = "small", 6
"""The plan, and how many open tasks it allows."""
HOLDER = "tg-eve"
"""Who has it, where somebody has: she connects no other chat and pays nothing then."""
GIVE = (
    "UPDATE account SET plan = 'small' WHERE id ="
    " (SELECT account_id FROM identity WHERE platform = 'telegram' AND user_id = '1003')"
)
HELD = (
    "SELECT count(*) FROM task JOIN account ON account.id = task.owner_id"
    " WHERE account.plan = 'small' AND task.deleted_at IS NULL"
    " AND task.status IN ('pending', 'in progress')"
)


def begin() -> None:
    """Let the service know the plan. Call it before any other import of the project."""
    small = replace(plans.FREE, name=NAME, title="Small", open_tasks=MOST)
    plans.PLANS = MappingProxyType({**plans.PLANS, NAME: small})
