"""Whether a run was flat (`promises.md` B22, F28), by its samples.

Robust: single samples say nothing. What a run has grown by is the median slope between any two of
its last three quarters (Theil and Sen's), times their length; besides, the median of the last tenth
is compared with that of the second. In a run shorter than whole, what comes and goes is compared by
its least, between bursts: a leak never comes down, and a tenth of a minute may be all of one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from tests.soak.samples import Sample

WHOLE = 7200.0
"""Seconds of a whole run."""
RSS_AN_HOUR = 1.0
"""MB that memory may grow by in an hour after the warm-up."""
RSS_AT_LEAST = 6.0
"""MB that it may have grown by in a run shorter than whole, whose warm-up is not over by then."""
WAL = 64.0
"""MB of SQLite's log, at any time."""
WAITS = 60.0
"""Seconds that anything has waited at the most, whenever it was looked at."""
FEW = 0.05, 5.0
"""Descriptors, threads and tasks are flat where they grew by no more than this share, or so many:
connections come and go."""
P99 = 1.2
"""The last ten minutes' over the first."""
TEN_MINUTES = 600.0


@dataclass(frozen=True, slots=True)
class Growth:
    """Of one number."""

    second_tenth: float
    last_tenth: float
    an_hour: float
    """By the median slope of the last three quarters."""

    @property
    def between(self) -> float:
        return self.last_tenth - self.second_tenth


def growth(samples: Sequence[Sample], name: str) -> Growth:
    """How a number of theirs went."""
    every = [(each.seconds, float(getattr(each, name))) for each in samples]
    points = [(at, value) for at, value in every if not math.isnan(value)]
    tenth = max(1, len(points) // 10)
    late = points[len(points) // 4 :]
    late = late[:: max(1, len(late) // 500)]  # each with each other
    slopes = [
        (after - before) / (then - now)
        for place, (now, before) in enumerate(late)
        for then, after in late[place + 1 :]
        if then > now
    ]
    return Growth(
        median(value for _, value in points[tenth : 2 * tenth] or points),
        median(value for _, value in points[-tenth:]),
        median(slopes or [0.0]) * 3600,
    )


def problems(samples: Sequence[Sample]) -> list[str]:
    """What was not flat, in words; none where all was."""
    found = list(filter(None, [_memory(samples), *_counts(samples)]))
    if (highest := max(each.wal for each in samples)) > WAL:
        found.append(f"the log of the database was {highest} MB")
    if not all(each.ready for each in samples):
        found.append(f"not ready {sum(not each.ready for each in samples)} times")
    for name in ("undelivered", "jobs", "lag"):
        longest = max((getattr(each, name) for each in samples), default=0.0)
        if longest > WAITS:
            found.append(f"{name}: the oldest had waited {longest} s")
    return found


def _memory(samples: Sequence[Sample]) -> str:
    grown = growth(samples, "rss")
    seconds = (samples[-1].seconds - samples[0].seconds) * 0.75
    whole = samples[-1].seconds >= WHOLE * 0.95
    may = RSS_AN_HOUR * seconds / 3600 if whole else RSS_AT_LEAST
    did = grown.an_hour * seconds / 3600
    if did <= may and grown.between <= max(may, RSS_AT_LEAST):
        return ""
    return f"memory grew by {did:.1f} MB, which is {grown.an_hour:.1f} MB an hour: {grown}"


def _counts(samples: Sequence[Sample]) -> list[str]:
    found = []
    for name in ("descriptors", "threads", "tasks"):
        grown = growth(samples, name)
        early, late = grown.second_tenth, grown.last_tenth
        if samples[-1].seconds < WHOLE * 0.95:
            early, late = _least(samples, name)
        share, many = FEW
        if late - early > max(many, share * early):
            found.append(f"{name} grew from {early:.0f} to {late:.0f}")
    return found


def _least(samples: Sequence[Sample], name: str) -> tuple[float, float]:
    """Of the second tenth and of the last quarter."""
    values = [value for each in samples if not math.isnan(value := getattr(each, name))]
    tenth, quarter = len(values) // 10, len(values) // 4
    return min(values[tenth : 2 * tenth] or values), min(values[-quarter:])


def slower(samples: Sequence[Sample]) -> float:
    """The last ten minutes' p99 over the first ten's, each the median of its samples'; of a shorter
    run, its last quarter's over its first's."""
    window = min(TEN_MINUTES, samples[-1].seconds / 4)
    first = [each.p99 for each in samples if 0 < each.seconds <= window and each.p99]
    last = [each.p99 for each in samples if each.seconds > samples[-1].seconds - window]
    last = [each for each in last if each]
    return median(last) / median(first) if first and last else math.nan
