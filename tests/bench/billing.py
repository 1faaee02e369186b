"""`polar_webhook`: a renewal received, checked and committed, against a floor, and against the same
service with the SDK's own check.

The floor (`peers/polar_floor.py`) does the same work by hand, one commit each. Beside it our
service runs with `validate_event` of polar-sdk in the place of our check and our reader."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from tests.bench import payloads
from tests.bench.contender import Burst, Contender, Kind, launch, there_and_back
from tests.bench.databases import Place, in_file
from tests.bench.figures import Figure, median, percentile, ratio
from tests.bench.payloads import POLAR_PRODUCT, POLAR_SECRET, USERS
from tests.bench.plan import Plan
from tests.bench.seed import OPEN, seed
from tests.bench.standin import StandIn

SETTINGS = {
    "POLAR_ACCESS_TOKEN": "polar_oat_" + "p" * 20,
    "POLAR_WEBHOOK_SECRET": POLAR_SECRET,
    "POLAR_PRODUCTS": f"pro:{POLAR_PRODUCT}",
    "POLAR_SERVER_URL": "http://127.0.0.1:9",  # nobody is there: nothing is swept
}
OURS = Kind("ours", table="hook", answered=False, settings=SETTINGS)
SDK = replace(OURS, name="sdk", module="tests.bench.ours_sdk")
FLOOR = Kind(
    "floor", "polar_floor.py", token="-", table="hook", answered=False, secret=POLAR_SECRET
)
BURST = {"ours": USERS, "floor": USERS, "sdk": 32}
RATE = 50.0
"""Events a second of the open loop (issue 5)."""


async def polar_webhook(
    plan: Plan, folder: Path, platform: StandIn, place: Place = in_file
) -> dict[str, Figure]:
    async with AsyncExitStack() as stack:
        up = []
        for kind in (OURS, FLOOR, SDK):
            database, url = folder / f"{kind.name}.db", ""
            if not kind.script:
                url = place(database)
                await asyncio.to_thread(seed, url, USERS * OPEN)
            each = await launch(kind, database, platform, url)
            stack.push_async_callback(each.stop)
            up.append(each)
        return await _measure(plan, up, platform)


async def _measure(plan: Plan, up: Sequence[Contender], platform: StandIn) -> dict[str, Figure]:
    turns = {each.kind.name: 0 for each in up}

    async def burst(each: Contender, size: int, rate: float | None = None) -> Burst:
        first = turns[each.kind.name]
        turns[each.kind.name] += size
        requests = [payloads.polar(first + number) for number in range(size)]
        return await each.burst(requests, platform, rate=rate)

    for each in up:
        await burst(each, USERS if each.kind is not SDK else 8)
        await burst(each, BURST[each.kind.name])
    closed: dict[str, list[Burst]] = {each.kind.name: [] for each in up}
    for cycle in range(plan.cycles):
        for each in there_and_back(up, cycle):
            closed[each.kind.name].append(await burst(each, BURST[each.kind.name]))
    paced = [await burst(up[0], int(RATE), RATE) for _ in range(plan.open_cycles)]
    for each in up:
        each.count()
    return _figures(closed, paced)


def _figures(closed: dict[str, list[Burst]], paced: Sequence[Burst]) -> dict[str, Figure]:
    rates = {name: [each.rate for each in bursts] for name, bursts in closed.items()}
    cpu = {name: [each.cpu_each for each in bursts] for name, bursts in closed.items()}
    pooled = [each for burst in paced for each in burst.timed.responses]
    found = {
        "rate_vs_floor": ratio(rates["ours"], rates["floor"]),
        "rate_vs_sdk": ratio(rates["ours"], rates["sdk"]),
        "cpu_vs_floor": ratio(cpu["ours"], cpu["floor"]),
        "cpu_vs_sdk": ratio(cpu["ours"], cpu["sdk"]),
        "p50_open_ms": Figure(percentile(pooled, 0.5) * 1000),
        "p99_open_ms": Figure(percentile(pooled, 0.99) * 1000),
    }
    for name in closed:
        found[f"{name}_per_second"] = median(rates[name])
        found[f"{name}_cpu_us"] = median([each * 1e6 for each in cpu[name]])
    return found
