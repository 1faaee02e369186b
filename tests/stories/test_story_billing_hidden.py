"""Where nothing may be sold in Telegram's chats, it is sold in Slack's all the same."""

from __future__ import annotations

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import link, newcomer, words
from tests.stories.paying import buys, compared

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOWN = {"billing": True, "telegram_billing": "hidden"}


async def test_no_price_and_no_shop_on_telegram(town: Town) -> None:
    await compared(town)
    ada, office = newcomer(town, "telegram"), newcomer(town, "slack")
    shown = await ada.does("plan", "Plans are managed elsewhere.")
    assert labels(shown) == ["Refresh"]
    for line in ("plans", "plan get pro-month", "plan web"):
        await ada.does(line, "Plans are managed elsewhere.")
    await link(ada, office)
    await buys(office, "pro-month")
    shown = await ada.does("plan", "Your plan: Pro")
    assert "$" not in words(shown)
    assert labels(shown) == ["Cancel plan", "Refresh"]
