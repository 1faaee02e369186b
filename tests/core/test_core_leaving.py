"""Somebody leaves a group: what they alone had to do there may be claimed, and it is told once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import false

from core import leaving_rows, reminder_rows
from core.addresses import Address
from core.errors import NoSuchTask, NotAllowed
from core.forgetting import forget
from core.leaving import GRACE, TOGETHER, come_back, fire, is_away, leave, left, waiting
from core.ports import Job
from core.sharing import share
from core.store import Store
from core.task import Draft, Offer, Ref, Status, Task
from core.work import Work
from tests.core.people import GROUP, Person, add, group, person, told
from tests.databases import Database

OTHER = replace(GROUP, chat="-200", title="Others")


@pytest.fixture
async def ben(store: Store) -> Person:
    """On Telegram, as Ada and the group."""
    return await person(store, "Ben")


@pytest.fixture
async def chat(store: Store) -> int:
    return await group(store)


async def here(store: Store, who: Person, chat: int, title: str, **fields: object) -> Task:
    """Somebody adds a task in the group."""
    draft = Draft(title, **fields)  # type: ignore[arg-type]  # as given by the test
    return await store.mutate(lambda work: work.tasks.add(who.at(chat), draft))


async def leaves(store: Store, who: Person, where: Address | None = GROUP) -> None:
    await store.mutate(lambda work: leave(work, who.sender, where))


async def returns(store: Store, who: Person, where: Address | None = GROUP) -> None:
    await store.mutate(lambda work: come_back(work, who.sender, where))


async def later(database: Database, store: Store, by: timedelta = GRACE) -> int:
    """Time passes, and the tick comes: how many groups it told."""
    database.clock.at += by
    count = 0
    while await store.query(waiting):
        count += await store.mutate(fire)
    return count


def sent(database: Database) -> list[Job]:
    return [each for each in database.jobs.pending() if each.name == "leavers"]


def claim(who: Person, chat: int, task: Task):  # type: ignore[no-untyped-def]  # a lambda's
    return lambda work: work.answers.claim(who.at(chat), Ref(public_id=task.public_id))


async def state(store: Store, who: Person, task: Task) -> Task:
    found = await store.query(lambda work: work.tasks.for_account(who.account, task.id))
    assert found is not None
    return found


async def test_it_is_told_once_however_often_it_is_said(
    database: Database, store: Store, ada: Person, ben: Person, chat: int
) -> None:
    await here(store, ada, chat, "Made and undone")
    await here(store, ben, chat, "Given to Ada", assignee=ada.account)
    await here(store, ada, chat, "With Ben", assignee=ben.account)
    await add(store, ada, "Private")
    await leaves(store, ada)
    await leaves(store, ada)
    assert await later(database, store, GRACE - timedelta(seconds=1)) == 0
    assert await later(database, store, timedelta(seconds=1)) == 1
    (job,) = sent(database)
    assert (job.payload["chat"], job.payload["people"]) == (chat, str(ada.account))
    page, names = await store.query(lambda work: left(work, chat, [ada.account], most=9))
    assert [each.title for each in page.tasks] == ["Made and undone", "Given to Ada"]
    assert names == ["Ada"]
    await leaves(store, ada)  # long after, as a platform sends again what it got no answer to
    await later(database, store)
    assert len(sent(database)) == 1
    assert await told(store, ada) == ["task_assigned"]  # of before


async def test_the_mark_is_what_makes_it_once(
    database: Database, store: Store, ada: Person, chat: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the one before."""
    unmarked = leaving_rows.MARK.values(offer="")
    await here(store, ada, chat, "Made")
    monkeypatch.setattr(leaving_rows, "MARK", unmarked)
    for _ in range(2):
        await leaves(store, ada)
        await later(database, store)
    assert len(sent(database)) == 2


