"""Who pays brings the plan along when accounts become one, and takes it back (`promises.md` T2)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.billing_facts import Customer
from core.errors import LinkRefused
from core.store import Store
from core.taking_back import undo
from core.unlinking import unlink
from tests.core.joining import joined, joins, merged, settled
from tests.core.paying import NOW, bought, external_id, hear, plan_of, selling
from tests.core.people import Person, identity_of, person
from tests.core.test_core_billing_identity import begins, whose
from tests.databases import Database

DAY = timedelta(days=1)


@pytest.fixture
def store(database: Database) -> Store:
    return database.open(selling())


async def test_the_plan_goes_along_and_comes_back(store: Store, ada: Person, ben: Person) -> None:
    his = await external_id(store, ben)
    await hear(store, bought(his))
    link = await store.mutate(lambda work: joins(work, ada, ben).link)
    assert (await plan_of(store, ada), await plan_of(store, ben)) == ("pro", "")
    assert await external_id(store, ada) == his  # Polar knows no other
    assert await whose(store, Customer("c-new", his)) == ada.account
    await store.mutate(lambda work: undo(work, identity_of(work, ada), link) and None)
    assert (await plan_of(store, ada), await plan_of(store, ben)) == ("", "pro")
    assert await whose(store, Customer("c-new", his)) == ben.account


async def test_a_page_that_was_open_leads_where_its_people_went(
    store: Store, ada: Person, ben: Person
) -> None:
    await begins(store, ben, "k1")
    his = await external_id(store, ben)
    await merged(store, ada, ben)
    await hear(store, bought("", id="s1", checkout_id="k1"))
    await hear(store, bought(his, id="s2"))
    running = await store.query(lambda work: work.billing.running(ada.account))
    assert len(running) == 2


async def test_it_follows_from_account_to_account_and_all_the_way_back(
    store: Store, ada: Person, ben: Person
) -> None:
    cleo = await person(store, "Cleo", "slack", "T2")
    his = await external_id(store, ben)
    await hear(store, bought(his))
    first = await store.mutate(lambda work: joins(work, ada, ben).link)
    second = await store.mutate(lambda work: joins(work, cleo, ada).link)
    assert await plan_of(store, cleo) == "pro"
    assert await whose(store, Customer("c-new", his)) == cleo.account
    for link, who in ((second, cleo), (first, ada)):
        await store.mutate(
            lambda work, link=link, who=who: undo(work, identity_of(work, who), link) and None  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        )
    assert [await plan_of(store, each) for each in (ada, ben, cleo)] == ["", "pro", ""]


async def test_who_is_sent_away_on_the_first_day_keeps_their_plan(
    store: Store, ada: Person, ben: Person
) -> None:
    await hear(store, bought(await external_id(store, ben)))
    await joined(store, ada, ben)
    await store.mutate(
        lambda work: unlink(work, ada.account, ben.identity, by=ada.identity) and None
    )
    assert (await plan_of(store, ada), await plan_of(store, ben)) == ("", "pro")


async def test_later_it_stays_with_the_account(
    store: Store, database: Database, ada: Person, ben: Person
) -> None:
    await hear(store, bought(await external_id(store, ben)))
    await settled(store, database, ada, ben)
    await store.mutate(
        lambda work: unlink(work, ada.account, ben.identity, by=ada.identity) and None
    )
    assert (await plan_of(store, ada), await plan_of(store, ben)) == ("pro", "")


async def test_two_who_both_pay_do_not_become_one(store: Store, ada: Person, ben: Person) -> None:
    for each in (ada, ben):
        await hear(store, bought(await external_id(store, each)))
    with pytest.raises(LinkRefused, match="both-pay"):
        await store.mutate(lambda work: joins(work, ada, ben) and None)
    assert (await plan_of(store, ada), await plan_of(store, ben)) == ("pro", "pro")
    ended = bought(await external_id(store, ben), status="canceled", ended_at=NOW)
    await hear(store, ended)
    await joined(store, ada, ben)
