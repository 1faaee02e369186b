"""What the stand-in refuses, in Polar's shapes, and how its API can be made to go wrong."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest
from polar.base import (
    PolarClientError,
    PolarDeserializationError,
    PolarError,
    PolarNetworkError,
    PolarRateLimitError,
    PolarServerError,
)
from polar.v2026_10 import PolarAsync, errors

from adapters.sandbox import polar_errors
from adapters.sandbox.polar_products import ARCHIVED, PRO_MONTHLY, PRO_YEARLY, TEAMS_MONTHLY
from tests.adapters.sandbox_polar_kit import ADA, TOKEN, polar

NOBODY = "00000000-0000-4000-8000-000000000000"


async def name_of(call: Any, kind: type[PolarClientError]) -> str:
    """The name in the refusal, or of a 422 its first message."""
    with pytest.raises(kind) as refused:
        await call
    error = refused.value.error
    return error.detail[0].msg if kind is errors.HTTPValidationError else error.error


async def test_a_token_that_is_not_known():
    async with polar() as (side, _):
        async with PolarAsync("polar_oat_wrong", base_url=side.url) as stranger:
            with pytest.raises(PolarClientError) as refused:
                await stranger.products.list()
        assert refused.value.status_code == 401
        assert json.loads(refused.value.error)["error"] == "invalid_token"
        assert side.calls[-1].status == 401


async def test_what_is_not_there():
    async with polar() as (side, client):
        missing = errors.ResourceNotFound
        for call in (
            client.products.get(NOBODY),
            client.checkouts.get(NOBODY),
            client.subscriptions.get(NOBODY),
            client.subscriptions.update(NOBODY, revoke=True),
            client.customers.get_external("nobody"),
            client.customers.get_state_external("nobody"),
            client.webhooks.redeliver_webhook_event(NOBODY),
        ):
            assert await name_of(call, missing) == "ResourceNotFound"
        odd = client.subscriptions.get("not-an-id")
        assert "UUID" in await name_of(odd, errors.HTTPValidationError)
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}) as http:
            assert (await http.get(f"{side.url}/v1/meters/")).status_code == 404


async def test_checkouts_and_sessions_that_cannot_be():
    async with polar() as (side, client):
        bad, create = errors.HTTPValidationError, client.checkouts.create
        many = {f"k{number}": 1 for number in range(51)}
        old = side.subscribe("acct-old", PRO_MONTHLY)
        for given, words in (
            ({"products": [ARCHIVED]}, "archived"),
            ({"products": [NOBODY]}, "not exist"),
            ({"products": []}, "At least one"),
            ({"products": [PRO_MONTHLY], "customer_id": NOBODY}, "not exist"),
            ({"products": [PRO_MONTHLY], "subscription_id": old["id"]}, "free"),
            ({"products": [PRO_MONTHLY], "success_url": "javascript:alert(1)"}, "valid URL"),
            ({"products": [PRO_MONTHLY], "metadata": many}, "50 items"),
            ({"products": [PRO_MONTHLY], "metadata": {"k" * 41: 1}}, "40 characters"),
            ({"products": [PRO_MONTHLY], "customer_metadata": {"k": "v" * 501}}, "500"),
        ):
            assert words in await name_of(create(**given), bad)
        session = client.customer_sessions.create(external_customer_id="nobody")
        assert await name_of(session, bad) == "Customer does not exist."


async def test_customers_have_one_email_and_one_external_id_for_ever():
    async with polar() as (_, client):
        bad, people = errors.HTTPValidationError, client.customers
        ada = await people.create(email="ada@example.com", external_id=ADA)
        await people.create(email="ben@example.com")
        again = people.create(email="ADA@example.com")
        assert "email" in await name_of(again, bad)
        again = people.create(email="c@example.com", external_id=ADA)
        assert "external ID" in await name_of(again, bad)
        other = people.update(ada.id, external_id="acct-other")
        assert await name_of(other, bad) == "Customer external ID cannot be updated."
        taken = people.update_external(ADA, email="ben@example.com")
        assert "email" in await name_of(taken, bad)


async def test_the_typed_email_wins_over_the_external_id():
    async with polar() as (side, client):
        old = await client.customers.create(email="ada@example.com")
        made = await client.checkouts.create(products=[PRO_MONTHLY], external_customer_id=ADA)
        sub = side.pay(made.id, email="ada@example.com")
        assert sub["customer_id"] == old.id
        assert sub["customer"]["external_id"] is None
        assert (await client.subscriptions.list(external_customer_id=[ADA])).items == []
        made = await client.checkouts.create(products=[PRO_MONTHLY], external_customer_id="acct-b")
        await client.customers.create(email="b@example.com", external_id="acct-b")
        with pytest.raises(polar_errors.PolarError) as refused:
            side.pay(made.id, email="somebody@example.com")
        assert refused.value.status == 422
        assert "external ID does not match" in refused.value.detail


async def test_a_second_subscription_needs_a_seller_who_allows_it():
    async with polar() as (side, client):
        side.subscribe(ADA, PRO_MONTHLY)
        made = await client.checkouts.create(products=[TEAMS_MONTHLY], external_customer_id=ADA)
        with pytest.raises(polar_errors.PolarError, match="AlreadyActiveSubscriptionError") as no:
            side.pay(made.id)
        assert no.value.status == 403
        assert side.book.checkout(made.id)["status"] == "open"
        side.book.several = True
        side.pay(made.id)
        assert len((await client.subscriptions.list(external_customer_id=[ADA])).items) == 2


async def test_updates_that_cannot_be():
    async with polar() as (side, client):
        sub, update = side.subscribe(ADA, PRO_MONTHLY)["id"], client.subscriptions.update
        refused, bad = errors.SubscriptionsUpdate403Error, errors.HTTPValidationError
        held, why = errors.SubscriptionsUpdate409Error, "customer_cancellation_reason"
        for given, words in (
            ({"product_id": ARCHIVED}, "Product is archived."),
            ({"product_id": NOBODY}, "Product does not exist."),
            ({"product_id": TEAMS_MONTHLY, "cancel_at_period_end": True}, "No single shape"),
            ({"cancel_at_periodend": True}, "No single shape"),
            ({"cancel_at_period_end": True, why: "bored"}, "Polar's reasons"),
            ({"revoke": True, why: "bored"}, "Polar's reasons"),
        ):
            assert words in await name_of(update(sub, **given), bad)
        call = update(sub, cancel_at_period_end=False)
        assert await name_of(call, held) == "SubscriptionNotScheduledToCancel"
        side.book.locked.add(sub)
        assert await name_of(update(sub, revoke=True), held) == "SubscriptionLocked"
        delete = client.subscriptions.revoke(sub)
        assert await name_of(delete, errors.SubscriptionLocked) == "SubscriptionLocked"
        side.book.locked.clear()
        for words in ("resume", "pause_at_period_end"):
            with pytest.raises(PolarDeserializationError):  # 409s that the SDK does not know
                await update(sub, **{words: words == "resume"})
        await update(sub, cancel_at_period_end=True)
        call = update(sub, cancel_at_period_end=True)
        assert await name_of(call, refused) == "AlreadyCanceledSubscription"
        call = update(sub, product_id=TEAMS_MONTHLY)
        assert await name_of(call, refused) == "AlreadyCanceledSubscription"
        await client.subscriptions.revoke(sub)
        delete = client.subscriptions.revoke(sub)
        assert await name_of(delete, errors.AlreadyCanceledSubscription)
        with pytest.raises(PolarClientError) as gone:
            await update(sub, cancel_at_period_end=False)
        assert gone.value.status_code == 410
        paused = side.pause(side.subscribe("acct-b", PRO_MONTHLY)["id"])["id"]
        call = update(paused, product_id=TEAMS_MONTHLY)
        assert await name_of(call, refused) == "InactiveSubscription"


async def test_a_failed_charge_changes_nothing():
    async with polar() as (side, client):
        sub = side.subscribe(ADA, PRO_MONTHLY)["id"]
        before, told = side.book.drawn(side.book.subscription(sub)), len(side.events)
        side.fail_payment(sub)
        call = client.subscriptions.update(sub, product_id=PRO_YEARLY, proration_behavior="invoice")
        assert await name_of(call, errors.SubscriptionsUpdate402Error) == "PaymentFailed"
        assert side.book.drawn(side.book.subscription(sub)) == before
        assert len(side.events) == told
        done = await client.subscriptions.update(
            sub, product_id=PRO_YEARLY, proration_behavior="invoice"
        )  # the control: the second time the card is good
        assert done.product_id == PRO_YEARLY


async def test_calls_are_limited_per_minute():
    async with polar() as (side, client):
        side.api.allow(2)
        for _ in range(2):
            await client.products.list()
        with pytest.raises(PolarRateLimitError) as refused:
            await client.products.list()
        assert 1 <= refused.value.retry_after <= 60
        assert side.api.limited == 1
        side.api.limits.on = False
        await client.products.list()


async def test_the_api_goes_wrong_as_it_is_told():
    async with polar() as (side, client):
        faults, listed = side.api.faults, client.subscriptions.list
        side.subscribe(ADA, PRO_MONTHLY)
        faults.next_fails(503, times=2, on="GET /v1/subscriptions")
        await client.products.list()
        for _ in range(2):
            with pytest.raises(PolarServerError):
                await listed()
        faults.next_fails(429)
        with pytest.raises(PolarRateLimitError):
            await listed()
        for plan in (faults.unknown_enum, lambda: faults.leave_out("units")):
            plan()
            with pytest.raises(PolarDeserializationError):
                await listed()
        faults.garble()
        with pytest.raises(json.JSONDecodeError):  # which the SDK does not wrap
            await listed()
        faults.drop()
        with pytest.raises(PolarNetworkError):
            await listed()
        faults.hang()
        with pytest.raises(PolarNetworkError):
            await listed(request_timeout=0.1)
        assert len((await listed()).items) == 1


async def test_a_connection_that_breaks_after_the_work_was_done():
    async with polar() as (side, client):
        sub = side.subscribe(ADA, PRO_MONTHLY)["id"]
        for after in (False, True):
            side.api.faults.drop(on="PATCH", after=after)
            with pytest.raises(PolarNetworkError):
                await client.subscriptions.update(sub, cancel_at_period_end=True)
            assert side.book.subscription(sub)["cancel_at_period_end"] is after


async def test_a_hanging_call_does_not_hold_up_the_end():
    async with polar() as (side, client):
        side.api.faults.hang()
        call = asyncio.create_task(client.products.list(request_timeout=60))
        await asyncio.sleep(0.1)
        assert side.calls[-1].status == 0
    with pytest.raises((PolarError, RuntimeError, httpx.HTTPError)):
        await call