async def test_nothing_is_told_where_nothing_is_theirs(
    database: Database, store: Store, ada: Person, ben: Person, chat: int
) -> None:
    await here(store, ada, chat, "With Ben", assignee=ben.account)
    done = await here(store, ada, chat, "Done")
    ref = Ref(public_id=done.public_id)
    await store.mutate(lambda work: work.tasks.complete(ada.at(chat), ref))
    await add(store, ada, "Private")
    await leaves(store, ada)
    await leaves(store, await person(store, "Zoe"))
    assert not await store.query(lambda work: is_away(work, ada.sender, GROUP))
    await later(database, store)
    assert sent(database) == []


async def test_what_is_done_while_it_waits_is_not_told(
    database: Database, store: Store, ada: Person, chat: int
) -> None:
    task = await here(store, ada, chat, "Done soon")
    await leaves(store, ada)
    ref = Ref(public_id=task.public_id)
    await store.mutate(lambda work: work.tasks.complete(ada.actor, ref))
    assert await later(database, store) == 1
    assert sent(database) == []


async def test_who_is_back_within_a_minute_never_left(
    database: Database, store: Store, ada: Person, ben: Person, chat: int
) -> None:
    task = await here(store, ben, chat, "Given", assignee=ada.account)
    before = await state(store, ada, task)
    await leaves(store, ada)
    database.clock.at += timedelta(seconds=59)
    assert await store.mutate(fire) == 0
    await returns(store, ada)
    assert await later(database, store) == 0
    assert sent(database) == []
    assert await state(store, ada, task) == before


async def test_those_who_leave_together_are_told_of_together(
    database: Database, store: Store, chat: int
) -> None:
    people = [await person(store, name) for name in ("Ada", "Ben", "Cleo")]
    for each in people:
        await here(store, each, chat, f"Of {each.name}")
        await leaves(store, each)
        database.clock.at += TOGETHER / 4
    await later(database, store)
    (job,) = sent(database)
    assert job.payload["people"] == ",".join(str(each.account) for each in people)


async def test_whoever_is_there_may_claim_it_and_nobody_else(
    database: Database, store: Store, ada: Person, ben: Person, chat: int
) -> None:
    cleo = await person(store, "Cleo")
    other = (await store.mutate(lambda work: work.chats.heard_from(OTHER))).id
    task = await here(store, ben, chat, "Given", assignee=ada.account)
    elsewhere = await here(store, ben, other, "Given too", assignee=ada.account)
    with pytest.raises(NotAllowed):  # she is there
        await store.mutate(claim(cleo, chat, task))
    heard = await told(store, ada)
    await leaves(store, ada)
    with pytest.raises(NotAllowed):  # she may be back in a moment
        await store.mutate(claim(cleo, chat, task))
    await later(database, store)
    with pytest.raises(NoSuchTask):
        await store.mutate(claim(cleo, other, task))
    with pytest.raises(NoSuchTask):
        await store.mutate(claim(replace(cleo, chat=other), cleo.chat, task))
    with pytest.raises(NotAllowed):  # she did not leave that one
        await store.mutate(claim(cleo, other, elsewhere))
    taken = await store.mutate(claim(cleo, chat, task))
    assert (taken.assignee, taken.offer) == (cleo.account, Offer.NONE)
    with pytest.raises(NotAllowed):  # it is hers now
        await store.mutate(claim(ada, chat, task))
    assert await told(store, ada) == heard  # nobody tells her anything of it


async def test_who_comes_back_has_what_nobody_took(
    database: Database, store: Store, ada: Person, ben: Person, chat: int
) -> None:
    kept = await here(store, ben, chat, "Kept", assignee=ada.account)
    taken = await here(store, ada, chat, "Taken")
    await leaves(store, ada)
    await later(database, store)
    await store.mutate(claim(ben, chat, taken))
    await returns(store, ada)
    await returns(store, ada)
    again = await state(store, ada, kept)
    assert (again.assignee, again.offer) == (ada.account, Offer.NONE)
    assert (await state(store, ada, taken)).assignee == ben.account
    with pytest.raises(NotAllowed):
        await store.mutate(claim(ben, chat, kept))
    assert not await store.query(lambda work: is_away(work, ada.sender, GROUP))


