"""Who waits for us is answered in time, whatever is slow behind it (`promises.md` B13, B15)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from adapters.sandbox import World
from adapters.sandbox.polar_signing import event, signed
from tests.databases import PostgresServer, core_postgres, whole_url
from tests.faults.lines import Lines, bad_lines
from tests.faults.proxy import Toxic
from tests.faults.test_database_trouble import held
from tests.faults.trouble import troubled
from tests.service_kit import POLAR_SECRET

__all__ = ["core_postgres", "whole_url"]  # fixtures
Figure = Callable[[str, object], None]
ASKED, STALLS, STALLED, DOWN = 200, 10, 1.0, 6.0
USUAL, SLOWEST, NO_WITHIN = 0.5, 2.0, 2.5
"""Seconds: the p99 of Slack's requests, the slowest while the database stands still for a second,
and the longest until a no while it is away."""
PEOPLE, SILENT, PACE = 1000, 100, 20.0
"""Of B13; `PACE`: messages a second, below what Telegram takes from a bot."""
HEALTHY_WITHIN = 2.0
TASKS_CAP = 500


def p(share: float, seconds: list[float]) -> float:
    return sorted(seconds)[min(int(share * len(seconds)), len(seconds) - 1)]


@asynccontextmanager
async def stood_still(lines: Lines, url: str) -> AsyncIterator[None]:
    """Nothing can be committed meanwhile."""
    if not url:
        async with held(lines.service.database):
            yield
        return
    for each in lines.of("postgresql"):
        each.be(Toxic.BLACK_HOLE)
    yield
    for each in lines.of("postgresql"):
        each.be(None)


class Callers:
    """Slack and Polar, with a clock in their hands."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.number = 0

    async def slack(self) -> tuple[float, bool]:
        """Seconds until a command is answered, and whether with a yes."""
        self.number += 1
        person = f"sl-p{1 + self.number % 16}"
        began = time.monotonic()
        chat = self.lines.city.private(person)
        shown = await self.lines.city.sandbox.say(person, chat, "/task help")
        return time.monotonic() - began, not shown.error

    async def polar(self) -> tuple[float, bool]:
        """The same of an event."""
        self.number += 1
        body = event("galaxy.formed", {"arms": self.number}, "2026-09-01T08:00:00Z")
        headers = signed(body, POLAR_SECRET, f"hook-{self.number}")
        url = f"http://127.0.0.1:{self.lines.service.port}/polar/events"
        began = time.monotonic()
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=body, headers=headers) as answer,
        ):
            return time.monotonic() - began, answer.status == 202


async def asked(call: Callable[[], Awaitable[tuple[float, bool]]], times: int) -> list[float]:
    """One after the other; each has to be a yes."""
    found = [await call() for _ in range(times)]
    assert all(yes for _, yes in found)
    return [seconds for seconds, _ in found]


def url_of(database: str, request: pytest.FixtureRequest) -> str:
    """Of a new PostgreSQL database; empty for a SQLite file."""
    if database == "sqlite":
        return ""
    server: PostgresServer = request.getfixturevalue("core_postgres")
    return server.migrated()


BOTH = pytest.mark.parametrize("database", ["sqlite", "postgresql"])


@pytest.mark.faults
@pytest.mark.alone
@pytest.mark.promise("B15", "F19")
@BOTH
async def test_slack_and_polar_are_answered_in_time(
    database: str, tmp_path: Path, request: pytest.FixtureRequest, record_property: Figure
) -> None:
    url = url_of(database, request)
    async with bad_lines(tmp_path, url, "webhook") as lines:
        await lines.service.start()
        await lines.city.asks("sl-p1", "/task hello", "Hello")
        for platform in ("telegram", "slack"):  # each call of ours takes as long as it may
            lines.there[platform].be(Toxic.BLACK_HOLE)
        callers = Callers(lines)
        usual = await asked(callers.slack, ASKED)
        slow: list[float] = []
        for _ in range(STALLS):
            async with stood_still(lines, url):
                answers = asyncio.gather(asked(callers.slack, 1), asked(callers.polar, 1))
                await asyncio.sleep(STALLED)
            slow += [seconds for each in await answers for seconds in each]
    record_property("slack p99 s", p(0.99, usual))
    record_property("slowest beside a stall s", max(slow))
    assert p(0.99, usual) <= USUAL
    assert max(slow) <= SLOWEST


@pytest.mark.faults
@pytest.mark.alone
@pytest.mark.promise("B15", "F5", "F8")
@BOTH
async def test_where_nothing_can_be_kept_the_answer_is_no_and_soon(
    database: str, tmp_path: Path, request: pytest.FixtureRequest, record_property: Figure
) -> None:
    url = url_of(database, request)
    async with bad_lines(tmp_path, url, "webhook") as lines:
        await lines.service.start()
        noes = await away(lines, url, Callers(lines))
    record_property("no after s", max(noes))
    assert max(noes) <= NO_WITHIN


async def away(lines: Lines, url: str, callers: Callers) -> list[float]:
    """Seconds until Slack and Polar are told no by a service that can keep nothing. A yes before
    it can is false."""
    if url:
        for each in lines.of("postgresql"):
            each.be(Toxic.RESET)
        found = await asyncio.gather(callers.slack(), callers.polar())
        for each in lines.of("postgresql"):
            each.be(None)
        assert not any(yes for _, yes in found)
        return [seconds for seconds, _ in found]
    async with held(lines.service.database):
        answers = asyncio.gather(callers.slack(), callers.polar())
        await asyncio.sleep(DOWN)
    found = await answers
    assert not any(yes and seconds < DOWN for seconds, yes in found)
    return [seconds for seconds, _ in found]


@pytest.mark.faults
@pytest.mark.alone
@pytest.mark.promise("B13", "F15")
async def test_silent_chats_hold_up_nobody_else(
    whole_url: str, tmp_path: Path, record_property: Figure
) -> None:
    place = {"database_url": whole_url, "secret_key": "k" * 32}
    async with troubled(tmp_path, World.crowd(PEOPLE), **place) as (town, line):
        asked_at: dict[str, float] = {}
        silent = {f"telegram:{10_000 + n}" for n in range(1, PEOPLE, PEOPLE // SILENT)}
        for chat in silent:
            line.break_(chat.removeprefix("telegram:"), "hole", times=1_000_000)
        most = 0

        def answered(chat: str) -> list[float]:
            return [each.time for each in town.from_bot(("", chat))]

        for number in range(1, PEOPLE + 1):
            chat = f"telegram:{10_000 + number}"
            asked_at[chat] = time.time()
            await town.say((f"tg-p{number}", chat), "Feed the cat")
            most = max(most, len(asyncio.all_tasks()))
            await asyncio.sleep(1 / PACE)
        healthy = set(asked_at) - silent
        await town.until(lambda: all(map(answered, healthy)), 30.0)
        took = [answered(each)[0] - asked_at[each] for each in healthy]
        assert not any(map(answered, silent))
    record_property("silent", len(silent))
    record_property("p95 s", p(0.95, took))
    record_property("tasks at most", most)
    assert p(0.95, took) <= HEALTHY_WITHIN
    assert most <= TASKS_CAP
