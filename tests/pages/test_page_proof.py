"""A browser that is signed in to Slack as whoever began connects the chat without letters; another
does not, whoever agreed to whatever in it (`promises.md` T1)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import pytest_asyncio
from sqlalchemy import delete, update

from adapters.pacing import NoPacer
from core import proving, schema
from core.work import Work
from tests.pages.conftest import free_port
from tests.pages_kit import Browser, Page, Signing, account_of, logins_of, picked, signing
from tests.service_kit import ADA, CLEO, SADA, labels

pytestmark = pytest.mark.asyncio(loop_scope="module")
HER, HIM = "U0ADA", "U0CLEO"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Signing]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.sharing.LocalPacer", NoPacer)
        async with signing(tmp_path_factory.mktemp("proof"), free_port(), proof=True) as there:
            yield there


@pytest_asyncio.fixture(loop_scope="module", autouse=True)
async def as_before(up: Signing) -> None:
    """Nobody is connected with anybody, and nothing is open."""

    def reset(work: Work) -> None:
        for table in (schema.link_item, schema.link, schema.login, schema.oidc_state):
            work.run(delete(table))
        work.run(delete(schema.web_link))
        row = schema.identity.c
        at_home = update(schema.identity).where(row.home_id.is_not(None))
        work.run(at_home.values(account_id=row.home_id, home_id=None))

    await up.town.service.store.mutate(reset)


async def agreed(up: Signing, browser: Browser, link: str, person: str = "u-ada") -> Page:
    """The page with the letters."""
    return await browser.send(await up.sign_in(browser, link, person), "/link/consent")


async def at_slack(browser: Browser, shown: Page) -> Page:
    """Sent there to prove it."""
    asked = await browser.send(shown, "/link/prove")
    assert "This plays signing in with Slack." in asked.text
    return asked


async def back(browser: Browser, asked: Page, user: str, *, follow: bool = True) -> Page:
    """Somebody is signed in at Slack."""
    form = picked(asked, user)
    return await browser._go("POST", asked.url.partition("?")[0], form, follow=follow)


async def nothing_is_connected(up: Signing) -> bool:
    rows = await up.town.service.store.query(lambda work: work.run(schema.login.select()).all())
    return not rows and await account_of(up, SADA) != await account_of(up, CLEO)


async def test_it_is_connected_and_the_chat_is_told_with_an_undo(up: Signing) -> None:
    browser = up.browser()
    shown = await agreed(up, browser, await up.link_of(SADA))
    assert "Or show at Slack that the chat is yours" in shown.text
    done = await back(browser, await at_slack(browser, shown), HER)
    assert (done.status, done.title) == (200, "Connected")
    assert done.url == f"{up.base}/link"  # without the code and the state
    assert await logins_of(up, SADA) == ["Ada Lovelace"]
    told = await up.town.sees(SADA, "The sign-in of Ada Lovelace is connected to the account of")
    assert "Not you? Undo" in labels(told)
    await up.town.sees(SADA, "Connected by signing in on the web.")
    await up.town.say(SADA, f"/task link {shown.letters}")  # they are spent
    await up.town.sees(SADA, "That question has ended")


async def test_a_chat_that_is_not_on_slack_has_letters_alone(up: Signing) -> None:
    shown = await agreed(up, up.browser(), await up.link_of(ADA))
    assert shown.letters
    assert "/link/prove" not in shown.text
    assert "slack-sign-in" not in shown.headers["Content-Security-Policy"]


async def passed_on(up: Signing) -> Page:
    """The attacker begins in his chat and passes the link on; the victim signs in, agrees, and
    proves who she is."""
    browser = up.browser()
    shown = await agreed(up, browser, await up.link_of(CLEO))
    return await back(browser, await at_slack(browser, shown), HER)


async def test_a_link_that_was_passed_on_connects_nothing(up: Signing) -> None:
    refused = await passed_on(up)
    assert (refused.status, refused.title) == (403, "That is somebody else's chat")
    assert await nothing_is_connected(up)


async def test_the_control_the_attackers_chat_would_be_connected(
    up: Signing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "_who", lambda identity: (identity.scope, HER))
    assert (await passed_on(up)).title == "Connected"
    assert not await nothing_is_connected(up)


async def test_whoever_is_another_can_send_the_letters_still(up: Signing) -> None:
    browser = up.browser()
    shown = await agreed(up, browser, await up.link_of(SADA))
    refused = await back(browser, await at_slack(browser, shown), HIM)
    assert refused.status == 403
    assert await nothing_is_connected(up)
    again = await browser.open(f"{up.base}/link")
    assert again.letters == shown.letters
    await up.town.say(SADA, f"/task link {again.letters}")
    await up.town.sees(SADA, "signing in as Ada Lovelace leads to this account")


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"https://slack.com/team_id": "T0OTHER", "https://slack.com/user_id": HER}, 403),
        ({"https://slack.com/team_id": "T0ACME"}, 400),
        ({"https://slack.com/user_id": HER}, 400),
        ({"https://slack.com/team_id": "T0ACME", "https://slack.com/user_id": HIM}, 400),
        ({"https://slack.com/team_id": "T0ACME", "https://slack.com/user_id": [HER]}, 400),
        ({}, 400),
    ],
)
async def test_another_workspace_or_half_a_word_connects_nothing(
    up: Signing, monkeypatch: pytest.MonkeyPatch, claims: dict[str, object], status: int
) -> None:
    monkeypatch.setattr(up.town.sandbox.slack_issuer, "_claims", lambda _: claims)
    browser = up.browser()
    asked = await at_slack(browser, await agreed(up, browser, await up.link_of(SADA)))
    assert (await back(browser, asked, HER)).status == status
    assert await nothing_is_connected(up)


async def test_who_says_no_at_slack_is_told_so(up: Signing) -> None:
    browser = up.browser()
    asked = await at_slack(browser, await agreed(up, browser, await up.link_of(SADA)))
    stopped = await back(browser, asked, "")
    assert (stopped.status, stopped.title) == (400, "You were not signed in")
    assert (await browser.open(f"{up.base}/link")).title == "Send these letters in your chat"


async def test_a_state_is_good_once_and_in_its_browser(up: Signing) -> None:
    browser = up.browser()
    asked = await at_slack(browser, await agreed(up, browser, await up.link_of(SADA)))
    answer = await back(browser, asked, HER, follow=False)
    where = answer.headers["Location"]
    assert where.startswith(f"{up.base}/link/proved?")
    # In a browser without a session, and in one with a session of its own.
    assert (await up.browser().open(where)).status == 403
    other = up.browser()
    await agreed(up, other, await up.link_of(CLEO))
    assert (await other.open(where)).status == 410
    assert await nothing_is_connected(up)
    assert (await browser.open(where)).title == "Connected"
    assert (await browser.open(where)).status == 410


async def test_a_state_of_the_one_errand_is_none_of_the_other(up: Signing) -> None:
    browser = up.browser()
    start = await browser.open(await up.link_of(SADA))
    picking = await browser.send(start, "/link/start")
    signed = await browser._go(
        "POST", picking.url.partition("?")[0], picked(picking, "u-ada"), follow=False
    )
    query = urlsplit(signed.headers["Location"]).query
    assert (await browser.open(f"{up.base}/link/proved?{query}")).status == 410
    asked = await browser.open(signed.headers["Location"])  # good still where it belongs
    shown = await browser.send(asked, "/link/consent")
    answer = await back(browser, await at_slack(browser, shown), HER, follow=False)
    query = urlsplit(answer.headers["Location"]).query
    assert (await browser.open(f"{up.base}/oidc/callback?{query}")).status == 410
    assert await nothing_is_connected(up)


@pytest.mark.parametrize(
    "change", [{"code": "made-up"}, {"code": ""}, {"iss": "https://evil.example"}]
)
async def test_what_did_not_come_from_slack_connects_nothing(
    up: Signing, change: dict[str, str]
) -> None:
    browser = up.browser()
    asked = await at_slack(browser, await agreed(up, browser, await up.link_of(SADA)))
    answer = await back(browser, asked, HER, follow=False)
    query = dict(parse_qsl(urlsplit(answer.headers["Location"]).query)) | change
    refused = await browser.open(f"{up.base}/link/proved?{urlencode(query)}")
    assert (refused.status, refused.title) == (400, "You were not signed in")
    assert await nothing_is_connected(up)


async def test_nobody_proves_what_nobody_agreed_to(up: Signing) -> None:
    """The form of the page before, sent where the proof begins."""
    browser = up.browser()
    asked = await up.sign_in(browser, await up.link_of(SADA))
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
    assert await nothing_is_connected(up)
