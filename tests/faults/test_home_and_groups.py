"""Home tabs and the digests of groups under kill -9: what has come due is drawn and told, whenever
the service dies, and once more at the most."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.faults.city import City, city

BEFORE, AFTER = "Carry milk", "Carry oat milk"
LEFT = (
    "SELECT (SELECT count(*) FROM home WHERE due_at IS NOT NULL OR drawn < wanted)"
    " + (SELECT count(*) FROM group_digest WHERE at < datetime())"
)
DIGEST = (
    "INSERT INTO group_digest (chat_id, days, wall, zone, language, thread, at)"
    " VALUES (?, 'daily', '08:30', 'UTC', '', '', ?)"
)


@dataclass(frozen=True)
class Size:
    """Of a run."""

    kills: int
    tabs: int
    """People on Slack who look at theirs."""
    groups: int
    """Of either platform."""
    within: float
    """Seconds in which all of it comes due."""


SHORT, LONG = Size(1, 4, 2, 1.2), Size(5, 12, 6, 8.0)


@dataclass
class Counts:
    """How often each thing that came due was shown."""

    drawn: list[int] = field(default_factory=list)
    told: list[int] = field(default_factory=list)

    @property
    def both(self) -> list[int]:
        return self.drawn + self.told

    @property
    def lost(self) -> int:
        return self.both.count(0)

    def __str__(self) -> str:
        extra = sum(each - 1 for each in self.both if each)
        return f"{len(self.drawn)} tabs, {len(self.told)} digests, {self.lost} lost, {extra} extra"


async def run(directory: Path, size: Size, module: str = "bot") -> Counts:
    """Everything comes due while the service is killed and started again, at any of its moments."""
    chance = random.Random(5)  # noqa: S311  # load, no secret
    people = [f"sl-p{number}" for number in range(1, size.tabs + 1)]
    async with city(directory, "polling", module=module) as here:
        await here.service.start()
        await asyncio.gather(*(looks(here, who) for who in people))
        rooms = await in_groups(here, size.groups)
        await here.settle()
        await here.service.kill()
        before = dict(here.sandbox.slack.homes.published)
        come_due(here.service.database, size)
        for _ in range(size.kills):
            await here.service.start()
            await asyncio.sleep(chance.uniform(0.1, min(1.6, size.within)))
            await here.service.kill()
            assert await asyncio.to_thread(here.service.integrity) == "ok"
        await here.service.start()
        await here.until(lambda: here.service.count(LEFT) == 0 or module != "bot", 60)
        await asyncio.sleep(0 if module == "bot" else size.within)
        await here.settle()
        return Counts(
            [times_drawn(here, who, before[who]) for who in people],
            [
                sum("1 without a date" in each.text for each in here.from_bot(room))
                for room in rooms
            ],
        )


async def looks(here: City, who: str) -> None:
    """Somebody adds a task, and turns to their tab."""
    await here.asks(who, BEFORE, "Added ")
    await here.sandbox.open_home(who)
    await here.until(lambda: BEFORE in tab(here, who))


def tab(here: City, who: str) -> str:
    return str(here.sandbox.world.homes.get(who, ""))


def times_drawn(here: City, who: str, before: int) -> int:
    """0 where the tab does not show how things are now."""
    return (AFTER in tab(here, who)) * (here.sandbox.slack.homes.published[who] - before)


async def in_groups(here: City, many: int) -> Sequence[str]:
    """Somebody adds a task in each of so many groups of either platform."""
    names = [f"telegram:-100{n}" for n in range(many)] + [f"slack:C0GROUP{n}" for n in range(many)]
    for room in names:
        sign = "/" if room.startswith("telegram") else "/task "
        member = here.sandbox.world.chats[room].members[0]
        await here.sandbox.say(member, room, f"{sign}add Water the plants")
        await here.until(lambda room=room: here.seen(room, "Water the plants"))
    return names


def come_due(database: Path, size: Size) -> None:
    """While nothing runs, every task gets another title, which the tabs do not show yet; and the
    digest of every group is due. All of it comes in the next seconds, one after the other."""
    now = datetime.now(UTC)

    def at(place: int, many: int) -> str:
        return f"{now + timedelta(seconds=size.within * place / many):%Y-%m-%d %H:%M:%S.%f}"

    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE task SET title = ? WHERE title = ?", (AFTER, BEFORE))
        tabs = connection.execute("SELECT identity_id FROM home ORDER BY 1").fetchall()
        rooms = connection.execute("SELECT id FROM chat WHERE private = 0 ORDER BY 1").fetchall()
        assert (len(tabs), len(rooms)) == (size.tabs, 2 * size.groups)
        change = "UPDATE home SET wanted = wanted + 1, due_at = ? WHERE identity_id = ?"
        for place, (identity,) in enumerate(tabs):
            connection.execute(change, (at(place, len(tabs)), identity))
        for place, (chat,) in enumerate(rooms):
            connection.execute(DIGEST, (chat, at(place, len(rooms))))


@pytest.mark.parametrize("size", [SHORT, pytest.param(LONG, marks=pytest.mark.faults)])
async def test_a_kill_loses_none_and_repeats_few(tmp_path: Path, size: Size) -> None:
    counts = await run(tmp_path, size)
    print(f"{size.kills} kills: {counts}")  # noqa: T201  # the figure
    assert counts.lost == 0
    assert max(counts.both) <= 2


@pytest.mark.faults
@pytest.mark.control("F3", "B3")
async def test_with_the_job_in_another_commit_it_would(tmp_path: Path) -> None:
    counts = await run(tmp_path, LONG, "tests.faults.puts_from_memory")
    print(f"{LONG.kills} kills: {counts}")  # noqa: T201  # the figure
    assert counts.lost > 0
