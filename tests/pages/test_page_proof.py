"""A browser that is signed in to Telegram or Slack as whoever began there connects the chat without
letters; another does not, whoever agreed to whatever in it (`promises.md` T1, T2)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import urlencode, urlsplit

import pytest
import pytest_asyncio

from adapters.oidc.slack import TEAM, USER
from adapters.pacing import NoPacer
from core import proving
from tests.pages_kit import Signing, logins_of, signing
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
    passed_on,
    sent_back,
    there,
)
from tests.service_kit import ADA, labels

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Signing]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.sharing.LocalPacer", NoPacer)
        async with signing(tmp_path_factory.mktemp("proof"), free_port(), proof=True) as there:
            yield there


@pytest.fixture(params=[TELEGRAM, SLACK], ids=lambda each: each.platform)
def at(request: pytest.FixtureRequest) -> Where:
    where: Where = request.param
    return where


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def as_before(up: Signing) -> None:
    await up.town.service.store.mutate(nobody_is_connected)


async def test_it_is_connected_and_the_chat_is_told_with_an_undo(up: Signing, at: Where) -> None:
    browser = up.browser()
    shown = await agreed(up, browser, await up.link_of(at.ada))
    assert f"Or show at {at.name} that the chat is yours" in shown.text
    assert f"Prove it with {at.name}" in shown.text
    asked = await there(browser, shown)
    assert asked.url.startswith(f"{up.town.sandbox.proving[at.platform].url}/authorize?")
    done = await back(browser, asked, at.her)
    assert (done.status, done.title) == (200, "Connected")
    assert done.url == f"{up.base}/link"  # without the code and the state
    assert await logins_of(up, at.ada) == ["Ada Lovelace"]
    told = await up.town.sees(at.ada, "The sign-in of Ada Lovelace is connected to the account of")
    assert "Not you? Undo" in labels(told)
    await up.town.sees(at.ada, "Connected by signing in on the web.")
    await up.town.say(at.ada, f"{at.spelled} {shown.letters}")  # they are spent
    await up.town.sees(at.ada, "That question has ended")


async def test_a_link_that_was_passed_on_connects_nothing(up: Signing, at: Where) -> None:
    refused = await passed_on(up, at)
    assert (refused.status, refused.title) == (403, "That is somebody else's chat")
    assert await nothing_is_connected(up, at)


async def test_the_control_the_attackers_chat_would_be_connected(
    up: Signing, at: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "_is", lambda *_: True)
    assert (await passed_on(up, at)).title == "Connected"
    assert not await nothing_is_connected(up, at)


async def test_whoever_is_another_can_send_the_letters_still(up: Signing, at: Where) -> None:
    browser = up.browser()
    shown = await agreed(up, browser, await up.link_of(at.ada))
    refused = await back(browser, await there(browser, shown), at.his)
    assert refused.status == 403
    assert await nothing_is_connected(up, at)
    again = await browser.open(f"{up.base}/link")
    assert again.letters == shown.letters
    await up.town.say(at.ada, f"{at.spelled} {again.letters}")
    await up.town.sees(at.ada, "signing in as Ada Lovelace leads to this account")


@pytest.mark.parametrize(
    ("at", "claims", "status"),
    [
        (SLACK, {TEAM: "T0OTHER", USER: "U0ADA"}, 403),
        (SLACK, {TEAM: "T0ACME"}, 400),
        (SLACK, {USER: "U0ADA"}, 400),
        (SLACK, {TEAM: "T0ACME", USER: "U0CLEO"}, 400),
        (SLACK, {TEAM: "T0ACME", USER: ["U0ADA"]}, 400),
        (SLACK, {}, 400),
        (TELEGRAM, {"id": "1002"}, 403),
        (TELEGRAM, {"id": 1002}, 403),
        (TELEGRAM, {"id": "01001"}, 400),
        (TELEGRAM, {"id": 1001.0}, 400),
        (TELEGRAM, {"sub": "1001"}, 400),
        (TELEGRAM, {"id": "1001", "nonce": "another"}, 400),
        (TELEGRAM, {"id": "1001", "aud": "1234567891"}, 400),
        (TELEGRAM, {"id": "1001", "iss": "https://oauth.telegram.org"}, 400),
    ],
)  # fmt: skip
async def test_somebody_else_or_half_a_word_connects_nothing(
    up: Signing,
    monkeypatch: pytest.MonkeyPatch,
    at: Where,
    claims: dict[str, object],
    status: int,
) -> None:
    monkeypatch.setattr(up.town.sandbox.proving[at.platform], "_claims", lambda _: claims)
    browser = up.browser()
    asked = await there(browser, await agreed(up, browser, await up.link_of(at.ada)))
    assert (await back(browser, asked, at.her)).status == status
    assert await nothing_is_connected(up, at)


@pytest.mark.parametrize("said", ["1001", 1001])
async def test_telegram_may_spell_the_id_either_way(
    up: Signing, monkeypatch: pytest.MonkeyPatch, said: object
) -> None:
    monkeypatch.setattr(up.town.sandbox.proving["telegram"], "_claims", lambda _: {"id": said})
    browser = up.browser()
    asked = await there(browser, await agreed(up, browser, await up.link_of(ADA)))
    assert (await back(browser, asked, TELEGRAM.her)).title == "Connected"


async def test_who_says_no_there_is_told_so(up: Signing, at: Where) -> None:
    browser = up.browser()
    asked = await there(browser, await agreed(up, browser, await up.link_of(at.ada)))
    stopped = await back(browser, asked, "")
    assert (stopped.status, stopped.title) == (400, "You were not signed in")
    assert (await browser.open(f"{up.base}/link")).title == "Send these letters in your chat"


async def test_a_state_is_good_once_and_in_its_browser(up: Signing, at: Where) -> None:
    browser = up.browser()
    asked = await there(browser, await agreed(up, browser, await up.link_of(at.ada)))
    where = await sent_back(browser, asked, at.her)
    assert where.startswith(f"{up.base}/link/proved?")
    # In a browser without a session, and in one with a session of its own.
    assert (await up.browser().open(where)).status == 403
    other = up.browser()
    await agreed(up, other, await up.link_of(at.other))
    assert (await other.open(where)).status == 410
    assert await nothing_is_connected(up, at)
    assert (await browser.open(where)).title == "Connected"
    assert (await browser.open(where)).status == 410


async def test_a_state_of_the_one_errand_is_none_of_the_other(up: Signing, at: Where) -> None:
    browser = up.browser()
    start = await browser.open(await up.link_of(at.ada))
    picking = await browser.send(start, "/link/start")
    signed = await sent_back(browser, picking, "u-ada")
    query = urlsplit(signed).query
    assert (await browser.open(f"{up.base}/link/proved?{query}")).status == 410
    asked = await browser.open(signed)  # good still where it belongs
    shown = await browser.send(asked, "/link/consent")
    query = urlsplit(await sent_back(browser, await there(browser, shown), at.her)).query
    assert (await browser.open(f"{up.base}/oidc/callback?{query}")).status == 410
    assert await nothing_is_connected(up, at)


@pytest.mark.parametrize(
    "change", [{"code": "made-up"}, {"code": ""}, {"iss": "https://evil.example"}]
)
async def test_what_did_not_come_from_there_connects_nothing(
    up: Signing, at: Where, change: dict[str, str]
) -> None:
    browser = up.browser()
    asked = await there(browser, await agreed(up, browser, await up.link_of(at.ada)))
    query = of(await sent_back(browser, asked, at.her)) | change
    refused = await browser.open(f"{up.base}/link/proved?{urlencode(query)}")
    assert (refused.status, refused.title) == (400, "You were not signed in")
    assert await nothing_is_connected(up, at)


async def test_nobody_proves_what_nobody_agreed_to(up: Signing, at: Where) -> None:
    """The form of the page before, sent where the proof begins."""
    browser = up.browser()
    asked = await up.sign_in(browser, await up.link_of(at.ada))
    _, fields = asked.form("/link/consent")
    headers = {"Origin": up.base, "Sec-Fetch-Site": "same-origin"}
    page = await browser._go("POST", f"{up.base}/link/prove", fields, headers=headers)
    assert page.status == 403
    crossed = await browser.send(
        await browser.send(asked, "/link/consent"),
        "/link/prove",
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert crossed.status == 403
    assert await nothing_is_connected(up, at)
