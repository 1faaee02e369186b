"""Exactly what the plan allows, however many add at the same time (`promises.md` B7)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.billing_facts import Customer
from core.plans import FREE
from core.recounting import recount
from core.work import Work
from tests.core.paying import NOW, bought, external_id, hear, hook, plan_of, selling
from tests.core.people import person
from tests.core.races import gather, refusals
from tests.core.rows import open_tasks, set_open_tasks
from tests.core.test_core_billing_limits import FULL, LISTS, PEOPLE, adding, same
from tests.databases import Database


@pytest.mark.parametrize("rounds", [1, pytest.param(100, marks=pytest.mark.soak)])
async def test_many_at_once_stop_at_the_plan(database: Database, rounds: int) -> None:
    stores = [database.open(selling()) for _ in range(2)]
    for _ in range(rounds):
        ada = await person(stores[0], "Ada")
        await set_open_tasks(stores[0], ada, FREE.open_tasks - 7)
        outcomes = await gather(stores, [adding(ada)] * 200)
        assert len(refusals(outcomes)) == 193
        assert all(same(each, FULL) for each in refusals(outcomes))
        counted = await stores[0].query(lambda work, who=ada: open_tasks(work, who.account))  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        assert counted == (FREE.open_tasks, 7)


async def test_lists_and_people_stop_at_the_plan_at_once(database: Database) -> None:
    stores = [database.open(selling()) for _ in range(2)]
    ada = await person(stores[0], "Ada")
    others = [await person(stores[0], f"{n}") for n in range(12)]
    outcomes = await gather(stores, [adding(ada, category=f"list {n}") for n in range(24)])
    assert [same(each, LISTS) for each in refusals(outcomes)] == [True] * (24 - FREE.categories)
    outcomes = await gather(stores, [adding(ada, assignee=each.account) for each in others])
    assert [same(each, PEOPLE) for each in refusals(outcomes)] == [True] * (12 - FREE.assignees)


async def test_counting_anew_while_others_add_miscounts_nothing(database: Database) -> None:
    stores = [database.open(selling()) for _ in range(2)]
    ada = await person(stores[0], "Ada")
    functions: list[Callable[[Work], Any]] = [adding(ada), lambda work: recount(work, ada.account)]
    await gather(stores, functions * 15)
    assert await stores[0].query(lambda work: open_tasks(work, ada.account)) == (15, 15)


async def test_what_ends_while_the_operator_says_whose_it_is_gives_nothing(
    database: Database,
) -> None:
    stores = [database.open(selling()) for _ in range(2)]
    for n in range(30):
        ada = await person(stores[0], f"Ada {n}")
        me = await external_id(stores[0], ada)
        paid = bought("", id=f"s{n}", customer=Customer(f"c{n}", ""))
        await hear(stores[0], paid)
        over = {"status": "canceled", "ended_at": NOW, "modified_at": NOW + timedelta(minutes=1)}
        told = hook(replace(paid, **over))  # type: ignore[arg-type]  # names of its fields
        await asyncio.gather(
            stores[0].mutate(lambda work, c=f"c{n}", a=me: work.customers.attach(c, a)),  # type: ignore[misc]  # mypy can't infer a lambda with defaults
            stores[1].mutate(lambda work, told=told: work.hooks.receive(told)),  # type: ignore[misc]  # the same
        )
        assert await plan_of(stores[0], ada) == ""