async def test_they_left_that_group_and_not_the_one_a_task_goes_to(
    database: Database, store: Store, ada: Person, ben: Person, chat: int
) -> None:
    cleo = await person(store, "Cleo")
    other = (await store.mutate(lambda work: work.chats.heard_from(OTHER))).id
    task = await here(store, ben, chat, "Given", assignee=ada.account)
    await leaves(store, ada)
    await later(database, store)
    now = await state(store, ben, task)
    await store.mutate(
        lambda work: work.tasks._writer.write(ben.at(other), now, {"chat_id": other})
    )
    with pytest.raises(NotAllowed):
        await store.mutate(claim(cleo, other, task))


async def test_without_a_place_it_is_all_groups_of_their_workspace(
    database: Database, store: Store
) -> None:
    ada = await person(store, "Ada", "slack", "T1")
    channels = [Address("slack", scope, "C1", False) for scope in ("T1", "T2")]
    rows = [
        (await store.mutate(lambda work, c=each: work.chats.heard_from(c))).id for each in channels
    ]
    for row in rows:
        await here(store, ada, row, "Made")
    await leaves(store, ada, None)
    await later(database, store)
    assert [each.payload["chat"] for each in sent(database)] == rows[:1]


async def test_each_group_is_told_however_many_they_leave_at_once(
    database: Database, store: Store
) -> None:
    ada = await person(store, "Ada", "slack", "T1")

    def many(work: Work) -> None:
        for number in range(25):
            channel = work.chats.heard_from(Address("slack", "T1", f"C{number}", False))
            for title in range(1 + number % (leaving_rows.BEARERS + 2)):
                work.tasks.add(ada.at(channel.id), Draft(f"Task {title}"))

    await store.mutate(many)
    await leaves(store, ada, None)
    await later(database, store)
    assert len({each.payload["chat"] for each in sent(database)}) == len(sent(database)) == 25


async def two_groups(database: Database) -> tuple[Store, Person, int, int, Task, Task]:
    """Ada leaves one of two groups, and gives a task of it to the other; the groups, and what
    somebody there gave to her: in the other, and in the one that she left."""
    store = database.open()
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    chat = await group(store)
    other = (await store.mutate(lambda work: work.chats.heard_from(OTHER))).id
    there = await here(store, ben, other, "Given there", assignee=ada.account)
    behind = await here(store, ben, chat, "Left behind", assignee=ada.account)
    goes = await here(store, ada, chat, "Goes along")
    await leaves(store, ada)
    ref = Ref(public_id=goes.public_id)
    await store.mutate(lambda work: share(work, ada.at(other), ref))
    await later(database, store)
    return store, ada, chat, other, there, behind


async def test_a_task_that_goes_to_another_group_does_not_take_the_leaving_along(
    database: Database,
) -> None:
    store, ada, chat, _, there, behind = await two_groups(database)
    assert [each.payload["chat"] for each in sent(database)] == [chat]
    assert (await state(store, ada, there)).offer is Offer.OFFERED
    assert (await state(store, ada, behind)).offer is Offer.LEFT


