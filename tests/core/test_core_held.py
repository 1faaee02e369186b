"""What waits is told once over all processes, and never into quiet hours that began meanwhile."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from core.held import BURST, BURST_FOR
from core.quiet import Quiet
from core.store import Store
from tests.core.people import add, complete, person
from tests.core.test_core_quiet import announce, at, notices, rest, sent, waits
from tests.databases import Database

TOMORROW = date(2026, 1, 6)


async def release(store: Store) -> int:
    return await store.mutate(lambda work: work.held.release())


async def test_two_processes_tell_it_once(database: Database) -> None:
    first, second = database.open(), database.open()
    people = [await person(first, f"P{n}") for n in range(25)]
    database.clock.at = at("21:00")
    for who in people:
        await rest(first, who)
    database.clock.at = at("23:00")
    for who in people:
        await announce(first, who, "news")
    assert await waits(first) == len(people)
    before = len(sent(database))
    database.clock.at = at("08:00", TOMORROW)
    for _ in range(4):
        await asyncio.gather(release(first), release(second))
    told = [each.payload["identity"] for each in sent(database)[before:]]
    assert (len(told), len(set(told))) == (len(people), len(people))
    assert await waits(first) == 0


async def test_after_a_time_away_it_waits_for_the_end_of_the_next_quiet_hours(
    database: Database,
) -> None:
    store, clock = database.open(), database.clock
    ada = await person(store, "Ada")
    await rest(store, ada)
    clock.at = at("23:00")
    await announce(store, ada, "news")
    clock.at = at("23:30", TOMORROW)  # nobody was there in the morning
    before = len(sent(database))
    await release(store)
    assert (len(sent(database)) - before, await waits(store)) == (0, 1)
    assert not await store.query(lambda work: work.held.waiting())
    clock.at = at("08:00", date(2026, 1, 7))
    await release(store)
    assert (len(sent(database)) - before, await waits(store)) == (1, 0)


async def test_a_burst_ends_before_quiet_hours_or_waits_for_their_end(database: Database) -> None:
    store, clock = database.open(), database.clock
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    await rest(store, ada)
    tasks = [await add(store, ada, f"T{n}", assignee=ben.account) for n in range(BURST + 2)]
    clock.at = at("22:00") - timedelta(seconds=20)
    for task in tasks:
        await complete(store, ben, task)
        clock.advance(seconds=1)
    assert await waits(store) == 2
    before = len(sent(database))
    clock.advance(seconds=BURST_FOR.total_seconds())
    await release(store)
    assert (len(sent(database)) - before, await waits(store)) == (0, 2)
    clock.at = at("08:00", TOMORROW)
    await release(store)
    assert [len(notices(each)) for each in sent(database)[before:]] == [2]


async def test_unless_it_looked_again_it_would_break_into_them(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, clock = database.open(), database.clock
    ada = await person(store, "Ada")
    await rest(store, ada)
    clock.at = at("23:00")
    await announce(store, ada, "news")
    clock.at = at("23:30", TOMORROW)
    monkeypatch.setattr(Quiet, "end_of", lambda *_: None)
    before = len(sent(database))
    await release(store)
    assert len(sent(database)) - before == 1
