"""Polar's checkout in a browser, without any script."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.sandbox.polar_products import PRO_MONTHLY, PRO_YEARLY
from tests.adapters.chromium import PROGRAM, chromium
from tests.adapters.sandbox_polar_kit import ADA, hook, polar

pytestmark = pytest.mark.skipif(not PROGRAM, reason="no Chromium is installed on this machine")


async def test_a_plan_is_bought_and_the_panel_ends_it(tmp_path: Path):
    async with polar() as (side, client), hook() as shop:
        back = f"{shop.url}?checkout_id={{CHECKOUT_ID}}"
        made = await client.checkouts.create(
            products=[PRO_MONTHLY, PRO_YEARLY], external_customer_id=ADA, success_url=back
        )
        async with chromium(tmp_path, made.url) as tab:
            await tab.until("document.querySelector('button.main')")
            assert await tab.js("getComputedStyle(document.querySelector('.card')).borderRadius")
            await tab.js(f"document.querySelector('[value=\"{PRO_YEARLY}\"]').click()")
            await tab.js("document.querySelector('[value=pay]').click()")
            assert side.book.subscriptions == {}  # the browser asks for the e-mail first
            await tab.type("[name=email]", "ada@example.com")
            await tab.js("document.querySelector('[value=pay]').click()")
            await tab.until(f"location.href.includes('checkout_id={made.id}')")
            [sub] = side.book.subscriptions.values()
            assert (sub["status"], sub["product_id"]) == ("trialing", PRO_YEARLY)
            await tab.call("Page.navigate", url=side.url)
            await tab.until(
                "document.querySelector('[value=revoke]') && document.readyState === 'complete'"
            )
            assert "Pro, by the year" in await tab.js("document.body.textContent")
            await tab.js("document.querySelector('[value=revoke]').click()")
            await tab.until("document.body?.textContent.includes('canceled')")
        assert side.book.subscription(sub["id"])["status"] == "canceled"
