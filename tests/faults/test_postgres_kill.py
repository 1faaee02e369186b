"""kill -9 of two services on one PostgreSQL in turn, under load from both platforms."""

from __future__ import annotations

import asyncio
import random
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.databases import PostgresServer, core_postgres
from tests.faults.load import Load
from tests.faults.oracle import judge
from tests.faults.pair import SHORT_LEASE, two_towns

__all__ = ["core_postgres"]  # a fixture
KILLS = [
    pytest.param(3, SHORT_LEASE, id="3"),
    pytest.param(20, "bot", id="20", marks=pytest.mark.faults),
]
RATE = 8.0
"""Things that people do in a second: three services' worth of processes share two cores."""
SETTLED = 90.0
"""Seconds for the last lease to run out, and for what was left to be done."""


@pytest.mark.promise("B2", "F1", "F26")
@pytest.mark.parametrize("mode", ["polling", "webhook"])
@pytest.mark.parametrize(("kills", "module"), KILLS)
async def test_two_services_killed_in_turn_lose_nothing_and_double_nothing(
    *,
    mode: str,
    kills: int,
    module: str,
    tmp_path: Path,
    core_postgres: PostgresServer,
    capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:
    url = core_postgres.migrated()
    async with two_towns(tmp_path, url, mode, module=module) as (here, pair):
        here.sandbox.telegram.patience = 20.0
        await pair.start()
        await here.link(1)
        load = Load(here, RATE, random.Random(kills))  # noqa: S311  # load, no secret
        load.begin()
        for number in range(kills):
            await asyncio.sleep(load.random.uniform(0.5, 2.0))
            await pair.both[number % 2].kill()
            await asyncio.sleep(load.random.uniform(0.0, 1.0))
            await pair.both[number % 2].start()
        await load.end()
        await here.settle(SETTLED)
        await load.press_again()
        await here.settle(SETTLED)
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
        for name, figure in verdict.figures.items():
            record_property(name, figure)
        assert verdict.broken == []
