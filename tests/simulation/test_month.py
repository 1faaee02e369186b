"""A small town lives on the simulation's clock for longer than anything is kept: what the service
holds stays as it is (`promises.md` B22, F28)."""

from __future__ import annotations

import json

import pytest

from tests.simulation.holdings import KEPT, SOON, WATCHED, grown, watched
from tests.simulation.test_simulation import Record, simulated

DAYS = max(KEPT["rows of memory_job"], SOON) + WATCHED
WHOLE = max(KEPT.values()) + WATCHED + 2
"""Thirty days, after which the oldest goes, and some to see that it does."""


@pytest.mark.promise("B22", "F28")
@pytest.mark.parametrize(
    "days",
    [
        pytest.param(DAYS, id="short", marks=pytest.mark.faults),
        pytest.param(WHOLE, id="whole", marks=pytest.mark.soak),
    ],
)
async def test_what_is_held_stays_as_it_is(days: int, record_property: Record) -> None:
    code, said = await simulated("--days", str(days))
    assert code == 0, said
    held = json.loads(said.splitlines()[-1])
    for name, value in held.items():
        record_property(name, value)
    assert held["acts"] >= 20 * days, "too few did too little to find anything"


@pytest.mark.faults
@pytest.mark.parametrize(
    ("control", "grows"),
    [
        ("no-pruner", ("rows of task", "rows of link_attempt", "rows of source")),
        ("hoarder", ("objects",)),
    ],
)
@pytest.mark.control("F28", "B22")
async def test_a_service_that_grows_is_found(control: str, grows: tuple[str, ...]) -> None:
    code, said = await simulated("--days", str(SOON + WATCHED), "--control", control)
    assert code == 1, said
    assert [each for each in grows if f"month: {each} grew" not in said] == [], said


def test_what_grows_by_the_night_is_named_and_what_comes_and_goes_is_not() -> None:
    up_and_down = [0.0] * SOON + [10.0, 60.0, 80.0, 90.0, 99.0, 99.0, 10.0]
    nights = [
        {
            "rows of rate": 10.0 + night % 3,
            "rows of card": 2.0 * night,
            "rows of note": went,
            "rows of audit": night,
        }
        for night, went in enumerate(up_and_down)
    ]
    assert [each.partition(" by ")[0] for each in grown(nights)] == ["rows of card grew"]


def test_what_is_kept_for_long_is_watched_only_after_that() -> None:
    name = "rows of message_key"
    nights = [{name: min(night, KEPT[name]) * 100.0} for night in range(WHOLE)]
    assert name not in watched(nights[:-3])
    assert name in watched(nights)
    assert grown(nights) == []
