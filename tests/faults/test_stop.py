"""A stop that is asked for, and starts that have to be refused."""

from __future__ import annotations

import asyncio
import random
import re
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.faults.city import City, city
from tests.faults.load import Load
from tests.faults.nursery import born
from tests.faults.oracle import judge
from tests.faults.pair import core_postgres, one_town, town_url

__all__ = ["core_postgres", "town_url"]  # fixtures
STOPS = [2, pytest.param(50, marks=pytest.mark.faults)]
SETTLED = 120.0
"""A group gets 15 messages a minute, and has some of them waiting."""
WITHIN = 10.0
"""Seconds that a stop may take: what Docker and systemd's users give before they kill."""


@pytest.mark.promise("B20", "F20")
@pytest.mark.parametrize("stops", STOPS)
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_sigterm_under_load_loses_and_repeats_nothing(
    mode: str,
    stops: int,
    tmp_path: Path,
    town_url: str,
    record_property: Callable[[str, object], None],
) -> None:
    took = []
    async with one_town(tmp_path, town_url, mode) as (here, service):
        await service.start()
        await here.link(1)
        load = Load(here, 14.0, random.Random(stops))  # noqa: S311  # load, no secret
        load.begin()
        for _ in range(stops):
            await asyncio.sleep(load.random.uniform(0.3, 1.0))
            code, seconds = await service.terminate()
            took.append(seconds)
            assert (code, seconds < WITHIN) == (0, True), service.log.read_text()[-3000:]
            await service.start()
        await load.end()
        await here.settle(SETTLED)
        await load.press_again()
        await here.settle(SETTLED)
        verdict = judge(here, load.inputs)
        record_property("stops", stops)
        record_property("slowest s", max(took))
        for name, figure in verdict.figures.items():
            record_property(name, figure)
        assert verdict.broken == []
        assert verdict.extra == 0


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[City]:
    async with city(tmp_path, "polling") as made:
        yield made


async def refused(here: City, **settings: str) -> str:
    """What a second `run` says, once it has refused with its exit code."""
    home = here.service.directory
    said, complained = home / "said", home / "complained"
    process = await born(
        "bot", "run", cwd=home, env={**here.service.settings, **settings},
        log=said, complaints=complained,
    )  # fmt: skip
    try:
        async with asyncio.timeout(20):
            code = await process.wait()
    finally:
        process.kill()
    assert code == 2, complained.read_text()
    assert not said.read_text()
    return complained.read_text()


def one_line(text: str, name: str) -> bool:
    """Whether it is one line that begins with the setting's name."""
    return re.fullmatch(rf"{name}: [^\n]+\n", text) is not None


@pytest.mark.promise("F26")
async def test_a_second_run_on_the_same_file_is_refused(here: City) -> None:
    await here.service.start()
    said = await refused(here, PORT="0")
    assert one_line(said, "DATABASE_URL"), said
    assert here.service.process.returncode is None


async def test_a_port_in_use_is_named(here: City) -> None:
    with socket.create_server(("127.0.0.1", here.service.port)):
        said = await refused(here)
    assert one_line(said, "PORT"), said


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("PORT", {"PORT": "banana"}),
        ("DATABASE_URL", {"DATABASE_URL": "mysql://somewhere/else"}),
        ("TELEGRAM_BOT_TOKEN", {"TELEGRAM_BOT_TOKEN": "not-a-token"}),
        ("TELEGRAM_WEBHOOK_SECRET", {"TELEGRAM_MODE": "webhook", "PUBLIC_URL": "https://a.test"}),
        ("SLACK_SIGNING_SECRET", {"SLACK_SIGNING_SECRET": "short"}),
        ("SECRET_KEY", {"SECRET_KEY": "short"}),
        ("TELEGRAM_BASE_URL", {"TELEGRAM_BASE_URL": "http://example.test"}),
    ],
)
async def test_a_setting_that_does_not_do_is_named(
    here: City, name: str, settings: dict[str, str]
) -> None:
    said = await refused(here, **settings)
    assert one_line(said, name), said
