"""`growth`: what a million tasks cost over a hundred, end to end through the service, warm."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.bench import payloads
from tests.bench.contender import OURS, Burst, Contender, launch, there_and_back
from tests.bench.figures import Figure, median, ratio
from tests.bench.payloads import Request
from tests.bench.plan import Plan
from tests.bench.seed import OPEN, seed
from tests.bench.standin import StandIn

FEW = 100
BURST = 10
"""Requests of a burst: one of each person of the small database."""
Rounds = dict[str, list[Burst]]


async def growth(plan: Plan, folder: Path, platform: StandIn) -> dict[str, Figure]:
    up, first = [], {}
    try:
        for name, tasks in (("few", FEW), ("many", plan.tasks)):
            database = folder / f"{name}.db"
            people = await asyncio.to_thread(seed, database, tasks)
            each = await launch(OURS, database, platform)
            each.tasks = tasks
            up.append(each)
            first[each.pid] = tasks // people - OPEN + 1
        return await _measure(plan, up, first, platform)
    finally:
        for each in up:
            await each.stop()


async def _measure(
    plan: Plan, up: Sequence[Contender], first: dict[int, int], platform: StandIn
) -> dict[str, Figure]:
    """`first`: the number of everybody's first open task. What is done is opened again, so that
    the small database stays small; what is added comes last."""

    async def lines(each: Contender, text: Callable[[int], str], adds: bool = False) -> Burst:
        requests = [_line(turn, text(turn)) for turn in range(BURST)]
        return await each.burst(requests, platform, adds=adds, connections=4)

    found: dict[str, list[list[Burst]]] = {"list": [[], []], "done": [[], []], "add": [[], []]}
    for cycle in range(plan.cycles * 2):
        for each in there_and_back(up, cycle):
            of, number = up.index(each), first[each.pid] + cycle % OPEN
            listed = await lines(each, lambda _: "/list")
            done = await lines(each, lambda _, n=number: f"/done {n}")  # type: ignore[misc]  # n is bound here
            await lines(each, lambda _, n=number: f"/reopen {n}")  # type: ignore[misc]  # n is bound here
            if cycle >= 2:  # warm
                found["list"][of].append(listed)
                found["done"][of].append(done)
    for cycle in range(plan.cycles):
        for each in there_and_back(up, cycle):
            added = await lines(each, lambda _: "/add buy milk", adds=True)
            if cycle >= 2:
                found["add"][up.index(each)].append(added)
    for each in up:
        each.count()
    return _figures(found)


def _line(turn: int, text: str) -> Request:
    return payloads.telegram(turn, text, users=BURST)


def _figures(found: dict[str, list[list[Burst]]]) -> dict[str, Figure]:
    """Ratios of the server's CPU, which waits for nobody; of the seconds beside it."""
    figures = {}
    for name, (few, many) in found.items():
        cpu = [each.cpu_each for each in many], [each.cpu_each for each in few]
        figures[name] = ratio(*cpu)
        seconds = [each.timed.seconds for each in many], [each.timed.seconds for each in few]
        figures[f"{name}_seconds"] = ratio(*seconds)
        figures[f"{name}_cpu_us"] = median([each * 1e6 for each in cpu[0]])
    return figures
