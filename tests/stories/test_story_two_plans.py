"""Two who both pay are not connected, and are told how they can be."""

from __future__ import annotations

import pytest

from tests.service_kit import Town, labels, plain
from tests.stories.cast import CODE, newcomer, words
from tests.stories.paying import buys, compared

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOWN = {"billing": True}


@pytest.mark.parametrize("first", ["telegram", "slack"])
async def test_what_refuses_a_yes_stays_to_be_read(town: Town, first: str) -> None:
    """A toast would be gone in seconds, and the way on with it."""
    await compared(town)
    other = "slack" if first == "telegram" else "telegram"
    ada, office = newcomer(town, first), newcomer(town, other)
    for each in (ada, office):
        await buys(each, "pro-month")
    code = CODE.search(plain(await ada.does("link", "Send me this code")))
    assert code
    asked = await office.does(f"link {code[0]}", "Connect to the account of")
    await office.presses(asked, next(each for each in labels(asked) if each.startswith("Yes")))
    await ada.presses(await ada.hears("entered your code"), "Yes, that is me")
    assert "plan cancel" in words(await ada.hears("Both accounts pay for a plan"))
    await office.does("whoami", "1 chat connected")
