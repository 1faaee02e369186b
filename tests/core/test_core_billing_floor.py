"""What the original's billing component is tested for, as it holds here: its 64 cases
(`parity.md` 2.6) as 73 of ours, corrected where that says so.

How dates and prices are written is read by `adapters/polar`, and tested there. All of it runs on
SQLite, and what the database decides or has to give back on PostgreSQL, too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import delete

from core import schema
from core.billing_facts import Checkout, Customer, Price, Product, Subscription
from core.store import Store
from core.work import Work
from tests.core.paying import MONTH, NOW, bought, product, selling
from tests.core.people import Person, identity_of, person
from tests.databases import Database

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BERLIN = timezone(HOUR)


@pytest.fixture
def store(sqlite: Database) -> Store:
    return sqlite.open(selling())


async def me(store: Store, who: Person) -> str:
    return (await store.query(lambda work: work.accounts.get(who.account))).public_id


async def kept(store: Store, snapshots: Sequence[Subscription]) -> Subscription | None:
    """What is kept when these come one after the other."""

    def come(work: Work) -> Subscription | None:
        for each in snapshots:
            work.billing.apply(each)
        account = work.customers.whose(snapshots[0].customer)
        assert account is not None
        held = work.billing.held(account)
        return held[0].subscription if held else None

    return await store.mutate(come)


# -- of two snapshots the newer one is kept: for subscriptions and products alike ------------------

EARLY, LATE = NOW + HOUR, NOW + 2 * HOUR
VERSIONS: dict[str, tuple[datetime | None, datetime | None, str]] = {
    "newer": (EARLY, LATE, "second"),
    "older": (LATE, EARLY, "first"),
    "of the same time": (EARLY, EARLY, "second"),
    "changed, after one that never was": (None, EARLY, "second"),
    "never changed, after one that was": (EARLY, None, "first"),
    "never changed, both": (None, None, "second"),
    "newer by a microsecond": (EARLY, EARLY + timedelta(microseconds=1), "second"),
    "older by a microsecond": (EARLY + timedelta(microseconds=1), EARLY, "first"),
    # As text, the first of these would come last.
    "newer, with a fraction of a second": (EARLY, EARLY + timedelta(microseconds=123456), "second"),
    "older, in another zone": (LATE, EARLY.astimezone(BERLIN), "first"),
    "of the same time, in another zone": (EARLY, EARLY.astimezone(BERLIN), "second"),
    "newer, in another zone": (EARLY, LATE.astimezone(BERLIN), "second"),
}


@pytest.mark.parametrize("how", VERSIONS)
async def test_a_subscription_comes_again(store: Store, ada: Person, how: str) -> None:
    first, second, expected = VERSIONS[how]
    base = bought(await me(store, ada))
    told = [
        replace(base, modified_at=first, amount=1), replace(base, modified_at=second, amount=2)
    ]  # fmt: skip
    found = await kept(store, told)
    assert found is not None
    assert found.amount == {"first": 1, "second": 2}[expected]


@pytest.mark.parametrize("how", VERSIONS)
async def test_a_product_comes_again(store: Store, how: str) -> None:
    first, second, expected = VERSIONS[how]

    def come(work: Work) -> Product | None:
        assert work.products.seen(product(name="first", modified_at=first))
        assert work.products.seen(product(name="second", modified_at=second)) == (
            expected == "second"
        )
        return work.products.find("p-pro")

    found = await store.mutate(come)
    assert found is not None
    assert found.name == expected


# -- whatever Polar says comes back as it was ------------------------------------------------------

PRICES: dict[str, tuple[Price, ...]] = {
    "fixed": (Price("fixed", 1999, "usd"),),
    "custom": (Price("custom", None, "eur"),),
    "free": (Price("free", 0, "usd"),),
    "by seats": (Price("seat_based", 500, "usd"),),
    "metered": (Price("metered_unit", None, "usd"),),
    "of a kind that is new": (Price("auction", None, "usd"),),
    "in a currency without cents": (Price("fixed", 1200, "jpy"),),
    "of before, without a currency": (Price("fixed", 900, ""),),
    "beyond what fits four bytes": (Price("fixed", 2**40, "idr"),),
    "several": (Price("fixed", 900, "usd"), Price("fixed", 800, "eur"), Price("custom", None, "")),
    "none": (),
}


@pytest.mark.parametrize("how", PRICES)
async def test_prices_come_back(store: Store, how: str) -> None:
    told = product(prices=PRICES[how])
    await store.mutate(lambda work: work.products.seen(told) and None)
    assert await store.query(lambda work: work.products.find("p-pro")) == told


PRODUCTS: dict[str, dict[str, Any]] = {
    "with a trial": {"trial_interval": "day", "trial_count": 14},
    "by the year": {"interval": "year"},
    "every second week": {"interval": "week", "interval_count": 2},
    "paid once": {"interval": ""},
    "archived": {"archived": True},
    "described in many words": {"description": "<b>All</b> & more\n" * 40},
    "never changed": {"modified_at": None},
}


@pytest.mark.parametrize("how", PRODUCTS)
async def test_a_product_comes_back(store: Store, how: str) -> None:
    told = product(**PRODUCTS[how])
    await store.mutate(lambda work: work.products.seen(told) and None)
    assert await store.query(lambda work: work.products.find("p-pro")) == told


SUBSCRIPTIONS: dict[str, dict[str, Any]] = {
    "as bought": {},
    "with every time": {
        each.name: datetime(2026, 1, 10 + n, 23, 59, 59, 999999, BERLIN)
        for n, each in enumerate(fields(Subscription))
        if "datetime" in str(each.type) and n < 18
    },
    "on trial": {"status": "trialing", "trial_start": NOW, "trial_end": NOW + DAY},
    "to be changed": {"pending_product_id": "p-teams", "pending_at": NOW + MONTH},
    "of a state that is new": {"status": "hibernating"},
    "without a price": {"amount": None, "currency": ""},
    "of a large sum": {"amount": 2**40},
    "without an end": {"period_end": None},
}


@pytest.mark.parametrize("how", SUBSCRIPTIONS)
async def test_a_subscription_comes_back(store: Store, ada: Person, how: str) -> None:
    told = bought(await me(store, ada), **SUBSCRIPTIONS[how])
    found = await kept(store, [told])
    assert found == told
    assert found is not None
    assert found.created_at.tzinfo is UTC


# -- who pays is settled once ---------------------------------------------------------------------

ASKED = Checkout("k1", "open", None, "p-pro", NOW + DAY)


async def test_a_customer_is_the_same_again(store: Store, ada: Person) -> None:
    base = bought(await me(store, ada))

    def again(work: Work) -> set[int | None]:
        work.billing.apply(base)
        work.billing.apply(base)
        return {work.customers.whose(base.customer) for _ in range(2)}

    assert await store.mutate(again) == {ada.account}


async def test_whose_a_subscription_is_stays(store: Store, ada: Person) -> None:
    """The first that is known of it counts, whatever is said later."""
    ben = await person(store, "Ben")
    mine, his = await me(store, ada), await me(store, ben)
    told = replace(bought(his), id="s-1", modified_at=NOW + HOUR)

    def come(work: Work) -> tuple[int, int]:
        work.billing.apply(bought(mine, id="s-1"))
        work.billing.apply(told)
        return len(work.billing.held(ada.account)), len(work.billing.held(ben.account))

    assert await store.mutate(come) == (1, 0)


async def test_a_checkout_is_kept_once(store: Store, ada: Person) -> None:
    ben = await person(store, "Ben")

    def twice(work: Work) -> int:
        work.checkouts.made(ada.account, identity_of(work, ada), ASKED)
        work.checkouts.made(ben.account, identity_of(work, ben), ASKED)
        found = work.checkouts.find("k1")
        assert found is not None
        return found.account

    assert await store.mutate(twice) == ada.account


# -- the subscription that counts -----------------------------------------------------------------

OVER = {"status": "canceled", "ended_at": NOW}
TRIAL = {"status": "trialing", "trial_start": NOW, "trial_end": NOW + 7 * DAY}
GONE = {"status": "trialing", "trial_end": NOW - 4 * DAY}
CURRENT: dict[str, tuple[list[dict[str, Any]], str | None, str]] = {
    "none": ([], None, ""),
    "active": ([{}], "s0", "pro"),
    "on trial": ([TRIAL], "s0", "pro"),
    "a trial that is over, and no news of it": ([GONE], None, ""),
    "a trial that is over, and news still to come": (
        [{**TRIAL, "trial_end": NOW - DAY}], "s0", "pro"
    ),
    "ended": ([OVER], None, ""),
    "of a product that is not known": ([{"product_id": "p-teams"}], "s0", "teams"),
    "a trial that is over, and a new one": ([GONE, {}], "s1", "pro"),
    "two that run": ([{}, {"product_id": "p-teams"}], "s1", "teams"),
    "two alike": ([{"period_end": NOW + DAY}, {"period_end": NOW + 2 * DAY}], "s1", "pro"),
    "one paused, one active": ([{"status": "paused", "product_id": "p-teams"}, {}], "s1", "pro"),
    "paused": ([{"status": "paused"}], "s0", ""),
    "not begun": ([{"status": "incomplete"}], None, ""),
    "a payment failed": ([{"status": "past_due", "past_due_at": NOW - DAY}], "s0", "pro"),
    "not paid for long": ([{"status": "past_due", "past_due_at": NOW - 8 * DAY}], "s0", ""),
}  # fmt: skip


@pytest.mark.parametrize("how", CURRENT)
async def test_one_counts(store: Store, ada: Person, how: str) -> None:
    told, expected, plan = CURRENT[how]
    external = await me(store, ada)

    def come(work: Work) -> tuple[str | None, str]:
        work.products.seen(product())
        for n, each in enumerate(told):
            work.billing.apply(bought(external, id=f"{external}-s{n}", **each))
        found = work.billing.current(ada.account)
        return found.subscription.id[-2:] if found else None, work.entitlements.plan(
            ada.account
        ).name

    assert await store.mutate(come) == (expected, plan)


# -- lists ----------------------------------------------------------------------------------------


async def test_all_that_somebody_had_is_listed(store: Store, ada: Person) -> None:
    external = await me(store, ada)
    told = [
        bought(external, id="ended", **OVER, period_start=NOW - MONTH),
        bought(external, id="runs", period_start=NOW),
        bought(external, id="over", period_start=NOW - 2 * MONTH, **GONE),
        bought(external, id="odd", product_id="p-none", period_start=None),
    ]

    def come(work: Work) -> list[tuple[str, str | None]]:
        work.products.seen(product())
        for each in told:
            work.billing.apply(each)
        found = work.billing.held(ada.account)
        return [(each.subscription.id, each.product and each.product.name) for each in found]

    assert await store.mutate(come) == [
        ("runs", "Pro"), ("ended", "Pro"), ("over", "Pro"), ("odd", None)
    ]  # fmt: skip


async def test_who_never_paid_has_nothing(store: Store, ada: Person) -> None:
    assert await store.query(lambda work: work.billing.held(ada.account)) == []
    standing = await store.query(lambda work: work.billing.standing(ada.account))
    assert (standing.current, standing.plan.name, standing.others) == (None, "", 0)


async def test_what_is_sold_is_what_the_operator_chose(store: Store) -> None:
    def come(work: Work) -> tuple[list[str], list[str]]:
        for each in ("p-pro", "p-teams", "p-other"):
            work.products.seen(product(each, name=each))
        work.products.seen(product("p-pro-year", name="year", archived=True))
        sold = [each.id for each in work.billing.configured()]
        return sold, [each.id for each in work.billing.all_products()]

    sold, everything = await store.mutate(come)
    assert sold == ["p-pro", "p-teams"]
    assert everything == ["p-other", "p-pro", "p-teams"]


async def test_what_is_missing_at_polar_is_archived(store: Store) -> None:
    def come(work: Work) -> tuple[int, list[str], list[str]]:
        work.products.sync([product("p-pro"), product("p-teams")])
        gone = work.products.sync([product("p-teams", modified_at=NOW - DAY, name="stale")])
        left = [each.name for each in work.billing.all_products()]
        work.products.sync([product("p-pro"), product("p-teams")])
        return gone, left, [each.id for each in work.billing.all_products()]

    assert await store.mutate(come) == (1, ["Pro"], ["p-pro", "p-teams"])


async def test_a_customer_of_whom_nothing_is_known(store: Store) -> None:
    assert await store.query(lambda work: work.customers.whose(Customer("c", ""))) is None


async def test_so_it_is_on_postgresql(postgres: Database) -> None:
    store = postgres.open(selling())
    for how in VERSIONS:
        await test_a_subscription_comes_again(store, await person(store, "Ada"), how)
        await test_a_product_comes_again(store, how)
        await store.mutate(lambda work: work.run(delete(schema.product)) and None)
    for how in SUBSCRIPTIONS:
        await test_a_subscription_comes_back(store, await person(store, "Ada"), how)
    for how in CURRENT:
        await test_one_counts(store, await person(store, "Ada"), how)
