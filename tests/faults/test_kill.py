"""kill -9 of the whole service at random instants, under load from both platforms and Polar."""

from __future__ import annotations

import asyncio
import random
import statistics
from collections.abc import Callable
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from tests.faults.city import LINKED, City, city
from tests.faults.crowd import enough
from tests.faults.load import Load
from tests.faults.oracle import Verdict, judge

RATE = 30.0
"""Things that people do in a second, on both platforms, at Polar, and at every way in."""
SHORT = 50
"""Kills: a shorter run is one of `make test`, beside others."""
BUYERS = ("tg-p5", "tg-p6", "tg-p7")
AT_LEAST = 20.0
"""Of these, that were really done, in `make faults`: the promise (B2) is made for this many."""
READY = 4.0
"""Seconds from a start to being ready, as promised. Half of the starts; the slowest is reported.
The loading of the program is in it in `make faults`."""
UP = 1.0
"""Seconds between a start and the next kill, at the most."""
UP_AFRESH = 1.6
"""The same where each start takes its time."""
SETTLED = 90.0
"""Seconds for what was left to be done, beside what the fullest chat has to wait."""
CYCLE = 2.5
"""Seconds from a kill to the next, at the most, on the mean: there are people enough for so long
a run."""
IN_START = 0.2
"""The share of starts that are not waited for: the kill comes while the service starts, or soon
after."""


async def killed_often(here: City, load: Load, kills: int) -> None:
    """Kill and start again, that many times; each time the database is whole."""
    up = UP_AFRESH if here.service.afresh else UP
    for left in reversed(range(kills)):
        await asyncio.sleep(load.random.uniform(0, up))
        await here.service.kill()
        assert await asyncio.to_thread(here.service.integrity) == "ok"
        if left and load.random.random() < IN_START:
            await here.service.spawn()
        else:
            await here.service.start()


async def run(
    directory: Path, mode: str, kills: int, *, seed: int, afresh: bool
) -> tuple[City, Load, Verdict]:
    """A whole run, judged."""
    async with city(directory, mode, world=enough(round(kills * CYCLE * RATE))) as here:
        here.service.afresh = afresh
        await here.service.start()
        await asyncio.gather(*map(here.link, LINKED))
        buyers = BUYERS if kills >= SHORT else BUYERS[:1]
        for each in buyers:
            await here.buys(each)
        load = Load(here, RATE, random.Random(seed), buyers=buyers)  # noqa: S311  # load, no secret
        load.begin()
        await killed_often(here, load, kills)
        await load.end()
        await here.settle(SETTLED, paced=True)
        await load.press_again()
        await here.settle(SETTLED, paced=True)
        return here, load, judge(here, load.inputs)


def report(mode: str, here: City, load: Load, verdict: Verdict) -> str:
    """The counts of a run in one line."""
    starts = here.service.starts
    return (
        f"{mode}: {len(here.service.kills)} kills, {verdict.inputs} inputs,"
        f" {load.done_a_second:.1f} a second,"
        f" {verdict.acknowledged} acknowledged, {verdict.refused} refused by a dead service,"
        f" {len(verdict.lost)} lost, {len(verdict.doubled)} doubled,"
        f" {len(verdict.unanswered)} unanswered, {verdict.toasts} of"
        f" {verdict.presses} Telegram presses without a toast,"
        f" {verdict.extra} extra copies, ready again after"
        f" {statistics.median(starts):.2f} s (p50), {max(starts):.2f} s (max)"
    )


def run_of(kills: int, *marks: pytest.MarkDecorator, afresh: bool) -> list[ParameterSet]:
    """That many kills, half of them in each mode. `afresh`: in the one of them each start loads the
    program; twice would be as long again, and show nothing else."""
    modes = {"polling": afresh, "webhook": False}
    return [pytest.param(mode, kills // 2, new, marks=marks) for mode, new in modes.items()]


@pytest.mark.promise("B2", "F1", "F2", "F3")
@pytest.mark.parametrize(
    ("mode", "kills", "afresh"),
    [
        *run_of(10, afresh=False),
        *run_of(200, pytest.mark.faults, afresh=True),
        *run_of(1000, pytest.mark.soak, afresh=True),
    ],
)
async def test_a_killed_service_loses_nothing_and_doubles_nothing(
    *, mode: str, kills: int, afresh: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    here, load, verdict = await run(tmp_path, mode, kills, seed=kills, afresh=afresh)
    with capsys.disabled():
        print(f"\n{report(mode, here, load, verdict)}")  # noqa: T201  # the counts are reported
    record_property("kills", len(here.service.kills))
    record_property("inputs a second", load.done_a_second)
    record_property("ready after s", statistics.median(here.service.starts))
    for name, figure in verdict.figures.items():
        record_property(name, figure)
    assert len(here.service.kills) == kills
    assert kills < SHORT or load.done_a_second >= AT_LEAST, "too little load to find anything"
    assert statistics.median(here.service.starts) < READY
    assert verdict.broken == []
