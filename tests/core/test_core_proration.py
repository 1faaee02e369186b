"""What a change of plan costs, wherever our clock is in the period."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.billing_facts import Price
from core.proration import due
from tests.core.paying import MONTH, NOW, bought, product

TEAMS = product("p-teams", prices=(Price("fixed", 2900, "usd"),))


@pytest.mark.parametrize(
    ("part", "costs"), [(-0.5, 2000), (0.0, 2000), (0.5, 1000), (1.0, 0), (1.5, 0)]
)
def test_no_more_is_left_than_the_whole_period(part: float, costs: int) -> None:
    held = bought()
    assert due(held, TEAMS, NOW + timedelta(seconds=part * MONTH.total_seconds())) == costs
