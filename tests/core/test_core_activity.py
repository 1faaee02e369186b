"""What somebody did, by weeks and days of where they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import update

from core import schema
from core.activity import Activity, activity
from core.store import Store
from core.task import Ref, Status
from tests.core.people import Person, add, complete, person
from tests.databases import Database

BERLIN, KIRITIMATI = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Kiritimati")


async def done(store: Store, who: Person, *at: datetime, by: Person | None = None) -> None:
    """A task of theirs, completed at each of these instants."""
    for each in at:
        task = await add(store, who, assignee=by.account if by else None)
        await complete(store, by or who, task)
        wrote = update(schema.task).where(schema.task.c.id == task.id).values(completed_at=each)
        await store.mutate(lambda work, w=wrote: work.run(w))


async def of(store: Store, who: Person, zone: ZoneInfo = BERLIN, weeks: int = 3) -> Activity:
    return await store.query(lambda work: activity(work, who.account, zone, weeks))


def counts(found: Activity) -> list[int]:
    return [each.completed for each in found.weeks]


@pytest.fixture
async def ada(store: Store) -> Person:
    return await person(store, "Ada")


def a_day(database: Database, *, ago: int) -> datetime:
    """Noon in UTC of so many days ago."""
    today = database.clock.now().replace(hour=12, minute=0, second=0, microsecond=0)
    return today - timedelta(days=ago)


async def test_nothing_yet(store: Store, ada: Person, database: Database) -> None:
    found = await of(store, ada)
    assert (counts(found), found.streak) == ([0, 0, 0], 0)
    today = database.clock.now().astimezone(BERLIN).date()
    assert found.weeks[-1].monday <= today < found.weeks[-1].monday + timedelta(days=7)
    assert {each.monday.weekday() for each in found.weeks} == {0}


async def test_by_week(store: Store, ada: Person, database: Database) -> None:
    this = (await of(store, ada)).weeks[-1].monday
    noon = datetime(this.year, this.month, this.day, 12, tzinfo=UTC)
    week = timedelta(weeks=1)
    await done(store, ada, noon, noon - week, noon - week + timedelta(days=6), noon - 2 * week)
    await done(store, ada, noon - 3 * week)  # before the first that is shown
    assert counts(await of(store, ada)) == [1, 2, 1]


async def test_days_in_a_row_up_to_today(store: Store, ada: Person, database: Database) -> None:
    await done(store, ada, *(a_day(database, ago=ago) for ago in (0, 0, 1, 2, 4)))
    assert (await of(store, ada)).streak == 3


async def test_while_today_has_nothing_yet_the_row_goes_on(
    store: Store, ada: Person, database: Database
) -> None:
    await done(store, ada, *(a_day(database, ago=ago) for ago in (1, 2)))
    assert (await of(store, ada)).streak == 2
    database.clock.advance(days=1)
    assert (await of(store, ada)).streak == 0


async def test_the_day_is_that_of_where_they_are(
    store: Store, ada: Person, database: Database
) -> None:
    """Half past ten in the evening in UTC is tomorrow in Berlin, and a day on Kiritimati."""
    evening = datetime(2026, 1, 4, 22, 30, tzinfo=UTC)  # a Sunday; in Berlin still
    late = evening + timedelta(hours=1)  # there it is Monday
    await done(store, ada, evening, late)
    sunday_s, monday_s = date(2025, 12, 29), date(2026, 1, 5)
    here = await of(store, ada, weeks=2)
    assert [(each.monday, each.completed) for each in here.weeks] == [(sunday_s, 1), (monday_s, 1)]
    assert counts(await of(store, ada, KIRITIMATI, weeks=2)) == [0, 2]


async def test_only_what_they_completed_themselves_counts(
    store: Store, ada: Person, database: Database
) -> None:
    ben = await person(store, "Ben")
    await done(store, ada, a_day(database, ago=0), by=ben)
    assert counts(await of(store, ada))[-1] == 0
    assert counts(await of(store, ben))[-1] == 1


async def test_reopened_and_deleted_count_no_more(
    store: Store, ada: Person, database: Database
) -> None:
    await done(store, ada, a_day(database, ago=0), a_day(database, ago=0))
    first, second = Ref(number=1), Ref(number=2)
    await store.mutate(lambda work: work.tasks.set_status(ada.actor, first, Status.PENDING))
    await store.mutate(lambda work: work.tasks.delete(ada.actor, second))
    found = await of(store, ada)
    assert (counts(found)[-1], found.streak) == (0, 0)
