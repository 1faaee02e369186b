"""Reminders under kill -9, and a hundred thousand of them after the service was away."""

from __future__ import annotations

import os
import random
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, update

from core import schema
from core.ids import Ids
from core.ports import Job, Jobs
from core.reminders import BATCH
from core.store import Store, Tools, open_store
from core.work import Work
from tests.bench.machine import rss_mb
from tests.core.people import Person, person
from tests.databases import sqlite_file
from tests.fakes import SettableClock
from tests.faults.pair import at_database, core_postgres, killed, one_town, town_url

__all__ = ["core_postgres", "town_url"]  # fixtures
PEOPLE, EACH = 100, 1000
LONGEST = 0.050
"""Seconds that a part may take of the store's thread."""
GROWTH = 32.0
"""Megabytes that the process may grow by from the first tenth to the end: SQLite has a cache."""


class Counted(Jobs):
    """Jobs in memory: only how many, of each chat, in what order."""

    def __init__(self) -> None:
        self.count = 0
        self.last: dict[str, int] = {}

    def put(self, connection: Connection, job: Job) -> None:
        assert job.priority > self.last.get(job.partition, 0)
        self.last[job.partition] = job.priority
        self.count += 1

    def is_at(self, connection: Connection, queue: str, partition: str) -> bool:
        return False


async def seed(store: Store, clock: SettableClock) -> None:
    people = [await person(store, f"P{number}") for number in range(PEOPLE)]
    for who in people:
        await store.mutate(lambda work, who=who: fill(work, who))
    clock.advance(hours=3)


def fill(work: Work, who: Person) -> None:
    """So many tasks of one person, each due at its own second of the next hour."""
    tasks, rows = [], []
    for number in range(EACH):
        at = work.now + timedelta(seconds=3.6 * number)
        tasks.append(
            {
                "public_id": work.ids.public(),
                "owner_id": who.account,
                "chat_id": who.chat,
                "title": "Buy milk",
                "status": "pending",
                "priority": "medium",
                "due_on": f"{at:%Y-%m-%d}",
                "due_time": f"{at:%H:%M}",
                "due_zone": "UTC",
                "created_at": work.now,
                "updated_at": work.now,
            }
        )
        rows.append({"account_id": who.account, "why": "due", "wall": "", "zone": "UTC", "at": at})
    made = insert(schema.task).returning(schema.task.c.id, sort_by_parameter_order=True)
    ids = work.connection.execute(made, tasks).scalars().all()
    for row, task in zip(rows, ids, strict=True):
        row["task_id"] = task
    work.connection.execute(insert(schema.reminder), rows)


@pytest.mark.faults
async def test_a_backlog_drains_in_small_parts_and_flat_memory(tmp_path: Path) -> None:
    url = sqlite_file(tmp_path / "bot.db")
    clock, jobs = SettableClock(), Counted()
    store = open_store(url, Tools(clock, jobs, ids=Ids(b"key")))
    await seed(store, clock)
    sizes: list[float] = []
    parts: list[float] = []

    def part(work: Work) -> int:
        parts.append(time.thread_time())  # what others do on this machine is not counted
        return len(work.reminders.fire())

    began, went = time.monotonic(), 0
    while fired := await store.mutate(part):
        assert fired <= BATCH
        went += fired
        if went % (PEOPLE * EACH // 10) == 0:
            sizes.append(rss_mb(os.getpid()))
    took = time.monotonic() - began
    await store.close()
    longest = max(after - before for before, after in pairwise(parts))
    print(f"{went} in {took:.1f} s, longest part {longest * 1000:.0f} ms of work, RSS {sizes}")  # noqa: T201  # the figure
    assert went == jobs.count == PEOPLE * EACH
    assert sizes[-1] - sizes[0] < GROWTH
    assert longest < LONGEST


KILLS, TITLES, TELLERS = 5, 10, 8


@pytest.mark.faults
@pytest.mark.promise("F1", "F10")
async def test_a_kill_loses_no_reminder_and_repeats_few(tmp_path: Path, town_url: str) -> None:
    """They come due while the service is killed and started again, at any of its moments."""
    chance = random.Random(7)  # noqa: S311  # load, no secret
    async with one_town(tmp_path, town_url, "polling") as (here, service):
        await service.start()
        people = [f"{each}-p{n}" for each in ("tg", "sl") for n in range(1, TELLERS // 2 + 1)]
        lines = "\n".join(f"Task {number} 2031-05-04 17:00" for number in range(TITLES))
        for who in people:
            await here.asks(who, lines, f"Added {TITLES} tasks.")
        await here.settle()  # their zones are known: with them the dates are others
        await service.kill()
        with at_database(service, town_url) as connection:
            come_due(connection, within=10.0)
        await killed(service, KILLS, chance)
        await service.start()
        none_left = partial(here.service.count, "SELECT count(*) FROM reminder")
        await here.until(lambda: none_left() == 0, 60)
        await here.settle(60)
        told = [
            sum(f" Task {number} is due" in each.text for each in here.from_bot(here.private(who)))
            for who in people
            for number in range(TITLES)
        ]
    extra = sum(each - 1 for each in told if each)
    print(f"{len(told)} reminders, {KILLS} kills, {told.count(0)} lost, {extra} extra")  # noqa: T201  # the figure
    assert told.count(0) == 0
    assert max(told) <= 2
    assert extra <= KILLS * len(people)  # one message of each chat may be under way


def come_due(connection: Connection, within: float) -> None:
    """All reminders come in the next seconds, one after the other."""
    now, of = datetime.now(UTC), schema.reminder.c
    rows = connection.execute(select(of.id).order_by(of.id)).scalars().all()
    assert len(rows) == TITLES * TELLERS
    for place, row in enumerate(rows):
        due = now + timedelta(seconds=within * place / len(rows))
        connection.execute(update(schema.reminder).where(of.id == row).values(at=due))
