"""Polar's API in the stand-in, each operation by polar-sdk, which deserializes strictly."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from polar.base import PolarDeserializationError

from adapters.sandbox.polar_products import (
    ARCHIVED,
    PRO_MONTHLY,
    PRO_YEARLY,
    TEAMS_MONTHLY,
    UNCONFIGURED,
)
from tests.adapters.sandbox_polar_kit import ADA, polar


async def test_products_are_listed_by_the_page_and_filtered():
    async with polar() as (_, client):
        listed = await client.products.list(is_archived=False, limit=100)
        assert {each.id for each in listed.items} == {
            PRO_MONTHLY, PRO_YEARLY, TEAMS_MONTHLY, UNCONFIGURED
        }  # fmt: skip
        assert listed.pagination.total_count == 4
        assert [each.id for each in (await client.products.list(is_archived=True)).items] == [
            ARCHIVED
        ]
        first = await client.products.list(limit=2, page=1)
        assert (len(first.items), first.pagination.max_page) == (2, 3)
        assert len([each async for each in client.products.iter_list(limit=2)]) == 5
        pro = await client.products.get(PRO_YEARLY)
        assert (pro.prices[0].price_amount, pro.prices[0].price_currency) == (9000, "usd")
        assert (pro.recurring_interval, pro.trial_interval, pro.trial_interval_count) == (
            "year", "day", 7
        )  # fmt: skip
        assert pro.benefits[0].type == "custom"


async def test_a_checkout_keeps_what_it_was_given_for_24_hours():
    async with polar() as (side, client):
        made = await client.checkouts.create(
            products=[PRO_MONTHLY, TEAMS_MONTHLY],
            external_customer_id=ADA,
            success_url="https://bot.example/paid?checkout_id={CHECKOUT_ID}",
            return_url="https://bot.example/back",
            metadata={"from": "telegram", "chat": 7},
            customer_metadata={"a": "b"},
            locale="de",
            allow_discount_codes=True,
            customer_email=None,
        )
        assert made.status == "open"
        assert made.success_url == f"https://bot.example/paid?checkout_id={made.id}"
        assert made.url == f"{side.url}/checkout/{made.client_secret}"
        life = datetime.fromisoformat(made.expires_at) - datetime.fromisoformat(made.created_at)
        assert life == timedelta(hours=24)
        assert (made.external_customer_id, made.customer_id, made.locale) == (ADA, None, "de")
        assert made.metadata == {"from": "telegram", "chat": 7}
        assert [each.id for each in made.products] == [PRO_MONTHLY, TEAMS_MONTHLY]
        assert (made.product_id, made.total_amount) == (PRO_MONTHLY, 900)
        side.advance(hours=24)
        assert (await client.checkouts.get(made.id)).status == "expired"
        assert [each.id for each in (await client.checkouts.list(status="expired")).items] == [
            made.id
        ]


async def test_trials_come_from_the_product_or_the_request():
    async with polar() as (_, client):
        create = client.checkouts.create
        of_product = await create(products=[PRO_YEARLY])
        assert (of_product.active_trial_interval, of_product.active_trial_interval_count) == (
            "day", 7
        )  # fmt: skip
        asked = await create(products=[PRO_MONTHLY], trial_interval="month", trial_interval_count=1)
        assert (asked.active_trial_interval, asked.is_payment_required) == ("month", False)
        assert asked.trial_end
        without = await create(products=[PRO_YEARLY], allow_trial=False)
        assert (without.active_trial_interval, without.trial_end) == (None, None)


async def test_what_was_bought_is_found_by_the_account():
    async with polar() as (side, client):
        given = {"external_customer_id": ADA, "metadata": {"m": 1}, "customer_metadata": {"c": 2}}
        made = await client.checkouts.create(products=[PRO_MONTHLY], **given)
        side.pay(made.id, email="ada@example.com", name="Ada")
        side.subscribe("acct-ben", TEAMS_MONTHLY)
        paid = await client.checkouts.get(made.id)
        who = await client.customers.get_external(ADA)
        assert (paid.status, paid.customer_id) == ("succeeded", who.id)
        assert (who.email, who.name, who.metadata) == ("ada@example.com", "Ada", {"c": 2})
        found = await client.subscriptions.list(
            external_customer_id=[ADA], status=["active", "trialing"], active=True
        )
        [sub] = found.items
        assert found.pagination.total_count == 1
        assert (sub.status, sub.checkout_id, sub.metadata) == ("active", made.id, {"m": 1})
        assert (sub.customer.external_id, sub.product.id, sub.amount) == (ADA, PRO_MONTHLY, 900)
        assert (await client.subscriptions.get(sub.id)).id == sub.id
        [order] = (await client.orders.list(external_customer_id=ADA)).items
        assert (order.status, order.billing_reason) == ("paid", "subscription_create")
        assert (order.subscription.id, order.product.id) == (sub.id, PRO_MONTHLY)
        assert (await client.orders.get(order.id)).metadata == {"m": 1}


async def test_subscriptions_are_filtered_and_paged():
    async with polar() as (side, client):
        for number in range(5):
            side.subscribe(f"acct-{number}", TEAMS_MONTHLY if number % 2 else PRO_MONTHLY)
        ended = side.subscribe("acct-gone", PRO_MONTHLY)
        side.revoke(ended["id"])
        listed = client.subscriptions.list
        assert (await listed(active=True)).pagination.total_count == 5
        assert [each.id for each in (await listed(active=False)).items] == [ended["id"]]
        assert (await listed(product_id=TEAMS_MONTHLY)).pagination.total_count == 2
        both = await listed(external_customer_id=["acct-1", "acct-gone"])
        assert {each.status for each in both.items} == {"active", "canceled"}
        page = await listed(limit=4, page=2)
        assert (len(page.items), page.pagination.max_page) == (2, 2)
        newest = [each.customer.external_id async for each in client.subscriptions.iter_list()]
        assert newest[0] == "acct-gone"
        assert newest[-1] == "acct-0"


async def test_customers_are_made_found_changed_and_deleted():
    async with polar() as (side, client):
        people = client.customers
        made = await people.create(email="ada@example.com", external_id=ADA, name="Ada")
        assert (await people.get(made.id)).external_id == ADA
        changed = await people.update_external(ADA, name="Ada L.", metadata={"plan": "x"})
        assert (changed.name, changed.metadata) == ("Ada L.", {"plan": "x"})
        assert [each.id for each in (await people.list(email="ada@example.com")).items] == [made.id]
        sub = side.subscribe(ADA, PRO_MONTHLY)
        assert sub["customer"]["id"] == made.id
        assert sub["customer"]["email"] == "ada@example.com"
        await people.delete_external(ADA, anonymize=True)
        assert side.book.subscription(sub["id"])["status"] == "canceled"
        assert (await people.list()).items == []
        assert "ada" not in side.book.customers[made.id]["email"]


async def test_a_customer_session_lives_an_hour():
    async with polar() as (side, client):
        made = await client.customers.create(email="ada@example.com", external_id=ADA)
        for known in ({"external_customer_id": ADA}, {"customer_id": made.id}):
            session = await client.customer_sessions.create(**known, return_url="https://b.example")
            assert session.customer.external_id == ADA
            assert session.customer_portal_url.startswith(f"{side.url}/portal?")
            born, ends = session.created_at, session.expires_at
            life = datetime.fromisoformat(ends) - datetime.fromisoformat(born)
            assert life == timedelta(hours=1)


async def test_a_customers_state_is_right_and_the_sdk_cannot_read_it():
    async with polar() as (side, client):
        await client.customers.create(email="ada@example.com", external_id=ADA)
        empty = await client.customers.get_state_external(ADA)
        assert (empty.active_subscriptions, empty.granted_benefits) == ([], [])
        side.subscribe(ADA, PRO_MONTHLY)
        with pytest.raises(PolarDeserializationError):  # its model of `status` is wrong in 1.0.2
            await client.customers.get_state_external(ADA)
        state = side.book.state(side.book.by_external(ADA))
        assert [each["status"] for each in state["active_subscriptions"]] == ["active"]
        assert [each["benefit_type"] for each in state["granted_benefits"]] == ["custom"]
        sub = state["active_subscriptions"][0]["id"]
        side.revoke(sub)
        ended = await client.customers.get_state(side.book.by_external(ADA)["id"])
        assert (ended.active_subscriptions, ended.granted_benefits) == ([], [])


async def test_refunds_are_made_and_listed():
    async with polar() as (side, client):
        sub = side.subscribe(ADA, PRO_MONTHLY)
        [order] = (await client.orders.list(subscription_id=sub["id"])).items
        part = await client.refunds.create(order_id=order.id, amount=400, reason="other")
        assert (part.amount, part.subscription_id) == (400, sub["id"])
        assert (await client.orders.get(order.id)).status == "partially_refunded"
        side.refund(order.id)
        done = await client.orders.get(order.id)
        assert (done.status, done.refunded_amount, done.refundable_amount) == ("refunded", 900, 0)
        assert (await client.refunds.list(order_id=order.id)).pagination.total_count == 2
        assert (await client.subscriptions.get(sub["id"])).status == "active"


async def test_calls_are_kept_for_asserting():
    async with polar() as (side, client):
        await client.subscriptions.list(external_customer_id=[ADA, "b"], limit=100)
        await client.checkouts.create(products=[PRO_MONTHLY], customer_name=None)
        listed, created = side.calls
        assert (listed.method, listed.path, listed.version) == ("GET", "/v1/subscriptions/",
                                                                "2026-10")  # fmt: skip
        assert listed.query.getall("external_customer_id") == [ADA, "b"]
        assert created.body == {"products": [PRO_MONTHLY], "customer_name": None}
        assert (listed.status, created.status) == (200, 201)
