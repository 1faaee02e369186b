"""Two services keep one pace: the limit is the bot token's, not the process's."""

from __future__ import annotations

import asyncio
import time
from math import ceil
from pathlib import Path

import pytest

from adapters.sandbox import World
from tests.databases import PostgresServer, core_postgres
from tests.faults.city import City
from tests.faults.pair import two_towns

__all__ = ["core_postgres"]  # a fixture
PEOPLE = 100
EACH = [2, pytest.param(6, marks=[pytest.mark.faults, pytest.mark.alone])]
"""Messages of everybody."""
ATTEMPTS, STALLED = 3, 0.06
"""A run in which the stand-in itself stood still for that many seconds is measured again."""
LIMIT = 30.0
"""Messages a second that Telegram takes from a bot."""


class Clocked:
    """When the stand-in was asked to send, whatever it answered."""

    def __init__(self, here: City) -> None:
        self.at: list[float] = []
        self._limits = here.sandbox.telegram.limits
        self._take, self._limits.take = self._limits.take, self.take  # type: ignore[method-assign]  # a stand-in's, for its times

    def take(self, chat: str, *, group: bool = False) -> int:
        self.at.append(time.monotonic())
        return self._take(chat, group=group)

    def most(self) -> int:
        """In any one second."""
        return max(sum(start <= each < start + 1 for each in self.at) for start in self.at)

    def rate(self) -> float:
        """A second, from the first second to the last but one: at the ends there is less to do."""
        middle = [each for each in self.at if self.at[0] + 1 <= each < self.at[-1] - 1]
        return (len(middle) - 1) / (middle[-1] - middle[0])


class Stall:
    """How long this process, with the stand-in, did not get to run: what piles up at its door
    meanwhile looks like a burst."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.005)
            self.longest = max(self.longest, time.monotonic() - before)

    def end(self) -> float:
        self._task.cancel()
        return self.longest


async def rush(directory: Path, url: str, module: str, each: int) -> tuple[City, Clocked, float]:
    """Everybody writes at once; return when everybody has every answer. The last is the longest
    stall of the stand-in while it counted."""
    world = World.crowd(PEOPLE, 1)
    async with two_towns(directory, url, "webhook", world=world) as (here, pair):
        for service in pair.both:
            service.module = module
        await pair.start()
        clocked = Clocked(here)
        for number in range(each * PEOPLE):
            person = f"tg-p{1 + number % PEOPLE}"
            await here.sandbox.say(person, here.private(person), f"Task {number}")
        answered, stall = here.sandbox.telegram.stats, Stall()
        await here.until(lambda: answered.sends >= each * PEOPLE, 60)
        return here, clocked, stall.end()


@pytest.mark.promise("F13", on="PostgreSQL, two processes")
@pytest.mark.parametrize("each", EACH)
async def test_two_services_send_at_one_pace(
    each: int, tmp_path: Path, core_postgres: PostgresServer, capsys: pytest.CaptureFixture[str]
) -> None:
    for attempt in range(ATTEMPTS):
        home = tmp_path / str(attempt)
        home.mkdir()
        here, clocked, stall = await rush(home, core_postgres.migrated(), "bot", each)
        if stall < STALLED:
            break
    stats = here.sandbox.telegram.stats
    with capsys.disabled():
        print(  # noqa: T201  # the figures are reported
            f"\ntwo services, one pace: {clocked.most()} in the fullest second,"
            f" {clocked.rate():.1f}/s, {stats.limited} of {len(clocked.at)} answered 429,"
            f" the stand-in stalled {stall * 1000:.0f} ms"
        )
    piled_up = ceil(stall * LIMIT) if stall >= STALLED else 0  # at a stand-in that never had time
    assert clocked.most() <= 31 + piled_up
    assert clocked.rate() >= 0.9 * LIMIT
    assert stats.limited < 0.02 * len(clocked.at)


@pytest.mark.faults
@pytest.mark.control("F13", "scale")
async def test_two_services_that_pace_themselves_would_send_too_fast(
    tmp_path: Path, core_postgres: PostgresServer
) -> None:
    _, clocked, _ = await rush(tmp_path, core_postgres.migrated(), "tests.faults.paces_alone", 1)
    assert clocked.most() > 31
