"""`idle`: what chats that are silent cost: resident memory when 100 people have spoken, and when
10,000 have, once each."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from tests.bench import payloads
from tests.bench.contender import OURS, Contender, launch
from tests.bench.figures import Figure
from tests.bench.machine import rss_mb
from tests.bench.plan import Plan
from tests.bench.standin import StandIn

KIND = replace(OURS, module="tests.bench.ours_idle")
FEW = 100
WARM = 20
"""Times that each of the few speaks: what the service loads at first use is loaded then, and is
not put down to the many."""
WARM_RATE, RATE = 100.0, 300.0
"""Messages a second; of one chat no more than its pace allows."""
QUIET = 10.0
"""Seconds of silence before anybody looks: what is over is let go by then."""


async def idle(plan: Plan, folder: Path, platform: StandIn) -> dict[str, Figure]:
    up = await launch(KIND, folder / "idle.db", platform)
    try:
        for _ in range(WARM):
            await _speak(up, platform, range(FEW), WARM_RATE)
        few = await _resident(up)
        for first in range(FEW, plan.chats, FEW):
            await _speak(up, platform, range(first, first + FEW), RATE)
        many = await _resident(up)
        up.count()
    finally:
        await up.stop()
    return {"grown_mb": Figure(many - few), "few_rss_mb": Figure(few), "many_rss_mb": Figure(many)}


async def _speak(up: Contender, platform: StandIn, who: range, rate: float) -> None:
    requests = [payloads.telegram(each, "/add buy milk", users=each + 1) for each in who]
    await up.burst(requests, platform, rate=rate)


async def _resident(up: Contender) -> float:
    await asyncio.sleep(QUIET)
    return rss_mb(up.pid)
