"""A payment is an account's by what we said ourselves, and by nothing that a stranger can say
(`promises.md` T33)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.audit import Deed
from core.billing_facts import Checkout, Customer, Order
from core.outcomes import Outcome
from core.store import Store
from tests.core.joining import settled
from tests.core.paying import NOW, bought, external_id, hear, hook, news, plan_of, selling
from tests.core.people import Person, identity_of
from tests.databases import Database

DAY = timedelta(days=1)


@pytest.fixture
def store(sqlite: Database) -> Store:
    return sqlite.open(selling())


async def begins(store: Store, who: Person, id: str) -> None:
    """Somebody is given a page to pay on."""
    page = Checkout(id, "open", None, "p-pro", NOW + DAY)
    await store.mutate(lambda work: work.checkouts.made(who.account, identity_of(work, who), page))


async def whose(store: Store, customer: Customer, checkout: str = "") -> int | None:
    return await store.query(lambda work: work.customers.whose(customer, checkout))


# -- who it is -----------------------------------------------------------------------------------


async def test_by_the_external_id(store: Store, ada: Person) -> None:
    assert await whose(store, Customer("c1", await external_id(store, ada))) == ada.account


async def test_by_our_checkout(store: Store, ada: Person) -> None:
    """Polar knew the e-mail address already: the customer has no id of ours."""
    await begins(store, ada, "k1")
    assert await hear(store, bought("", checkout_id="k1")) is Outcome.APPLIED
    assert await plan_of(store, ada) == "pro"


async def test_by_what_was_bought_before(store: Store, ada: Person) -> None:
    await begins(store, ada, "k1")
    first = bought("", id="s1", checkout_id="k1")
    await hear(store, first)
    assert await hear(store, replace(first, id="s2", checkout_id="")) is Outcome.APPLIED
    assert len(await store.query(lambda work: work.billing.running(ada.account))) == 2


async def test_nobody_gets_what_a_stranger_paid(store: Store, ada: Person) -> None:
    for customer in (Customer("c1", ""), Customer("c2", "Ada"), Customer("c3", "nobody-of-ours")):
        paid = bought("", id=f"s-{customer.id}", customer=customer, checkout_id="k-foreign")
        assert await hear(store, paid) is Outcome.NOBODY
    assert await plan_of(store, ada) == ""
    unknown = await store.query(lambda work: work.customers.unknown())
    assert [(each.customer_id, each.external_id) for each in unknown] == [
        ("c1", ""),
        ("c2", "Ada"),
        ("c3", "nobody-of-ours"),
    ]


async def test_an_account_is_not_named_by_its_row(store: Store, ada: Person) -> None:
    assert await whose(store, Customer("c", str(ada.account))) is None
    assert await whose(store, Customer("c", (await external_id(store, ada)).upper())) is None


async def test_two_who_type_one_address_each_have_what_they_paid(
    store: Store, ada: Person, ben: Person
) -> None:
    """An office has one address for bills: to Polar both are one customer, hers."""
    await begins(store, ada, "k1")
    await begins(store, ben, "k2")
    hers = await external_id(store, ada)
    await hear(store, bought(hers, id="s1", checkout_id="k1"))
    await hear(store, bought(hers, id="s2", checkout_id="k2", product_id="p-teams"))
    assert (await plan_of(store, ada), await plan_of(store, ben)) == ("pro", "teams")
    assert await external_id(store, ben) != hers  # or he would see her bills at Polar
    payer = Customer(f"c-{hers}", hers)
    money = Order("o1", "refunded", "purchase", "s2", "", payer, 900, 900, "usd")
    assert await hear(store, money) is Outcome.APPLIED
    assert await news(store, ben) == ["PlanStarted", "Refunded"]
    third = bought(hers, id="s3", customer=Customer(f"c-{hers}", ""))
    assert await hear(store, third) is Outcome.NOBODY  # whose of the two, nobody can tell


async def test_what_a_buyer_can_write_counts_for_nothing(
    store: Store, ada: Person, ben: Person
) -> None:
    """Ben's names are everywhere but where ours stand: in what Ada bought, and in what somebody
    bought by a link that they found."""
    his = await external_id(store, ben)
    body = f'{{"metadata": {{"account": "{his}"}}, "email": "ben@example.org", "name": "{his}"}}'
    mine = bought(await external_id(store, ada), id="s1", checkout_id=his)
    assert await hear(store, mine, body=body) is Outcome.APPLIED
    found = bought("", id=his, customer=Customer(his, ""), checkout_id=his)
    assert await hear(store, found, body=body) is Outcome.NOBODY
    assert (await plan_of(store, ada), await plan_of(store, ben)) == ("pro", "")
    assert await news(store, ben) == []


# -- by the operator's word ----------------------------------------------------------------------


async def test_the_operator_says_whose_it_is(store: Store, ada: Person) -> None:
    paid = bought("", id="s1", cancel_at_period_end=True, ends_at=NOW + DAY)
    await hear(store, paid, body='{"customer_id": "c-"}')
    await hear(
        store, bought("", id="s9", customer=Customer("c9", "")), body='{"customer_id": "c9"}'
    )
    await hear(store, replace(paid, id="s2", status="canceled", ended_at=NOW))
    me = await external_id(store, ada)
    assert await store.mutate(lambda work: work.customers.attach("c-", me)) == 2
    assert await plan_of(store, ada) == "pro"
    assert await news(store, ada) == ["PlanStarted", "PlanEnding"]
    assert await hear(store, replace(paid, id="s3")) is Outcome.APPLIED
    unknown = await store.query(lambda work: work.customers.unknown())
    assert [each.customer_id for each in unknown] == ["c9"]
    waiting = await store.query(lambda work: work.hooks.page())
    assert sorted(each.body or "" for each in waiting) == ['{"customer_id": "c9"}', "{}"]
    entry = (await store.query(lambda work: work.audit.of(ada.account)))[0]
    assert (entry.kind, dict(entry.facts)) == (
        Deed.ATTACHED,
        {"customer": "c-", "subscriptions": "2"},
    )
    for customer, account in (("c-", me), ("c-none", me), ("c-", "nobody")):
        with pytest.raises(LookupError):
            await store.mutate(lambda work, c=customer, a=account: work.customers.attach(c, a))  # type: ignore[misc]  # mypy can't infer a lambda with defaults


async def test_money_that_went_back_meanwhile_is_still_to_be_told(
    store: Store, ada: Person
) -> None:
    paid = bought("")
    order = Order("o1", "refunded", "purchase", paid.id, "", paid.customer, 900, 900, "usd")
    told = hook(order, type="order.refunded", body=f'{{"customer_id": "{paid.customer.id}"}}')
    await hear(store, paid, type="subscription.created", body=told.body)
    assert await store.mutate(lambda work: work.hooks.receive(told)) is Outcome.NOBODY
    me = await external_id(store, ada)
    await store.mutate(lambda work: work.customers.attach(paid.customer.id, me))
    [waiting] = await store.query(lambda work: work.hooks.page())
    assert waiting.id == told.id
    again = await store.mutate(lambda work: work.hooks.again("polar", told.id, told))
    assert again is Outcome.APPLIED
    assert await news(store, ada) == ["PlanStarted", "Refunded"]
    assert await store.query(lambda work: work.hooks.page()) == []


async def test_an_external_id_that_comes_later_says_so_too(store: Store, ada: Person) -> None:
    paid = bought("")
    await hear(store, paid)
    named = replace(paid.customer, external_id=await external_id(store, ada))
    assert await hear(store, named) is Outcome.APPLIED
    assert await hear(store, named) is Outcome.IGNORED
    assert await plan_of(store, ada) == "pro"


# -- who is told ---------------------------------------------------------------------------------


def identities_told(database: Database) -> Counter[Any]:
    told = [each for each in database.jobs.pending() if each.name == "tell"]
    return Counter(each.payload["identity"] for each in told)


async def test_whoever_began_it_is_told_and_nobody_else(
    store: Store, sqlite: Database, ada: Person, ben: Person
) -> None:
    await settled(store, sqlite, ada, ben)
    before = identities_told(sqlite)
    await begins(store, ada, "k1")
    await hear(store, bought("", checkout_id="k1"))
    assert identities_told(sqlite) - before == {ada.identity: 1}


async def test_else_the_chat_that_came_last_and_wants_to_be_told(
    store: Store, sqlite: Database, ada: Person, ben: Person
) -> None:
    await settled(store, sqlite, ada, ben)
    before = identities_told(sqlite)
    me = await external_id(store, ada)
    await hear(store, bought(me, id="s1"))
    for n, who in enumerate((ben, ada), 2):
        await store.mutate(
            lambda work, who=who: work.profile.set_notify(ada.account, who.identity, on=False)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        )
        await hear(store, bought(me, id=f"s{n}"))
    assert identities_told(sqlite) - before == {ben.identity: 1, ada.identity: 1}
    assert (await news(store, ada)).count("PlanStarted") == 3
