"""What the stand-in tells of each change: Polar's documented sequences, each with one snapshot."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from polar.v2026_10 import PolarAsync

from adapters.sandbox.polar import PolarSide
from adapters.sandbox.polar_objects import product
from adapters.sandbox.polar_products import PRO_MONTHLY, PRO_YEARLY, TEAMS_MONTHLY
from tests.adapters.sandbox_polar_kit import ADA, Since, polar

PAID = ["order.created", "order.updated", "order.paid"]


def subs(*kinds: str) -> list[str]:
    return [f"subscription.{each}" for each in kinds]


def newest(side: PolarSide, count: int) -> list[dict[str, Any]]:
    """The objects that the newest events about subscriptions show."""
    own = [each for each in side.events if each.kind.startswith("subscription.")]
    return [each.data for each in own[-count:]]


async def bought(client: PolarAsync, side: PolarSide, product: str = PRO_MONTHLY) -> str:
    made = await client.checkouts.create(products=[product], external_customer_id=ADA)
    return str(side.pay(made.id, email="ada@example.com")["id"])


async def test_a_first_purchase():
    async with polar() as (side, client):
        told = Since(side)
        await bought(client, side)
        assert told.all() == [
            "checkout.created", "customer.created", "checkout.updated", "subscription.created",
            "order.created", "subscription.active", "subscription.updated", "order.paid",
            "benefit_grant.created", "customer.state_changed",
        ]  # fmt: skip
        orders = [each.data for each in side.events if each.kind.startswith("order.")]
        assert [each["status"] for each in orders] == ["pending", "paid"]
        assert newest(side, 3)[0] == newest(side, 3)[2]
        assert newest(side, 1)[0]["modified_at"] is None


async def test_cancelled_at_the_end_and_taken_back_and_ended():
    async with polar() as (side, client):
        sub, told = await bought(client, side), Since(side)
        told()
        given = {"customer_cancellation_reason": "too_expensive"}
        update = client.subscriptions.update
        left = await update(sub, cancel_at_period_end=True, **given)
        assert told() == subs("updated", "canceled")
        assert (left.status, left.ends_at) == ("active", left.current_period_end)
        assert left.customer_cancellation_reason == "too_expensive"
        back = await update(sub, cancel_at_period_end=False)
        assert told() == subs("updated", "uncanceled")
        assert (back.canceled_at, back.ends_at, back.customer_cancellation_reason) == (
            None, None, None
        )  # fmt: skip
        await update(sub, cancel_at_period_end=True)
        told()
        ended = side.renew(sub)
        assert told() == subs("updated", "revoked")
        assert (ended["status"], side.renew(sub)["status"]) == ("canceled", "canceled")
        assert ended["ended_at"] >= ended["current_period_end"]


async def test_ended_at_once():
    async with polar() as (side, client):
        sub, told = await bought(client, side), Since(side)
        await client.subscriptions.update(sub, revoke=True)
        assert told.all() == [
            *subs("updated", "canceled", "revoked"), "customer.state_changed",
            "benefit_grant.revoked", "customer.state_changed",
        ]  # fmt: skip
        first, second, third = newest(side, 3)
        assert first == second == third
        assert first["status"] == "canceled"


async def test_renewed():
    async with polar() as (side, client):
        sub, told = await bought(client, side), Since(side)
        before = side.book.subscription(sub)["current_period_end"]
        renewed = side.renew(sub)
        assert told() == [*subs("cycled", "updated"), *PAID]
        assert renewed["current_period_start"] == before
        at = datetime.fromisoformat(before).month % 12 + 1
        assert datetime.fromisoformat(renewed["current_period_end"]).month == at


async def test_a_trial_that_ends():
    async with polar() as (side, client):
        told = Since(side)
        sub = await bought(client, side, PRO_YEARLY)
        assert side.book.subscription(sub)["status"] == "trialing"
        first = next(each.data for each in side.events if each.kind == "order.paid")
        assert first["total_amount"] == 0
        told()
        side.advance(days=6.9)
        assert told() == []
        side.advance(days=0.2)
        assert told() == [*subs("cycled", "updated"), *PAID]
        assert side.book.subscription(sub)["status"] == "active"


async def test_paused_and_resumed():
    async with polar() as (side, client):
        sub, told = await bought(client, side), Since(side)
        update = client.subscriptions.update
        await update(sub, pause_at_period_end=True)
        await update(sub, pause_at_period_end=False)
        await update(sub, pause_at_period_end=True)
        assert told() == subs("updated", "updated", "updated")
        assert side.renew(sub)["status"] == "paused"
        assert told() == subs("updated", "paused")
        assert (await update(sub, resume=True)).status == "active"
        assert told() == [*subs("updated", "resumed"), *PAID]
        soon = side.book.subscription(sub)["current_period_end"]
        await update(sub, pause_at_period_end=True, resumes_at=soon)
        told()
        assert side.renew(sub)["status"] == "active"
        assert told()[:4] == subs("updated", "paused", "updated", "resumed")


async def test_behind_with_a_payment_and_paid_after_all():
    async with polar() as (side, client):
        sub, told = await bought(client, side), Since(side)
        behind = side.fall_behind(sub)
        assert told() == [
            *subs("cycled", "updated"), "order.created", "order.updated",
            *subs("updated", "past_due"),
        ]  # fmt: skip
        assert (behind["status"], behind["past_due_at"] is None) == ("past_due", False)
        side.advance(days=2.1)
        assert told() == ["order.updated"]
        side.mend_payment(sub)
        side.advance(days=5)
        assert told() == ["order.updated", "order.paid", *subs("updated", "active")]
        assert side.book.subscription(sub)["past_due_at"] is None


async def test_given_up_after_four_retries():
    async with polar() as (side, client):
        sub, told = await bought(client, side), Since(side)
        side.fail_payment(sub, math.inf)
        side.renew(sub)
        since = datetime.fromisoformat(side.book.subscription(sub)["past_due_at"])
        told()
        side.advance(days=20.9)
        assert told() == ["order.updated"] * 3
        side.advance(days=0.2)
        assert told() == [*subs("updated", "canceled", "revoked"), "order.updated"]
        ended = side.book.subscription(sub)
        assert (datetime.fromisoformat(ended["ended_at"]) - since).days == 21
        [order] = [each for each in side.book.orders.values() if each["status"] == "void"]
        assert order["subscription_id"] == sub


def last_paid(side) -> int:
    """In cents, by the newest order."""
    return [each.data for each in side.events if each.kind == "order.paid"][-1]["total_amount"]


async def test_changes_of_plan():
    async with polar() as (side, client):
        sub, told = await bought(client, side), Since(side)
        update = client.subscriptions.update
        done = await update(sub, product_id=TEAMS_MONTHLY, proration_behavior="invoice")
        assert told() == [*subs("updated"), *PAID]
        assert (done.product_id, done.amount) == (TEAMS_MONTHLY, 1900)
        paid = [each.data for each in side.events if each.kind == "order.paid"][-1]
        assert paid["billing_reason"] == "subscription_update"
        assert 990 <= last_paid(side) <= 1000
        await update(sub, product_id=PRO_MONTHLY, proration_behavior="prorate")
        assert told() == subs("updated")
        end = await update(sub, product_id=PRO_YEARLY, proration_behavior="reset")
        assert told() == [*subs("updated"), *PAID]
        assert (end.recurring_interval, last_paid(side)) == ("year", 9000)


async def test_another_interval_is_paid_for_at_once():
    """There is no next invoice of the old one that the difference could wait for."""
    async with polar() as (side, client):
        sub, told = await bought(client, side), Since(side)
        update = client.subscriptions.update
        await update(sub, product_id=PRO_YEARLY, proration_behavior="prorate")
        assert told() == [*subs("updated"), *PAID]
        assert 8100 <= last_paid(side) <= 8110


async def test_three_months_are_another_period_than_one():
    async with polar() as (side, client):
        quarterly = product(name="Quarterly", amount=2400, recurring_interval_count=3)
        side.put_product(quarterly)
        sub, told = await bought(client, side), Since(side)
        update = client.subscriptions.update
        begun = await update(sub, product_id=quarterly["id"], proration_behavior="prorate")
        assert told() == [*subs("updated"), *PAID]
        assert 1500 <= last_paid(side) <= 1510
        start, end = map(
            datetime.fromisoformat, (begun.current_period_start, begun.current_period_end)
        )
        assert (end - start).days >= 89


async def test_a_change_that_waits_for_the_next_period():
    async with polar() as (side, client):
        sub, told = await bought(client, side), Since(side)
        update = client.subscriptions.update
        for product in (TEAMS_MONTHLY, PRO_YEARLY):
            left = await update(sub, product_id=product, proration_behavior="next_period")
            assert (left.product_id, left.pending_update.product_id) == (PRO_MONTHLY, product)
            assert left.pending_update.applies_at == left.current_period_end
        cleared = await update(sub, pending_update=None)
        assert (cleared.pending_update, told()) == (None, subs("updated", "updated", "updated"))
        await update(sub, product_id=TEAMS_MONTHLY, proration_behavior="next_period")
        told()
        done = side.renew(sub)
        assert told() == [*subs("cycled", "updated"), *PAID]
        assert (done["product_id"], done["pending_update"]) == (TEAMS_MONTHLY, None)
        grants = [each for each in side.book.grants.values() if each["is_granted"]]
        assert [each["benefit"]["description"] for each in grants] == ["What Teams allows"]


async def test_refunded_and_a_checkout_that_is_declined_confirmed_and_expires():
    async with polar() as (side, client):
        sub, told = await bought(client, side), Since(side)
        [order] = side.book.orders
        side.refund(order)
        assert told() == ["refund.created", "order.updated", "order.refunded"]
        side.revoke(sub)
        made = await client.checkouts.create(products=[PRO_MONTHLY], external_customer_id=ADA)
        told()
        assert side.decline(made.id)["status"] == "open"
        assert side.ask_bank(made.id)["status"] == "confirmed"
        assert side.refuse(made.id)["status"] == "open"
        assert told() == ["checkout.updated"] * 3
        side.ask_bank(made.id)
        assert side.approve(made.id)["status"] == "active"
        late = await client.checkouts.create(products=[PRO_MONTHLY])
        told()
        side.advance(days=1)
        assert told() == ["checkout.updated", "checkout.expired"]
        assert (await client.checkouts.get(late.id)).status == "expired"
        final = await client.checkouts.create(products=[PRO_MONTHLY])
        assert side.decline(final.id, "b@example.com", final=True)["status"] == "failed"


async def test_products_change():
    async with polar() as (side, client):
        told = Since(side)
        side.put_product(product(name="Support", recurring_interval=None, amount=5000))
        archived = await client.products.get(PRO_MONTHLY)
        assert not archived.is_archived
        side.put_product(side.book.products[PRO_MONTHLY] | {"is_archived": True})
        assert told() == ["product.created", "product.updated"]
        assert (await client.products.get(PRO_MONTHLY)).is_archived
        [once] = (await client.products.list(is_recurring=False)).items
        made = await client.checkouts.create(products=[once.id], external_customer_id=ADA)
        told()
        order = side.pay(made.id, email="ada@example.com")
        assert told() == ["customer.created", "checkout.updated", *PAID]
        assert (order["billing_reason"], order["status"]) == ("purchase", "paid")
        assert (await client.orders.get(order["id"])).subscription is None


async def test_the_clock_stops_at_each_moment_on_its_way():
    async with polar() as (side, client):
        sub = await bought(client, side)
        side.subscribe("acct-b", TEAMS_MONTHLY)
        start = side.book.clock.now()
        side.advance(days=95)
        cycled = [each.data for each in side.events if each.kind == "subscription.cycled"]
        stamps = [datetime.fromisoformat(each["modified_at"]) for each in cycled]
        assert len(cycled) == 6
        assert stamps == sorted(stamps)
        assert len(set(stamps)) == 6
        own = [each for each in cycled if each["id"] == sub]
        for each in own:
            late = datetime.fromisoformat(each["modified_at"]) - datetime.fromisoformat(
                each["current_period_start"]
            )
            assert abs(late.total_seconds()) < 5
        assert (side.book.clock.now() - start).days == 95
