"""How the stand-in delivers webhooks: signed, in order at first, again, and given up, as Polar."""

from __future__ import annotations

import asyncio
import json
from collections import Counter

import pytest
from polar.v2026_10.errors import ResourceNotFound
from polar.webhooks import _verify_signature

from adapters.sandbox.polar import PolarSide
from adapters.sandbox.polar_delivery import ATTEMPTS
from adapters.sandbox.polar_products import PRO_MONTHLY
from adapters.sandbox.polar_signing import STANDARD, WHOLE
from tests.adapters.sandbox_polar_kit import ADA, hook, polar

SECRET = "whsec_" + "bXkgb3duIHNlY3JldCE="


def fail_ten(side: PolarSide) -> None:
    """Ten events, of which each will be given up soon."""
    side.delivery.unit = 0.0001
    side.subscribe(ADA, PRO_MONTHLY)


@pytest.mark.parametrize("form", [STANDARD, WHOLE])
async def test_each_event_arrives_once_in_order_with_a_good_signature(form: str):
    async with polar() as (side, _), hook() as own:
        side.listen(own.url, SECRET, form)
        side.subscribe(ADA, PRO_MONTHLY)
        await side.settle()
        assert own.kinds == [each.kind for each in side.events]
        assert own.ids == [each.id for each in side.events]
        for headers, body in own.got:
            _verify_signature(body.decode(), headers, SECRET)
            assert headers["content-type"] == "application/json"
            assert json.loads(body).keys() == {"type", "timestamp", "api_version", "data"}
        assert [each.attempts[0].headers["webhook-id"] for each in side.events] == own.ids


async def test_a_secret_that_cannot_sign_is_refused_at_once():
    async with polar() as (side, _):
        with pytest.raises(ValueError, match=r"[Bb]ase64|padding|characters"):
            side.listen("http://127.0.0.1:9/", "whsec_not base64!")
        side.listen("http://127.0.0.1:9/", "whsec_not base64!", WHOLE)


async def test_endpoints_have_their_own_ids_and_kinds():
    async with polar() as (side, _), hook() as first, hook() as second:
        side.listen(first.url, SECRET)
        side.listen(second.url, SECRET, kinds=("order.paid", "subscription.active"))
        side.subscribe(ADA, PRO_MONTHLY)
        await side.settle()
        assert second.kinds == ["subscription.active", "order.paid"]
        assert not set(first.ids) & set(second.ids)


async def test_a_failed_attempt_is_made_again_with_the_same_id_and_body():
    async with polar() as (side, _), hook(script=[500, 307]) as own:
        side.listen(own.url, SECRET, kinds=("order.paid",))
        side.subscribe(ADA, PRO_MONTHLY)
        await side.settle()
        assert len(own.got) == 3  # a redirect is not followed: it is a failure
        assert len(set(own.ids)) == 1
        assert len({body for _, body in own.got}) == 1
        [event] = [each for each in side.events if each.attempts]
        assert [each.code for each in event.attempts] == [500, 307, 202]
        assert event.succeeded


async def test_a_failed_event_holds_up_no_other_and_comes_late():
    async with polar() as (side, _), hook(script=[503]) as own:
        side.delivery.unit = 0.02
        side.listen(own.url, SECRET)
        side.subscribe(ADA, PRO_MONTHLY)
        await side.settle()
        assert own.kinds[0] == own.kinds[-1] == "checkout.created"
        assert len(own.got) == len(side.events) + 1


async def test_no_answer_within_the_limit_is_a_failure():
    async with polar() as (side, _), hook(delay=0.3) as own:
        side.delivery.timeout = 0.05
        side.listen(own.url, SECRET, kinds=("order.paid",))
        side.subscribe(ADA, PRO_MONTHLY)
        await side.settle(retries=False)
        [event] = [each for each in side.events if each.attempts]
        assert event.attempts[0].code is None
        assert event.succeeded is None


async def test_an_event_without_an_answer_holds_up_later_ones_for_a_while_only():
    async with polar() as (side, _), hook(delay=0.5) as own:
        side.listen(own.url, SECRET)
        side.delivery.held = 0.1
        side.subscribe(ADA, PRO_MONTHLY)
        await asyncio.sleep(0.05)
        assert len(own.got) == 1
        await asyncio.sleep(0.25)
        assert own.ids == [each.id for each in side.events]


