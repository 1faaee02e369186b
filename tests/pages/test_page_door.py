"""Where sign-up is not open, signing in on the web is a way in."""

from __future__ import annotations

from pathlib import Path

from tests.pages_kit import signing, url_of
from tests.ports import free_port
from tests.service_kit import BEN


async def test_whoever_waits_at_the_door_comes_in_by_signing_in(tmp_path: Path) -> None:
    async with signing(tmp_path, free_port(), signup="invite") as up:
        shown = await up.town.asks(BEN, "Buy milk", 'I will then add "Buy milk".')
        await up.town.press(BEN, shown, "Connect account")
        asked = await up.town.sees(BEN, "If you use me in another chat already")
        await up.town.press(BEN, asked, "Sign in on the web")
        message = await up.town.sees(BEN, "Connect this chat on the web")
        letters = await up.letters(up.browser(), url_of(message), "u-ben")
        await up.town.say(BEN, letters)
        await up.town.sees(BEN, "signing in as Ben Okri leads to this account")
        await up.town.sees(BEN, "#1 Buy milk")
