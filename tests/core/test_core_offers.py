"""A task that goes to somebody else is offered: taken, declined, told once, refused by who wants
none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, time

import pytest

from core import assigning
from core.errors import NoSuchTask, NotAllowed, TakesNoTasks
from core.events import Event, OfferUnanswered, TaskAccepted, TaskDeclined
from core.forgetting import forget
from core.reminders import PATIENCE
from core.store import Store
from core.task import Draft, Due, Offer, Ref, Status, Task
from tests.core.joining import merged
from tests.core.people import Person, add, complete, group, person
from tests.databases import Database

Answer = Callable[[Store, Person, Person, Task], Awaitable[None]]


@pytest.fixture
async def ada(store: Store) -> Person:
    return await person(store, "Ada")


@pytest.fixture
async def ben(store: Store) -> Person:
    return await person(store, "Ben")


def of(task: Task) -> Ref:
    return Ref(public_id=task.public_id)


async def accept(store: Store, who: Person, task: Task) -> Task:
    return await store.mutate(lambda work: work.answers.accept(who.actor, of(task)))


async def decline(store: Store, who: Person, task: Task) -> Task:
    return await store.mutate(lambda work: work.answers.decline(who.actor, of(task)))


async def seen(store: Store, who: Person, task: Task) -> Task:
    return await store.query(lambda work: work.tasks.get(who.actor, of(task)))


async def answers(store: Store, who: Person) -> list[Event]:
    """What somebody was told of their offers, oldest first."""
    page = await store.query(lambda work: work.notices.page(who.account))
    events = [notice.event for notice in reversed(page)]
    return [each for each in events if isinstance(each, TaskAccepted | TaskDeclined)]


async def test_what_is_given_to_somebody_else_is_offered(
    store: Store, ada: Person, ben: Person
) -> None:
    task = await add(store, ada, assignee=ben.account)
    assert task.offer is Offer.OFFERED
    assert (await seen(store, ben, task)).offer is Offer.OFFERED
    mine = await add(store, ada, assignee=ada.account)
    assert mine.offer is Offer.NONE
    later = await store.mutate(lambda work: work.tasks.assign(ada.actor, of(mine), ben.account))
    assert later.offer is Offer.OFFERED


async def test_accepted_is_told_to_the_owner_once(store: Store, ada: Person, ben: Person) -> None:
    task = await add(store, ada, assignee=ben.account)
    results = await asyncio.gather(*(accept(store, ben, task) for _ in range(4)))
    assert {each.offer for each in results} == {Offer.ACCEPTED}
    assert await answers(store, ada) == [TaskAccepted(task.id, 1, ben.account)]
    assert await answers(store, ben) == []


async def test_accepted_taken_back_and_accepted_again_is_told_once(
    store: Store, ada: Person, ben: Person
) -> None:
    task = await add(store, ada, assignee=ben.account)
    await accept(store, ben, task)
    await store.mutate(lambda work: work.tasks.undo(ben.actor))
    assert (await seen(store, ada, task)).offer is Offer.OFFERED
    await accept(store, ben, task)
    assert len(await answers(store, ada)) == 1


async def test_offered_again_is_answered_again(store: Store, ada: Person, ben: Person) -> None:
    task = await add(store, ada, assignee=ben.account)
    await accept(store, ben, task)
    for whom in (None, ben.account):
        await store.mutate(lambda work, to=whom: work.tasks.assign(ada.actor, of(task), to))
    await accept(store, ben, task)
    said = [TaskAccepted(task.id, number, ben.account) for number in (1, 2)]
    assert await answers(store, ada) == said


async def test_declined_is_told_and_the_task_is_nobody_s(
    store: Store, ada: Person, ben: Person
) -> None:
    task = await add(store, ada, assignee=ben.account)
    await decline(store, ben, task)
    left = await seen(store, ada, task)
    assert (left.assignee, left.offer) == (None, Offer.NONE)
    assert await answers(store, ada) == [TaskDeclined(task.id, 2, ben.account, taken=False)]
    with pytest.raises(NoSuchTask):
        await seen(store, ben, task)


async def test_what_was_taken_can_be_given_back(store: Store, ada: Person, ben: Person) -> None:
    task = await add(store, ada, assignee=ben.account)
    await accept(store, ben, task)
    await decline(store, ben, task)
    taken, given = await answers(store, ada)
    assert isinstance(taken, TaskAccepted)
    assert isinstance(given, TaskDeclined)
    assert given.taken


async def test_who_declines_and_takes_that_back_is_asked_still(
    store: Store, ada: Person, ben: Person
) -> None:
    task = await add(store, ada, assignee=ben.account)
    await decline(store, ben, task)
    await store.mutate(lambda work: work.tasks.undo(ben.actor))
    back = await seen(store, ben, task)
    assert (back.assignee, back.offer) == (ben.account, Offer.OFFERED)


async def test_who_begins_takes_it_and_its_owner_is_told(
    store: Store, ada: Person, ben: Person
) -> None:
    task = await add(store, ada, assignee=ben.account)
    begin = Status.IN_PROGRESS
    begun = await store.mutate(lambda work: work.tasks.set_status(ben.actor, of(task), begin))
    assert begun.offer is Offer.ACCEPTED
    assert len(await answers(store, ada)) == 1


async def test_who_completes_has_taken_it_and_that_is_not_told_beside(
    store: Store, ada: Person, ben: Person
) -> None:
    task = await add(store, ada, assignee=ben.account)
    done = await complete(store, ben, task)
    assert done.offer is Offer.ACCEPTED
    assert await answers(store, ada) == []
    types = [each.type for each in await store.query(lambda w: w.notices.page(ada.account))]
    assert types == ["task_completed"]


async def test_the_owner_who_completes_it_takes_nothing_for_others(
    store: Store, ada: Person, ben: Person
) -> None:
    task = await add(store, ada, assignee=ben.account)
    assert (await complete(store, ada, task)).offer is Offer.OFFERED
    assert await answers(store, ada) == []


async def test_only_who_was_asked_may_answer(store: Store, ada: Person, ben: Person) -> None:
    cleo = await person(store, "Cleo")
    given = await add(store, ada, assignee=ben.account)
    with pytest.raises(NoSuchTask):
        await accept(store, cleo, given)
    with pytest.raises(NotAllowed) as refused:
        await accept(store, ada, given)
    assert (refused.value.what, refused.value.who_may) == ("accept", "Ben")


async def test_a_claim_needs_no_answer(store: Store, ada: Person, ben: Person) -> None:
    room = await group(store)
    task = await store.mutate(lambda work: work.tasks.add(ada.at(room), Draft("Water plants")))
    claimed = await store.mutate(lambda work: work.answers.claim(ben.at(room), of(task)))
    assert claimed.offer is Offer.NONE
    assert await answers(store, ada) == []


async def test_who_takes_no_tasks_is_given_none(store: Store, ada: Person, ben: Person) -> None:
    before = await add(store, ada, assignee=ben.account)
    await store.mutate(lambda work: work.assigning.set_takes(ben.account, False))
    with pytest.raises(TakesNoTasks) as refused:
        await add(store, ada, "Buy bread", assignee=ben.account)
    assert refused.value.name == "Ben"
    free = await add(store, ada, "Buy tea")
    with pytest.raises(TakesNoTasks):
        await store.mutate(lambda work: work.tasks.assign(ada.actor, of(free), ben.account))
    values = {"assignee": ben.account}
    with pytest.raises(TakesNoTasks):
        await store.mutate(lambda work: work.tasks.update(ada.actor, of(free), values))
    assert (await seen(store, ben, before)).assignee == ben.account  # what he has stays
    mine = await add(store, ben, "My own", assignee=ben.account)
    assert mine.assignee == ben.account
    await store.mutate(lambda work: work.assigning.set_takes(ben.account, True))
    assert (await add(store, ada, "Buy bread", assignee=ben.account)).offer is Offer.OFFERED


async def test_what_is_taken_back_is_never_refused(store: Store, ada: Person, ben: Person) -> None:
    """A control: the same assignment, made anew, is."""
    task = await add(store, ada, assignee=ben.account)
    await store.mutate(lambda work: work.tasks.assign(ada.actor, of(task), None))
    await store.mutate(lambda work: work.assigning.set_takes(ben.account, False))
    await store.mutate(lambda work: work.tasks.undo(ada.actor))
    assert (await seen(store, ada, task)).assignee == ben.account


async def test_the_offers_that_wait(store: Store, ada: Person, ben: Person) -> None:
    first = await add(store, ada, "First", assignee=ben.account)
    second = await add(store, ada, "Second", assignee=ben.account)
    taken = await add(store, ada, "Taken", assignee=ben.account)
    done = await add(store, ada, "Done", assignee=ben.account)
    await accept(store, ben, taken)
    await complete(store, ada, done)
    waiting = await store.query(lambda work: work.assigning.offered(ben.account, most=8))
    assert [each.id for each in waiting] == [second.id, first.id]
    assert [each.number for each in waiting] == [2, 1]
    one = await store.query(lambda work: work.assigning.offered(ben.account, most=1))
    assert [each.id for each in one] == [second.id]
    assert await store.query(lambda work: work.assigning.offered(ada.account, most=8)) == []


async def test_an_offer_to_oneself_is_none_once_two_are_one(store: Store, ada: Person) -> None:
    office = await person(store, "Ada", "slack", "T1")
    task = await add(store, ada, assignee=office.account)
    assert task.offer is Offer.OFFERED
    await merged(store, ada, office)
    mine = await seen(store, ada, task)
    assert (mine.owner, mine.assignee, mine.offer) == (ada.account, ada.account, Offer.NONE)


async def test_of_who_was_forgotten_no_offer_is_left(
    store: Store, ada: Person, ben: Person
) -> None:
    task = await add(store, ada, assignee=ben.account)
    await store.mutate(lambda work: forget(work, ben.account))
    left = await seen(store, ada, task)
    assert (left.assignee, left.offer) == (None, Offer.NONE)


async def test_what_is_finished_is_answered_no_more(store: Store, ada: Person, ben: Person) -> None:
    """Nor claimed: who did it stays as it was, and nobody is told."""
    room = await group(store)
    offered = await add(store, ada, assignee=ben.account)
    free = await store.mutate(lambda work: work.tasks.add(ada.at(room), Draft("x")))
    for each in (offered, free):
        await complete(store, ada, each)
    for answer in (accept, decline):
        assert (await answer(store, ben, offered)).status is Status.COMPLETED
    await store.mutate(lambda work: work.answers.claim(ben.at(room), of(free)))
    left = await seen(store, ada, offered)
    assert (left.assignee, left.offer) == (ben.account, Offer.OFFERED)
    assert (await seen(store, ada, free)).assignee is None
    assert await answers(store, ada) == []


async def test_accepted_and_declined_at_once_is_told_as_it_ends(
    store: Store, ada: Person, ben: Person
) -> None:
    for _ in range(5):
        task = await add(store, ada, assignee=ben.account)
        before = len(await answers(store, ada))
        both = (accept(store, ben, task), decline(store, ben, task))
        done = await asyncio.gather(*both, return_exceptions=True)
        assert all(isinstance(each, Task | NoSuchTask) for each in done), done
        said = [type(each) for each in (await answers(store, ada))[before:]]
        assert said in ([TaskDeclined], [TaskAccepted, TaskDeclined])
        left = await seen(store, ada, task)
        assert (left.assignee, left.offer) == (None, Offer.NONE)


# -- nobody answers --------------------------------------------------------------------------------


async def unanswered(database: Database, who: Person, **later: float) -> list[Event]:
    """What somebody is told by then of offers that nobody answered."""
    store = database.open()
    database.clock.advance(**later)
    await store.mutate(lambda work: work.reminders.fire())
    page = await store.query(lambda work: work.notices.page(who.account))
    return [each.event for each in page if isinstance(each.event, OfferUnanswered)]


@pytest.fixture
async def offered(store: Store, ada: Person, ben: Person) -> Task:
    return await add(store, ada, assignee=ben.account)


async def test_whoever_made_it_is_told_after_a_while_once_and_it_stays_offered(
    database: Database, store: Store, ada: Person, ben: Person, offered: Task
) -> None:
    days = PATIENCE.days
    assert await unanswered(database, ada, days=days, seconds=-1) == []
    told = [OfferUnanswered(offered.id, 1, ben.account)]
    assert await unanswered(database, ada, seconds=1) == told
    assert await unanswered(database, ada, days=30) == told
    assert await unanswered(database, ben) == []
    assert (await seen(store, ben, offered)).offer is Offer.OFFERED
    assert (await accept(store, ben, offered)).offer is Offer.ACCEPTED
    assert await answers(store, ada) == [TaskAccepted(offered.id, 1, ben.account)]


async def take_back(store: Store, ada: Person, ben: Person, task: Task) -> None:
    await store.mutate(lambda work: work.tasks.assign(ada.actor, of(task), None))


async def accepts(store: Store, ada: Person, ben: Person, task: Task) -> None:
    await accept(store, ben, task)


async def declines(store: Store, ada: Person, ben: Person, task: Task) -> None:
    await decline(store, ben, task)


async def is_done(store: Store, ada: Person, ben: Person, task: Task) -> None:
    await complete(store, ada, task)


@pytest.mark.parametrize("answer", [accepts, declines, take_back, is_done])
async def test_what_was_answered_is_told_no_more(
    database: Database, ada: Person, ben: Person, offered: Task, answer: Answer
) -> None:
    await answer(database.open(), ada, ben, offered)
    assert await unanswered(database, ada, days=PATIENCE.days) == []


async def test_offered_again_it_has_as_long_again(
    database: Database, store: Store, ada: Person, ben: Person, offered: Task
) -> None:
    database.clock.advance(days=2)
    cleo = await person(store, "Cleo")
    await store.mutate(lambda work: work.tasks.assign(ada.actor, of(offered), cleo.account))
    assert await unanswered(database, ada, days=2) == []
    assert await unanswered(database, ada, days=1) == [OfferUnanswered(offered.id, 2, cleo.account)]


async def test_what_is_due_sooner_is_told_then_whatever_becomes_of_the_date(
    database: Database, store: Store, ada: Person, ben: Person
) -> None:
    due = Due(date(2026, 1, 5), time(17), "UTC")
    task = await add(store, ada, assignee=ben.account, due=due)
    later = {"due": Due(date(2026, 1, 9), None, "UTC")}
    await store.mutate(lambda work: work.tasks.update(ada.actor, of(task), later))
    assert await unanswered(database, ada, hours=7) == []
    assert len(await unanswered(database, ada, hours=1)) == 1


async def test_without_the_look_at_the_answer_it_would_be_told(
    database: Database,
    ada: Person,
    ben: Person,
    offered: Task,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await accept(database.open(), ben, offered)
    monkeypatch.setattr(assigning, "is_unanswered", lambda _: True)
    assert len(await unanswered(database, ada, days=PATIENCE.days)) == 1
