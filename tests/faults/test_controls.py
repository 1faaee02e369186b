"""The fault run can fail: without each of the two protections the oracle finds what they prevent,
and with them, in the same run, it finds nothing."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults.city import City, city
from tests.faults.crowd import TELEGRAM_PEOPLE
from tests.faults.inputs import Input
from tests.faults.load import Load
from tests.faults.oracle import judge

MESSAGES = 90
"""Waiting at once, so that a kill comes while many are on their way in."""
TASKS = "SELECT count(*) FROM task"


async def crowd_writes(here: City) -> list[Input]:
    """Everybody writes at once."""
    load = Load(here, 1.0, random.Random(1))  # noqa: S311  # load, no secret
    for number in range(MESSAGES):
        person = f"tg-p{1 + number % TELEGRAM_PEOPLE}"
        await load.add("update", person, here.private(person))
    return load.inputs


@pytest.mark.parametrize(
    ("module", "doubles"), [("bot", False), ("tests.faults.without_key_row", True)]
)
@pytest.mark.control("F1", "F3", "F11", "B2", "B3")
async def test_the_key_row_is_what_keeps_effects_single(
    module: str, doubles: bool, tmp_path: Path
) -> None:
    async with city(tmp_path, "polling", module=module) as here:
        await here.service.start()
        await here.service.terminate()
        inputs = await crowd_writes(here)
        await here.service.spawn()
        await here.until(lambda: here.service.count(TASKS))  # committed, not confirmed yet
        await here.service.kill()
        await here.service.start()
        await here.sandbox.settled(30)
        if not doubles:
            await here.settle()
        assert bool(judge(here, inputs).doubled) is doubles


@pytest.mark.parametrize(
    ("module", "loses"), [("bot", False), ("tests.faults.acknowledges_first", True)]
)
@pytest.mark.control("F1", "F3", "B2", "B3")
async def test_the_commit_before_the_acknowledgement_is_what_loses_nothing(
    module: str, loses: bool, tmp_path: Path
) -> None:
    async with city(tmp_path, "webhook", module=module) as here:
        await here.service.start()
        inputs = await crowd_writes(here)
        confirmed = here.sandbox.telegram.updates.acknowledged
        await here.until(lambda: confirmed)
        await here.service.kill()
        await here.service.start()
        await here.settle()
        await asyncio.sleep(1.0 if loses else 0.0)
        verdict = judge(here, inputs)
        assert bool(verdict.lost) is loses
        assert not verdict.doubled
