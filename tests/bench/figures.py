"""Medians of ratios, with their spread."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, and how far it may be off."""

    value: float
    spread: float = 0.0
    """Half the inter-quartile range of the cycles, as a share of the value."""

    def __str__(self) -> str:
        return f"{self.value:.3g} +-{self.spread:.0%}"


def median(values: Sequence[float]) -> Figure:
    value = statistics.median(values)
    if len(values) < 3 or not value:
        return Figure(value)
    low, _, high = statistics.quantiles(values, n=4)
    return Figure(value, (high - low) / 2 / value)


def ratio(above: Sequence[float], below: Sequence[float]) -> Figure:
    """The median of the ratios cycle by cycle: what slows one cycle down slows both."""
    return median([a / b for a, b in zip(above, below, strict=True)])


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def tail_ratio(above: Sequence[Sequence[float]], below: Sequence[Sequence[float]]) -> Figure:
    """The ratio of the pooled 99th percentiles; its spread from fourths of the cycles."""
    value = _tail(above) / _tail(below)
    if len(above) < 8:
        return Figure(value, 1.0)
    parts = [_tail(above[i::4]) / _tail(below[i::4]) for i in range(4)]
    return Figure(value, median(parts).spread)


def _tail(cycles: Sequence[Sequence[float]]) -> float:
    return percentile([each for cycle in cycles for each in cycle], 0.99)
