"""Polar's hosted pages in the stand-in, over HTTP: a look does nothing, a form does something."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from polar.v2026_10 import PolarAsync

from adapters.sandbox.polar import PolarSide
from adapters.sandbox.polar_products import PRO_MONTHLY, TEAMS_MONTHLY
from tests.adapters.page_kit import Served, served
from tests.adapters.sandbox_polar_kit import ADA, hook, polar

__all__ = ["served"]
BACK = "https://bot.example/paid?checkout_id={CHECKOUT_ID}"


class Browser:
    """As much of one as plain forms need."""

    def __init__(self, session: aiohttp.ClientSession, root: str) -> None:
        self._session, self.origin = session, "/".join(root.split("/")[:3])
        self.status, self.to = 0, ""

    async def get(self, url: str, **headers: str) -> str:
        async with self._session.get(url, headers=headers) as answer:
            self.status = answer.status
            assert (
                answer.status != 200
                or "default-src 'none'" in answer.headers["Content-Security-Policy"]
            )
            return await answer.text()

    async def post(self, url: str, headers: dict[str, str] | None = None, **form: str) -> str:
        sent = {"Origin": self.origin} if headers is None else headers
        async with self._session.post(
            url, data=form, headers=sent, allow_redirects=False
        ) as answer:
            self.status, self.to = answer.status, answer.headers.get("Location", "")
            return await answer.text()


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[PolarSide, PolarAsync, Browser]]:
    async with polar() as (side, client), aiohttp.ClientSession() as session:
        yield side, client, Browser(session, side.url)


async def checkout(client: PolarAsync, **more: Any) -> Any:
    given = {"products": [PRO_MONTHLY], "external_customer_id": ADA, "success_url": BACK}
    return await client.checkouts.create(**(given | more))


async def test_a_checkout_is_declined_and_then_paid():
    async with opened() as (side, client, browser):
        made = await checkout(client, products=[PRO_MONTHLY, TEAMS_MONTHLY])
        page = await browser.get(made.url)
        for words in ("Pro", "9.00 USD per month", "Teams, 19.00 USD per month", "Pay",
                      "Card is declined", "Ask my bank first (3-D Secure)"):  # fmt: skip
            assert words in page
        assert (side.book.checkout(made.id)["status"], side.book.subscriptions) == ("open", {})
        page = await browser.post(made.url, do="decline", email="a@b.example")
        assert "The card was declined" in page
        assert "a@b.example" in page  # the buyer is known from the first try on, as at Polar
        await browser.post(made.url, do="pay", email="a@b.example", product=TEAMS_MONTHLY)
        assert (browser.status, browser.to) == (303, BACK.replace("{CHECKOUT_ID}", made.id))
        [sub] = side.book.subscriptions.values()
        assert sub["product_id"] == TEAMS_MONTHLY
        assert "Paid. Thank you." in await browser.get(made.url)
        page = await browser.post(made.url, do="pay", email="a@b.example")
        assert (browser.status, "not open" in page) == (422, True)


async def test_a_bank_is_asked_first():
    async with opened() as (side, client, browser):
        made = await checkout(client, success_url=None)
        assert "an @-sign" in await browser.post(made.url, do="bank", email="nobody")
        await browser.post(made.url, do="bank", email="a@b.example")
        assert "Your bank asks" in await browser.get(made.url)
        assert "declined" in await browser.post(made.url, do="refuse")
        await browser.post(made.url, do="bank", email="a@b.example")
        await browser.post(made.url, do="approve")
        assert browser.to == f"{made.url}/confirmation"
        assert "Paid. Thank you." in await browser.get(browser.to)
        assert len(side.book.subscriptions) == 1


async def test_who_is_known_is_not_asked_for_an_email_and_buys_once():
    async with opened() as (side, client, browser):
        side.subscribe(ADA, PRO_MONTHLY, email="ada@example.com")
        made = await checkout(client)
        page = await browser.get(made.url)
        assert "ada@example.com" in page
        assert 'type="email"' not in page
        assert "already have an active" in await browser.post(made.url, do="pay", email="x@y.z")
        side.advance(days=2)
        assert "has expired" in await browser.get(made.url)


async def test_forms_of_other_sites_and_strangers_do_nothing():
    async with opened() as (side, client, browser):
        made = await checkout(client)
        good = {"do": "pay", "email": "a@b.example"}
        for headers in (
            {},
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        ):
            await browser.post(made.url, headers, **good)
            assert browser.status == 403
            await browser.post(side.url, headers, do="day")
            assert browser.status == 403
        await browser.get(made.url, **{"X-Forwarded-For": "10.0.0.9"})
        assert browser.status == 403
        await browser.get(f"{side.url}/checkout/{made.id}")  # the id alone is not enough
        assert browser.status == 404
        assert side.book.subscriptions == {}
        own = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}  # the control: our own page
        await browser.post(made.url, own, **good)
        assert browser.status == 303


async def test_the_portal_cancels_and_keeps():
    async with opened() as (side, client, browser):
        sub = side.subscribe(ADA, PRO_MONTHLY)["id"]
        other = side.subscribe("acct-b", PRO_MONTHLY)["id"]
        session = await client.customer_sessions.create(
            external_customer_id=ADA, return_url="https://bot.example/"
        )
        url = session.customer_portal_url
        page = await browser.get(url)
        assert "renews" in page
        assert "9.00 USD" in page
        assert other not in page
        form = {"customer_session_token": session.token, "subscription": sub}
        portal = url.partition("?")[0]
        for act, done in (("cancel", True), ("uncancel", False)):
            await browser.post(portal, do=act, **form)
            assert (browser.status, browser.to) == (303, url.removeprefix(browser.origin))
            assert side.book.subscription(sub)["cancel_at_period_end"] is done
        assert "not scheduled" in await browser.post(portal, do="uncancel", **form)
        side.pause(sub)
        await browser.post(portal, do="resume", **form)
        assert side.book.subscription(sub)["status"] == "active"
        await browser.post(portal, do="cancel", **(form | {"subscription": other}))
        assert browser.status == 422
        assert not side.book.subscription(other)["cancel_at_period_end"]
        await browser.post(portal, do="revoke", **form)
        assert browser.status == 400
        side.advance(hours=1)
        await browser.get(url)
        assert browser.status == 401


async def test_the_panel_does_what_the_seller_and_time_do():
    async with opened() as (side, _, browser), hook() as own:
        assert "Nobody bought anything yet" in await browser.get(side.url)
        end = side.listen(own.url)
        sub = side.subscribe(ADA, PRO_MONTHLY)["id"]
        await side.settle()
        page = await browser.get(side.url)
        assert set(re.findall(r'name="do" value="(\w+)"', page)) == {
            "day", "week", "month", "renew", "pause", "fail_payment", "refund_last", "revoke",
            "stop", "redeliver",
        }  # fmt: skip

        async def press(act: str, id: str = sub) -> str:
            await browser.post(side.url, do=act, id=id)
            return str(side.book.subscription(sub)["status"])

        before = side.book.clock.now()
        await press("day")
        assert (side.book.clock.now() - before).days == 1
        assert await press("fail_payment") == "active"
        assert await press("renew") == "past_due"
        assert await press("retry_payment") == "active"
        assert await press("pause") == "paused"
        assert await press("resume") == "active"
        await press("refund_last")
        assert [each["amount"] for each in side.book.refunds.values()] == [900]
        await press("stop", "")
        assert side.delivery.paused
        assert await press("revoke") == "canceled"
        assert "Held back" in await browser.get(side.url)
        await press("start", "")
        await press("redeliver", side.events[0].id)
        await side.settle()
        assert own.ids.count(side.events[0].id) >= 1
        end["enabled"] = False
        assert "switched off" in await browser.get(side.url)
        await press("enable", end["id"])
        assert end["enabled"]
        assert "not found" in (await browser.post(side.url, do="renew", id="x")).lower()
        await browser.post(side.url, do="fly")
        assert browser.status == 400


async def test_the_chats_lead_to_the_panel(served: Served):
    async with opened() as (side, _, browser):
        page = await browser.get(served.url)
        assert 'href="/sandbox/payments"' in page
        served.bot.world.links["payments"] = side.url
        assert "The seller's side" in await browser.get(f"{served.url}/payments")
