"""Services on several machines send at one pace, and open no more connections than is said."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from pathlib import Path

import pytest

from adapters.pace_table import SHARE
from adapters.sandbox import World
from bot.roles import Role
from tests.faults.city import City
from tests.faults.test_postgres_pace import ATTEMPTS, LIMIT, PEOPLE, STALLED, Clocked, Stall
from tests.machines.country import Country, country

EACH = 5
"""Messages of everybody."""
USED = 0.95
"""Of the rate that is configured, which is `SHARE` of the platform's."""


FEW, MANY = 4, 20
"""People, and messages of each: of one chat, three that pace themselves send three times what it
may have also where the machine is so busy that all chats together never get 30 a second."""


async def rush(
    directory: Path, program: str, each: int, people: int = PEOPLE
) -> tuple[Country, Clocked, float]:
    """Everybody writes at once, to three machines; return when everybody has every answer. The last
    is the longest stall of the stand-in while it counted."""
    world = World.crowd(people, 1)
    async with country(directory, *[Role.ALL] * 3, program=program, world=world) as made:
        await made.start()
        here, clocked = made.city, Clocked(made.city)
        if people == FEW:
            _dealt_out(here)
        for number in range(each * people):
            person = f"tg-p{1 + number % people}"
            await here.sandbox.say(person, here.private(person), f"Task {number}")
        answered, stall = here.sandbox.telegram.stats, Stall()
        await here.until(lambda: answered.sends >= each * people, 90)
        return made, clocked, stall.end()


def _dealt_out(here: City) -> None:
    """Each message comes by a connection of its own, so what one chat says goes to all machines."""
    hook = here.sandbox.telegram.webhook
    assert hook is not None
    connector = hook._session.connector
    assert connector is not None
    connector._force_close = True


@pytest.mark.faults
@pytest.mark.promise("scale", "F13", on="PostgreSQL, three machines")
async def test_machines_send_at_one_pace(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    for attempt in range(ATTEMPTS):
        made, clocked, stall = await rush(tmp_path / str(attempt), "bot", EACH)
        if stall < STALLED:
            break
    limited = made.city.sandbox.telegram.stats.limited
    record_property("messages a second", clocked.rate())
    record_property("of the configured rate", clocked.rate() / (SHARE * LIMIT))
    record_property("in the fullest second", clocked.most())
    record_property("answered 429", limited / len(clocked.at))
    record_property("connections of a process", made.most[Role.ALL])
    piled_up = ceil(stall * LIMIT) if stall >= STALLED else 0  # at a stand-in that never had time
    assert clocked.most() <= 31 + piled_up
    assert clocked.rate() >= USED * SHARE * LIMIT
    assert limited < 0.02 * len(clocked.at)
    assert made.most[Role.ALL] > 0
    assert made.over_budget == []


@pytest.mark.faults
@pytest.mark.control("scale")
async def test_machines_that_pace_themselves_would_send_too_fast(tmp_path: Path) -> None:
    made, clocked, _ = await rush(tmp_path / "alone", "tests.faults.paces_alone", MANY, FEW)
    assert made.city.sandbox.telegram.stats.limited >= 0.02 * len(clocked.at)


@pytest.mark.faults
@pytest.mark.control("scale")
async def test_a_bigger_pool_would_be_over_the_budget(tmp_path: Path) -> None:
    made, _, _ = await rush(tmp_path / "bigger", "tests.machines.bigger_pool", 1)
    assert made.over_budget
