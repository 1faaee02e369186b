"""What comes again: right on the wall, made with the completion of what was before, once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import columns
from core.errors import NotAllowed, PlanLimit
from core.forgetting import forget
from core.lists import Filter
from core.nagging import set_nag
from core.plans import FREE
from core.recounting import miscounted
from core.recurring import following
from core.rules import settled
from core.store import Store
from core.task import Draft, Due, Ref, Status, Task
from tests.core.joining import merged
from tests.core.paying import selling
from tests.core.people import Person, add, complete, group, person, told
from tests.core.rows import open_tasks, set_open_tasks
from tests.databases import Database

BERLIN = "Europe/Berlin"
TODAY = date(2026, 1, 5)  # a Monday; the clock stands at 9:00 UTC, 10:00 in Berlin
MONDAY = Due(TODAY, time(17), BERLIN)
DAILY, WEEKDAYS = "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


async def mine(store: Store, who: Person) -> list[Task]:
    """Their open tasks, oldest first."""
    page = await store.query(lambda work: work.lists.page(who.account, Filter(), most=100))
    return list(reversed(page.tasks))


async def seen(store: Store, who: Person, ref: Ref) -> Task:
    return await store.query(lambda work: work.tasks.get(who.actor, ref))


async def undo(store: Store, who: Person) -> None:
    await store.mutate(lambda work: work.tasks.undo(who.actor))


def wall(said: str) -> datetime:
    return datetime.fromisoformat(said).replace(tzinfo=ZoneInfo(BERLIN))


@pytest.mark.parametrize(
    ("rule", "occurrence", "now", "then"),
    [
        (DAILY, "2026-01-05T17:00", "2026-01-05T17:05", "2026-01-06T17:00"),
        (DAILY, "2026-01-05T17:00", "2026-01-05T08:00", "2026-01-06T17:00"),  # done before
        (DAILY, "2026-01-05T17:00", "2026-01-09T08:00", "2026-01-09T17:00"),  # what was missed
        (DAILY, "2026-01-05", "2026-01-05T08:00", "2026-01-06"),
        (DAILY, "2026-01-05", "2026-01-09T08:00", "2026-01-10"),  # today is done with it
        (WEEKDAYS, "2026-01-09T09:00", "2026-01-09T09:30", "2026-01-12T09:00"),
        ("FREQ=WEEKLY", "2026-01-09", "2026-01-12T09:00", "2026-01-16"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", "2026-01-08", "2026-01-08T09:00", "2026-01-19"),
        ("FREQ=WEEKLY;INTERVAL=2", "2026-01-05", "2026-01-20T09:00", "2026-02-02"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "2026-01-30", "2026-01-30T09:00", "2026-02-27"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31", "2026-02-01T09:00", "2026-02-28"),
        ("FREQ=YEARLY", "2026-12-24", "2026-12-24T09:00", "2027-12-24"),
        ("FREQ=YEARLY;INTERVAL=99", "2930-01-06", "2930-01-06T09:00", None),
        ("FREQ=DAILY;UNTIL=20260107T235959", "2026-01-06", "2026-01-06T09:00", "2026-01-07"),
        ("FREQ=DAILY;UNTIL=20260107T235959", "2026-01-07", "2026-01-07T09:00", None),
        # The clocks are put forward at two, and back at three.
        (DAILY, "2026-03-28T02:30", "2026-03-28T03:00", "2026-03-29T02:30"),
        (DAILY, "2026-10-24T02:30", "2026-10-24T03:00", "2026-10-25T02:30"),
    ],
)
def test_the_next_time(rule: str, occurrence: str, now: str, then: str | None) -> None:
    found = following(rule, occurrence, BERLIN, wall(now))
    assert (columns.occurrence_of(found) if found else None) == then


def test_an_hour_that_comes_twice_comes_once() -> None:
    """Half past two is over once it has been; at the second one it is tomorrow's."""
    first = Due(date(2026, 10, 25), time(2, 30), BERLIN).instant
    for minutes, then in ((-1, 25), (0, 26), (30, 26), (60, 26), (61, 26)):
        now = first + timedelta(minutes=minutes)
        found = following(DAILY, "2026-10-24T02:30", BERLIN, now)
        assert found == Due(date(2026, 10, then), time(2, 30), BERLIN), minutes


