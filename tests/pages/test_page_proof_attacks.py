"""Addresses that are handed on, codes that are brought along, a link that somebody looked at over a
shoulder: whose browser it is not proves nothing by them (`promises.md` T1, T2). Each control
switches a protection off, and then the same attack gets through."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlencode

import pytest
import pytest_asyncio
from sqlalchemy import delete

from adapters.pacing import NoPacer
from adapters.sandbox import issuer as stand_in
from core import schema
from core import web_link_rows as rows
from core.offer import State
from core.pkce import challenge
from tests.pages_kit import Browser, Page, Signing, account_of, logins_of, signing
from tests.ports import free_port
from tests.proof_kit import (
    SLACK,
    TELEGRAM,
    Where,
    agreed,
    back,
    nobody_is_connected,
    nothing_is_connected,
    of,
    sent_back,
    there,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")
_s = schema.oidc_state.c
IN_ANY_BROWSER = {
    "CLAIM": delete(schema.oidc_state)
    .where(_s.state_hash == rows.bindparam("state"))
    .returning(_s.web_link_id),
    "PROVE": rows._step(rows._THIS, rows._w.state == State.ASKED, rows._LIVE, state=State.DONE),
}
"""The steps of coming back, without the browser that was sent."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Signing]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.sharing.LocalPacer", NoPacer)
        async with signing(tmp_path_factory.mktemp("attacks"), free_port(), proof=True) as up:
            for person in (TELEGRAM.ada, SLACK.ada):  # she has an account
                await up.link_of(person)
            yield up


@pytest.fixture(params=[TELEGRAM, SLACK], ids=lambda each: each.platform)
def at(request: pytest.FixtureRequest) -> Where:
    where: Where = request.param
    return where


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def as_before(up: Signing) -> None:
    await up.town.service.store.mutate(nobody_is_connected)


async def test_whatever_address_is_handed_on_connects_nothing_of_hers(
    up: Signing, at: Where
) -> None:
    """The attacker goes all the way for his own chat, and passes on every address that he sees:
    his link, the page, the platform's with his state in it, and the one that he comes back to with
    his own code. She opens each, and says yes to what she is asked there."""
    his = up.browser()
    asked = await there(his, await agreed(up, his, await up.link_of(at.other), "u-ben"))
    seen = [each.url for each in his.seen] + [await sent_back(his, asked, at.his)]
    assert len({each.partition("?")[0] for each in seen}) >= 6
    hers = up.browser()
    for url in seen:
        shown = await hers.open(url)
        if "/authorize?" in url and at.platform in url:
            shown = await back(hers, shown, at.her)
            assert shown.status in (403, 410)
        assert shown.title != "Connected"
        assert await nothing_is_connected(up, at)
    assert (await his.open(seen[-1])).title == "Connected"  # his own, with himself
    assert await logins_of(up, at.ada) == []
    assert await account_of(up, at.ada) != await account_of(up, at.other)


async def with_his_code(up: Signing, at: Where, state: str = "") -> Page:
    """The attacker passes his link on; she signs in, agrees, and is about to prove who she is. He
    gets a code for himself, as anybody can who knows what the bot is called there, and brings it
    into her browser: with the state that it has (hers: `state`), or one of his."""
    hers, his = up.browser(), up.browser()
    asked = await there(hers, await agreed(up, hers, await up.link_of(at.other)))
    wanted = of(asked.url)
    wanted |= {"state": wanted["state"] if state == "hers" else "s" * 43, "nonce": "n" * 43}
    wanted |= {"code_challenge": challenge("v" * 43)}
    picking = await his.open(f"{asked.url.partition('?')[0]}?{urlencode(wanted)}")
    return await hers.open(await sent_back(his, picking, at.his))


async def test_a_code_of_his_is_not_taken_with_a_state_of_his(up: Signing, at: Where) -> None:
    assert (await with_his_code(up, at)).status == 410
    assert await nothing_is_connected(up, at)


async def test_nor_with_hers_since_it_was_given_for_another_verifier(
    up: Signing, at: Where
) -> None:
    """Which he could not know: it stands in the address of her own way to the platform alone."""
    refused = await with_his_code(up, at, "hers")
    assert (refused.status, refused.title) == (400, "You were not signed in")
    assert await nothing_is_connected(up, at)


async def test_the_control_without_the_verifier_his_chat_would_be_connected(
    up: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is all that is left there where no nonce comes back."""
    monkeypatch.setattr(stand_in, "_fits", lambda *_: True)
    assert (await with_his_code(up, TELEGRAM, "hers")).title == "Connected"
    assert not await nothing_is_connected(up, TELEGRAM)


async def test_where_a_nonce_comes_back_his_code_is_refused_for_it_too(
    up: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_in, "_fits", lambda *_: True)
    assert (await with_his_code(up, SLACK, "hers")).status == 400
    monkeypatch.setattr(up.town.sandbox.proving["telegram"], "_echoes_nonce", True)
    assert (await with_his_code(up, TELEGRAM, "hers")).status == 400
    assert await nothing_is_connected(up, TELEGRAM)


async def reversed_(up: Signing, at: Where, hers: Browser) -> Page:
    """The attacker saw the link of her chat. He signs in with it as himself, agrees, and sends her
    to the platform in his stead, where she says who she is."""
    his = up.browser()
    asked = await there(his, await agreed(up, his, await up.link_of(at.ada), "u-ben"))
    return await back(hers, await hers.open(asked.url), at.her)


async def test_she_proves_nothing_for_a_browser_that_is_not_hers(up: Signing, at: Where) -> None:
    assert (await reversed_(up, at, up.browser())).status == 403
    with_a_session = up.browser()
    await with_a_session.open(await up.link_of(at.other))
    assert (await reversed_(up, at, with_a_session)).status == 410
    assert await nothing_is_connected(up, at)


async def test_the_control_in_any_browser_her_chat_would_be_his(
    up: Signing, at: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, statement in IN_ANY_BROWSER.items():
        monkeypatch.setattr(rows, name, statement)
    hers = up.browser()
    await hers.open(await up.link_of(at.other))
    await reversed_(up, at, hers)
    assert await logins_of(up, at.ada) == ["Ben Okri"]


async def test_a_state_for_the_one_platform_is_none_for_the_other(up: Signing) -> None:
    """Both lead back to one address. Which of them is asked for the code follows from the chat."""
    one, two = up.browser(), up.browser()
    asked = await there(one, await agreed(up, one, await up.link_of(TELEGRAM.ada)))
    way = await sent_back(one, asked, TELEGRAM.her)
    await there(two, await agreed(up, two, await up.link_of(SLACK.ada), "u-ben"))
    assert (await two.open(way)).status == 410
    assert await nothing_is_connected(up, TELEGRAM)
    assert (await one.open(way)).title == "Connected"
