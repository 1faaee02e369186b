"""What a plan allows, and nothing more, whoever adds at the same time (`promises.md` T34, B7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.entitlements import Usage
from core.errors import PlanLimit, Refusal, TooMany
from core.lists import Filter
from core.plans import FREE, PRO
from core.recounting import miscounted, recount
from core.store import Store
from core.task import OPEN_LIMIT, Draft, Ref, Status
from core.work import Work
from tests.core.paying import NOW, bought, external_id, hear, plan_of, selling
from tests.core.people import Person, add, complete, person
from tests.core.rows import open_tasks, set_open_tasks
from tests.databases import Database

DAY = timedelta(days=1)
FULL = PlanLimit("open tasks", "", FREE.open_tasks)
LISTS = PlanLimit("categories", "", FREE.categories)
PEOPLE = PlanLimit("people", "", FREE.assignees)


@pytest.fixture
def store(sqlite: Database) -> Store:
    return sqlite.open(selling())


async def refused(store: Store, function: Callable[[Work], Any]) -> Refusal | None:
    """How it is refused; None where it is not."""
    try:
        await store.mutate(function)
    except Refusal as refusal:
        return refusal
    return None


def same(one: Refusal | None, other: Refusal | None) -> bool:
    """Refusals are equal by what they say; whose plan it is, is not compared."""
    said = [{**vars(each or object)} | {"account": 0} for each in (one, other)]
    return type(one) is type(other) and said[0] == said[1]


def adding(who: Person, **fields: Any) -> Callable[[Work], Any]:
    return lambda work: work.tasks.add(who.actor, Draft("task", **fields))


def reopening(who: Person, number: int) -> Callable[[Work], Any]:
    return lambda work: work.tasks.set_status(who.actor, Ref(number), Status.PENDING)


# -- open tasks ----------------------------------------------------------------------------------


async def test_open_tasks_stop_at_the_plan(store: Store, ada: Person) -> None:
    await set_open_tasks(store, ada, FREE.open_tasks - 1)
    await add(store, ada)
    assert same(await refused(store, adding(ada)), FULL)
    assert await refused(store, adding(ada, status=Status.COMPLETED)) is None
    await hear(store, bought(await external_id(store, ada)))
    assert await refused(store, adding(ada)) is None
    await set_open_tasks(store, ada, PRO.open_tasks)
    assert same(await refused(store, adding(ada)), PlanLimit("open tasks", "pro", PRO.open_tasks))


async def test_the_service_has_a_limit_whatever_the_plan(store: Store, ada: Person) -> None:
    await hear(store, bought(await external_id(store, ada), product_id="p-teams"))
    await set_open_tasks(store, ada, OPEN_LIMIT)
    assert same(await refused(store, adding(ada)), TooMany("open tasks", OPEN_LIMIT))


async def test_where_nothing_is_sold_there_is_no_other(sqlite: Database) -> None:
    store = sqlite.open()
    ada = await person(store, "Ada")
    await set_open_tasks(store, ada, OPEN_LIMIT - 1)
    others = [await person(store, f"{n}") for n in range(FREE.assignees + 1)]
    for n in range(FREE.categories + 1):
        await set_open_tasks(store, ada, 10)
        await add(store, ada, category=f"list {n}", assignee=others[n % len(others)].account)
    await set_open_tasks(store, ada, OPEN_LIMIT)
    assert same(await refused(store, adding(ada)), TooMany("open tasks", OPEN_LIMIT))


async def test_a_plan_that_ended_takes_nothing_away(store: Store, ada: Person) -> None:
    """Whatever ends something still works; only adding does not."""
    begun = bought(await external_id(store, ada))
    await hear(store, begun)
    task = await add(store, ada)
    done = await complete(store, ada, await add(store, ada))
    await set_open_tasks(store, ada, 300)
    await hear(store, replace(begun, status="canceled", ended_at=NOW, modified_at=NOW + DAY))
    assert await plan_of(store, ada) == ""
    assert same(await refused(store, adding(ada)), FULL)
    assert same(await refused(store, reopening(ada, done.number)), FULL)  # that adds one, too
    await complete(store, ada, task)
    await store.mutate(lambda work: work.tasks.undo(ada.actor) and None)  # that never does
    title = {"title": "changed"}
    await store.mutate(lambda work: work.tasks.update(ada.actor, Ref(task.number), title))
    await store.mutate(lambda work: work.tasks.delete(ada.actor, Ref(task.number)))
    await store.mutate(lambda work: work.tasks.undo(ada.actor) and None)
    usage = await store.query(lambda work: work.entitlements.usage(ada.account))
    assert usage == Usage(300, 0, 0)


# -- lists and people ----------------------------------------------------------------------------


async def test_lists_stop_at_the_plan(store: Store, ada: Person) -> None:
    for n in range(FREE.categories):
        await add(store, ada, category=f"list {n}")
    for category, expected in (("new", LISTS), ("LIST 0", None), ("", None)):
        assert same(await refused(store, adding(ada, category=category)), expected)
    assert await refused(store, adding(ada, category="new", status=Status.COMPLETED)) is None
    done = await complete(store, ada, await add(store, ada, category="list 0"))
    rename = lambda name: lambda work: work.tasks.update(ada.actor, Ref(1), {"category": name})  # noqa: E731  # said thrice
    await store.mutate(lambda work: work.tasks.delete(ada.actor, Ref(done.number)) and None)
    await store.mutate(lambda w: w.tasks.delete(ada.actor, Ref(FREE.categories + 1)) and None)
    await store.mutate(lambda w: w.tasks.delete(ada.actor, Ref(FREE.categories + 2)) and None)
    # The only one of its list takes that along; then there are five as before.
    assert await refused(store, rename("renamed")) is None
    await add(store, ada, category="renamed")
    assert same(await refused(store, rename("again")), LISTS)
    usage = await store.query(lambda work: work.entitlements.usage(ada.account))
    assert usage.categories == FREE.categories


async def test_reopening_brings_no_list_back_that_does_not_fit(store: Store, ada: Person) -> None:
    done = await complete(store, ada, await add(store, ada, category="old"))
    for n in range(FREE.categories):
        await add(store, ada, category=f"list {n}")
    assert same(await refused(store, reopening(ada, done.number)), LISTS)


async def test_a_list_is_one_in_any_letters(store: Store, ada: Person) -> None:
    for n in range(FREE.categories - 1):
        await add(store, ada, category=f"list {n}")
    await add(store, ada, category="\u00d6l")
    assert await refused(store, adding(ada, category="\u00d6l")) is None
    assert await refused(store, adding(ada, category="\u00d6L")) is None


async def test_the_letters_of_a_list_change_after_a_plan_ended(store: Store, ada: Person) -> None:
    """Its one task keeps the list, which is no new one."""
    begun = bought(await external_id(store, ada))
    await hear(store, begun)
    for n in range(FREE.categories + 1):
        await add(store, ada, category=f"list {n}")
    await hear(store, replace(begun, status="canceled", ended_at=NOW, modified_at=NOW + DAY))
    rename = lambda name: lambda work: work.tasks.update(ada.actor, Ref(1), {"category": name})  # noqa: E731  # said twice
    assert await refused(store, rename("LIST 0")) is None
    assert same(await refused(store, rename("another")), LISTS)


async def test_people_stop_at_the_plan(store: Store, ada: Person) -> None:
    others = [await person(store, f"{n}") for n in range(FREE.assignees + 1)]
    for each in others[:-1]:
        await add(store, ada, assignee=each.account)
    last = others[-1].account
    assert same(await refused(store, adding(ada, assignee=last)), PEOPLE)
    assert await refused(store, adding(ada, assignee=others[0].account)) is None
    assert await refused(store, adding(ada, assignee=ada.account)) is None
    assign = lambda number: lambda work: work.tasks.assign(ada.actor, Ref(number), last)  # noqa: E731  # said twice
    assert same(await refused(store, assign(1)), PEOPLE)  # there is another of hers
    assert await refused(store, assign(2)) is None  # one goes, one comes
    usage = await store.query(lambda work: work.entitlements.usage(ada.account))
    assert usage == Usage(5, 0, FREE.assignees)
    given = await add(store, others[0], assignee=ada.account)
    assert given.owner == others[0].account  # what others give to her counts for them


# -- history, and the count ----------------------------------------------------------------------


async def test_the_list_of_what_is_done_goes_back_as_far_as_the_plan(
    store: Store, sqlite: Database, ada: Person
) -> None:
    await add(store, ada, "open")
    for title in ("old", "cancelled"):
        task = await add(store, ada, title)
        status = Status.COMPLETED if title == "old" else Status.CANCELLED
        await store.mutate(
            lambda work, n=task.number, s=status: work.tasks.set_status(ada.actor, Ref(n), s)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        )
    sqlite.clock.advance(days=FREE.history_days, seconds=1)
    await complete(store, ada, await add(store, ada, "new"))

    async def titles(which: Filter) -> tuple[list[str], int, bool]:
        page = await store.query(lambda work: work.lists.page(ada.account, which))
        return [each.title for each in page.tasks], page.total, page.since is not None

    assert await titles(Filter(open=False)) == (["new"], 1, True)
    assert await titles(Filter(open=None)) == (["new", "open"], 2, True)
    assert await titles(Filter()) == (["open"], 1, False)
    later = sqlite.clock.now() + 30 * DAY
    await hear(store, bought(await external_id(store, ada), period_end=later))
    assert await titles(Filter(open=False)) == (["new", "cancelled", "old"], 3, False)


async def test_a_count_that_is_wrong_is_put_right(store: Store, ada: Person) -> None:
    ben = await person(store, "Ben")
    for each in (ada, ben):
        await add(store, each)
    await set_open_tasks(store, ada, 40)
    assert await store.query(miscounted) == [ada.account]
    assert await store.mutate(lambda work: recount(work, ada.account))
    assert not await store.mutate(lambda work: recount(work, ben.account))
    assert await store.query(miscounted) == []
    assert await store.query(lambda work: open_tasks(work, ada.account)) == (1, 1)


async def test_so_it_is_on_postgresql(postgres: Database) -> None:
    store = postgres.open(selling())
    for test in (
        test_a_count_that_is_wrong_is_put_right,
        test_open_tasks_stop_at_the_plan,
        test_a_plan_that_ended_takes_nothing_away,
        test_lists_stop_at_the_plan,
        test_the_letters_of_a_list_change_after_a_plan_ended,
        test_people_stop_at_the_plan,
    ):
        await test(store, await person(store, "Ada"))
    ada = await person(store, "Ada")
    await test_the_list_of_what_is_done_goes_back_as_far_as_the_plan(store, postgres, ada)
