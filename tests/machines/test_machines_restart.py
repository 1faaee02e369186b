"""One machine after the other is stopped and started again, as for a new version, while people go
on: nothing is lost, nothing is doubled, nobody is told no."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.roles import Role
from tests.faults.load import Load
from tests.faults.oracle import Verdict, judge
from tests.faults.test_postgres_pace import Stall
from tests.machines.country import Resident, country

RATE = 8.0
"""Things that people do in a second."""
ROUNDS = 2
AT_ONCE = 12
"""Commands that are on their way in when a process is stopped."""
ATTEMPTS, STALLED = 3, 0.5
"""A run in which the tests' own process stood still for so many seconds is made again: then others
take the time that a stop has, and that Slack waits."""
SETTLED = 120.0
"""A group gets 15 messages a minute, and has some of them waiting."""
ROLES = {
    "webhook": (Role.WEB, Role.WORKER, Role.WEB, Role.WORKER),
    "polling": (Role.ALL, Role.ALL, Role.ALL),
}


@dataclass(frozen=True)
class Rolled:
    """What came of it."""

    verdict: Verdict
    longest: float
    """Seconds of the slowest stop."""
    stall: float
    over_budget: list[str]


async def rolled(
    directory: Path, mode: str, restart: Callable[[Resident], Awaitable[float]]
) -> Rolled:
    """Each in turn, under load."""
    roles = ROLES[mode]
    async with country(directory, *roles, mode=mode, program="bot") as made:
        await made.start()
        here, took, stall = made.city, [], Stall()
        await here.link(1)
        load = Load(here, RATE, random.Random(ROUNDS))  # noqa: S311  # load, no secret
        load.begin()
        for each in made.residents * ROUNDS:
            await asyncio.sleep(load.random.uniform(0.3, 1.0))
            at_once = [asyncio.ensure_future(_commands(load, n)) for n in range(1, 1 + AT_ONCE)]
            await asyncio.sleep(0.01)  # they are on their way in
            took.append(await restart(each))
            await asyncio.gather(*at_once)
        await load.end()
        stalled = stall.end()
        await here.settle(SETTLED)
        await load.press_again()
        await here.settle(SETTLED)
        return Rolled(judge(here, load.inputs), max(took), stalled, made.over_budget)


async def _commands(load: Load, number: int) -> None:
    """A command of Slack's, which it does not send again."""
    person = f"sl-p{number}"
    await load.add("request", person, load.city.private(person), "/task add ")


@pytest.mark.faults
@pytest.mark.promise("scale", "F20", on="PostgreSQL, several machines")
@pytest.mark.parametrize("mode", ROLES)
async def test_a_rolling_restart_is_noticed_by_nobody(
    mode: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    for attempt in range(ATTEMPTS):
        done = await rolled(tmp_path / str(attempt), mode, Resident.restart)
        if done.stall < STALLED:
            break
    verdict = done.verdict
    record_property("restarts", ROUNDS * len(ROLES[mode]))
    record_property("slowest stop s", done.longest)
    record_property("told no", verdict.refused)
    for name, figure in verdict.figures.items():
        record_property(name, figure)
    assert verdict.broken == [], verdict
    assert verdict.extra == 0
    assert verdict.refused == 0 or done.stall >= STALLED  # Slack waits for 3 s
    assert done.over_budget == []


async def kill(each: Resident) -> float:
    """And start again."""
    await each.process.kill()
    await each.start()
    return 0.0


@pytest.mark.faults
@pytest.mark.control("scale", "F20")
async def test_killing_them_instead_would_be_noticed(tmp_path: Path) -> None:
    """What the stop does: it lets what was begun end. Without it Slack's people are told no, or a
    message comes again."""
    verdict = (await rolled(tmp_path, "webhook", kill)).verdict
    assert verdict.refused + verdict.extra > 0
