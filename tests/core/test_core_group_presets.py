"""What a group is told of its own tasks: nothing, unless it was chosen there; then what is due,
once; and, where all is wanted, what is done and taken. At the most one message in a minute."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.addresses import Address
from core.chats import BLOCKED
from core.forgetting import forget
from core.group_digests import Told
from core.group_presets import came_due
from core.ports import Job
from core.presets import News, Preset, fewer, group_hears
from core.reaching import lose
from core.store import Store
from core.task import Draft, Due, Ref, Status, Task
from tests.core.people import GROUP, Person, add, group, person
from tests.databases import Database

MONDAY = date(2026, 1, 5)  # the clock stands at 9:00 UTC
NOON = Due(MONDAY, time(12), "UTC")
TOLD = Told("de", "7")


async def wants(store: Store, chat: int, preset: Preset) -> None:
    await store.mutate(lambda work: work.group_presets.set(chat, preset, TOLD))


async def fire(store: Store) -> int:
    return await store.mutate(lambda work: work.group_presets.fire())


def sent(database: Database) -> list[Job]:
    return [each for each in database.jobs.pending() if each.name == "group"]


async def here(store: Store, who: Person, chat: int, title: str, due: Due | None = None) -> Task:
    return await store.mutate(lambda work: work.tasks.add(who.at(chat), Draft(title, due=due)))


def ref(task: Task) -> Ref:
    return Ref(public_id=task.public_id)


async def done(store: Store, who: Person, task: Task) -> None:
    await store.mutate(lambda work: work.tasks.complete(who.actor, ref(task)) and None)


async def looks(database: Database, store: Store, at: time, day: date = MONDAY) -> list[Job]:
    """What is put when the clock says that."""
    before = {each.id for each in sent(database)}
    database.clock.at = datetime.combine(day, at, UTC)
    while await store.query(lambda work: work.group_presets.waiting()):
        await fire(store)
    return [each for each in sent(database) if each.id not in before]


def test_fewer_is_one_step_and_ends_at_least() -> None:
    one_less = [Preset.LEAST, Preset.LEAST, Preset.QUIET, Preset.NORMAL]
    assert [fewer(each) for each in Preset] == one_less


def test_each_preset_tells_what_the_one_below_it_does_and_more() -> None:
    heard = {each: {news.value for news in News if group_hears(each, news)} for each in Preset}
    assert heard == {
        Preset.LEAST: set(),
        Preset.QUIET: {"left"},
        Preset.NORMAL: {"left", "due"},
        Preset.ALL: {"left", "due", "done", "taken"},
    }


async def test_at_least_nothing_is_told_and_it_is_not_told_later(database: Database) -> None:
    store = database.open()
    ada, chat = await person(store, "Ada"), await group(store)
    await wants(store, chat, Preset.ALL)
    task = await here(store, ada, chat, "plants", NOON)
    other = await here(store, ada, chat, "rent")
    await done(store, ada, other)
    await wants(store, chat, Preset.LEAST)
    assert await store.query(lambda work: work.group_presets.of(chat)) is Preset.LEAST
    await done(store, ada, await here(store, ada, chat, "soap"))
    assert await looks(database, store, time(13)) == []
    later = await here(store, ada, chat, "later", Due(MONDAY, time(14), "UTC"))
    database.clock.at = datetime.combine(MONDAY, time(14, 30), UTC)  # no look since
    await wants(store, chat, Preset.ALL)
    assert await looks(database, store, time(15)) == []
    assert (task.status.open, later.status.open) == (True, True)


async def test_a_group_that_chose_nothing_is_told_nothing(database: Database) -> None:
    store = database.open()
    ada, chat = await person(store, "Ada"), await group(store)
    task = await here(store, ada, chat, "plants", NOON)
    assert await looks(database, store, time(13)) == []
    await done(store, ada, task)
    assert await looks(database, store, time(14)) == []
    assert await store.query(lambda work: work.group_presets.of(chat)) is Preset.QUIET


async def test_what_is_due_is_told_once_and_from_all_on_what_is_done(database: Database) -> None:
    store = database.open()
    ada, ben, chat = await person(store, "Ada"), await person(store, "Ben"), await group(store)
    task = await here(store, ada, chat, "plants", NOON)
    await wants(store, chat, Preset.NORMAL)
    await add(store, ada, "private", due=NOON)
    assert await looks(database, store, time(11, 59)) == []
    [job] = await looks(database, store, time(12))
    assert (job.payload["due"], job.payload["news"]) == (str(task.id), "")
    assert came_due(task, int(str(job.payload["since"])), int(str(job.payload["until"])))
    assert await looks(database, store, time(13)) == []
    await done(store, ada, task)
    assert await looks(database, store, time(14)) == []
    await wants(store, chat, Preset.ALL)
    other = await here(store, ada, chat, "rent")
    third = await here(store, ada, chat, "soap")
    await done(store, ada, other)
    on_card, claim = replace(ben.at(chat), replaces="m"), ref(third)
    await store.mutate(lambda work: work.answers.claim(on_card, claim) and None)
    [news] = await looks(database, store, time(15))
    assert set(str(news.payload["news"]).split(",")) == {f"{other.id}:done", f"{third.id}:taken"}
    await wants(store, chat, Preset.QUIET)
    await done(store, ben, third)
    assert await looks(database, store, time(16)) == []


async def test_a_day_without_a_time_is_told_in_its_morning(database: Database) -> None:
    store = database.open()
    ada, chat = await person(store, "Ada"), await group(store)
    await wants(store, chat, Preset.NORMAL)
    tuesday = MONDAY + timedelta(days=1)
    task = await here(store, ada, chat, "party", Due(tuesday, None, "America/New_York"))
    assert await looks(database, store, time(13, 59), tuesday) == []
    [job] = await looks(database, store, time(14), tuesday)
    assert job.payload["due"] == str(task.id)
    assert await looks(database, store, time(20), tuesday) == []


async def test_it_follows_the_task(database: Database) -> None:
    store = database.open()
    ada, chat = await person(store, "Ada"), await group(store)
    await wants(store, chat, Preset.NORMAL)
    moved = await here(store, ada, chat, "moved", NOON)
    finished = await here(store, ada, chat, "finished", NOON)
    again = await here(store, ada, chat, "again", Due(MONDAY, time(15), "UTC"))
    await looks(database, store, time(9, 1))
    one = Due(MONDAY, time(13), "UTC")
    await store.mutate(lambda work: work.tasks.update(ada.actor, ref(moved), {"due": one}) and None)
    await done(store, ada, finished)
    await done(store, ada, again)
    assert await looks(database, store, time(12)) == []
    [job] = await looks(database, store, time(13))
    assert job.payload["due"] == str(moved.id)
    opened = Status.PENDING
    await store.mutate(lambda work: work.tasks.set_status(ada.actor, ref(again), opened) and None)
    [job] = await looks(database, store, time(15))
    assert job.payload["due"] == str(again.id)


async def test_what_comes_within_a_minute_is_one_message(database: Database) -> None:
    store = database.open()
    ada, chat = await person(store, "Ada"), await group(store)
    await wants(store, chat, Preset.ALL)
    due = await here(store, ada, chat, "plants", NOON)
    tasks = [await here(store, ada, chat, f"task {n}") for n in range(4)]
    database.clock.at = database.clock.at.replace(hour=11, minute=59, second=30)
    await done(store, ada, tasks[0])
    [first] = await looks(database, store, time(11, 59, 31))
    assert first.payload["news"] == f"{tasks[0].id}:done"
    for each in tasks[1:]:
        await done(store, ada, each)
    assert await looks(database, store, time(12, 0, 30)) == []
    [rest] = await looks(database, store, time(12, 0, 31))
    assert (rest.payload["due"], str(rest.payload["news"]).count("done")) == (str(due.id), 3)


async def test_what_is_said_in_the_group_is_not_said_again(database: Database) -> None:
    store = database.open()
    ada, chat = await person(store, "Ada"), await group(store)
    await wants(store, chat, Preset.ALL)
    typed, pressed = [await here(store, ada, chat, each) for each in ("typed", "pressed")]
    in_group = ada.at(chat)
    await store.mutate(lambda work: work.tasks.complete(in_group, ref(typed)) and None)
    assert await looks(database, store, time(10)) == []
    on_card = replace(in_group, replaces="m")
    await store.mutate(lambda work: work.tasks.complete(on_card, ref(pressed)) and None)
    [job] = await looks(database, store, time(11))
    assert job.payload["news"] == f"{pressed.id}:done"


async def test_two_processes_tell_it_once(database: Database) -> None:
    first, second = database.open(), database.open()
    ada = await person(first, "Ada")
    for n in range(20):
        place = replace(GROUP, chat=f"-{n}")
        chat = await first.mutate(lambda work, at=place: work.chats.heard_from(at).id)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        await wants(first, chat, Preset.NORMAL)
        await here(first, ada, chat, "plants", NOON)
    database.clock.at += timedelta(hours=3)
    for _ in range(4):
        await asyncio.gather(fire(first), fire(second))
    told = [each.payload["chat"] for each in sent(database)]
    assert (len(told), len(set(told))) == (20, 20)


@pytest.mark.parametrize("said", [False, True], ids=["the old one's", "what is said there"])
async def test_it_goes_along_when_the_group_becomes_another_one(
    database: Database, said: bool
) -> None:
    store = database.open()
    ada, old = await person(store, "Ada"), await group(store)
    supergroup: Address = replace(GROUP, chat="-1009")
    await wants(store, old, Preset.ALL)
    task = await here(store, ada, old, "plants", NOON)
    other = await here(store, ada, old, "rent")
    await done(store, ada, other)
    if said:
        new = await store.mutate(lambda work: work.chats.heard_from(supergroup).id)
        await wants(store, new, Preset.NORMAL)
        assert await looks(database, store, time(9, 1)) != []
    for _ in range(2):  # Telegram says it twice
        await store.mutate(lambda work: work.chats.move(GROUP, supergroup))
    found = await store.query(lambda work: work.chats.find(supergroup))
    assert found is not None
    preset = await store.query(lambda work: work.group_presets.of(found.id))
    assert preset is (Preset.NORMAL if said else Preset.ALL)
    assert await store.query(lambda work: work.group_presets.of(old)) is Preset.QUIET
    jobs = await looks(database, store, time(10)) + await looks(database, store, time(12))
    assert {each.payload["chat"] for each in jobs} == {found.id}
    assert [each.payload["due"] for each in jobs if each.payload["due"]] == [str(task.id)]


async def test_while_the_bot_is_out_nothing_is_told_and_nothing_of_it_later(
    database: Database,
) -> None:
    store = database.open()
    ada, chat = await person(store, "Ada"), await group(store)
    await wants(store, chat, Preset.ALL)
    task = await here(store, ada, chat, "plants", NOON)
    later = await here(store, ada, chat, "rent", Due(MONDAY, time(15), "UTC"))
    await store.mutate(lambda work: lose(work, work.chats.by_id(chat), BLOCKED))
    assert await looks(database, store, time(12)) == []
    await done(store, ada, task)
    assert await looks(database, store, time(13)) == []
    await store.mutate(lambda work: work.chats.regain(chat))
    assert await looks(database, store, time(14)) == []
    [job] = await looks(database, store, time(15))
    assert (job.payload["due"], job.payload["news"]) == (str(later.id), "")


async def test_it_outlives_whoever_chose_it_and_their_tasks_go(database: Database) -> None:
    store = database.open()
    ada, chat = await person(store, "Ada"), await group(store)
    await wants(store, chat, Preset.ALL)
    task = await here(store, ada, chat, "plants", NOON)
    await done(store, ada, task)
    await store.mutate(lambda work: forget(work, ada.account) and None)
    assert await looks(database, store, time(12)) == []
    assert await store.query(lambda work: work.group_presets.told(chat)) == TOLD


@pytest.mark.parametrize("before", [False, True], ids=["in its morning", "before it"])
async def test_what_was_due_before_it_was_made_did_not_come_due(
    database: Database, before: bool
) -> None:
    store = database.open()
    ada, chat = await person(store, "Ada"), await group(store)
    await wants(store, chat, Preset.NORMAL)
    tuesday = MONDAY + timedelta(days=1)
    await looks(database, store, time(20))
    database.clock.at = datetime.combine(tuesday, time(8 if before else 14), UTC)
    today = await here(store, ada, chat, "today", Due(tuesday, None, "UTC"))
    database.clock.at = datetime.combine(tuesday, time(14), UTC)  # nobody looked meanwhile
    soon = await here(store, ada, chat, "soon", Due(tuesday, time(15), "UTC"))
    jobs = await looks(database, store, time(15), tuesday)
    told = {each for job in jobs for each in str(job.payload["due"]).split(",")}
    assert told == ({str(today.id), str(soon.id)} if before else {str(soon.id)})
