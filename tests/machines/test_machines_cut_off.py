"""Machines that the network loses: a black hole, a pulled cable. What they were doing is taken
over, and they come back after they were declared dead."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.engine.leases import TTL
from bot.roles import Role
from tests.faults.city import LINKED, UNFINISHED
from tests.faults.load import Load
from tests.faults.oracle import Verdict, judge
from tests.faults.pair import SHORT_LEASE
from tests.faults.short_lease import SECONDS
from tests.machines.country import Country, Resident, country

RATE = 8.0
"""Things that people do in a second."""
JOBS = 15.0
"""Seconds that the jobs of all chats take, at their pace, once the others have them."""
BACK_WITHIN = 15.0
"""Seconds from the end of a cut until the machine has its lease again."""
VANISHED = 19.5
"""Seconds. A connection is given up after 10; left alone, TCP tries again 12.6 and 25.4 s after the
first time, and so on."""
ANSWERS_WITHIN = 10.0
"""Seconds, half of them for a machine that others use: a platform waits between its tries, too."""
NOTICED = "the lease could not be renewed"
LEASES = "SELECT count(*) FROM lease WHERE expires_at > now()"
HELD = "SELECT count(*) FROM workflow_status WHERE status = 'PENDING' AND executor_id LIKE '%-{}-%'"


def held(country: Country, lost: list[Resident]) -> int:
    """Jobs that they have under way."""
    return sum(country.pair.count(HELD.format(pid)) for each in lost for pid in each.pids)


def cut(country: Country, lost: list[Resident], way: str) -> None:
    for each in lost:
        each.machine.cut_off() if way == "black hole" else each.machine.unplug()
    country.pair.both[0].kills.append(time.time())


async def cut_while_busy(country: Country, lost: list[Resident], way: str) -> int:
    """Jobs that they had under way: a cut that came when there was none is taken back."""
    while True:
        await country.city.until(lambda: held(country, lost) > 0, 60)
        cut(country, lost, way)
        await asyncio.sleep(1)
        if under_way := held(country, lost):
            return under_way
        for each in lost:
            each.machine.mend()


async def mended(country: Country, lost: list[Resident]) -> float:
    """The seconds until all have leases again."""
    for each in lost:
        each.machine.mend()
    country.pair.both[0].kills.append(time.time())
    began = time.monotonic()
    alive = len(country.residents)
    await country.city.until(lambda: country.pair.count(LEASES) == alive, 60)
    return time.monotonic() - began


@pytest.mark.faults
@pytest.mark.promise("scale", "F1", on="PostgreSQL, four machines")
@pytest.mark.parametrize(
    ("way", "program", "ttl"), [("black hole", "bot", TTL), ("pulled cable", SHORT_LEASE, SECONDS)]
)
async def test_what_lost_machines_had_is_taken_over_and_they_come_back(
    way: str,
    program: str,
    ttl: float,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    """A web and a worker at once, of two each; once with the lease that is shipped."""
    roles = (Role.WEB, Role.WORKER, Role.WEB, Role.WORKER)
    async with country(tmp_path, *roles, program=program) as made:
        await made.start()
        here, lost = made.city, made.residents[2:]
        here.sandbox.telegram.patience = 60.0
        for number in LINKED:  # what one side does, the other is told by a job
            await here.link(number)
        load = Load(here, RATE, random.Random(7))  # noqa: S311  # load, no secret
        load.begin()
        await asyncio.sleep(4)
        under_way = await cut_while_busy(made, lost, way)
        await asyncio.sleep(2)  # people go on
        await load.end()
        await here.settle(90)
        taken_over = time.time() - made.pair.both[0].kills[-1]
        await load.press_again()
        await here.until(lambda: made.pair.count(LEASES) == 2)
        load.begin()
        await asyncio.sleep(2)
        back = await mended(made, lost)
        await asyncio.sleep(4)
        await load.end()
        await here.settle(90)
        await load.press_again()
        await here.settle(90)
        verdict = judge(here, load.inputs)
    record_property("jobs under way", under_way)
    record_property("taken over after s", taken_over)
    record_property("back after s", back)
    for name, figure in verdict.figures.items():
        record_property(name, figure)
    assert verdict.broken == [], verdict
    assert taken_over < ttl + ttl / 3 + JOBS
    assert back < BACK_WITHIN
    assert made.over_budget == []


@dataclass(frozen=True)
class Vanished:
    """What came of it."""

    noticed: int
    """Processes that had noticed by the end of it."""
    took: float
    """Seconds from then until somebody is answered again."""
    verdict: Verdict


async def database_vanishes(directory: Path, program: str) -> Vanished:
    """Its machine, while people write to two processes."""
    async with country(directory, Role.ALL, Role.ALL, program=program) as made:
        await made.start()
        here = made.city
        load = Load(here, RATE, random.Random(7))  # noqa: S311  # load, no secret
        load.begin()
        await asyncio.sleep(2)
        made.database.cut_off()
        made.pair.both[0].kills.append(time.time())
        await asyncio.sleep(VANISHED)
        noticed = sum(NOTICED in each.log.read_text() for each in made.pair.both)
        made.database.mend()
        made.pair.both[0].kills.append(time.time())
        began, chat = time.monotonic(), here.private("tg-p9")
        await here.sandbox.say("tg-p9", chat, "/anybodythere")
        await here.until(lambda: here.seen(chat, "anybodythere"), 60)
        took = time.monotonic() - began
        await load.end()
        await here.settle(90)
        await load.press_again()
        await here.settle(90)
        return Vanished(noticed, took, judge(here, load.inputs))


@pytest.mark.faults
@pytest.mark.promise("scale", "F8", on="PostgreSQL, three machines")
async def test_a_database_that_vanished_is_found_again(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    found = await database_vanishes(tmp_path, "bot")
    record_property("vanished for s", VANISHED)
    record_property("answers again after s", found.took)
    for name, figure in found.verdict.figures.items():
        record_property(name, figure)
    assert found.verdict.broken == [], found.verdict
    assert found.noticed == 2
    assert found.took < ANSWERS_WITHIN


@pytest.mark.faults
@pytest.mark.control("F8", "scale")
async def test_without_a_limit_nobody_would_notice(tmp_path: Path) -> None:
    found = await database_vanishes(tmp_path, "tests.machines.waits_for_ever")
    assert found.noticed == 0


@pytest.mark.faults
@pytest.mark.control("scale")
async def test_without_the_look_for_the_dead_it_would_wait_for_ever(tmp_path: Path) -> None:
    roles = (Role.WEB, Role.WORKER, Role.WORKER)
    async with country(tmp_path, *roles, program="tests.machines.no_sweep") as made:
        await made.start()
        here, lost = made.city, made.residents[2:]
        for number in LINKED:
            await here.link(number)
        load = Load(here, RATE, random.Random(7))  # noqa: S311  # load, no secret
        load.begin()
        await cut_while_busy(made, lost, "black hole")
        await load.end()
        await asyncio.sleep(3 * SECONDS)
        assert held(made, lost) > 0
        assert made.pair.count(UNFINISHED) > 0