ZONES = ("Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe", "Africa/Cairo", "UTC")
RULES = (DAILY, WEEKDAYS, "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY;BYMONTHDAY=-1", "FREQ=YEARLY")


DUES = st.builds(
    Due,
    st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    st.none() | st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(ZONES),
)


@pytest.mark.promise("B19", "F23", on="neither")
@given(st.sampled_from(RULES), DUES, st.integers(-5_000, 50_000))
def test_it_is_still_to_come_and_keeps_its_hour(rule: str, before: Due, minutes: int) -> None:
    zone, now = before.zone, before.instant + timedelta(minutes=minutes)
    then = following(rule, columns.occurrence_of(before), zone, now)
    assert then is not None
    assert then.instant > now
    assert then.on > before.on
    assert then.time == before.time


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        ("", "2026-01-31", ""),
        (DAILY, "2026-01-31", DAILY),
        ("FREQ=MONTHLY", "2026-01-05", "FREQ=MONTHLY;BYMONTHDAY=5"),
        ("FREQ=MONTHLY", "2026-01-31", "FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;INTERVAL=2", "2026-01-30",
         "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        ("FREQ=MONTHLY;BYMONTHDAY=29", "2026-03-29",
         "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1"),
        ("FREQ=MONTHLY;BYDAY=2TU", "2026-01-13", "FREQ=MONTHLY;BYDAY=2TU"),
        ("FREQ=YEARLY", "2028-02-29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "2028-02-29",
         "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"),
    ],
)  # fmt: skip
def test_a_rule_comes_in_every_month(rule: str, first: str, expected: str) -> None:
    assert settled(rule, date.fromisoformat(first)) == expected
    assert settled(expected, date.fromisoformat(first)) == expected


def test_the_thirtieth_is_in_february_too() -> None:
    rule, at, found = settled("FREQ=MONTHLY", date(2026, 1, 30)), "2026-01-30", []
    for _ in range(4):
        due = following(rule, at, BERLIN, wall(at))
        assert due is not None
        at = columns.occurrence_of(due)
        found.append(at)
    assert found == ["2026-02-28", "2026-03-30", "2026-04-30", "2026-05-30"]


