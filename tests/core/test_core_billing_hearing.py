"""What follows from each kind of thing that Polar tells of, and how long it is kept."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.billing_facts import Checkout, Customer, Grant, Order, Refund
from core.outcomes import Outcome
from core.store import Store
from core.work import Work
from tests.core.paying import NOW, bought, external_id, hear, hook, news, plan_of, selling
from tests.core.paying import product as sold
from tests.core.people import Person, identity_of, person
from tests.databases import Database

HOUR = timedelta(hours=1)


@pytest.fixture
def store(sqlite: Database) -> Store:
    return sqlite.open(selling())


async def test_a_subscription_comes_before_its_product_and_its_customer(
    store: Store, ada: Person
) -> None:
    assert await hear(store, bought(await external_id(store, ada))) is Outcome.APPLIED
    current = await store.query(lambda work: work.billing.current(ada.account))
    assert current is not None
    assert (current.product, current.plan.name) == (None, "pro")
    assert await hear(store, sold()) is Outcome.APPLIED
    assert await hear(store, sold(modified_at=NOW - HOUR)) is Outcome.STALE


async def test_money_back_is_told_once_and_ends_nothing(store: Store, ada: Person) -> None:
    begun = bought(await external_id(store, ada))
    order = Order("o1", "refunded", "purchase", begun.id, "", begun.customer, 900, 400, "usd")
    for what in (begun, order, order):
        assert await hear(store, what) is Outcome.APPLIED
    refund = Refund("r2", "o1", begun.id, begun.customer, 500, "usd")
    assert await hear(store, refund) is Outcome.IGNORED  # a part of a sum that the order has
    assert await hear(store, replace(order, refunded=0)) is Outcome.IGNORED
    assert await hear(store, replace(order, refunded=900)) is Outcome.APPLIED  # the rest
    assert await news(store, ada) == ["PlanStarted", "Refunded", "Refunded"]
    assert await plan_of(store, ada) == "pro"
    stranger = replace(order, customer=Customer("c-x", ""), subscription_id="")
    assert await hear(store, stranger) is Outcome.NOBODY


async def test_a_checkout_is_what_it_was_last_and_paid_is_paid(store: Store, ada: Person) -> None:
    asked = Checkout("k1", "open", None, "p-pro", NOW + 24 * HOUR)
    assert await hear(store, asked) is Outcome.IGNORED  # of somebody else's
    await store.mutate(lambda work: work.checkouts.made(ada.account, identity_of(work, ada), asked))
    opened = lambda work: work.checkouts.open(ada.account, "p-pro")  # noqa: E731  # said thrice
    assert await store.query(opened) == "k1"
    assert await store.query(lambda work: work.checkouts.open(ada.account, "p-teams")) is None
    for status, outcome in (("succeeded", Outcome.APPLIED), ("expired", Outcome.IGNORED)):
        assert await hear(store, replace(asked, status=status)) is outcome
    found = await store.query(lambda work: work.checkouts.find("k1"))
    assert found is not None
    assert found.status == "succeeded"
    assert await store.query(opened) is None


async def test_a_page_about_to_close_is_not_shown_again(
    store: Store, sqlite: Database, ada: Person
) -> None:
    asked = Checkout("k1", "open", None, "p-pro", NOW + 24 * HOUR)
    await store.mutate(lambda work: work.checkouts.made(ada.account, identity_of(work, ada), asked))
    sqlite.clock.advance(hours=23, minutes=31)
    assert await store.query(lambda work: work.checkouts.open(ada.account, "p-pro")) is None
    sqlite.clock.advance(days=91)
    await store.mutate(lambda work: work.checkouts.forget())
    assert await store.query(lambda work: work.checkouts.find("k1")) is None


async def test_the_message_with_the_page_learns_that_it_was_paid(
    store: Store, sqlite: Database, ada: Person
) -> None:
    def ask(work: Work) -> str:
        asked = work.steps.ask(identity_of(work, ada), "checkout", {"product": "p-pro"})
        work.steps.done(asked.public_id, "shown")
        return asked.public_id

    step = await store.mutate(ask)
    await hear(store, bought(await external_id(store, ada)))
    jobs = {each.id: each.payload for each in sqlite.jobs.pending()}
    assert jobs[f"billing-paid:{step}"] == {"step": step}


async def test_a_benefit_that_does_not_fit_has_the_subscriptions_looked_through(
    store: Store, ada: Person
) -> None:
    begun = bought(await external_id(store, ada))
    granted = Grant("g1", begun.customer, granted=True)
    await store.mutate(lambda work: work.reconciliation.claim("me", NOW + HOUR))
    await store.mutate(lambda work: work.reconciliation.ended(0))
    assert await hear(store, granted) is Outcome.APPLIED
    state = await store.query(lambda work: work.reconciliation.state())
    assert state is not None
    assert state.due_at == NOW + timedelta(minutes=1)
    await hear(store, begun)
    assert await hear(store, granted) is Outcome.IGNORED
    assert await hear(store, replace(granted, granted=False)) is Outcome.APPLIED


async def test_nothing_of_a_batch_is_lost(sqlite: Database) -> None:
    """What fails among many does not take them along."""
    store = sqlite.open(selling())
    people = [await person(store, f"{n}") for n in range(20)]
    told = [hook(bought(await external_id(store, each))) for each in people]
    told[7] = hook(replace(bought("x"), period_end=NOW.replace(year=9999, month=12, day=31)))
    done = await asyncio.gather(
        *(store.mutate(lambda work, each=each: work.hooks.receive(each)) for each in told)
    )
    assert done.count(Outcome.APPLIED) == 19
    assert done[7] is Outcome.FAILED
    assert [await plan_of(store, each) for each in people].count("pro") == 19


async def test_bodies_go_after_a_week_and_ids_after_ninety_days(
    store: Store, sqlite: Database, ada: Person
) -> None:
    told = hook(bought(await external_id(store, ada)))
    await store.mutate(lambda work: work.hooks.receive(told))
    assert await store.query(lambda work: work.hooks.heard()) == NOW
    for days, body, known in ((6, "{}", True), (2, None, True), (81, None, True), (2, None, False)):
        sqlite.clock.advance(days=days)
        await store.mutate(lambda work: work.hooks.forget())
        found = await store.query(lambda work: work.hooks.find("polar", told.id))
        assert (found is not None) == known
        assert (found.body if found else None) == body
    assert await store.query(lambda work: work.hooks.heard()) is None


async def test_what_cannot_be_read_or_is_new_is_kept(store: Store) -> None:
    body = '{"type": "order.exploded\0"}'
    assert await hear(store, None, type="a.new.one", known=False, body=body) is Outcome.UNKNOWN
    assert await hear(store, None, why="no id", body="{") is Outcome.MALFORMED
    assert await hear(store, None, type="member.created") is Outcome.IGNORED
    waiting = await store.query(lambda work: work.hooks.page())
    assert {(each.outcome, each.why) for each in waiting} == {
        (Outcome.UNKNOWN, "a.new.one"),
        (Outcome.MALFORMED, "no id"),
    }
    assert all(each.body for each in waiting)
    counts = await store.query(lambda work: work.hooks.counts())
    assert counts == {Outcome.UNKNOWN: 1, Outcome.MALFORMED: 1}


async def test_what_no_webhook_said_is_counted(store: Store, ada: Person) -> None:
    begun = bought(await external_id(store, ada))
    repair = lambda what: store.mutate(lambda work: work.billing.repair(what))  # noqa: E731  # said often
    assert await repair(begun)
    assert not await repair(begun)
    assert await repair(replace(begun, modified_at=NOW + HOUR))
    assert not await repair(begun)


async def test_half_of_what_is_sold_puts_nothing_away(store: Store) -> None:
    pro, teams = sold(), sold(id="p-teams", name="Teams")
    await store.mutate(lambda work: work.products.sync([pro, teams]))
    assert await store.mutate(lambda work: work.products.sync([pro], whole=False)) == 0
    assert len(await store.query(lambda work: work.billing.all_products())) == 2
    assert await store.mutate(lambda work: work.products.sync([pro])) == 1  # it is gone indeed
    assert len(await store.query(lambda work: work.billing.all_products())) == 1
