"""Digests come once at their time, on the days that were asked for, and say what there is to do."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from core import schema
from core.chats import BLOCKED
from core.digests import Days, Rule
from core.forgetting import forget
from core.overview import SHOWN, overview
from core.ports import Job
from core.store import Store
from core.task import Due, Ref
from core.unlinking import unlink
from core.work import Work
from tests.core.joining import joins
from tests.core.people import Person, add, complete, person
from tests.databases import Database

BERLIN = "Europe/Berlin"
MONDAY = date(2026, 1, 5)  # the clock stands at 10:00 in Berlin
HALF_PAST_EIGHT = time(8, 30)


def at(day: date, clock: time = HALF_PAST_EIGHT, zone: str = BERLIN) -> datetime:
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC)


@pytest.mark.parametrize(
    ("days", "after", "expected"),
    [
        (Days.DAILY, at(MONDAY) - timedelta(seconds=1), at(MONDAY)),
        (Days.DAILY, at(MONDAY), at(date(2026, 1, 6))),
        (Days.WEEKDAYS, at(date(2026, 1, 9)), at(date(2026, 1, 12))),  # a Friday
        (Days.MON, at(MONDAY), at(date(2026, 1, 12))),
        (Days.SUN, at(MONDAY), at(date(2026, 1, 11))),
        # Half past eight is half past eight: the clocks go forward on 29 March.
        (Days.DAILY, at(date(2026, 3, 28)), datetime(2026, 3, 29, 6, 30, tzinfo=UTC)),
    ],
)
def test_when_the_next_one_comes(days: Days, after: datetime, expected: datetime) -> None:
    assert Rule(days, HALF_PAST_EIGHT, BERLIN).next(after) == expected


def test_a_time_that_the_clocks_skip_or_show_twice_comes_once_a_day() -> None:
    rule = Rule(Days.DAILY, time(2, 30), BERLIN)
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        found, moment = [], at(day - timedelta(days=1), time(12))
        for _ in range(3):
            found.append(moment := rule.next(moment))
        days = [each.astimezone(ZoneInfo(BERLIN)).date() for each in found]
        assert days == [day + timedelta(days=n) for n in range(3)]


async def asks(store: Store, who: Person, days: Days = Days.DAILY) -> None:
    def set_both(work: Work) -> None:
        work.profile.set_timezone(who.account, BERLIN)
        work.digests.set(who.account, who.identity, days, HALF_PAST_EIGHT)

    await store.mutate(set_both)


def sent(database: Database) -> list[Job]:
    return [each for each in database.jobs.pending() if each.name == "digest"]


async def fire(store: Store) -> int:
    return await store.mutate(lambda work: work.digests.fire())


async def next_of(store: Store) -> datetime:
    at = select(schema.digest.c.at)
    return await store.query(lambda work: work.run(at).scalar_one())


async def test_it_is_sent_once_when_it_comes(database: Database) -> None:
    store, clock = database.open(), database.clock
    ada = await person(store, "Ada")
    await asks(store, ada, Days.WEEKDAYS)
    assert await fire(store) == 0
    clock.at = at(date(2026, 1, 6))
    assert await store.query(lambda work: work.digests.waiting())
    assert [await fire(store), await fire(store)] == [1, 0]
    [job] = sent(database)
    assert (job.payload["identity"], job.payload["chat"]) == (ada.identity, ada.chat)
    assert await next_of(store) == at(date(2026, 1, 7))


async def test_after_a_time_away_one_comes(database: Database) -> None:
    store, clock = database.open(), database.clock
    await asks(store, await person(store, "Ada"))
    clock.at = at(date(2026, 1, 20), time(11))
    assert [await fire(store), await fire(store)] == [1, 0]
    assert len(sent(database)) == 1
    assert await next_of(store) == at(date(2026, 1, 21))


async def test_two_processes_send_it_once(database: Database) -> None:
    first, second = database.open(), database.open()
    people = [await person(first, f"P{n}") for n in range(30)]
    for who in people:
        await asks(first, who)
    database.clock.at = at(date(2026, 1, 6))
    fired = [await asyncio.gather(fire(first), fire(second)) for _ in range(4)]
    assert sum(map(sum, fired)) == len(people)
    told = [job.payload["account"] for job in sent(database)]
    assert (len(told), set(told)) == (len(people), {each.account for each in people})


async def test_a_new_zone_and_the_end(database: Database) -> None:
    store = database.open()
    ada = await person(store, "Ada")
    await asks(store, ada)
    await store.mutate(lambda work: work.profile.set_timezone(ada.account, "Asia/Tokyo"))
    assert await next_of(store) == at(date(2026, 1, 6), zone="Asia/Tokyo")
    assert await store.mutate(lambda work: work.digests.end(ada.account))
    assert not await store.mutate(lambda work: work.digests.end(ada.account))
    assert await store.query(lambda work: work.digests.of(ada.account)) is None


async def test_it_goes_to_a_chat_that_is_theirs_and_wants_it(database: Database) -> None:
    store, clock = database.open(), database.clock
    ada, office = await person(store, "Ada"), await person(store, "Ada", "slack", "T1")
    await store.mutate(lambda work: joins(work, ada, office))
    await store.mutate(
        lambda work: work.digests.set(ada.account, office.identity, Days.DAILY, HALF_PAST_EIGHT)
    )
    await store.mutate(lambda work: work.profile.set_timezone(ada.account, BERLIN))
    clock.at = at(date(2026, 1, 7))
    await fire(store)
    assert [job.payload["chat"] for job in sent(database)] == [office.chat]
    await store.mutate(lambda work: work.profile.set_notify(ada.account, office.identity, False))
    clock.at = at(date(2026, 1, 8))
    await fire(store)
    assert {job.payload["chat"] for job in sent(database)} == {office.chat, ada.chat}
    await store.mutate(lambda work: unlink(work, ada.account, office.identity) and None)
    await store.mutate(lambda work: forget(work, ada.account) and None)
    assert not await store.query(lambda work: work.digests.of(ada.account))


async def test_what_there_is_to_do(database: Database) -> None:
    store, clock = database.open(), database.clock
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    await store.mutate(lambda work: work.profile.set_timezone(ada.account, BERLIN))
    dates = {
        "late": Due(MONDAY, time(9), BERLIN),
        "yesterday": Due(date(2026, 1, 4), None, BERLIN),
        "today": Due(MONDAY, None, BERLIN),
        "at noon": Due(MONDAY, time(12), BERLIN),
        "tomorrow": Due(date(2026, 1, 6), None, BERLIN),
        "midnight": Due(date(2026, 1, 6), time(0), BERLIN),
        "whenever": None,
    }
    for title, due in dates.items():
        await add(store, ada, title, due=due)
    await add(store, ada, "Ben's to do", assignee=ben.account)
    await add(store, ben, "given", assignee=ada.account)
    await complete(store, ada, await add(store, ada, "done"))
    gone = await add(store, ada, "gone")
    ref = Ref(public_id=gone.public_id)
    await store.mutate(lambda work: work.tasks.delete(ada.actor, ref) and None)
    found = await store.query(lambda work: overview(work, ada.account))
    assert [each.title for each in found.overdue.tasks] == ["yesterday", "late"]
    assert [each.title for each in found.today.tasks] == ["at noon", "today"]
    assert {each.title for each in found.undated.tasks} == {"whenever", "given"}
    assert (found.later, found.empty) == (2, False)
    clock.advance(days=365)
    assert (await store.query(lambda work: overview(work, ben.account))).undated.total == 1


async def test_what_is_not_shown_is_counted_and_the_future_alone_is_nothing(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    for n in range(SHOWN + 3):
        await add(store, ada, f"T{n}")
    found = await store.query(lambda work: overview(work, ada.account))
    assert (len(found.undated.tasks), found.undated.total) == (SHOWN, SHOWN + 3)
    await add(store, ben, due=Due(date(2026, 2, 1), None, "UTC"))
    assert (await store.query(lambda work: overview(work, ben.account))).empty


@pytest.mark.parametrize(
    ("until", "comes"), [(time(14), at(date(2026, 1, 6), time(14))), (time(8), None)]
)
async def test_one_that_comes_late_does_not_break_into_quiet_hours(
    database: Database, until: time, comes: datetime | None
) -> None:
    store, clock = database.open(), database.clock
    ada = await person(store, "Ada")
    await asks(store, ada)
    await store.mutate(lambda work: work.quiet.set(ada.account, time(10), until))
    clock.at = at(date(2026, 1, 6), time(11))  # the service was away at half past eight
    await fire(store)
    assert sent(database) == []
    clock.at = comes or at(date(2026, 1, 7), time(8))
    await fire(store)
    assert len(sent(database)) == 1


async def test_one_that_was_set_inside_quiet_hours_comes(database: Database) -> None:
    store, clock = database.open(), database.clock
    ada = await person(store, "Ada")
    await asks(store, ada)
    await store.mutate(lambda work: work.quiet.set(ada.account, time(22), time(10)))
    clock.at = at(date(2026, 1, 6))
    assert await fire(store) == 1
    assert len(sent(database)) == 1


async def test_a_chat_that_is_gone_is_passed_over(database: Database) -> None:
    store, clock = database.open(), database.clock
    ada, office = await person(store, "Ada"), await person(store, "Ada", "slack", "T1")
    await store.mutate(lambda work: joins(work, ada, office))
    await asks(store, ada)
    await store.mutate(lambda work: work.chats.lose(ada.chat, BLOCKED))
    clock.at = at(date(2026, 1, 6))
    await fire(store)
    assert [job.payload["chat"] for job in sent(database)] == [office.chat]
    await store.mutate(lambda work: work.chats.lose(office.chat, BLOCKED))
    clock.at = at(date(2026, 1, 7))
    assert await fire(store) == 1
    assert len(sent(database)) == 1