async def test_done_makes_the_next_one_with_all_that_it_had(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    first = await add(
        store, ada, "Water plants", due=MONDAY, rule=WEEKDAYS, labels=("Home", "green"),
        category="flat", description="all of them", assignee=ben.account, remind=30,
    )  # fmt: skip
    assert (first.rule, first.labels) == (WEEKDAYS, ("home", "green"))
    ref = Ref(public_id=first.public_id)
    await store.mutate(lambda work: work.notes.add(ada.actor, ref, "not the cactus"))
    done = await complete(store, ben, first)
    assert (done.status, done.rule, done.due) == (Status.COMPLETED, "", MONDAY)
    for who in (ada, ben):
        [then] = await mine(store, who)
        same = {"title", "description", "labels", "category", "rule", "assignee", "owner", "remind"}
        assert all(getattr(then, each) == getattr(first, each) for each in same)
        assert then.due == replace(MONDAY, on=date(2026, 1, 6))
        assert (then.status, then.number, then.completions) == (Status.PENDING, 2, 0)
        assert then.notes == 0
    assert (await told(store, ben)).count("task_assigned") == 1
    assert await store.query(lambda work: work.recurring.made(done, ben.actor)) is None
    assert await store.query(miscounted) == []


async def test_undo_takes_both_back(store: Store, ada: Person) -> None:
    task = await add(store, ada, due=MONDAY, rule=DAILY)
    await complete(store, ada, task)
    await undo(store, ada)
    [back] = await mine(store, ada)
    assert (back.id, back.rule, back.occurrence) == (task.id, DAILY, "2026-01-05T17:00")
    assert await store.query(miscounted) == []
    again = await complete(store, ada, back)
    assert again.status is Status.COMPLETED
    assert len(await mine(store, ada)) == 1


async def test_open_again_it_does_not_come_twice(store: Store, ada: Person) -> None:
    task = await add(store, ada, due=MONDAY, rule=DAILY)
    await complete(store, ada, task)
    ref = Ref(public_id=task.public_id)
    opened = await store.mutate(lambda work: work.tasks.set_status(ada.actor, ref, Status.PENDING))
    await complete(store, ada, opened)
    assert len(await mine(store, ada)) == 1


@pytest.mark.control("F23", "B19")
async def test_with_the_rule_left_behind_it_would(
    store: Store, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.writing.follow_on", lambda old, new: {})
    task = await add(store, ada, due=MONDAY, rule=DAILY)
    await complete(store, ada, task)
    ref = Ref(public_id=task.public_id)
    opened = await store.mutate(lambda work: work.tasks.set_status(ada.actor, ref, Status.PENDING))
    await complete(store, ada, opened)
    assert len(await mine(store, ada)) == 2


async def test_put_off_once_the_others_stay(store: Store, ada: Person) -> None:
    task = await add(store, ada, due=MONDAY, rule="FREQ=WEEKLY;INTERVAL=2")
    ref = Ref(public_id=task.public_id)
    later = replace(MONDAY, on=date(2026, 1, 13))
    moved = await store.mutate(lambda work: work.tasks.update(ada.actor, ref, {"due": later}))
    assert (moved.due, moved.occurrence) == (later, "2026-01-05T17:00")
    await complete(store, ada, moved)
    [then] = await mine(store, ada)
    assert then.due == replace(MONDAY, on=date(2026, 1, 19))


async def test_a_rule_needs_a_date(store: Store, ada: Person) -> None:
    waiting = await add(store, ada, rule="FREQ=MONTHLY")
    assert (waiting.rule, waiting.occurrence) == ("FREQ=MONTHLY", "")
    ref = Ref(public_id=waiting.public_id)
    due = replace(MONDAY, on=date(2026, 1, 31))
    dated = await store.mutate(lambda work: work.tasks.update(ada.actor, ref, {"due": due}))
    assert (dated.rule, dated.occurrence) == ("FREQ=MONTHLY;BYMONTHDAY=-1", "2026-01-31T17:00")
    none = await store.mutate(lambda work: work.tasks.update(ada.actor, ref, {"due": None}))
    assert (none.rule, none.occurrence) == ("", "")
    undated = await add(store, ada, rule=DAILY)
    await complete(store, ada, undated)
    then = (await mine(store, ada))[-1]
    assert then.due == Due(date(2026, 1, 6), None, "UTC")


async def test_skipped_it_is_the_next_one(store: Store, ada: Person) -> None:
    task = await add(store, ada, due=MONDAY, rule=f"{DAILY};UNTIL=20260106T235959")
    ref = Ref(public_id=task.public_id)
    next_ = await store.mutate(lambda work: work.recurring.skip(ada.actor, ref))
    assert next_ is not None
    assert (next_.id, next_.due) == (task.id, replace(MONDAY, on=date(2026, 1, 6)))
    assert await store.mutate(lambda work: work.recurring.skip(ada.actor, ref)) is None
    last = await complete(store, ada, next_)
    assert last.status is Status.COMPLETED
    assert await mine(store, ada) == []


async def test_cancelled_it_comes_no_more(store: Store, ada: Person) -> None:
    task = await add(store, ada, due=MONDAY, rule=DAILY)
    ref = Ref(public_id=task.public_id)
    cancelled = await store.mutate(
        lambda work: work.tasks.set_status(ada.actor, ref, Status.CANCELLED)
    )
    assert cancelled.rule == DAILY
    assert await mine(store, ada) == []


async def test_by_the_form_it_is_made_too(store: Store, ada: Person) -> None:
    task = await add(store, ada, due=MONDAY, rule=DAILY)
    ref = Ref(public_id=task.public_id)
    values = {"status": Status.COMPLETED, "title": "Buy oat milk"}
    await store.mutate(lambda work: work.tasks.update(ada.actor, ref, values))
    [then] = await mine(store, ada)
    assert (then.title, then.rule) == ("Buy oat milk", DAILY)


async def test_nobody_else_repeats_it(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    room = await group(store)
    task = await store.mutate(
        lambda work: work.tasks.add(ada.at(room), Draft("Buy milk", due=MONDAY))
    )
    ref = Ref(public_id=task.public_id)
    with pytest.raises(NotAllowed):
        await store.mutate(lambda work: work.recurring.repeat(ben.at(room), ref, DAILY, MONDAY))
    with pytest.raises(NotAllowed):
        await store.mutate(lambda work: work.recurring.skip(ben.at(room), ref))


async def test_completed_by_two_at_once_there_is_one_next(database: Database) -> None:
    store = database.open()
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    task = await add(store, ada, due=MONDAY, rule=DAILY, assignee=ben.account)
    await asyncio.gather(*(complete(store, who, task) for who in (ada, ben) * 4))
    [then] = await mine(store, ada)
    assert then.due == replace(MONDAY, on=date(2026, 1, 6))


# -- an hour that comes twice ----------------------------------------------------------------------


async def test_the_second_of_two_hours_is_kept(store: Store, ada: Person) -> None:
    """ "In 2 hours" into an hour that comes twice means that instant (`promises.md` B19)."""
    for fold, hour in ((0, 0), (1, 1)):
        due = Due(date(2026, 10, 25), time(2, 30, fold=fold), BERLIN)
        at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        assert due.instant == at
        task = await add(store, ada, due=due)
        ref = Ref(public_id=task.public_id)
        read = await seen(store, ada, ref)
        assert read.due is not None
        assert (read.due.instant, read.due.time and read.due.time.fold) == (at, fold)
    undated = await store.mutate(lambda work: work.tasks.update(ada.actor, ref, {"due": None}))
    assert undated.due is None
    await undo(store, ada)
    back = await seen(store, ada, ref)
    assert back.due is not None
    assert back.due.instant == at


async def test_from_the_first_to_the_second_is_a_change(store: Store, ada: Person) -> None:
    first = Due(date(2026, 10, 25), time(2, 30), BERLIN)
    second = replace(first, time=time(2, 30, fold=1))
    task = await add(store, ada, due=first)
    ref = Ref(public_id=task.public_id)
    moved = await store.mutate(lambda work: work.tasks.update(ada.actor, ref, {"due": second}))
    assert moved.revision == 2
    assert moved.due is not None
    assert moved.due.instant == first.instant + timedelta(hours=1)


# -- what others hold ------------------------------------------------------------------------------


async def test_a_plan_that_is_full_does_not_keep_it_from_coming(sqlite: Database) -> None:
    store = sqlite.open(selling())
    ada = await person(store, "Ada")
    task = await add(store, ada, due=MONDAY, rule=DAILY)
    await set_open_tasks(store, ada, FREE.open_tasks + 7)
    await complete(store, ada, task)
    counted, actual = await store.query(lambda work: open_tasks(work, ada.account))
    assert (counted, actual) == (FREE.open_tasks + 7, 1)
    with pytest.raises(PlanLimit):
        await add(store, ada)


async def test_whoever_is_forgotten_is_not_nagged_for(store: Store) -> None:
    """Nor is anybody else, who did not choose it."""
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    task = await add(store, ada, due=MONDAY, assignee=ben.account)
    ref = Ref(public_id=task.public_id)
    await store.mutate(lambda work: set_nag(work, ben.actor, ref, 15))
    await store.mutate(lambda work: forget(work, ben.account))
    left = await store.query(lambda work: work.tasks.get(ada.actor, ref))
    assert (left.assignee, left.nag) == (None, None)


async def test_with_two_accounts_in_one_it_comes_once(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben", "slack", "T1")
    await add(store, ben, due=MONDAY, rule=DAILY, labels=("home",))
    await merged(store, ada, ben)
    [task] = await mine(store, ada)
    assert (task.rule, task.labels) == (DAILY, ("home",))
    await complete(store, ada, task)
    [then] = await mine(store, ada)
    assert then.due == replace(MONDAY, on=date(2026, 1, 6))
