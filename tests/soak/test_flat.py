"""What counts as flat, by samples made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.soak.flat import problems
from tests.soak.samples import HEAD, Sample

CALM = replace(Sample(*(0.0 for _ in HEAD)), rss=170.0, descriptors=46.0, threads=28.0, ready=1.0)


def ran(descriptors: Callable[[int], float], *, every: float = 1.0) -> list[Sample]:
    """Sixty samples of a run, with so many descriptors at each."""
    return [
        replace(CALM, seconds=number * every, descriptors=descriptors(number), tasks=20.0)
        for number in range(61)
    ]


def test_a_burst_at_the_end_of_a_minute_is_no_growth() -> None:
    assert problems(ran(lambda number: 89.0 if number > 53 else 46.0)) == []


@pytest.mark.control("B22")
def test_twelve_minutes_of_it_at_the_end_of_two_hours_are() -> None:
    found = problems(ran(lambda number: 89.0 if number > 53 else 46.0, every=120.0))
    assert found == ["descriptors grew from 46 to 89"]


@pytest.mark.control("B22")
@pytest.mark.parametrize("every", [1.0, 120.0])
def test_one_that_is_not_closed_now_and_then_is_growth(every: float) -> None:
    """Eight in all, and bursts over them."""
    found = problems(ran(lambda number: 46.0 + number // 7 + 40.0 * (number % 9 == 0), every=every))
    assert len(found) == 1
    assert found[0].startswith("descriptors grew from 4")
