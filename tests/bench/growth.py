"""`growth`: what a million tasks cost over a hundred, end to end through the service, warm."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from tests.bench import payloads
from tests.bench.contender import OURS, Burst, Contender, launch, there_and_back
from tests.bench.databases import Place, in_file
from tests.bench.figures import Figure, median, ratio
from tests.bench.plan import Plan
from tests.bench.seed import OPEN, seed
from tests.bench.standin import StandIn

FEW = 100
BURST = 10
"""Requests of a burst: one of each person of the small database."""
TURNS = 6
"""Visits to each database in one cycle, taking turns: a burst alone is so short that whatever the
process does besides weighs as much."""
WARM = 2
"""Cycles that do not count."""
Visited = dict[str, dict[str, list[Burst]]]
"""What one cycle cost, by the database, then by what was said."""
Visit = Callable[[Contender, int], Awaitable[dict[str, Burst]]]


async def growth(
    plan: Plan, folder: Path, platform: StandIn, place: Place = in_file
) -> dict[str, Figure]:
    up, first = [], {}
    try:
        for name, tasks in (("few", FEW), ("many", plan.tasks)):
            database = folder / f"{name}.db"
            url = place(database)
            people = await asyncio.to_thread(seed, url, tasks)
            each = await launch(OURS, database, platform, url)
            each.tasks = each.seeded = tasks
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

    async def all_say(each: Contender, line: str) -> Burst:
        requests = [payloads.telegram(turn, line, users=BURST) for turn in range(BURST)]
        adds = line.startswith("/add")
        return await each.burst(requests, platform, adds=adds, connections=4)

    async def change(each: Contender, turn: int) -> dict[str, Burst]:
        number = first[each.pid] + turn % OPEN
        said = {"list": "/list", "done": f"/done {number}", "reopen": f"/reopen {number}"}
        return {name: await all_say(each, line) for name, line in said.items()}

    async def add(each: Contender, turn: int) -> dict[str, Burst]:
        return {"add": await all_say(each, f"/add number {turn}")}

    changed = await _cycles(change, up, plan.cycles)
    added = await _cycles(add, up, plan.cycles)
    for each in up:
        each.count()
    return {**_figures("list", changed), **_figures("done", changed), **_figures("add", added)}


async def _cycles(visit: Visit, up: Sequence[Contender], cycles: int) -> list[Visited]:
    """Without the first ones."""
    found: list[Visited] = []
    for cycle in range(cycles + WARM):
        cost: Visited = {each.database.stem: defaultdict(list) for each in up}
        for turn in range(cycle * TURNS, (cycle + 1) * TURNS):
            for each in there_and_back(up, turn):
                for name, burst in (await visit(each, turn)).items():
                    cost[each.database.stem][name].append(burst)
        found.append(cost)
    return found[WARM:]


def _figures(name: str, found: Sequence[Visited]) -> dict[str, Figure]:
    """Ratios of the server's CPU, which waits for nobody; of the seconds beside it."""
    few, many = ([each[which][name] for each in found] for which in ("few", "many"))
    cpu = [[_cpu_each(bursts) for bursts in each] for each in (many, few)]
    seconds = [[sum(each.timed.seconds for each in bursts) for bursts in of] for of in (many, few)]
    return {
        name: ratio(*cpu),
        f"{name}_seconds": ratio(*seconds),
        f"{name}_cpu_us": median([each * 1e6 for each in cpu[0]]),
    }


def _cpu_each(bursts: Sequence[Burst]) -> float:
    return sum(each.cpu for each in bursts) / sum(each.requests for each in bursts)
