"""Whoever is forgotten is forgotten as a payer, too."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import schema
from core.billing_facts import Checkout, Order
from core.forgetting import forget, holdings
from core.outcomes import Outcome
from core.store import Store
from core.work import Work
from tests.core.joining import settled
from tests.core.paying import NOW, bought, external_id, hear, hook, selling
from tests.core.people import Person, identity_of, person
from tests.databases import Database

DAY = timedelta(days=1)


@pytest.fixture
def store(sqlite: Database) -> Store:
    return sqlite.open(selling())


async def forgets(store: Store, who: Person) -> None:
    await store.mutate(lambda work: forget(work, who.account) and None)


async def bodies(store: Store) -> list[str | None]:
    statement = select(schema.hook.c.body).order_by(schema.hook.c.id)
    return list(await store.query(lambda work: work.run(statement).scalars()))


def to_forget(database: Database) -> list[str]:
    jobs = [each for each in database.jobs.pending() if each.name == "billing-forget"]
    return [str(each.payload["external_id"]) for each in jobs]


async def test_what_runs_is_counted_before(store: Store, ada: Person) -> None:
    me = await external_id(store, ada)
    await hear(store, bought(me))
    await hear(store, bought(me, id="s2", status="canceled", ended_at=NOW))
    found = await store.query(lambda work: holdings(work, ada.account))
    assert found.subscriptions == 1


async def test_all_of_it_goes_and_polar_is_asked_to_forget(
    store: Store, sqlite: Database, ada: Person, ben: Person
) -> None:
    mine, his = await external_id(store, ada), await external_id(store, ben)
    await hear(store, bought(mine), body=f'{{"external_id": "{mine}", "email": "ada@example.org"}}')
    await hear(store, bought(his), body=f'{{"external_id": "{his}"}}')
    order = Order("o1", "paid", "purchase", "", "", bought(mine).customer, 1, 0, "usd")
    await hear(store, order, body=f'{{"customer_id": "c-{mine}", "email": "ada@example.org"}}')

    def asks(work: Work) -> None:
        work.steps.ask(identity_of(work, ada), "cancel", {"comment": "too dear"})
        page = Checkout("k1", "open", None, "p-pro", NOW + DAY)
        work.checkouts.made(ada.account, identity_of(work, ada), page)

    await store.mutate(asks)
    await forgets(store, ada)
    for table in ("subscription", "checkout", "billing_step"):
        rows = select(schema.metadata.tables[table].c.account_id)
        left = await store.query(lambda work, rows=rows: list(work.run(rows).scalars()))  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        assert set(left) <= {ben.account}
    assert [each for each in await bodies(store) if each] == [f'{{"external_id": "{his}"}}']
    assert to_forget(sqlite) == [mine]


async def test_who_never_paid_is_not_named_to_polar(
    store: Store, sqlite: Database, ada: Person
) -> None:
    await forgets(store, ada)
    assert to_forget(sqlite) == []


async def test_accounts_that_joined_are_forgotten_there_too(
    store: Store, sqlite: Database, ada: Person, ben: Person
) -> None:
    his = await external_id(store, ben)
    await hear(store, bought(his))
    await settled(store, sqlite, ada, ben)
    mine = (await store.query(lambda work: work.accounts.get(ada.account))).public_id
    await forgets(store, ada)
    assert to_forget(sqlite) == sorted([mine, his])


async def test_what_polar_tells_of_them_later_is_not_kept(store: Store, ada: Person) -> None:
    mine = await external_id(store, ada)
    begun = bought(mine)
    await hear(store, begun, id="h-1", body="ada@example.org")
    await forgets(store, ada)
    revoked = replace(begun, status="canceled", ended_at=NOW, modified_at=NOW + DAY)
    unnamed = replace(revoked, customer=replace(begun.customer, external_id=""))
    order = Order("o1", "refunded", "purchase", "", "", begun.customer, 900, 900, "usd")
    for n, what in enumerate((revoked, unnamed, begun.customer, order)):
        told = hook(what, id=f"h-later-{n}", body="ada@example.org")
        assert (
            await store.mutate(lambda work, told=told: work.hooks.receive(told)) is Outcome.IGNORED
        )  # type: ignore[misc]  # mypy can't infer a lambda with defaults
    assert (await bodies(store))[1:] == [None] * 4
    assert await store.query(lambda work: work.customers.unknown()) == []


async def test_so_it_is_on_postgresql(postgres: Database) -> None:
    store = postgres.open(selling())
    ada, ben = await person(store, "Ada"), await person(store, "Ben", "slack", "T1")
    await test_all_of_it_goes_and_polar_is_asked_to_forget(store, postgres, ada, ben)