async def test_after_ten_failed_events_the_endpoint_is_off_and_the_rest_is_skipped():
    async with polar() as (side, client), hook(status=500) as own:
        end = side.listen(own.url, SECRET)
        fail_ten(side)
        await side.settle(retries=False)
        await side.settle()
        assert len(side.events) == 10
        assert Counter(own.ids).most_common(1)[0][1] == ATTEMPTS
        assert end["enabled"] is False
        assert (await client.webhooks.get_webhook_endpoint(end["id"])).enabled is False
        own.status, before = 202, len(own.got)
        side.subscribe("acct-b", PRO_MONTHLY)
        await side.settle()
        assert len(own.got) == before
        lost = side.events[0].id
        await client.webhooks.update_webhook_endpoint(end["id"], enabled=True)
        await client.webhooks.redeliver_webhook_event(lost)
        side.subscribe("acct-c", PRO_MONTHLY)
        await side.settle()
        assert own.ids.count(lost) == ATTEMPTS + 1
        assert len(own.got) == before + 11


async def test_nine_failures_and_a_success_leave_it_on():
    async with polar() as (side, _), hook(script=[202], status=500) as own:
        end = side.listen(own.url, SECRET)
        fail_ten(side)
        await side.settle()
        assert end["enabled"]
        assert [each.succeeded for each in side.events] == [True] + [False] * 9


async def test_events_are_doubled_shuffled_lost_and_held_back():
    async with polar() as (side, _), hook() as own:
        side.listen(own.url, SECRET)
        side.delivery.copies = 2
        side.subscribe("acct-1", PRO_MONTHLY)
        await side.settle()
        assert set(Counter(own.ids).values()) == {2}
        side.delivery.copies, side.delivery.shuffle = 1, 50
        own.got.clear()
        side.subscribe("acct-2", PRO_MONTHLY)
        await side.settle()
        sent = [each.id for each in side.events[10:]]
        assert sorted(own.ids) == sorted(sent)
        assert own.ids != sent
        side.delivery.shuffle, side.delivery.drop = 0, True
        own.got.clear()
        side.subscribe("acct-3", PRO_MONTHLY)
        await side.settle()
        assert own.got == []
        side.delivery.drop = False
        side.delivery.pause()
        side.subscribe("acct-4", PRO_MONTHLY)
        assert own.got == []
        side.delivery.pause(on=False)
        await side.settle()
        assert len(own.got) == 10


async def test_a_restart_goes_on_with_what_waited():
    async with polar() as (side, _), hook(script=[500] * 3) as own:
        side.delivery.unit = 30.0
        side.listen(own.url, SECRET, kinds=("order.paid",))
        side.subscribe(ADA, PRO_MONTHLY)
        await side.settle(retries=False)
        side.delivery.pause()
        side.subscribe("acct-b", PRO_MONTHLY)
        session = side.delivery.session
        assert session
        await side.stop()
        side.delivery.unit = 0.001
        side.delivery.pause(on=False)
        side.start(session)
        await side.settle()
        assert len(set(own.ids)) == 2
        assert len(own.got) == 5


async def test_deliveries_are_listed_and_sent_again():
    async with polar() as (side, client), hook(script=[500]) as own:
        made = await client.webhooks.create_webhook_endpoint(
            url=own.url, format="raw", events=["order.paid"], api_version="2026-10"
        )
        assert made.uses_standard_webhook_signature
        side.subscribe(ADA, PRO_MONTHLY)
        await side.settle()
        hooks = client.webhooks
        assert [each.url for each in (await hooks.list_webhook_endpoints()).items] == [own.url]
        listed = (await hooks.list_webhook_deliveries(endpoint_id=made.id)).items
        assert [(each.http_code, each.succeeded) for each in listed] == [(202, True), (500, False)]
        assert listed[0].webhook_event.type == "order.paid"
        assert len((await hooks.list_webhook_deliveries(succeeded=False)).items) == 1
        await hooks.redeliver_webhook_event(listed[0].webhook_event.id)
        await side.settle()
        assert len(own.got) == 3
        assert len(set(own.ids)) == 1
        reset = await hooks.reset_webhook_endpoint_secret(made.id)
        assert reset.secret != made.secret
        await hooks.delete_webhook_endpoint(made.id)
        with pytest.raises(ResourceNotFound):
            await hooks.get_webhook_endpoint(made.id)
        side.subscribe("acct-b", PRO_MONTHLY)
        await side.settle()
        assert len(own.got) == 3
