"""What comes again and what is offered, pressed by several people at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import bindparam, select

from core import schema
from core.errors import NoSuchTask, NotAllowed, NothingToUndo, Refusal
from core.events import TaskAccepted, TaskDeclined
from core.nagging import set_nag
from core.store import Store
from core.task import Draft, Due, Offer, Ref, Status, Task
from core.work import Work
from tests.core.acts import check
from tests.core.people import Person, add, complete, group, person, told
from tests.core.races import gather, refusals
from tests.databases import Database

AGAIN = 6
"""Times that each race is run."""
FIRST = Due(date(2026, 1, 5), time(17), "Europe/Berlin")
DAILY = "FREQ=DAILY"
_n = schema.concern.c
_IDS = select(_n.task_id).where(_n.account_id == bindparam("account")).order_by(_n.task_id)


@pytest.fixture
def stores(database: Database) -> list[Store]:
    return [database.open(), database.open()]


@pytest.fixture
async def ada(stores: list[Store]) -> Person:
    return await person(stores[0], "Ada")


@pytest.fixture
async def ben(stores: list[Store]) -> Person:
    return await person(stores[0], "Ben")


def of(task: Task) -> Ref:
    return Ref(public_id=task.public_id)


async def tasks(store: Store, who: Person) -> list[Task]:
    """All of somebody's, open and finished, oldest first."""

    def found(work: Work) -> list[Task]:
        check(work, {who.account})
        rows = work.run(_IDS, {"account": who.account}).scalars()
        seen = [work.tasks.for_account(who.account, each) for each in rows]
        return [each for each in seen if each is not None]

    return await store.query(found)


async def test_done_by_two_and_taken_back_meanwhile(
    stores: list[Store], ada: Person, ben: Person
) -> None:
    """Whoever comes last: there is one that is open, and it comes again."""
    for _ in range(AGAIN):
        task = await add(stores[0], ada, due=FIRST, rule=DAILY, assignee=ben.account)
        await complete(stores[0], ben, task)
        next_ = of((await tasks(stores[0], ada))[-1])
        acts = [
            lambda work, ref=next_: work.tasks.undo(ben.actor),
            lambda work, ref=next_: work.tasks.complete(ada.actor, ref),
        ]
        outcomes = await gather(stores, acts)
        assert {*map(type, refusals(outcomes))} <= {NothingToUndo, NoSuchTask}
        mine = [each for each in await tasks(stores[0], ada) if each.id >= task.id]
        assert [each.rule for each in mine if each.status.open] == [DAILY]
        assert not [each for each in mine if each.rule and not each.status.open]


async def test_skipped_repeated_nagged_and_done_at_once(stores: list[Store], ada: Person) -> None:
    for _ in range(AGAIN):
        task = await add(stores[0], ada, due=FIRST, rule=DAILY)
        ref = of(task)
        acts = [
            lambda work, ref=ref: work.recurring.skip(ada.actor, ref),
            lambda work, ref=ref: work.tasks.complete(ada.actor, ref),
            lambda work, ref=ref: work.recurring.repeat(ada.actor, ref, "FREQ=WEEKLY", FIRST),
            lambda work, ref=ref: set_nag(work, ada.actor, ref, 15),
            lambda work, ref=ref: work.tasks.complete(ada.actor, ref),
        ]
        await gather(stores, acts)
        mine = [each for each in await tasks(stores[0], ada) if each.id >= task.id]
        assert [each.status for each in mine] == [Status.COMPLETED, Status.PENDING]
        assert (mine[0].rule, mine[0].nag) == ("", None)
        assert mine[1].rule in {DAILY, "FREQ=WEEKLY"}


async def test_claimed_and_given_to_another_at_once(
    stores: list[Store], ada: Person, ben: Person
) -> None:
    """Either the claim comes first and the owner gives it away from them, or it is refused."""
    cleo, room = await person(stores[0], "Cleo"), await group(stores[0])
    for _ in range(AGAIN):
        task = await stores[0].mutate(lambda work: work.tasks.add(ada.at(room), Draft("x")))
        ref = of(task)
        acts = [
            lambda work, ref=ref: work.answers.claim(ben.at(room), ref),
            lambda work, ref=ref: work.tasks.assign(ada.at(room), ref, cleo.account),
        ]
        outcomes = await gather(stores, acts)
        assert not [each for each in refusals(outcomes) if not isinstance(each, NotAllowed)]
        [left] = [each for each in await tasks(stores[0], ada) if each.id == task.id]
        assert (left.assignee, left.offer) == (cleo.account, Offer.OFFERED)
        assert (await tasks(stores[0], ben)) == []
    assert (await told(stores[0], cleo)).count("task_assigned") == AGAIN


async def test_answered_in_both_ways_and_given_to_another_at_once(
    stores: list[Store], ada: Person, ben: Person
) -> None:
    """What the owner is told is what came to be."""
    cleo = await person(stores[0], "Cleo")
    for _ in range(AGAIN):
        task = await add(stores[0], ada, assignee=ben.account)
        ref = of(task)
        acts = [
            lambda work, ref=ref: work.answers.accept(ben.actor, ref),
            lambda work, ref=ref: work.answers.decline(ben.actor, ref),
            lambda work, ref=ref: work.tasks.assign(ada.actor, ref, cleo.account),
            lambda work, ref=ref: work.tasks.complete(ben.actor, ref),
        ]
        await gather(stores, acts)
        [left] = [each for each in await tasks(stores[0], ada) if each.id == task.id]
        assert (left.assignee is None) <= (left.offer is Offer.NONE)
        answers = await _answers(stores[0], ada, task)
        assert all(many == 1 for many in answers.values()), answers
        assert await tasks(stores[0], ben) == []


async def _answers(store: Store, who: Person, task: Task) -> Counter[Any]:
    page = await store.query(lambda work: work.notices.page(who.account, most=1000))
    events: Sequence[Any] = [each.event for each in page if each.task == task.id]
    return Counter(type(each) for each in events if isinstance(each, TaskAccepted | TaskDeclined))


async def test_done_crosswise_with_open_tabs_needs_no_retry(
    stores: list[Store], ada: Person, ben: Person
) -> None:
    """Whose tabs change is locked in one order, too."""
    await stores[0].mutate(lambda work: work.homes.show(ada.identity, 1))
    await stores[0].mutate(lambda work: work.homes.show(ben.identity, 1))
    one = [await add(stores[0], ada, assignee=ben.account) for _ in range(AGAIN)]
    other = [await add(stores[0], ben, assignee=ada.account) for _ in range(AGAIN)]

    def all_of(who: Person, theirs: Sequence[Task]) -> Any:
        def done(work: Work) -> None:
            for each in theirs:
                work.tasks.complete(who.actor, of(each))

        return done

    before = [each.counts.replays for each in stores]
    pair = [all_of(ada, one), all_of(ben, other)]
    outcomes: list[Refusal] = refusals(await gather(stores, pair * 2))
    assert outcomes == []
    assert [each.counts.replays for each in stores] == before
