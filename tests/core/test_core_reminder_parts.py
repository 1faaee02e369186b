"""Whoever waits behind reminders on SQLite waits for a small part of them, however many are due."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import insert

from adapters.engine.database import prepare
from adapters.engine.outbox import Outbox
from core import schema
from core.ids import Ids
from core.reminders import BATCH, PEOPLE
from core.store import Tools, open_store
from core.work import Work
from tests.core.people import add, meet, person, sender
from tests.databases import Database

MANY = 150
"""People with a reminder each."""
LONGEST = 0.050
"""Seconds that a part may take of the store's thread."""
LEAST = 0.0001
"""Seconds that a reminder takes at the least, with its job: on a machine four times as quick."""
_TASK = insert(schema.task).returning(schema.task.c.id)
_REMINDER = insert(schema.reminder)


def crowd(work: Work) -> None:
    """So many people, and each is to be reminded of a task by now."""
    for number in range(MANY):
        who = meet(work, sender(f"P{number}"))
        row = {
            "public_id": work.ids.public(),
            "owner_id": who.account,
            "chat_id": who.chat,
            "title": "Buy milk",
            "status": "pending",
            "priority": "medium",
            "created_at": work.now,
            "updated_at": work.now,
        }
        remind(work, work.run(_TASK, row).scalar_one(), who.account)


def remind(work: Work, task: int, account: int, ago: int = 0) -> None:
    """It was to be told so many seconds ago."""
    row = {"task_id": task, "account_id": account, "at": work.now - timedelta(seconds=ago)}
    work.run(_REMINDER, row | {"why": "snooze", "wall": "", "zone": "UTC"})


async def parts(sqlite: Database, most: int, people: int) -> list[float]:
    """Seconds of work that each part took, with the jobs that it put and its commit: of the
    thread's own time, since a machine that has other things to do takes as long as it likes."""
    await asyncio.to_thread(prepare, sqlite.url)
    tools = Tools(sqlite.clock, Outbox(sqlite.url, ["telegram"]), ids=Ids(b"k"))
    store = open_store(sqlite.url, tools)
    began: list[float] = []

    def part(work: Work) -> int:
        began.append(time.thread_time())
        return len(work.reminders.fire(most, people))

    try:
        await store.mutate(crowd)
        while await store.mutate(part):
            pass
        jobs = "SELECT count(*) FROM workflow_status"
        put = await store.query(lambda work: work.connection.exec_driver_sql(jobs).scalar())
    finally:
        await store.close()
    assert put == MANY
    return [after - before for before, after in pairwise(began)]


async def test_a_part_is_short(sqlite: Database) -> None:
    took = await parts(sqlite, BATCH, PEOPLE)
    print(f"{len(took)} parts, the longest {max(took) * 1000:.1f} ms")  # noqa: T201  # the figure
    assert len(took) == MANY / PEOPLE
    assert max(took) < LONGEST


async def test_all_of_them_at_once_are_not(sqlite: Database) -> None:
    """Told by their number, since there are machines on which even this is done in time."""
    [took] = await parts(sqlite, MANY, MANY)
    assert took > MANY * LEAST


async def test_those_of_one_person_are_told_together(sqlite: Database) -> None:
    """However many others have one meanwhile: they are one message, and one job."""
    store = sqlite.open()
    ada = await person(store, "Ada")
    others = [await person(store, f"P{number}") for number in range(PEOPLE + 2)]
    in_order = [ada, *others, *[ada] * 7]
    tasks = [await add(store, who) for who in in_order]

    def all_of_them(work: Work) -> None:
        for place, (who, task) in enumerate(zip(in_order, tasks, strict=True)):
            remind(work, task.id, who.account, ago=100 - place)

    await store.mutate(all_of_them)
    told = [len(await store.mutate(lambda work: work.reminders.fire())) for _ in range(3)]
    assert told == [8 + PEOPLE - 1, 3, 0]
    [hers] = [each for each in sqlite.jobs.pending() if each.payload["identity"] == ada.identity]
    assert str(hers.payload["notice"]).count(",") == 7
