"""The whole service against an issuer that we did not write, and against one that is gone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.adapters.test_oidc_mock_issuer import issuer
from tests.pages_kit import logins_of, picked, signing
from tests.ports import free_port
from tests.service_kit import ADA, SADA

__all__ = ["issuer"]  # a fixture


async def test_two_chats_of_one_person_by_the_code_flow(tmp_path: Path, issuer: str) -> None:
    changes = {"oidc_issuer": issuer, "oidc_client_id": "us", "oidc_client_secret": "s" * 16}
    async with signing(tmp_path, free_port(), **changes) as up:
        for person, answer in ((ADA, "leads to this account"), (SADA, "account of Alice Adams")):
            browser = up.browser()
            start = await browser.open(await up.link_of(person))
            page = await browser.send(start, "/link/start")
            assert page.url.startswith(issuer)
            asked = await browser._go("POST", page.url, {"sub": "alice"})
            assert "Alice Adams" in asked.text
            letters = (await browser.send(asked, "/link/consent")).letters
            await up.town.say(person, letters)
            await up.town.sees(person, answer)
        await up.town.say(ADA, "/whoami")
        await up.town.sees(ADA, "2 chats connected to this account")
        assert await logins_of(up, SADA) == ["Alice Adams"]


async def test_an_issuer_that_is_away_is_a_page_and_the_bot_goes_on(tmp_path: Path) -> None:
    gone = {"oidc_issuer": f"http://127.0.0.1:{free_port()}"}
    async with signing(tmp_path, free_port(), **gone) as up:
        browser = up.browser()
        start = await browser.open(await up.link_of(ADA))
        assert start.title == "Connect a chat"
        away = await browser.send(start, "/link/start")
        assert (away.status, away.title) == (503, "Signing in does not work right now")
        assert away.headers["Retry-After"] == "60"
        await up.town.asks(ADA, "Buy milk", "Buy milk")


@pytest.mark.parametrize("answer", ["error=access_denied", "code=made-up", "code=x&iss=http://x"])
async def test_a_sign_in_that_did_not_happen(tmp_path: Path, answer: str) -> None:
    async with signing(tmp_path, free_port()) as up:
        browser = up.browser()
        page = await browser.send(await browser.open(await up.link_of(ADA)), "/link/start")
        state = picked(page, "")["state"]
        refused = await browser.open(f"{up.base}/oidc/callback?state={state}&{answer}")
        assert (refused.status, refused.title) == (400, "You were not signed in")
        again = await browser.open(f"{up.base}/link")
        assert again.title == "Connect a chat"  # the link is good for another try
        picking = await browser.send(again, "/link/start")
        assert picking.title == "Who are you?"
