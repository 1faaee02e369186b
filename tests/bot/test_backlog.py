"""What waits is counted, with its age: for the operator, and at no cost to a message."""

from __future__ import annotations

import asyncio
import math
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from adapters.engine.database import prepare
from adapters.engine.outbox import Outbox
from adapters.engine.waits import waiting
from bot import in_flight
from bot.backlog import NUMBERS, Backlog, Waiting
from bot.in_flight import InFlight
from bot.metrics import Metrics
from bot.reminding import remind
from core.addresses import Address, Sender
from core.chat import Inbound, Kind
from core.moments import Moment
from core.ports import Job
from core.store import Store
from core.work import Work
from tests.core.people import add, person
from tests.databases import Database


async def none_dead(most: int) -> int:
    return 0


def none_wait(work: Work) -> tuple[int, float]:
    return 0, 0.0


async def looked_at(store: Store, jobs: Waiting = none_wait) -> dict[str, float]:
    backlog, metrics = Backlog(store, none_dead, jobs), Metrics()
    assert all(math.isnan(each) for each in backlog.numbers.values())
    backlog.show(metrics)
    await backlog.look()
    text = metrics.render().decode()
    assert all(f"\nfluxbot_{name} {float(backlog.numbers[name])}\n" in text for name in NUMBERS)
    return backlog.numbers


async def test_jobs_that_wait_have_a_number_and_an_age(database: Database) -> None:
    await asyncio.to_thread(prepare, database.url)
    store, outbox = database.open(), Outbox(database.url, ["system"])
    assert (await looked_at(store, waiting(database.url)))["jobs_waiting"] == 0

    def put(work: Work) -> None:
        for number in range(3):
            outbox.put(work.connection, Job(f"j{number}", "tell", queue="system"))
        row = "UPDATE {}workflow_status SET created_at={}, status='{}' WHERE workflow_uuid='{}'"
        schema, now = "dbos." * database.shared, int(work.now.timestamp() * 1000)
        for id, age, status in (
            ("j0", 90, "ENQUEUED"),
            ("j1", 240, "DELAYED"),
            ("j2", 900, "SUCCESS"),
        ):
            work.connection.exec_driver_sql(row.format(schema, now - age * 1000, status, id))

    await store.mutate(put)
    found = await looked_at(store, waiting(database.url))
    assert (found["jobs_waiting"], found["jobs_waiting_age_seconds"]) == (2, 240)


async def test_messages_that_our_code_broke_on_are_counted_until_they_are_replayed(
    database: Database,
) -> None:
    store = database.open()
    where = Address("telegram", "", "7", private=True)
    message = Inbound("k", Kind.TEXT, Sender("telegram", "", "7", "Ada"), where, "hi")
    reference = await store.mutate(lambda work: work.failures.keep(message, "boom"))
    database.clock.advance(seconds=40)
    found = await looked_at(store)
    assert (found["failed_messages"], found["failed_messages_age_seconds"]) == (1, 40)
    await store.mutate(lambda work: work.failures.take(reference))
    assert (await looked_at(store))["failed_messages"] == 0


async def test_a_reminder_that_was_told_late_is_counted_once(database: Database) -> None:
    store, told = database.open(), list[int]()
    ada, now = await person(store, "Ada"), database.clock.now()
    for minutes in (1, 5, 6):
        task, then = await add(store, ada), Moment.of(now + timedelta(minutes=minutes), "UTC")
        await store.mutate(partial(put_off, task=task.id, account=ada.account, until=then))
    await remind(store, told.append)
    assert told == []
    database.clock.advance(seconds=390)  # 330, 90 and 30 s after their times
    assert (await looked_at(store))["due_age_seconds"] == 330
    await remind(store, told.append)
    assert sum(told) == 2
    assert (await looked_at(store))["due_age_seconds"] == 0


def put_off(work: Work, **values: Any) -> None:
    work.reminders.put_off(**values)


async def test_the_lag_is_that_of_the_oldest_message_without_its_commit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = iter((5.0, 7.0, 8.0, 8.5))
    monkeypatch.setattr(in_flight, "time", SimpleNamespace(monotonic=lambda: next(times)))
    flying = InFlight()
    assert flying.lag() == 0
    flying.begin("a")
    flying.begin("b")
    assert flying.lag() == 3.0
    flying.end("a")
    assert flying.lag() == 1.5
    assert (flying.get("a"), [*flying]) == (None, ["b"])
    flying.end("b")
    assert flying.lag() == 0
