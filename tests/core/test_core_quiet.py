"""Quiet hours, presets, and what is told together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from core import plan_news, quiet, schema
from core.errors import NotUnderstood
from core.events import Announced, PlanRenewed
from core.held import BURST, BURST_FOR
from core.ports import Job
from core.presets import Preset
from core.quiet import Hours
from core.store import Store
from core.task import Due, Ref
from core.unlinking import unlink
from core.work import Work
from tests.core.joining import joins
from tests.core.people import Person, add, complete, identity_of, person
from tests.databases import Database

BERLIN = "Europe/Berlin"
TODAY = date(2026, 1, 5)  # the clock stands at 10:00 in Berlin
NIGHT = Hours(time(22), time(8), BERLIN)


def at(clock: str, day: date = TODAY, zone: str = BERLIN, *, fold: int = 0) -> datetime:
    wall = datetime.combine(day, time.fromisoformat(clock), ZoneInfo(zone)).replace(fold=fold)
    return wall.astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "clock", "ends"),
    [
        (NIGHT, "21:59", None),
        (NIGHT, "22:00", at("08:00", date(2026, 1, 6))),
        (NIGHT, "23:59", at("08:00", date(2026, 1, 6))),
        (NIGHT, "00:00", at("08:00")),
        (NIGHT, "07:59", at("08:00")),
        (NIGHT, "08:00", None),
        (Hours(time(12), time(14), BERLIN), "12:00", at("14:00")),
        (Hours(time(12), time(14), BERLIN), "14:00", None),
        (Hours(time(0), time(23, 59), BERLIN), "00:00", at("23:59")),
    ],
)
def test_when_quiet_hours_end(hours: Hours, clock: str, ends: datetime | None) -> None:
    assert hours.end(at(clock)) == ends


def test_quiet_hours_on_the_days_when_clocks_change() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    skipped = Hours(time(22), time(2, 30), BERLIN)
    # 02:30 is skipped: it is when the clocks show 03:30.
    assert skipped.end(at("01:00", spring)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    twice = Hours(time(22), time(2, 30), BERLIN)
    assert twice.end(at("02:15", autumn)) == at("02:30", autumn)
    assert twice.end(at("02:15", autumn, fold=1)) is None  # it was over an hour before


def sent(database: Database) -> list[Job]:
    """What is on its way into chats, the newest notices last."""
    jobs = [each for each in database.jobs.pending() if each.name == "tell"]
    return sorted(jobs, key=lambda each: int(notices(each)[0]))


def notices(job: Job) -> list[str]:
    """What one message tells."""
    return str(job.payload["notice"]).split(",")


async def rest(store: Store, who: Person, start: time = time(22), until: time = time(8)) -> None:
    def set_both(work: Work) -> None:
        work.profile.set_timezone(who.account, BERLIN)
        work.quiet.set(who.account, start, until)

    await store.mutate(set_both)


async def announce(store: Store, who: Person, name: str) -> None:
    await store.mutate(lambda work: work.notices.tell(Announced(name, name), who.account))


async def waits(store: Store) -> int:
    count = select(func.count()).select_from(schema.held)
    return await store.query(lambda work: int(work.run(count).scalar_one()))


async def test_what_can_wait_is_told_at_the_end(database: Database) -> None:
    store, clock = database.open(), database.clock
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    await rest(store, ada)
    tasks = [await add(store, ada, each, assignee=ben.account) for each in ("Milk", "Bread")]
    before = len(sent(database))
    clock.at = at("23:00")
    for task in tasks:
        await complete(store, ben, task)
    await announce(store, ada, "news")
    assert len(sent(database)) == before
    clock.at = at("07:59", date(2026, 1, 6))
    assert await store.mutate(lambda work: work.held.release()) == 0
    clock.at = at("08:00", date(2026, 1, 6))
    assert await store.query(lambda work: work.held.waiting())
    assert await store.mutate(lambda work: work.held.release()) == 1
    told = sent(database)[before:]
    assert [len(notices(each)) for each in told] == [2, 1]  # both tasks at once, and the news
    assert await waits(store) == 0
    assert await store.mutate(lambda work: work.held.release()) == 0


async def test_without_quiet_hours_it_is_told_at_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quiet.Hours, "end", lambda *_: None)
    store = database.open()
    ada = await person(store, "Ada")
    await rest(store, ada)
    database.clock.at = at("23:00")
    await announce(store, ada, "news")
    assert len(sent(database)) == 1


async def test_security_does_not_wait(database: Database) -> None:
    store, clock = database.open(), database.clock
    ada, work_ada = await person(store, "Ada"), await person(store, "Ada", "slack", "T1")
    await rest(store, ada)
    clock.at = at("23:00")
    before = len(sent(database))
    await store.mutate(lambda work: joins(work, ada, work_ada))
    assert len(sent(database)) > before
    assert await waits(store) == 0


@pytest.mark.parametrize(
    ("due", "remind", "comes"),
    [
        (Due(TODAY, time(23), BERLIN), None, at("23:00")),  # they said 23:00
        (Due(TODAY, time(23), BERLIN), 30, None),  # 22:30 follows from what they said
        (Due(date(2026, 1, 6), time(7), BERLIN), None, at("07:00", date(2026, 1, 6))),
    ],
)
async def test_a_time_that_was_set_inside_them_holds(
    database: Database, due: Due, remind: int | None, comes: datetime | None
) -> None:
    store, clock = database.open(), database.clock
    ada = await person(store, "Ada")
    await rest(store, ada)
    await add(store, ada, due=due, remind=remind)
    clock.at = comes or at("22:30")
    assert await store.mutate(lambda work: len(work.reminders.fire())) == 1
    assert (len(sent(database)), await waits(store)) == ((1, 0) if comes else (0, 1))


async def test_a_snooze_into_the_night_is_a_choice_and_a_late_reminder_is_none(
    database: Database,
) -> None:
    store, clock = database.open(), database.clock
    ada = await person(store, "Ada")
    await rest(store, ada)
    task, ref = await add(store, ada, due=Due(TODAY, time(21), BERLIN)), None
    ref = Ref(public_id=task.public_id)
    clock.at = at("22:30")  # the service was away at 21:00
    assert await store.mutate(lambda work: len(work.reminders.fire())) == 1
    assert (len(sent(database)), await waits(store)) == (0, 1)
    night = at("23:30")
    await store.mutate(lambda work: work.reminders.snooze(ada.actor, ref, night, BERLIN))
    clock.at = night
    assert await store.mutate(lambda work: len(work.reminders.fire())) == 1
    assert len(sent(database)) == 1


async def test_what_waits_follows_new_hours_and_a_new_zone(database: Database) -> None:
    store, clock = database.open(), database.clock
    ada = await person(store, "Ada")
    await rest(store, ada)
    clock.at = at("23:00")
    await announce(store, ada, "news")
    ends = select(schema.held.c.at)

    async def end() -> datetime:
        return await store.query(lambda work: work.run(ends).scalar_one())

    assert await end() == at("08:00", date(2026, 1, 6))
    await rest(store, ada, until=time(6))
    assert await end() == at("06:00", date(2026, 1, 6))
    await store.mutate(lambda work: work.profile.set_timezone(ada.account, "America/New_York"))
    assert await end() == clock.at  # there it is the afternoon
    assert await store.mutate(lambda work: work.held.release()) == 1
    await store.mutate(lambda work: work.quiet.end(ada.account))
    assert await store.query(lambda work: work.quiet.of(ada.account)) is None
    with pytest.raises(NotUnderstood):
        await rest(store, ada, time(8), time(8))


async def test_what_waits_goes_with_the_notice_and_with_the_chat(database: Database) -> None:
    store, clock = database.open(), database.clock
    ada, office = await person(store, "Ada"), await person(store, "Ada", "slack", "T1")
    await store.mutate(lambda work: joins(work, ada, office))
    await rest(store, ada)
    clock.at = at("23:00")
    await announce(store, ada, "news")
    assert await waits(store) == 2
    await store.mutate(lambda work: unlink(work, ada.account, office.identity) and None)
    await store.mutate(lambda work: work.notices.read_all(ada.account))
    newest = await store.query(lambda work: work.notices.page(ada.account, most=20))
    for each in newest:
        await store.mutate(lambda work, n=each.id: work.notices.delete(identity_of(work, ada), n))  # type: ignore[misc]  # mypy can't infer a lambda with defaults
    assert await waits(store) == 0


@pytest.mark.parametrize(
    ("preset", "told"),
    [(Preset.LEAST, 1), (Preset.QUIET, 3), (Preset.NORMAL, 3), (Preset.ALL, 3)],
)
async def test_how_much_a_preset_tells(database: Database, preset: Preset, told: int) -> None:
    store = database.open()
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    await store.mutate(lambda work: work.profile.set_preset(ada.account, ada.identity, preset))
    before = len(sent(database))
    await add(store, ben, assignee=ada.account)  # waits for her
    own = await add(store, ada, assignee=ben.account)
    sent_to_ben = 1
    await complete(store, ben, own)  # what another did
    await announce(store, ada, "news")
    assert len(sent(database)) - before - sent_to_ben == told
    inbox = await store.query(lambda work: work.notices.page(ada.account, most=20))
    assert len([each for each in inbox if each.type != "welcome"]) == 3  # all of it is there


async def test_nobody_sets_it_for_somebody_else(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    assert not await store.mutate(
        lambda work: work.profile.set_preset(ben.account, ada.identity, Preset.QUIET)
    )


def finish(work: Work, who: Person, ids: Sequence[str]) -> None:
    for each in ids:
        work.tasks.complete(who.actor, Ref(public_id=each))


@pytest.mark.parametrize(
    ("preset", "messages"), [(Preset.QUIET, 1), (Preset.NORMAL, 1), (Preset.ALL, 6)]
)
async def test_many_of_one_message_are_one_message(
    database: Database, preset: Preset, messages: int
) -> None:
    store = database.open()
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    await store.mutate(lambda work: work.profile.set_preset(ada.account, ada.identity, preset))
    ids = [(await add(store, ada, f"T{n}", assignee=ben.account)).public_id for n in range(6)]
    before = len(sent(database))
    await store.mutate(lambda work: finish(work, ben, ids))
    told = sent(database)[before:]
    assert len(told) == messages
    assert sum(len(notices(each)) for each in told) == 6


@pytest.mark.parametrize("preset", [Preset.NORMAL, Preset.ALL])
async def test_whoever_does_not_want_quiet_is_told_as_it_happens(
    database: Database, preset: Preset
) -> None:
    store, clock = database.open(), database.clock
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    await store.mutate(lambda work: work.profile.set_preset(ada.account, ada.identity, preset))
    tasks = [await add(store, ada, f"T{n}", assignee=ben.account) for n in range(BURST + 3)]
    before = len(sent(database))
    for task in tasks:
        clock.advance(seconds=1)
        await complete(store, ben, task)
    assert len(sent(database)) - before == BURST + 3
    assert await waits(store) == 0


async def test_a_burst_is_one_message_after_a_while(database: Database) -> None:
    store, clock = database.open(), database.clock
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    tasks = [await add(store, ada, f"T{n}", assignee=ben.account) for n in range(BURST + 10)]
    before = len(sent(database))
    for task in tasks:
        clock.advance(seconds=1)
        await complete(store, ben, task)
    assert len(sent(database)) - before == BURST
    assert await waits(store) == 10
    clock.advance(seconds=BURST_FOR.total_seconds())
    assert await store.mutate(lambda work: work.held.release()) == 1
    assert len(notices(sent(database)[-1])) == 10
    assert await waits(store) == 0
    clock.advance(minutes=2)
    await complete(store, ben, await add(store, ada, "Later", assignee=ben.account))
    assert len(notices(sent(database)[-1])) == 1  # it is over


async def test_whoever_paid_on_slack_is_told_where_they_want(database: Database) -> None:
    store = database.open()
    ada, office = await person(store, "Ada"), await person(store, "Ada", "slack", "T1")
    await store.mutate(lambda work: joins(work, ada, office))
    for period, (place, expected) in enumerate(
        [("", office.chat), ("telegram", ada.chat), ("slack", office.chat)]
    ):
        event = PlanRenewed(1, "pro", period)
        await store.mutate(lambda work, at=place: work.profile.set_plan_news(ada.account, at))  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        await store.mutate(
            lambda work, e=event: plan_news.tell(work, e, ada.account, office.identity)  # type: ignore[misc]  # the same
        )
        assert sent(database)[-1].payload["chat"] == expected, place


async def test_somebody_is_asked_once_where_they_are(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    await store.mutate(lambda work: work.profile.set_timezone(ben.account, BERLIN))

    async def asks(who: Person) -> bool:
        return await store.mutate(lambda work: work.profile.ask_zone(who.account))

    assert [await asks(ada), await asks(ada), await asks(ben)] == [True, False, False]
