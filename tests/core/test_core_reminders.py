"""Reminders follow their task, come once and in time, and are each person's own when snoozed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from alembic import command
from sqlalchemy import select, text

from core import merge, migrations, reminder_rows, reminders, schema
from core.errors import NotAllowed, NothingToUndo, NotUnderstood
from core.events import TaskDue
from core.forgetting import forget
from core.joining import move
from core.moments import Why, coming, moment
from core.store import Store
from core.taking_back import undo
from core.task import NEVER, Draft, Due, Ref, Task
from core.work import Work
from tests.core.joining import joins
from tests.core.people import GROUP, Person, add, complete, identity_of, person, told
from tests.databases import Database

BERLIN = "Europe/Berlin"
TODAY = date(2026, 1, 5)  # a Monday; the clock stands at 9:00 UTC, 10:00 in Berlin
FIVE = Due(TODAY, time(17, 0), BERLIN)
AT_FIVE = datetime(2026, 1, 5, 16, 0, tzinfo=UTC)


async def pending(store: Store) -> dict[tuple[int, str], datetime]:
    """Who is reminded, why, when."""
    reminded = select(schema.reminder).where(schema.reminder.c.why != Why.OFFER)
    rows = await store.query(lambda work: work.run(reminded).all())
    return {(row.account_id, row.why): row.at for row in rows}


async def change(store: Store, who: Person, task: Task, **values: Any) -> Task:
    ref = Ref(public_id=task.public_id)
    return await store.mutate(lambda work: work.tasks.update(who.actor, ref, values))


async def snooze(store: Store, who: Person, task: Task, at: datetime) -> Task:
    ref = Ref(public_id=task.public_id)
    return await store.mutate(lambda work: work.reminders.snooze(who.actor, ref, at, BERLIN))


async def fire(store: Store) -> int:
    return await store.mutate(lambda work: len(work.reminders.fire()))


@pytest.mark.parametrize(
    ("due", "remind", "expected"),
    [
        (FIVE, None, ("due", AT_FIVE)),
        (FIVE, 30, ("offset", AT_FIVE - timedelta(minutes=30))),
        (Due(date(2026, 1, 6), None, BERLIN), None, ("due", datetime(2026, 1, 6, 8, tzinfo=UTC))),
        (Due(TODAY, None, BERLIN), None, None),  # its morning has passed
        (FIVE, 24 * 60, ("due", AT_FIVE)),  # the day before has passed
        (FIVE, NEVER, None),
        (Due(TODAY, time(9, 0), BERLIN), None, None),
        (None, 30, None),
        # A day is the calendar's: the clocks go forward on 29 March.
        (
            Due(date(2026, 3, 29), time(17, 0), BERLIN),
            24 * 60,
            ("offset", datetime(2026, 3, 28, 16, tzinfo=UTC)),
        ),
        (
            Due(date(2026, 3, 29), time(17, 0), BERLIN),
            24 * 60 + 1,
            ("offset", datetime(2026, 3, 28, 14, 59, tzinfo=UTC)),
        ),
    ],
)
def test_when_a_reminder_comes(
    due: Due | None, remind: int | None, expected: tuple[str, datetime] | None
) -> None:
    found = coming(due, remind, datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
    assert (found and (found[0], found[1].at)) == expected


async def test_reminders_follow_the_date(store: Store) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada, due=FIVE)
    assert await pending(store) == {(ada.account, "due"): AT_FIVE}
    task = await change(store, ada, task, title="Oat milk")
    assert await pending(store) == {(ada.account, "due"): AT_FIVE}
    task = await change(store, ada, task, due=Due(TODAY, time(18, 0), BERLIN))
    assert await pending(store) == {(ada.account, "due"): AT_FIVE + timedelta(hours=1)}
    task = await change(store, ada, task, due=None)
    assert await pending(store) == {}
    await store.mutate(lambda work: work.tasks.undo(ada.actor))
    assert await pending(store) == {(ada.account, "due"): AT_FIVE + timedelta(hours=1)}


async def test_whoever_does_it_is_reminded(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    task = await add(store, ada, due=FIVE, assignee=ben.account, remind=30)
    early = AT_FIVE - timedelta(minutes=30)
    assert await pending(store) == {(ben.account, "offset"): early}
    await store.mutate(lambda work: work.answers.decline(ben.actor, Ref(public_id=task.public_id)))
    assert await pending(store) == {(ada.account, "offset"): early}
    await change(store, ada, task, assignee=ben.account)
    assert await pending(store) == {(ben.account, "offset"): early}
    await store.mutate(lambda work: forget(work, ben.account) and None)
    assert await pending(store) == {(ada.account, "offset"): early}


async def test_it_is_told_once_when_it_comes(database: Database) -> None:
    store, clock = database.open(), database.clock
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    await add(store, ada, due=FIVE, assignee=ben.account)
    clock.at = AT_FIVE - timedelta(seconds=1)
    assert await fire(store) == 0
    clock.advance(seconds=1)
    assert [await fire(store), await fire(store)] == [2, 0]  # with that Ben did not answer
    assert "task_due" not in await told(store, ada)
    assert (await told(store, ben)).count("task_due") == 1


async def finish(store: Store, who: Person, task: Task) -> None:
    await complete(store, who, task)


async def drop(store: Store, who: Person, task: Task) -> None:
    await store.mutate(lambda work: work.tasks.delete(who.actor, Ref(public_id=task.public_id)))


@pytest.mark.parametrize("over", [finish, drop])
async def test_what_is_over_is_told_to_nobody(database: Database, over: Any) -> None:
    store, clock = database.open(), database.clock
    ada = await person(store, "Ada")
    await over(store, ada, await add(store, ada, due=FIVE))
    again = await add(store, ada, due=FIVE)
    await over(store, ada, again)
    await store.mutate(lambda work: work.tasks.undo(ada.actor))
    clock.at = AT_FIVE
    assert await fire(store) == 2
    assert (await told(store, ada)).count("task_due") == 1  # of what was taken back


async def test_without_the_look_at_the_task_it_would_be(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminders, "is_theirs", lambda *_: True)
    store = database.open()
    ada = await person(store, "Ada")
    await complete(store, ada, await add(store, ada, due=FIVE))
    database.clock.at = AT_FIVE
    await fire(store)
    assert "task_due" in await told(store, ada)


async def test_a_snooze_is_ones_own(database: Database) -> None:
    store = database.open()
    ada, ben, cleo = [await person(store, name) for name in ("Ada", "Ben", "Cleo")]
    task = await add(store, ada, due=FIVE, assignee=ben.account)
    later = AT_FIVE + timedelta(hours=2)
    mine = await snooze(store, ada, task, later)
    assert mine.reminds_at == later
    assert mine.due == FIVE
    assert set(await pending(store)) == {(ben.account, "due"), (ada.account, "snooze")}
    sooner = AT_FIVE - timedelta(hours=1)
    await snooze(store, ben, task, sooner)
    assert (await pending(store))[ben.account, "due"] == AT_FIVE  # still to come, after it
    await snooze(store, ben, task, later)
    assert await pending(store) == {(each.account, "snooze"): later for each in (ada, ben)}
    with pytest.raises(NotUnderstood):
        await snooze(store, ada, task, database.clock.now())
    ref = Ref(public_id=task.public_id)
    await store.mutate(lambda work: work.reminders.wake(ben.actor, ref))
    assert set(await pending(store)) == {(ben.account, "due"), (ada.account, "snooze")}
    await snooze(store, ben, task, later)
    await change(store, ada, task, assignee=cleo.account)
    assert set(await pending(store)) == {(cleo.account, "due"), (ada.account, "snooze")}
    await change(store, ada, task, due=Due(date(2026, 1, 9), None, BERLIN))
    assert set(await pending(store)) == {(cleo.account, "due")}


async def test_a_snooze_is_taken_back(database: Database) -> None:
    store = database.open()
    ada = await person(store, "Ada")
    task = await add(store, ada, due=FIVE)
    later = AT_FIVE + timedelta(hours=1)
    before = await pending(store)

    async def undone() -> dict[tuple[int, str], datetime]:
        await store.mutate(lambda work: work.tasks.undo(ada.actor))
        return await pending(store)

    await snooze(store, ada, task, later)
    assert await undone() == before  # and the reminder that it took the place of is there again
    await snooze(store, ada, task, later)
    first = await pending(store)
    await snooze(store, ada, task, later + timedelta(hours=1))
    assert await undone() == first
    ref = Ref(public_id=task.public_id)
    await store.mutate(lambda work: work.reminders.wake(ada.actor, ref))
    assert await pending(store) == before
    assert await undone() == first
    await snooze(store, ada, task, database.clock.now() + timedelta(minutes=5))
    await snooze(store, ada, task, later)
    database.clock.advance(minutes=6)
    assert await undone() == before  # that snooze has passed


async def test_what_was_changed_since_is_not_snoozed_back(database: Database) -> None:
    store = database.open()
    ada, ben = [await person(store, name) for name in ("Ada", "Ben")]
    task = await add(store, ada, due=FIVE, assignee=ben.account)
    await snooze(store, ben, task, AT_FIVE + timedelta(hours=1))
    await change(store, ada, task, title="Another")
    with pytest.raises(NothingToUndo):
        await store.mutate(lambda work: work.tasks.undo(ben.actor))


async def test_nobody_snoozes_what_is_not_theirs(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    chat = await store.mutate(lambda work: work.chats.heard_from(GROUP))
    task = await store.mutate(lambda work: work.tasks.add(ada.at(chat.id), Draft("Milk", due=FIVE)))
    with pytest.raises(NotAllowed):
        await store.mutate(
            lambda work: work.reminders.snooze(
                ben.at(chat.id), Ref(public_id=task.public_id), AT_FIVE, BERLIN
            )
        )


async def test_how_long_before_can_be_undone(store: Store) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada, due=FIVE)
    ref = Ref(public_id=task.public_id)
    early = await store.mutate(lambda work: work.reminders.set_before(ada.actor, ref, 120))
    assert early.reminds_at == AT_FIVE - timedelta(hours=2)
    assert await pending(store) == {(ada.account, "offset"): AT_FIVE - timedelta(hours=2)}
    await store.mutate(lambda work: work.reminders.set_before(ada.actor, ref, NEVER))
    assert await pending(store) == {}
    await store.mutate(lambda work: work.tasks.undo(ada.actor))
    assert await pending(store) == {(ada.account, "offset"): AT_FIVE - timedelta(hours=2)}
    with pytest.raises(NotUnderstood):
        await store.mutate(lambda work: work.reminders.set_before(ada.actor, ref, 10**6))


async def test_accounts_that_become_one_have_one_reminder(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    task = await add(store, ada, due=FIVE, assignee=ben.account)
    own = await add(store, ben, due=FIVE)
    later = AT_FIVE + timedelta(hours=2)
    for who, each in ((ada, task), (ben, task), (ben, own)):
        await snooze(store, who, each, later)
    await store.mutate(lambda work: merge.merge(work, ben.account, ada.account))
    assert await rows_of(store) == [
        (ada.account, task.id, "offer"),
        (ada.account, task.id, "snooze"),
        (ada.account, own.id, "snooze"),
    ]


async def test_reminders_go_along_with_tasks_and_back(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo", "slack", "T1")
    given = await add(store, ada, due=FIVE, assignee=cleo.account)
    own = await add(store, cleo, due=FIVE, remind=30)
    for each in (given, own):
        await snooze(store, cleo, each, AT_FIVE - timedelta(hours=1))
    before = await rows_of(store)
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    await store.mutate(lambda work: move(work, identity_of(work, cleo), done.link))
    assert {account for account, _, _ in await rows_of(store)} == {ada.account}
    await store.mutate(lambda work: undo(work, identity_of(work, cleo), done.link))
    assert await rows_of(store) == before


async def rows_of(store: Store) -> list[tuple[int, int, str]]:
    rows = await store.query(lambda work: work.run(select(schema.reminder)).all())
    return sorted((row.account_id, row.task_id, row.why) for row in rows)


def test_tasks_of_before_the_step_have_reminders(empty_url: str) -> None:
    when = datetime(2031, 5, 4, 15, tzinfo=UTC)
    with migrations.locked(empty_url) as connection:
        command.upgrade(migrations.config(connection), "0007")
        for sql in BEFORE:
            connection.execute(text(sql), {"at": when.isoformat(" ")})
    migrations.upgrade(empty_url)
    with migrations.locked(empty_url) as connection:
        rows = connection.execute(select(schema.reminder)).all()
    assert {row.task_id: (row.account_id, row.wall, row.at) for row in rows} == {
        1: (1, "2031-05-04T17:00", when),
        2: (2, "2031-05-04T09:00", datetime(2031, 5, 4, 7, tzinfo=UTC)),
    }


_TASK = (
    "INSERT INTO task (id, public_id, owner_id, assignee_id, chat_id, title, status, priority, "
    "due_on, due_time, due_zone, due_at, created_at, updated_at) VALUES ({0}, 't{0}', 1, {1}, 1, "
    "'x', '{2}', 'low', '{3}', '{4}', 'Europe/Berlin', :at, :at, :at)"
)
BEFORE = (
    "INSERT INTO account (id, public_id, name, created_at) VALUES (1, 'a', 'Ada', :at)",
    "INSERT INTO account (id, public_id, name, created_at) VALUES (2, 'b', 'Ben', :at)",
    "INSERT INTO chat (id, platform, scope, chat, private, created_at) "
    "VALUES (1, 'telegram', '', '1', true, :at)",
    _TASK.format(1, "NULL", "pending", "2031-05-04", "17:00"),
    _TASK.format(2, 2, "in progress", "2031-05-04", ""),
    _TASK.format(3, "NULL", "completed", "2031-05-04", "17:00"),
    _TASK.format(4, "NULL", "pending", "2021-05-04", "17:00"),
)


# -- once over several processes -------------------------------------------------------------------


async def race(database: Database, tasks: int = 40) -> list[str]:
    """Two stores fire the same reminders at once, in small parts; what the person is told."""
    first, second = database.open(), database.open()
    ada = await person(first, "Ada")
    for _ in range(tasks):
        await add(first, ada, due=FIVE)
    database.clock.at = AT_FIVE
    went = await asyncio.gather(
        *(each.mutate(lambda work: len(work.reminders.fire(7))) for each in (first, second) * 12)
    )
    assert sum(went) >= tasks
    return [each for each in await told(first, ada) if each == "task_due"]


@pytest.mark.promise("F10", on="PostgreSQL, two processes")
async def test_two_processes_tell_each_once(postgres: Database) -> None:
    assert len(await race(postgres)) == 40
    assert await pending(postgres.open()) == {}


@pytest.mark.control("F10", "B19")
async def test_without_claim_and_key_they_would_tell_it_twice(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = schema.reminder.c
    unclaimed = select(rows.id, rows.task_id, rows.account_id, rows.why, rows.at)
    monkeypatch.setattr(reminder_rows, "CLAIM", unclaimed)
    keys = iter(range(10**6))
    monkeypatch.setattr(TaskDue, "once", property(lambda _: f"due:{next(keys)}"))
    assert len(await race(postgres, 2)) > 2


# -- clocks (`promises.md` B19) --------------------------------------------------------------------

YEARS = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
Changes = Mapping[tuple[datetime, timedelta, timedelta], str]


def transitions() -> Changes:
    """Every change of an offset in two years: when, from what, to what; a zone that has it."""
    found = {}
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        day = YEARS[0]
        while day < YEARS[1]:
            before, after = (each.astimezone(zone).utcoffset() for each in (day, day + WEEK))
            if before != after and before is not None and after is not None:
                low, high = day, day + WEEK
                while high - low > timedelta(minutes=1):
                    middle = low + (high - low) // 2
                    middle = middle.replace(second=0, microsecond=0)
                    if middle.astimezone(zone).utcoffset() == before:
                        low = middle
                    else:
                        high = middle
                found[high, before, after] = name
            day += WEEK
    return found


WEEK = timedelta(days=7)


def around(at: datetime, before: timedelta, after: timedelta, zone: str) -> list[Due]:
    """Walls before, within and after the gap or the overlap; within this, both readings."""
    jump = abs(after - before)
    wall = (at + min(before, after)).replace(tzinfo=None)
    steps = (-timedelta(minutes=1), timedelta(0), jump / 2, jump, jump + timedelta(minutes=1))
    walls = [wall + each for each in steps]
    dues = [Due(each.date(), each.time().replace(second=0), zone) for each in walls]
    again = [replace(dues[2], time=dues[2].time and dues[2].time.replace(fold=1))]
    return dues + (again if after < before else [])


@pytest.mark.promise("B19", "F10", "F23")
async def test_each_change_of_the_clocks_is_survived_once(database: Database) -> None:
    store, clock = database.open(), database.clock
    clock.at = YEARS[0]
    ada = await person(store, "Ada")
    changes = transitions()
    dues = [due for at, zone in changes.items() for due in around(*at, zone)]
    assert len(changes) > 20

    def add_all(work: Work) -> list[int]:
        return [work.tasks.add(ada.actor, Draft("x", due=each)).id for each in dues]

    tasks = await store.mutate(add_all)
    while clock.at < YEARS[1] + WEEK:
        waiting = await pending_times(store)
        if not waiting:
            break
        for late in (-timedelta(minutes=5), timedelta(0), timedelta(minutes=5)):  # an NTP step
            clock.at = waiting[0] + late
            while await fire(store):
                pass
    notices = await store.query(lambda work: work.notices.page(ada.account, most=10_000))
    events = {each.event.task: each.event for each in notices if isinstance(each.event, TaskDue)}
    assert sorted(events) == sorted(tasks)
    assert sum(isinstance(each.event, TaskDue) for each in notices) == len(tasks)
    for task, due in zip(tasks, dues, strict=True):
        at = datetime.fromtimestamp(events[task].at, UTC)
        assert at == moment(due, 0).at
        wall = at.astimezone(ZoneInfo(due.zone)).replace(tzinfo=None)
        said = datetime.combine(due.on, due.time or time(0))
        meant = readings(said, due.zone)
        which = max if due.time and due.time.fold else min
        assert at == which(meant) if meant else timedelta(0) < wall - said <= timedelta(hours=2)


def readings(wall: datetime, zone: str) -> list[datetime]:
    """The instants at which a wall shows this: none in a gap, two in an overlap."""
    both = {wall.replace(tzinfo=ZoneInfo(zone), fold=each).astimezone(UTC) for each in (0, 1)}
    return [at for at in both if at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == wall]


async def pending_times(store: Store) -> list[datetime]:
    rows = select(schema.reminder.c.at).order_by(schema.reminder.c.at).limit(1)
    return list(await store.query(lambda work: work.run(rows).scalars().all()))
