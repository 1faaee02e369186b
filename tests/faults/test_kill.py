"""kill -9 of the whole service at random instants, under load from both platforms."""

from __future__ import annotations

import asyncio
import random
import statistics
from pathlib import Path

import pytest

from tests.faults.city import LINKED, City, city
from tests.faults.load import Load
from tests.faults.oracle import Verdict, judge

KILLS = {"polling": 15, "webhook": 15}
RATE = 14.0
"""Things that people do in a second."""
UP = 0.9
"""Seconds that a life lasts after it is ready, at the most."""
IN_START = 0.2
"""The share of kills that come before the service is ready."""


async def killed_often(here: City, load: Load, kills: int) -> None:
    """Kill and start again, that many times; each time the database is whole."""
    for _ in range(kills):
        if load.random.random() < IN_START:
            await asyncio.sleep(load.random.uniform(0, max(here.service.starts)))
        else:
            await asyncio.sleep(load.random.uniform(0, UP))
        await here.service.kill()
        assert await asyncio.to_thread(here.service.integrity) == "ok"
        if load.random.random() < IN_START:
            await here.service.spawn()
        else:
            await here.service.start()
    if here.service.process.returncode is None and len(here.service.starts) <= kills:
        await here.service.kill()
    await here.service.start()


async def run(directory: Path, mode: str, kills: int, seed: int) -> tuple[City, Verdict]:
    """A whole run, judged."""
    async with city(directory, mode) as here:
        here.sandbox.telegram.patience = 20.0
        await here.service.start()
        await asyncio.gather(*map(here.link, LINKED))
        load = Load(here, RATE, random.Random(seed))  # noqa: S311  # load, no secret
        load.begin()
        await killed_often(here, load, kills)
        await load.end()
        await here.settle()
        await load.press_again()
        await here.settle()
        return here, judge(here, load.inputs)


def report(mode: str, here: City, verdict: Verdict) -> str:
    """The counts of a run in one line."""
    starts = here.service.starts
    return (
        f"{mode}: {len(here.service.kills)} kills, {verdict.inputs} inputs,"
        f" {verdict.acknowledged} acknowledged, {verdict.refused} refused by a dead service,"
        f" {len(verdict.lost)} lost, {len(verdict.doubled)} doubled,"
        f" {len(verdict.unanswered)} unanswered, {verdict.toasts} toasts lost,"
        f" {verdict.extra} extra copies, ready again after"
        f" {statistics.median(starts):.2f} s (p50), {max(starts):.2f} s (max)"
    )


@pytest.mark.parametrize("mode", KILLS)
async def test_a_killed_service_loses_nothing_and_doubles_nothing(
    mode: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here, verdict = await run(tmp_path, mode, KILLS[mode], seed=20261125)
    with capsys.disabled():
        print(f"\n{report(mode, here, verdict)}")  # noqa: T201  # the counts are reported
    assert verdict.broken == []
    assert verdict.extra <= len(here.service.kills) * verdict.inputs
