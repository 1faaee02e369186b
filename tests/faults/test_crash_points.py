"""Death at every point of `tests.faults.dies`, under load from all three sources (`promises.md`
B3)."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from tests.databases import PostgresServer, core_postgres
from tests.faults.bystander import Bystander
from tests.faults.lines import Lines, bad_lines
from tests.faults.load import Load
from tests.faults.oracle import judge
from tests.faults.supervisor import START_LIMIT

__all__ = ["core_postgres"]  # a fixture
RATE = 8.0
"""Things that people do in a second."""
REACHED, SURELY, STIRS = 3.0, 12.0, 2.0
"""Seconds of load, from a start on, in which a point is reached; and where it was not the first
time: longer than a dead process's lease is waited for. And how often somebody comes by meanwhile,
for the points that are passed where something begins."""
AT_LEAST, MISSED = {"webhook": 60, "polling": 6}, 0.1
"""Points, of which `promises.md` expects 35 at the most, and the share of them by which the service
may not come twice: what it does once only, such as the commands that it tells a platform."""
OF_POLLING = ("getUpdates", "deleteWebhook", "Conversation", "dispatch")
"""What is other there: all the rest is died at where Telegram calls us."""
READS = ("get_", "list_", "_list_", "_observability", "fetch_chunk", "check_", "verify_")
"""Commits of the engine's that keep nothing."""
PATIENCE = 240.0


def passed(lines: Lines) -> list[str]:
    """The points, in the order in which they were passed first."""
    found = (lines.service.directory / "passed").read_text().splitlines()
    return [each for each in found if not any(f"engine's {read}" in each for read in READS)]


async def died(
    lines: Lines, other: Bystander, point: str, within: float, *, in_start: bool
) -> bool:
    """Have the service die there; whether it came by. Then start it again."""
    service = lines.service
    die_at = service.directory / "die-at"
    die_at.write_text(point)
    if in_start:
        await service.kill()
        await service.spawn()
    reached = await gone(lines, other, within)
    if reached:
        service.kills.append(time.time())
        assert service.process.returncode == 137, service.log.read_text()[-3000:]
    else:
        die_at.unlink(missing_ok=True)
        await service.kill()
    await service.start()
    return reached


async def gone(lines: Lines, other: Bystander, within: float) -> bool:
    """Whether it dies in so many seconds from when it is ready on. Somebody looks whether it is,
    and comes by then."""
    process, end = lines.service.process, time.monotonic() + START_LIMIT
    limit, ready = aiohttp.ClientTimeout(total=STIRS), False
    async with aiohttp.ClientSession(timeout=limit) as session:
        while process.returncode is None and time.monotonic() < end:
            with suppress(aiohttp.ClientError, TimeoutError):
                async with session.get(lines.readyz) as answer:
                    if answer.status == 200 and not ready:
                        end, ready = time.monotonic() + within, True
            if ready:
                await other.stirs()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), STIRS if ready else 0.1)
    return process.returncode is not None


async def died_everywhere(
    lines: Lines, other: Bystander, starting: list[str], names: Sequence[str]
) -> tuple[list[str], list[str]]:
    """The points at which it died, and those by which it did not come again. `starting`: those of a
    start; `names`: of which it is enough that one is in the point's."""
    await asyncio.sleep(REACHED)
    await other.stirs()
    await asyncio.sleep(REACHED)
    points = [each for each in passed(lines) if any(name in each for name in names)]
    first = [each for each in points if not await died(
        lines, other, each, REACHED, in_start=each in starting
    )]  # fmt: skip
    # Where it is passed soon after a start, and by chance.
    missed = [each for each in first if not await died(lines, other, each, SURELY, in_start=True)]
    return [each for each in points if each not in missed], missed


@pytest.mark.faults
@pytest.mark.promise("B3", "F1", "F2", "F3")
@pytest.mark.parametrize("mode", ["polling", "webhook"])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_death_at_any_point_loses_nothing_and_doubles_nothing(
    *, mode: str, database: str, tmp_path: Path, request: pytest.FixtureRequest,
    capsys: pytest.CaptureFixture[str], record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    url = ""
    if database == "postgresql":
        server: PostgresServer = request.getfixturevalue("core_postgres")
        url = server.create()
    module = f"tests.faults.{'dies_soon_replaced' if url else 'dies'}"
    async with bad_lines(tmp_path, url, mode, module=module) as lines:
        here = lines.city
        here.sandbox.telegram.patience = 60.0
        other = Bystander(here, url or f"sqlite:///{lines.service.database}")
        await lines.service.start()
        await asyncio.sleep(REACHED)  # some is done when it is ready already
        starting = passed(lines)
        await here.link(1)
        await other.settles_in()
        load = Load(here, RATE, random.Random(3))  # noqa: S311  # load, no secret
        load.begin()
        names = OF_POLLING if mode == "polling" else [""]
        died_at, missed = await died_everywhere(lines, other, starting, names)
        await load.end()
        replayed = await lines.settle(PATIENCE)
        await load.press_again()
        replayed += await lines.settle(PATIENCE)
        await other.settled(PATIENCE)
        verdict = judge(here, load.inputs)
    with capsys.disabled():
        print(  # noqa: T201  # the figures are reported
            f"\n{database}, {mode}: died at {len(died_at)} points, did not come by {missed};"
            f" {verdict.inputs} inputs, {verdict.acknowledged} acknowledged,"
            f" {len(verdict.lost)} lost, {len(verdict.doubled)} doubled,"
            f" {len(verdict.unanswered)} unanswered, {verdict.extra} extra copies,"
            f" {replayed} replayed"
        )
    record_property("points", len(died_at))
    record_property("not reached", len(missed))
    record_property("given up and replayed", replayed)
    for name, figure in verdict.figures.items():
        record_property(name, figure)
    assert len(died_at) >= AT_LEAST[mode]
    assert len(missed) <= max(1, MISSED * len(died_at)), missed
    assert verdict.broken == []


async def test_a_service_that_is_watched_dies_where_it_is_told_to(tmp_path: Path) -> None:
    """Of all the points the three sorts that hold on to insides of the program: a job, a commit, an
    answer. If one of those insides changed, the long run above would find nothing to die at."""
    async with bad_lines(tmp_path, "", "webhook", module="tests.faults.dies") as lines:
        here = lines.city
        await lines.service.start()
        await here.asks("sl-p1", "/task hello", "Hello")
        await here.settle()
        points = passed(lines)
        assert {"after the job meet", "after the answer to /slack/events"} <= set(points)
        assert any(each.startswith("after the commit of") for each in points)
        (lines.service.directory / "die-at").write_text("after the job meet")
        await here.asks("sl-p2", "/task hello", "Hello")
        assert await lines.service.process.wait() == 137
