"""`quick_add`: how long a typed line takes to be read, over the lines of `quick_add.tsv`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from bot.quickadd import Context, understand
from tests.bench.figures import Figure, median, percentile
from tests.bench.plan import Plan
from tests.bench.standin import StandIn
from tests.bot.quick_add_file import context_of, rows

ROUNDS = 4
"""Times that each line is read in a cycle."""
Lines = Sequence[tuple[str, Context]]


async def quick_add(plan: Plan, folder: Path, platform: StandIn) -> dict[str, Figure]:
    known = [(row, (row.text, context_of(row.who))) for row in rows()]
    dated = [line for row, line in known if "due=" in row.meaning or "ask=" in row.meaning]
    plain = [line for _, line in known if line not in dated]
    for lines in (plain, dated):
        _cycle(lines)  # warm
    took = [(_cycle(plain), _cycle(dated)) for _ in range(plan.cycles)]
    return {
        "plain_p99_ms": _tail([each for each, _ in took]),
        "dated_p99_ms": _tail([each for _, each in took]),
        "plain_p50_ms": median([percentile(each, 0.5) * 1000 for each, _ in took]),
        "dated_p50_ms": median([percentile(each, 0.5) * 1000 for _, each in took]),
    }


def _cycle(lines: Lines) -> list[float]:
    """Seconds of CPU of each reading: on a shared machine the clock measures the neighbours."""
    took = []
    for _ in range(ROUNDS):
        for text, context in lines:
            began = time.thread_time()
            understand(text, context)
            took.append(time.thread_time() - began)
    return took


def _tail(cycles: Sequence[Sequence[float]]) -> Figure:
    """The pooled 99th percentile, with the spread of the cycles' own."""
    pooled = percentile([each for cycle in cycles for each in cycle], 0.99) * 1000
    return Figure(pooled, median([percentile(each, 0.99) for each in cycles]).spread)
