"""Whose plan counts, and whose tasks: never somebody else's."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from core import schema
from core.entitlements import Usage
from core.errors import PlanLimit
from core.plans import FREE
from core.store import Store
from tests.core.paying import bought, external_id, hear, selling
from tests.core.people import Person, add, person
from tests.databases import Database


@pytest.fixture
def store(sqlite: Database) -> Store:
    return sqlite.open(selling())


async def lists(store: Store, who: Person, *names: str) -> None:
    for each in names:
        await add(store, who, category=each)


async def test_somebody_else_s_plan_allows_nothing(store: Store, ada: Person, ben: Person) -> None:
    await hear(store, bought(await external_id(store, ben)))
    await lists(store, ada, *"abcde")
    with pytest.raises(PlanLimit):
        await lists(store, ada, "f")


async def test_a_list_of_somebody_else_s_is_none_of_ours(
    store: Store, ada: Person, ben: Person
) -> None:
    await lists(store, ben, *"vwxyz")
    await lists(store, ada, *"abcde")  # which theirs do not count towards
    with pytest.raises(PlanLimit):
        await lists(store, ada, "v")  # nor is it there already


async def test_what_others_gave_us_counts_for_them(store: Store, ada: Person, ben: Person) -> None:
    for each in "vwxyz":
        await add(store, ben, category=each, assignee=ada.account)
    await lists(store, ada, *"abcde")
    usage = await store.query(lambda work: work.entitlements.usage(ada.account))
    assert usage == Usage(5, 5, 0)


async def test_a_plan_that_this_version_does_not_know_is_the_free_one(
    store: Store, ada: Person
) -> None:
    gold = update(schema.account).where(schema.account.c.id == ada.account).values(plan="gold")
    await store.mutate(lambda work: work.run(gold) and None)
    others = [await person(store, f"{n}") for n in range(FREE.assignees + 1)]
    for each in others[: FREE.assignees]:
        await add(store, ada, assignee=each.account)
    with pytest.raises(PlanLimit):
        await add(store, ada, assignee=others[-1].account)
