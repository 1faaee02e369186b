"""`engine`: a command's p50 and p99 with and without 1,000 jobs of the engine running beside it."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.bench import payloads
from tests.bench.contender import OURS, Contender, contenders
from tests.bench.figures import Figure, percentile
from tests.bench.ours import CHATS, JOBS
from tests.bench.payloads import USERS
from tests.bench.plan import Plan
from tests.bench.standin import StandIn

RATE = 50.0
"""Requests a second: one core must carry the jobs and the load."""
MESSAGE = b"sendMessage"


async def engine(plan: Plan, folder: Path, platform: StandIn) -> dict[str, Figure]:
    async with contenders([OURS], folder, platform) as (service,):
        turn = 0

        async def second(rate: float | None = RATE) -> list[float]:
            nonlocal turn
            requests = [
                payloads.telegram(turn + n, "/add buy milk", users=USERS) for n in range(int(RATE))
            ]
            turn += len(requests)
            return (await service.burst(requests, platform, rate=rate)).timed.answers

        await _meet(service, platform)
        for _ in range(8):
            await second(None)
        alone = [each for _ in range(plan.open_cycles) for each in await second()]
        # Jobs are over when all of them have spoken; the commands' own answers are counted off.
        spoken, said = platform.calls[MESSAGE], turn
        os.kill(service.pid, signal.SIGUSR1)
        beside: list[float] = []
        while platform.calls[MESSAGE] - spoken - (turn - said) < JOBS:
            beside += await second()
    return {
        "p50_ms": Figure(percentile(alone, 0.5) * 1000),
        "p99_ms": Figure(percentile(alone, 0.99) * 1000),
        "p50_with_jobs_ms": Figure(percentile(beside, 0.5) * 1000),
        "p99_with_jobs_ms": Figure(percentile(beside, 0.99) * 1000),
        "jobs_per_second": Figure(JOBS / (len(beside) / RATE)),
    }


async def _meet(service: Contender, platform: StandIn) -> None:
    """People whom only the jobs speak to."""
    strangers = [payloads.telegram(USERS + n, "/add x", users=USERS + CHATS) for n in range(CHATS)]
    await service.burst(strangers, platform)
