"""A page that ends leads back to the chat, on both platforms; one that refuses has a reference that
an operator finds in the log (`product.md` 3.2)."""

from __future__ import annotations

import logging
import re

import pytest
from sqlalchemy import update

from adapters.pages import failing
from adapters.slack.platform import SlackPlatform
from core import schema
from core.work import Work
from tests.pages_kit import COOKIE, Page, Signing
from tests.service_kit import BEN, CLEO, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")
APP = "https://slack.com/app_redirect?app=A0FLUXBOT"
EVERYWHERE = pytest.mark.parametrize(
    ("person", "way"),
    [(BEN, "https://t.me/fluxbot"), (CLEO, f"{APP}&amp;team=T0ACME")],
    ids=["telegram", "slack"],
)


def ways(page: Page) -> list[str]:
    return re.findall(r'<a class="button[^>]* href="([^"]*)"', page.text)


def why(page: Page, log: pytest.LogCaptureFixture) -> str:
    """What the log says of the reference on this page."""
    found = re.search(r"Reference: (\d[0-9A-F]{3}-[0-9A-F]{4})<", page.text)
    assert found, page.text
    [line] = [each for each in log.records if getattr(each, "ref", "") == found[1]]
    assert line.levelno == logging.INFO
    return line.getMessage().removeprefix("a sign-in page refused: ")


@EVERYWHERE
async def test_what_ends_leads_back(
    up: Signing, person: Person, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    browser, link = up.browser(), await up.link_of(person)
    foreign = await browser.open(link)
    refused = await browser.send(foreign, "/link/start", headers={"Origin": "https://evil.example"})
    assert (refused.status, ways(refused)) == (403, [way])
    assert why(refused, caplog) == "not a form of ours"
    back = await browser.open(f"{up.base}/oidc/callback?state=unknown&code=x")
    assert back.status >= 400
    assert ways(back) == [way]
    assert why(back, caplog)
    stopped = await browser.send(await browser.open(link), "/link/cancel")
    assert (stopped.title, ways(stopped)) == ("Nothing was connected", [way])
    assert "Reference" not in stopped.text  # that was no failure
    token = link.rpartition("/")[2]
    assert token not in caplog.text
    assert browser.cookies[link.split("/")[2]][COOKIE] not in caplog.text


async def test_a_form_asks_for_no_way_back(up: Signing, monkeypatch: pytest.MonkeyPatch) -> None:
    """It shows none: where a platform would have to be asked, it would be waited for."""
    asked: list[str] = []

    async def way_in(self: SlackPlatform, scope: str, *, told: bool) -> str:
        asked.append(scope)
        return ""

    monkeypatch.setattr(SlackPlatform, "way_in", way_in)
    browser = up.browser()
    page = await browser.open(await up.link_of(CLEO))
    assert asked == ["T0ACME"]
    sent = await browser.send(page, "/link/cancel", follow=False)
    assert (sent.status, asked) == (303, ["T0ACME"])
    stopped = await browser.open(f"{up.base}/link")
    assert (stopped.title, asked) == ("Nothing was connected", ["T0ACME"] * 2)
    assert "Go back to Slack." in stopped.text


async def test_another_browser_is_not_told_the_workspace(up: Signing) -> None:
    link = await up.link_of(CLEO)
    await up.sign_in(up.browser(), link, "u-cleo")
    other = await up.browser().open(link)
    assert (other.title, ways(other)) == ("This link has ended", [APP])


async def test_unused_and_too_old_it_leads_back(
    up: Signing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    link = await up.link_of(CLEO)

    def expire(work: Work) -> None:
        work.run(update(schema.web_link).values(expires_at=work.now))

    await up.town.service.store.mutate(expire)
    ended = await up.browser().open(link)
    assert (ended.status, ways(ended)) == (410, [f"{APP}&amp;team=T0ACME"])
    assert why(ended, caplog) == "the link expired"


async def test_of_an_unknown_link_there_is_a_sentence_alone(
    up: Signing, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    unknown = await up.browser().open(f"{up.base}/link/{'x' * 43}")
    lost = await up.browser().open(f"{up.base}/link")
    assert ways(unknown) == ways(lost) == []
    assert why(unknown, caplog) == "no such link"
    assert why(lost, caplog) == "no attempt in this browser"
    assert "ask the bot in your chat for a new link" in unknown.text


async def refused(up: Signing, count: int, log: pytest.LogCaptureFixture) -> tuple[int, int]:
    """How many of so many pages name a reference, and how many lines the log got for them."""
    log.clear()
    pages = [await up.browser().open(f"{up.base}/oidc/callback?state=x") for _ in range(count)]
    lines = [each for each in log.records if "sign-in page" in each.getMessage()]
    return sum("Reference: " in each.text for each in pages), len(lines)


async def test_many_of_them_fill_no_log(
    up: Signing, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(failing, "PER", 0.0)
    assert await refused(up, 3, caplog) == (3, 3)  # the control
    monkeypatch.setattr(failing, "MOST", 2)
    monkeypatch.setattr(failing, "PER", 60.0)
    assert await refused(up, 6, caplog) == (1, 1)  # the one before is of the same minute
    monkeypatch.setattr(failing, "PER", 0.0)
    assert await refused(up, 1, caplog) == (1, 2)
    assert "5 more sign-in pages refused" in [each.getMessage() for each in caplog.records]
