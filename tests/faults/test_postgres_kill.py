"""kill -9 of two services on one PostgreSQL in turn, under load from both platforms and Polar."""

from __future__ import annotations

import asyncio
import random
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import PostgresServer, core_postgres
from tests.faults.crowd import enough
from tests.faults.load import Load
from tests.faults.oracle import judge
from tests.faults.pair import SHORT_LEASE, two_towns
from tests.faults.test_kill import AT_LEAST, BUYERS, CYCLE, RATE, SETTLED

__all__ = ["core_postgres"]  # a fixture
KILLS = [
    pytest.param(2, 8.0, SHORT_LEASE, id="2"),
    pytest.param(100, RATE, "bot", id="100", marks=pytest.mark.faults),
    pytest.param(500, RATE, "bot", id="500", marks=pytest.mark.soak),
]
"""How many, things that people do in a second, and what is run: in `make faults` the lease that is
shipped, and two hundred kills, half of them in each mode."""
UP = 1.2
"""Seconds between a start and the next kill, at the most; a killed one is away up to half of it."""


@pytest.mark.promise("B2", "F1", "F26")
@pytest.mark.parametrize("mode", ["polling", "webhook"])
@pytest.mark.parametrize(("kills", "rate", "module"), KILLS)
async def test_two_services_killed_in_turn_lose_nothing_and_double_nothing(
    *,
    mode: str,
    kills: int,
    rate: float,
    module: str,
    tmp_path: Path,
    core_postgres: PostgresServer,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    url, world = core_postgres.migrated(), enough(round(kills * CYCLE * rate))
    async with two_towns(tmp_path, url, mode, module=module, world=world) as (here, pair):
        here.sandbox.telegram.patience = 20.0
        await pair.start()
        await here.link(1)
        buyers = BUYERS if rate == RATE else BUYERS[:1]
        for each in buyers:
            await here.buys(each)
        load = Load(here, rate, random.Random(kills), buyers=buyers)  # noqa: S311  # load, no secret
        load.begin()
        for number in range(kills):
            await asyncio.sleep(load.random.uniform(0.2, UP))
            await pair.both[number % 2].kill()
            await asyncio.sleep(load.random.uniform(0.0, UP / 2))
            await pair.both[number % 2].start()
        await load.end()
        await here.settle(SETTLED, paced=True)
        await load.press_again()
        await here.settle(SETTLED, paced=True)
        verdict = judge(here, load.inputs)
        stats = here.sandbox.telegram.stats
        with capsys.disabled():
            print(  # noqa: T201  # the counts are reported
                f"\ntwo on PostgreSQL, {mode}: {len(pair.kills)} kills, {verdict.inputs} inputs,"
                f" {verdict.acknowledged} acknowledged, {verdict.refused} refused,"
                f" {len(verdict.lost)} lost, {len(verdict.doubled)} doubled,"
                f" {len(verdict.unanswered)} unanswered, {verdict.extra} extra copies,"
                f" {stats.limited} of {stats.sends + stats.edits} were 429,"
                f" ready after {statistics.median(pair.starts):.2f} s"
            )
        record_property("kills", kills)
        record_property("inputs a second", load.done_a_second)
        record_property("ready after s", statistics.median(pair.starts))
        for name, figure in verdict.figures.items():
            record_property(name, figure)
        assert rate < RATE or load.done_a_second >= AT_LEAST, "too little load to find anything"
        assert verdict.broken == []
