"""The gateway against Polar's stand-in, over HTTP, through polar-sdk as it is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from polar.v2026_10 import PolarAsync

from adapters.polar import asking
from adapters.polar.gateway import PolarGateway
from adapters.sandbox.polar import PolarSide
from adapters.sandbox.polar_products import PRO_MONTHLY, TEAMS_MONTHLY
from core.billing_facts import Span
from core.errors import BillingAway, BillingRefused
from core.ports import BillingGateway, Proration
from tests.adapters.polar_kit import TOKEN, gateway_to, plainly, polar

ACCOUNT = "acct-1"
Act = Callable[[PolarGateway], Awaitable[Any]]


@pytest.fixture
async def side() -> AsyncIterator[PolarSide]:
    async with polar() as (made, _):
        yield made


@pytest.fixture
async def gateway(side: PolarSide, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[PolarGateway]:
    monkeypatch.setitem(asking.PER_MINUTE, "production", 60_000)
    async with gateway_to(side.url) as made:
        yield made


def follows_the_port(gateway: PolarGateway) -> BillingGateway:
    """mypy compares every method."""
    return gateway


async def checkout(gateway: PolarGateway, **changes: Any) -> Any:
    given = {
        "external_id": ACCOUNT,
        "product_id": PRO_MONTHLY,
        "success_url": "https://us.example/done?checkout_id={CHECKOUT_ID}",
    }
    return await gateway.checkout(**(given | changes))


async def test_products(side: PolarSide, gateway: PolarGateway) -> None:
    found = {each.id: each for each in (await gateway.products()).products}
    assert found.keys() == side.book.products.keys()
    pro = found[PRO_MONTHLY]
    assert (pro.name, pro.interval, pro.archived) == ("Pro", "month", False)
    assert pro.prices[0].kind == "fixed"
    assert any(each.archived for each in found.values()) is any(
        each["is_archived"] for each in side.book.products.values()
    )


async def test_what_cannot_be_read_makes_less_than_the_whole(
    side: PolarSide, gateway: PolarGateway
) -> None:
    assert (await gateway.products()).whole
    side.book.products[PRO_MONTHLY]["modified_at"] = "yesterday"
    found = await gateway.products()
    assert not found.whole
    assert len(found.products) == len(side.book.products) - 1


async def test_a_checkout_is_opened_and_found_again(side: PolarSide, gateway: PolarGateway) -> None:
    made = await checkout(gateway, locale="nl")
    assert (made.status, made.product_id, made.customer) == ("open", PRO_MONTHLY, None)
    assert made.url.startswith("http")
    assert side.calls[-1].body == {
        "products": [PRO_MONTHLY],
        "external_customer_id": ACCOUNT,
        "success_url": "https://us.example/done?checkout_id={CHECKOUT_ID}",
        "allow_discount_codes": True,
        "locale": "nl",
    }
    assert await gateway.checkout_again(made.id) == made
    side.pay(made.id, email="ada@example.com")
    paid = await gateway.checkout_again(made.id)
    assert paid.status == "succeeded"
    assert paid.customer
    (running,) = await gateway.subscriptions(ACCOUNT)
    assert running.customer.external_id == ACCOUNT
    assert running.checkout_id == made.id


async def test_the_trial_that_was_promised_is_the_one_that_is_given(
    side: PolarSide, gateway: PolarGateway
) -> None:
    made = await checkout(gateway, trial=Span("week", 3))
    there = side.book.checkout(made.id)
    assert (there["active_trial_interval"], there["active_trial_interval_count"]) == ("week", 3)
    side.pay(made.id, email="ada@example.com")
    (running,) = await gateway.subscriptions(ACCOUNT)
    assert running.status == "trialing"
    assert running.trial_start
    assert running.trial_end
    assert (running.trial_end - running.trial_start).days == 21


async def test_a_language_that_polar_does_not_have_is_left_out(
    side: PolarSide, gateway: PolarGateway
) -> None:
    refused = {"detail": [{"loc": ["body", "locale"], "msg": "no", "type": "value_error"}]}
    side.api.faults.next_fails(422, refused)
    assert (await checkout(gateway, locale="tlh")).url
    assert "locale" not in side.calls[-1].body
    await checkout(gateway, locale="not a language\n")
    assert "locale" not in side.calls[-1].body


async def test_subscriptions_of_one_and_of_everybody_over_pages(
    side: PolarSide, gateway: PolarGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.polar.gateway.PAGE", 2)
    for number in range(5):
        side.subscribe(f"acct-{number}", PRO_MONTHLY)
    ended = side.revoke((await gateway.subscriptions("acct-3"))[0].id)
    found = await gateway.subscriptions()
    assert sorted(each.customer.external_id for each in found) == [
        f"acct-{number}" for number in range(5)
    ]
    (one,) = await gateway.subscriptions("acct-3")
    assert (one.id, one.status, one.ended) == (ended["id"], "canceled", True)
    assert await gateway.subscription(one.id) == one
    assert await gateway.subscriptions("nobody") == []
    lists = [each.query for each in side.calls if "page" in each.query]
    pages = [each["page"] for each in lists if "external_customer_id" not in each]
    assert pages == ["1", "2", "3"]


async def test_the_portal(side: PolarSide, gateway: PolarGateway) -> None:
    side.subscribe(ACCOUNT, PRO_MONTHLY)
    url = await gateway.portal(ACCOUNT, "https://us.example/back")
    assert url.startswith(side.url)
    assert side.calls[-1].body["return_url"] == "https://us.example/back"


@pytest.mark.parametrize("proration", Proration)
async def test_a_change_of_plan(
    side: PolarSide, gateway: PolarGateway, proration: Proration
) -> None:
    sub = side.subscribe(ACCOUNT, PRO_MONTHLY)
    changed = await gateway.change(sub["id"], TEAMS_MONTHLY, proration)
    waits = proration is Proration.NEXT_PERIOD
    assert changed.product_id == (PRO_MONTHLY if waits else TEAMS_MONTHLY)
    assert changed.pending_product_id == (TEAMS_MONTHLY if waits else "")
    assert (changed.pending_at == changed.period_end) is waits
    if waits:
        assert (await gateway.drop_pending(sub["id"])).pending_product_id == ""


async def test_cancel_and_resume(side: PolarSide, gateway: PolarGateway) -> None:
    sub = side.subscribe(ACCOUNT, PRO_MONTHLY)
    ending = await gateway.cancel(sub["id"], now=False, reason="unused", comment="bye")
    assert ending.cancel_at_period_end
    assert ending.ends_at == ending.period_end
    assert side.calls[-1].body == {
        "cancel_at_period_end": True,
        "customer_cancellation_reason": "unused",
        "customer_cancellation_comment": "bye",
    }
    assert not (await gateway.resume(sub["id"])).cancel_at_period_end
    ended = await gateway.cancel(sub["id"], now=True, reason="other")
    assert ended.ended
    assert side.book.subscription(sub["id"])["customer_cancellation_reason"] == "other"


async def test_what_is_cancelled_already_is_fine(side: PolarSide, gateway: PolarGateway) -> None:
    """The first answer may have been lost."""
    sub = side.subscribe(ACCOUNT, PRO_MONTHLY)["id"]
    for now in (False, True):
        side.api.faults.drop(after=True, on="PATCH")
        with pytest.raises(BillingAway, match="network"):
            await gateway.cancel(sub, now=now)
        again = await gateway.cancel(sub, now=now)
        assert (again.cancel_at_period_end, again.ended) == (True, now)
    paused = side.subscribe("acct-2", PRO_MONTHLY)["id"]
    side.pause(paused)
    assert await refused(gateway.cancel(paused, now=False)) == "ended"


async def test_a_pause_is_ended(side: PolarSide, gateway: PolarGateway) -> None:
    sub = side.subscribe(ACCOUNT, PRO_MONTHLY)
    side.pause(sub["id"])
    assert await refused(gateway.resume(sub["id"])) == "paused"  # nobody agreed to be charged
    assert side.book.subscription(sub["id"])["status"] == "paused"
    assert (await gateway.resume(sub["id"], charged=True)).status == "active"


async def test_who_is_forgotten_is_gone_and_nobody_is_too(
    side: PolarSide, gateway: PolarGateway
) -> None:
    side.subscribe(ACCOUNT, PRO_MONTHLY)
    await gateway.forget(ACCOUNT)
    assert side.book.by_external(ACCOUNT) is None
    assert side.calls[-1].query["anonymize"] == "true"
    await gateway.forget(ACCOUNT)


async def refused(act: Awaitable[Any]) -> str:
    with pytest.raises(BillingRefused) as caught:
        await act
    assert caught.value.__cause__ is None
    return caught.value.reason


async def test_what_is_not_there(side: PolarSide, gateway: PolarGateway) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    assert await refused(gateway.subscription(nobody)) == "none"
    assert await refused(gateway.resume(nobody)) == "none"
    assert await refused(gateway.cancel(nobody, now=True)) == "none"
    assert await refused(gateway.checkout_again(nobody)) == "none"
    assert await refused(gateway.portal("never-paid")) == "no-customer"
    assert await refused(checkout(gateway, product_id=nobody)) == "not-sold"
    sub = side.subscribe(ACCOUNT, PRO_MONTHLY)["id"]
    assert await refused(gateway.change(sub, nobody, Proration.NOW)) == "not-sold"


async def test_what_cannot_be_done_now(side: PolarSide, gateway: PolarGateway) -> None:
    sub = side.subscribe(ACCOUNT, PRO_MONTHLY)["id"]
    assert await refused(gateway.resume(sub)) == "not-cancelling"
    side.fail_payment(sub)
    assert await refused(gateway.change(sub, TEAMS_MONTHLY, Proration.NOW)) == "payment"
    side.book.locked.add(sub)
    assert await refused(gateway.cancel(sub, now=False)) == "locked"
    side.book.locked.clear()
    await gateway.cancel(sub, now=False)
    assert await refused(gateway.change(sub, TEAMS_MONTHLY, Proration.NOW)) == "cancelling"
    await gateway.cancel(sub, now=True)
    assert await refused(gateway.change(sub, TEAMS_MONTHLY, Proration.NOW)) == "ended"
    assert await refused(gateway.resume(sub)) == "ended"


@pytest.mark.parametrize(
    "odd", ["../orders", "a?b", "a#b", "a/b", "{id}", "", "x" * 65, "é", "a\n"]
)
async def test_no_id_becomes_another_path(side: PolarSide, gateway: PolarGateway, odd: str) -> None:
    for act in (
        gateway.checkout_again(odd),
        gateway.portal(odd),
        gateway.cancel(odd, now=True),
        gateway.resume(odd),
        gateway.drop_pending(odd),
        gateway.forget(odd),
        gateway.change(odd, PRO_MONTHLY, Proration.NOW),
        checkout(gateway, external_id=odd),
    ):
        assert await refused(act) == "invalid"
    assert await refused(checkout(gateway, product_id=odd)) == "not-sold"
    assert not side.calls


async def test_the_strict_models_of_the_sdk_would_break_and_we_do_not(
    side: PolarSide, gateway: PolarGateway
) -> None:
    """The control for `sdk`: what its models do with one unknown status in a list."""
    side.subscribe(ACCOUNT, PRO_MONTHLY)
    for times in range(2):
        side.api.faults.unknown_enum("hibernating")
        if times:
            with pytest.raises(Exception, match="deserialize"):
                await plainly(side.url, lambda polar: polar.subscriptions.list())
        else:
            (found,) = await gateway.subscriptions(ACCOUNT)
            assert found.status == "hibernating"
    side.api.faults.leave_out("units")
    assert await gateway.subscriptions(ACCOUNT)


def test_nothing_imports_it_before_it_is_needed() -> None:
    code = (
        "import sys, bot.app, adapters.polar.webhook as w, adapters.polar.gateway as g\n"
        "g.PolarGateway('x'); w.routes(print, ['x' * 40], None)\n"
        "print([each for each in ('polar', 'adaptix') if each in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


async def test_it_is_given_back(side: PolarSide) -> None:
    gateway = PolarGateway(TOKEN, url=side.url)
    await gateway.warm()
    await gateway.products()
    await gateway.close()
    await gateway.close()
    with pytest.raises(BillingAway, match="closed"):
        await gateway.products()


async def test_it_asks_where_polar_is() -> None:
    for server, host in (("production", "api"), ("sandbox", "sandbox-api")):
        gateway = PolarGateway(TOKEN, server=server)  # type: ignore[arg-type]  # a literal of two
        client = (await gateway._asking.loaded())._client._client
        assert str(client.base_url).rstrip("/") == f"https://{host}.polar.sh"
        assert client.headers["Polar-Version"] == PolarAsync.version
        assert not client.follow_redirects
        await gateway.close()