async def test_what_is_dropped_then_is_what_keeps_it_there(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the one before."""
    monkeypatch.setattr(reminder_rows, "DROP_LEFT", reminder_rows.DROP_LEFT.where(false()))
    store, ada, chat, other, there, _ = await two_groups(database)
    assert {each.payload["chat"] for each in sent(database)} == {chat, other}
    assert (await state(store, ada, there)).offer is Offer.LEFT


async def test_what_was_finished_meanwhile_is_theirs_again_too(
    database: Database, store: Store, ada: Person, ben: Person, chat: int
) -> None:
    task = await here(store, ben, chat, "Given", assignee=ada.account)
    ref = Ref(public_id=task.public_id)
    await leaves(store, ada)
    await later(database, store)
    await store.mutate(lambda work: work.tasks.complete(ben.at(chat), ref))
    assert await store.query(lambda work: is_away(work, ada.sender, GROUP))
    await returns(store, ada)
    await store.mutate(lambda work: work.tasks.set_status(ben.at(chat), ref, Status.PENDING))
    with pytest.raises(NotAllowed):
        await store.mutate(claim(ben, chat, task))


@pytest.mark.parametrize("what", ["done", "deleted"])
async def test_what_was_finished_or_deleted_can_be_taken_back_after_they_are_back(
    *, database: Database, store: Store, ada: Person, ben: Person, chat: int, what: str
) -> None:
    task = await here(store, ben, chat, "Given", assignee=ada.account)
    ref = Ref(public_id=task.public_id)
    await leaves(store, ada)
    await later(database, store)
    changes: dict[str, Callable[[Work], object]] = {
        "done": lambda work: work.tasks.complete(ben.at(chat), ref),
        "deleted": lambda work: work.tasks.delete(ben.at(chat), ref),
    }
    await store.mutate(lambda work: changes[what](work) and None)
    await returns(store, ada)
    await store.mutate(lambda work: work.tasks.undo(ben.at(chat)))
    again = await state(store, ada, task)
    assert (again.status.open, again.assignee, again.offer) == (True, ada.account, Offer.NONE)


async def test_what_is_taken_back_while_they_are_gone_can_be_claimed(
    database: Database, store: Store, ada: Person, ben: Person, chat: int
) -> None:
    """A control: what was done and undone of a task does not say that they are back."""
    task = await here(store, ben, chat, "Given", assignee=ada.account)
    await leaves(store, ada)
    await later(database, store)
    ref = Ref(public_id=task.public_id)
    await store.mutate(lambda work: work.tasks.complete(ben.at(chat), ref))
    await store.mutate(lambda work: work.tasks.undo(ben.at(chat)))
    assert (await state(store, ada, task)).offer is Offer.LEFT


async def test_who_is_forgotten_is_not_told_of(
    database: Database, store: Store, ada: Person, chat: int
) -> None:
    await here(store, ada, chat, "Made")
    await leaves(store, ada)
    await store.mutate(lambda work: forget(work, ada.account))
    assert await later(database, store) == 0
    assert sent(database) == []


async def test_a_reminder_of_the_task_stays_its_own(
    database: Database, store: Store, ada: Person, chat: int
) -> None:
    """A leave stands among the reminders, and reminds nobody."""
    task = await here(store, ada, chat, "Made")
    await leaves(store, ada)
    assert (await state(store, ada, task)).reminds_at is None
    database.clock.at += GRACE
    assert not await store.query(lambda work: work.reminders.waiting())
    assert await store.mutate(lambda work: work.reminders.fire()) == []
    assert await later(database, store, timedelta()) == 1


async def test_many_tasks_are_marked_at_once(
    database: Database, store: Store, ada: Person, chat: int
) -> None:

    def many(work: Work) -> None:
        for number in range(25):
            work.tasks.add(ada.at(chat), Draft(f"Task {number}"))

    await store.mutate(many)
    await leaves(store, ada)
    await later(database, store)
    page, _ = await store.query(lambda work: left(work, chat, most=5, skip=20))
    assert (page.total, len(page.tasks)) == (25, 5)
    assert len(sent(database)) == 1


async def test_what_somebody_took_by_mistake_waits_again(
    database: Database, store: Store, ada: Person, ben: Person, chat: int
) -> None:
    cleo = await person(store, "Cleo")
    task = await here(store, ben, chat, "Given", assignee=ada.account)
    await leaves(store, ada)
    await later(database, store)
    await store.mutate(claim(cleo, chat, task))
    await store.mutate(lambda work: work.tasks.undo(cleo.at(chat)))
    again = await state(store, ada, task)
    assert (again.assignee, again.offer) == (ada.account, Offer.LEFT)
    assert (await store.query(lambda work: left(work, chat, most=5)))[0].total == 1


async def test_over_two_processes_one_tells(database: Database) -> None:
    store, other = database.open(), database.open()
    ada, chat = await person(store, "Ada"), await group(store)
    await here(store, ada, chat, "Made")
    await leaves(store, ada)
    database.clock.at += GRACE
    await asyncio.gather(store.mutate(fire), other.mutate(fire))
    assert len(sent(database)) == 1
