"""Reminded again and again, until it is done or nobody is there: by choice, and never after."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from core import nagging, reminders, schema
from core.chats import BLOCKED
from core.errors import NotAllowed, NotUnderstood, TooMany
from core.events import TaskDue
from core.joining import join
from core.link import Way
from core.moments import Moment
from core.nagging import NAGS_LIMIT, set_nag
from core.reaching import lose
from core.task import NEVER, Due, Ref, Status, Task
from core.work import Work
from tests.core.people import Person, add, complete, meet, person, sender
from tests.databases import Database

BERLIN = "Europe/Berlin"
WAIT = 10.0
FIVE = Due(date(2026, 1, 5), time(17), BERLIN)
"""Seven hours from now."""


class Nagged:
    """Ada, her task, and the clock."""

    def __init__(self, database: Database) -> None:
        self.store, self.clock = database.open(), database.clock

    async def begin(self, minutes: int | None = 15, **fields: Any) -> None:
        self.ada = await person(self.store, "Ada")
        self.task = await add(self.store, self.ada, **fields)
        self.ref = Ref(public_id=self.task.public_id)
        await self.nag(minutes)

    async def nag(self, minutes: int | None, who: Person | None = None) -> Task:
        actor = (who or self.ada).actor
        return await self.store.mutate(lambda work: set_nag(work, actor, self.ref, minutes))

    async def does(self, change: Callable[[Work], object]) -> None:
        await self.store.mutate(change)

    async def told(self, hours: float) -> list[float]:
        """When she is told within so many hours, in minutes from now; minute by minute."""
        began, end = self.clock.at, self.clock.at + timedelta(hours=hours)
        told: set[int] = set()
        while (at := await self._next()) is not None and at <= end:
            self.clock.at = max(self.clock.at, at)
            await self.store.mutate(lambda work: work.reminders.fire())
            told |= {each.at for each in await self.inbox()}
        self.clock.at = end
        ahead = sorted(each - began.timestamp() for each in told)
        return [each / 60 for each in ahead if each > 0]

    async def inbox(self) -> list[TaskDue]:
        """Of what she was reminded, as her inbox has it."""
        page = await self.store.query(lambda work: work.notices.page(self.ada.account, most=1000))
        return [each.event for each in page if isinstance(each.event, TaskDue)]

    async def _next(self) -> datetime | None:
        first = select(schema.reminder.c.at).order_by(schema.reminder.c.at).limit(1)
        found: datetime | None = await self.store.query(lambda work: work.run(first).scalar())
        return found


@pytest.fixture
def nagged(database: Database) -> Nagged:
    return Nagged(database)


async def test_from_when_it_is_due_until_it_is_done(nagged: Nagged) -> None:
    await nagged.begin(due=FIVE)
    assert await nagged.told(6.9) == []
    assert await nagged.told(0.6) == [6, 21, 36]
    await complete(nagged.store, nagged.ada, nagged.task)
    assert await nagged.told(5) == []
    # Open again, it is not nagging any more.
    await nagged.does(
        lambda work: work.tasks.set_status(nagged.ada.actor, nagged.ref, Status.PENDING)
    )
    assert await nagged.told(5) == []


async def test_without_the_choice_once(nagged: Nagged) -> None:
    await nagged.begin(None, due=FIVE)
    assert await nagged.told(10) == [420]


async def test_from_its_reminder_before_it_is_due(nagged: Nagged) -> None:
    await nagged.begin(60, due=FIVE, remind=90)
    assert await nagged.told(8) == [330, 390, 450]


@pytest.mark.parametrize(
    "due", [None, Due(date(2026, 1, 5), None, BERLIN), Due(date(2026, 1, 2), time(9), BERLIN)]
)
async def test_what_is_due_already_or_never_nags_from_now_on(
    nagged: Nagged, due: Due | None
) -> None:
    await nagged.begin(30, due=due)
    assert await nagged.told(1) == [30, 60]
    await nagged.nag(None)
    assert await nagged.told(2) == []


async def test_undone_the_completion_it_goes_on(nagged: Nagged) -> None:
    await nagged.begin(due=FIVE)
    assert await nagged.told(7) == [420]
    await complete(nagged.store, nagged.ada, nagged.task)
    assert await nagged.told(0.1) == []
    await nagged.does(lambda work: work.tasks.undo(nagged.ada.actor))
    assert await nagged.told(0.5) == [15, 30]


async def test_snoozed_it_waits(nagged: Nagged) -> None:
    await nagged.begin(due=FIVE)
    await nagged.told(7.1)
    later = nagged.clock.at + timedelta(hours=2)
    await nagged.does(
        lambda work: work.reminders.snooze(nagged.ada.actor, nagged.ref, later, BERLIN)
    )
    assert await nagged.told(2.5) == [120, 135, 150]


async def test_after_a_night_away_it_is_told_once(nagged: Nagged) -> None:
    await nagged.begin(due=FIVE)
    nagged.clock.advance(hours=15)
    assert await nagged.told(0.25) == [15]
    assert len(await nagged.inbox()) == 1


async def test_an_inbox_has_the_last_one_of_many(nagged: Nagged) -> None:
    await nagged.begin(5, due=FIVE)
    assert len(await nagged.told(24)) == 17 * 12 + 1
    [last] = await nagged.inbox()
    assert last.at == nagged.clock.at.timestamp()


async def test_only_so_many_nag_one_person(nagged: Nagged) -> None:
    """Ten thousand that do every five minutes would tell nobody else anything."""
    await nagged.begin(15, due=FIVE, rule="FREQ=DAILY")
    more = [await add(nagged.store, nagged.ada) for _ in range(NAGS_LIMIT)]
    *fitting, last = [Ref(public_id=each.public_id) for each in more]

    def nag(work: Work, ref: Ref) -> Task:
        return set_nag(work, nagged.ada.actor, ref, 60)

    for ref in fitting:
        await nagged.store.mutate(partial(nag, ref=ref))
    with pytest.raises(TooMany):
        await nagged.store.mutate(partial(nag, ref=last))
    assert (await nagged.nag(30)).nag == 30
    # What comes again takes the place of the one before; what is done has none.
    await complete(nagged.store, nagged.ada, nagged.task)
    with pytest.raises(TooMany):
        await nagged.store.mutate(partial(nag, ref=last))
    await nagged.store.mutate(lambda work: work.tasks.complete(nagged.ada.actor, fitting[0]))
    assert (await nagged.store.mutate(partial(nag, ref=last))).nag == 60


async def test_in_quiet_hours_it_waits_once(nagged: Nagged) -> None:
    await nagged.begin(30, due=FIVE)
    quiet = time(15), time(5)  # of a wall in UTC: it is due at 16:00 there
    await nagged.does(lambda work: work.quiet.set(nagged.ada.account, *quiet))
    ends = (24 - 9 + 5) * 60
    assert await nagged.told(20.6) == [420, 450, ends + 30]


async def test_it_is_the_choice_of_whoever_does_it(nagged: Nagged) -> None:
    await nagged.begin(None, due=FIVE)
    ben = await person(nagged.store, "Ben")
    with pytest.raises(NotUnderstood):
        await nagged.nag(4)
    with pytest.raises(NotUnderstood):
        await nagged.nag(24 * 60 + 1)
    await nagged.does(lambda work: work.tasks.assign(nagged.ada.actor, nagged.ref, ben.account))
    with pytest.raises(NotAllowed):
        await nagged.nag(15)
    assert (await nagged.nag(15, ben)).nag == 15
    # Given to somebody else, it is theirs to choose.
    await nagged.does(lambda work: work.tasks.assign(nagged.ada.actor, nagged.ref, None))
    task = await nagged.store.query(lambda work: work.tasks.get(nagged.ada.actor, nagged.ref))
    assert task.nag is None


async def test_no_reminder_is_no_nagging_and_the_reverse(nagged: Nagged) -> None:
    await nagged.begin(15, due=FIVE)
    await nagged.does(lambda work: work.reminders.set_before(nagged.ada.actor, nagged.ref, NEVER))
    assert await nagged.told(9) == []
    task = await nagged.nag(15)
    assert (task.nag, task.remind) == (15, None)
    assert await nagged.told(0.5) == [15, 30]


async def test_the_next_one_nags_as_it_did(nagged: Nagged) -> None:
    await nagged.begin(15, due=FIVE, rule="FREQ=DAILY")
    await complete(nagged.store, nagged.ada, nagged.task)
    assert await nagged.told(31.3) == [31 * 60, 31 * 60 + 15]


def lost(work: Work, who: Person) -> None:
    lose(work, work.chats.by_id(who.chat), BLOCKED)


def wrote(work: Work, who: Person) -> None:
    work.chats.heard_from(work.chats.by_id(who.chat).address)


def let_in(work: Work, who: Person) -> None:
    work.chats.regain(who.chat)


def linked(work: Work, who: Person) -> None:
    """Somebody else turns out to be them."""
    other = meet(work, sender("Ada", "slack", "T1"))
    identity = work.accounts.identities(other.account)[0]
    join(work, identity, who.account, Way.CODE)


@pytest.mark.parametrize("returns", [wrote, let_in, linked])
async def test_it_ends_when_the_chat_is_lost_and_begins_again(
    nagged: Nagged, returns: Callable[[Work, Person], None]
) -> None:
    await nagged.begin(due=FIVE)
    assert await nagged.told(7.2) == [420]
    await nagged.does(lambda work: lost(work, nagged.ada))
    assert (await nagged.told(72), len(await nagged.inbox())) == ([], 1)
    assert await nagged._next() is None
    await nagged.does(lambda work: returns(work, nagged.ada))
    assert await nagged.told(0.5) == [15, 30]


async def test_what_comes_due_meanwhile_is_in_the_inbox_once(nagged: Nagged) -> None:
    await nagged.begin(due=FIVE)
    await nagged.does(lambda work: lost(work, nagged.ada))
    assert (await nagged.told(72), len(await nagged.inbox())) == ([420], 1)


async def test_what_was_done_meanwhile_begins_no_more(nagged: Nagged) -> None:
    await nagged.begin(due=FIVE)
    await nagged.told(7.2)
    await nagged.does(lambda work: lost(work, nagged.ada))
    await nagged.told(1)
    await complete(nagged.store, nagged.ada, nagged.task)
    await nagged.does(lambda work: wrote(work, nagged.ada))
    assert await nagged.told(5) == []


async def test_where_another_chat_is_left_it_goes_on(nagged: Nagged) -> None:
    await nagged.begin(due=FIVE)
    await nagged.does(lambda work: linked(work, nagged.ada))
    await nagged.does(lambda work: lost(work, nagged.ada))
    assert await nagged.told(7.3) == [420, 435]


async def test_a_snooze_is_not_overtaken_by_what_begins_again(nagged: Nagged) -> None:
    await nagged.begin(due=FIVE)
    await nagged.told(7.1)
    later = nagged.clock.at + timedelta(hours=9)
    await nagged.does(
        lambda work: work.reminders.snooze(nagged.ada.actor, nagged.ref, later, BERLIN)
    )
    await nagged.does(lambda work: lost(work, nagged.ada))
    await nagged.does(lambda work: wrote(work, nagged.ada))
    assert await nagged.told(9.3) == [540, 555]


async def meanwhile(postgres: Database) -> bool:
    """Whether it nags on, if they are back while another process finds that they are gone: that
    is not committed yet."""
    store, clock = postgres.open(), postgres.clock
    ada = await person(store, "Ada")
    task = await add(store, ada)
    ref = Ref(public_id=task.public_id)
    await store.mutate(lambda work: set_nag(work, ada.actor, ref, 30))
    await store.mutate(lambda work: lost(work, ada))
    clock.advance(hours=1)
    ended, go = threading.Event(), threading.Event()

    def fire(work: Work) -> None:
        work.reminders.fire()
        ended.set()
        assert go.wait(WAIT)

    firing = asyncio.create_task(store.mutate(fire))
    assert await asyncio.to_thread(ended.wait, WAIT)
    returning = asyncio.create_task(store.mutate(lambda work: wrote(work, ada)))
    await asyncio.wait([returning], timeout=0.2)
    go.set()
    await asyncio.gather(firing, returning)
    return bool(await store.query(lambda work: work.run(select(schema.reminder)).all()))


async def test_who_is_back_at_that_moment_is_nagged_on(postgres: Database) -> None:
    assert await meanwhile(postgres)


async def test_without_holding_the_chat_they_would_not(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nagging, "_HOLD", nagging._REACHED)
    assert not await meanwhile(postgres)


async def test_without_the_look_at_the_chat_it_would_nag_for_ever(
    nagged: Nagged, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nagging, "reaches", lambda *_: True)
    await nagged.begin(60, due=FIVE)
    await nagged.does(lambda work: lost(work, nagged.ada))
    assert len(await nagged.told(24)) == 18


async def test_without_the_row_behind_it_would_end(
    nagged: Nagged, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = Moment.of(datetime.fromisoformat("2999-01-01T00:00+00:00"), BERLIN)
    monkeypatch.setattr(reminders, "again", lambda *_: never)
    await nagged.begin(due=FIVE)
    assert await nagged.told(8) == [420]
