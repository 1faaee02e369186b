"""A group's digest: of the group's own tasks, once at its time, whoever asked for it and whatever
becomes of the group."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.chats import BLOCKED, MOVED
from core.digests import Days, Rule
from core.forgetting import forget
from core.group_digests import Told
from core.overview import group_overview
from core.ports import Job
from core.reaching import lose
from core.store import Store
from core.task import Draft, Due, Ref, Task
from core.work import Work
from tests.core.people import GROUP, Person, add, group, person
from tests.databases import Database

BERLIN = "Europe/Berlin"
MONDAY = date(2026, 1, 5)  # the clock stands at 10:00 in Berlin
RULE = Rule(Days.DAILY, time(9), BERLIN)
TOLD = Told("de", "")


def at(day: date, clock: time = time(9)) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(BERLIN)).astimezone(UTC)


async def asks(store: Store, chat: int) -> None:
    await store.mutate(lambda work: work.group_digests.set(chat, RULE, TOLD))


async def fire(store: Store) -> int:
    return await store.mutate(lambda work: work.group_digests.fire())


def sent(database: Database) -> list[Job]:
    return [each for each in database.jobs.pending() if each.name == "digest"]


async def here(store: Store, who: Person, chat: int, title: str, **fields: object) -> Task:
    """Somebody adds a task in the group."""
    draft = Draft(title, **fields)  # type: ignore[arg-type]  # as given by the test
    return await store.mutate(lambda work: work.tasks.add(who.at(chat), draft))


async def test_it_is_sent_once_at_its_time_and_after_a_time_away_once(database: Database) -> None:
    store, clock = database.open(), database.clock
    chat = await group(store)
    await asks(store, chat)
    assert await fire(store) == 0
    clock.at = at(date(2026, 1, 6))
    assert await store.query(lambda work: work.group_digests.waiting())
    assert [await fire(store), await fire(store)] == [1, 0]
    assert sent(database)[0].payload["chat"] == chat
    clock.at = at(date(2026, 1, 9), time(11))
    assert [await fire(store), await fire(store)] == [1, 0]
    assert len(sent(database)) == 2
    assert not await store.query(lambda work: work.group_digests.waiting())


async def test_two_processes_send_it_once(database: Database) -> None:
    first, second = database.open(), database.open()
    for n in range(30):
        place = replace(GROUP, chat=f"-{n}")
        chat = await first.mutate(lambda work, at=place: work.chats.heard_from(at).id)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        await asks(first, chat)
    database.clock.at = at(date(2026, 1, 6))
    fired = [await asyncio.gather(fire(first), fire(second)) for _ in range(4)]
    told = [each.payload["chat"] for each in sent(database)]
    assert (sum(map(sum, fired)), len(told), len(set(told))) == (30, 30, 30)


async def test_it_has_the_groups_own_tasks_and_nobodys_private_ones(database: Database) -> None:
    store = database.open()
    ada, ben, chat = await person(store, "Ada"), await person(store, "Ben"), await group(store)
    other = await store.mutate(lambda work: work.chats.heard_from(replace(GROUP, chat="-7")).id)
    await here(store, ada, chat, "plants", assignee=ben.account)  # concerns two: it is there once
    await here(store, ben, chat, "rent", due=Due(date(2026, 1, 4), None, BERLIN))
    await here(store, ben, chat, "party", due=Due(date(2026, 1, 9), None, BERLIN))
    await here(store, ben, chat, "soap", due=Due(MONDAY, time(20), BERLIN))
    await here(store, ada, other, "of another group")
    await add(store, ada, "private")
    await add(store, ada, "private, given", assignee=ben.account)
    for title in ("done", "deleted"):
        ref = Ref(public_id=(await here(store, ada, chat, title)).public_id)
        change = work_done if title == "done" else work_deleted
        await store.mutate(lambda work, do=change, of=ref: do(work, ada.at(chat), of))  # type: ignore[misc]  # mypy can't infer a lambda with defaults
    found = await store.query(lambda work: group_overview(work, chat, BERLIN))
    parts = (found.overdue, found.today, found.undated)
    titles = [[each.title for each in part.tasks] for part in parts]
    assert titles == [["rent"], ["soap"], ["plants"]]
    assert [part.total for part in parts] == [1, 1, 1]
    assert found.later == 1
    assert all(each.number == 0 for part in parts for each in part.tasks)


def work_done(work: Work, actor: object, ref: Ref) -> None:
    work.tasks.complete(actor, ref)  # type: ignore[arg-type]  # an actor


def work_deleted(work: Work, actor: object, ref: Ref) -> None:
    work.tasks.delete(actor, ref)  # type: ignore[arg-type]  # an actor


async def test_it_goes_along_when_the_group_becomes_another_one(database: Database) -> None:
    store, clock = database.open(), database.clock
    old, supergroup = await group(store), replace(GROUP, chat="-1009")
    await asks(store, old)
    for _ in range(2):  # Telegram says it twice
        await store.mutate(lambda work: work.chats.move(GROUP, supergroup))
    new = (await store.query(lambda work: work.chats.find(supergroup))) or None
    assert new is not None
    clock.at = at(date(2026, 1, 6))
    assert await fire(store) == 1
    assert [each.payload["chat"] for each in sent(database)] == [new.id]
    assert (await store.query(lambda work: work.chats.by_id(old))).gone == MOVED
    assert await store.query(lambda work: work.group_digests.of(old)) is None


async def test_what_was_said_in_the_new_group_holds(database: Database) -> None:
    store = database.open()
    old, supergroup = await group(store), replace(GROUP, chat="-1009")
    await asks(store, old)
    new = (await store.mutate(lambda work: work.chats.heard_from(supergroup))).id
    later = Rule(Days.MON, time(12), "UTC")
    await store.mutate(lambda work: work.group_digests.set(new, later, TOLD))
    await store.mutate(lambda work: work.chats.move(GROUP, supergroup))
    found = await store.query(lambda work: work.group_digests.of(new))
    assert found is not None
    assert found[0] == later


async def test_sent_away_it_waits_until_the_bot_is_back(database: Database) -> None:
    store, clock = database.open(), database.clock
    chat = await group(store)
    await asks(store, chat)
    await store.mutate(lambda work: lose(work, work.chats.by_id(chat), BLOCKED))
    clock.at = at(date(2026, 1, 6))
    assert await fire(store) == 1
    assert sent(database) == []
    await store.mutate(lambda work: work.chats.regain(chat))
    clock.advance(days=1)
    assert await fire(store) == 1
    assert len(sent(database)) == 1


async def test_it_outlives_whoever_asked_for_it_until_somebody_ends_it(database: Database) -> None:
    store, chat = database.open(), await group(database.open())
    ada = await person(store, "Ada")
    await asks(store, chat)
    await store.mutate(lambda work: forget(work, ada.account) and None)
    assert await store.query(lambda work: work.group_digests.of(chat)) == (RULE, TOLD)
    assert await store.mutate(lambda work: work.group_digests.end(chat))
    assert not await store.mutate(lambda work: work.group_digests.end(chat))
    database.clock.at += timedelta(days=2)
    assert await fire(store) == 0
