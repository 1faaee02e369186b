"""A chat is connected by signing in on the web: through the pages, and back by eight letters."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from core import schema
from core.limits import ISSUE_CODE
from core.work import Work
from tests.pages_kit import Signing, logins_of
from tests.service_kit import ADA, BEN, CLEO, FLAT, SADA, Person

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_whoever_signs_in_and_types_the_letters_is_connected(up: Signing) -> None:
    browser = up.browser()
    asked = await up.sign_in(browser, await up.link_of(ADA))
    assert asked.title == "Connect this chat to your account?"
    assert "Ada (@ada) on Telegram" in asked.text
    assert "Ada Lovelace" in asked.text
    shown = await browser.send(asked, "/link/consent")
    assert shown.title == "Send these letters in your chat"
    await up.town.say(ADA, shown.letters)
    await up.town.sees(ADA, "signing in as Ada Lovelace leads to this account")
    assert (await browser.open(f"{up.base}/link")).title == "Connected"
    # and from Slack, where the same sign-in leads to that account now
    other = up.browser()
    letters = await up.letters(other, await up.link_of(SADA))
    await up.town.say(SADA, f"/task link {letters.lower()}")
    await up.town.sees(SADA, "belongs to the account of Ada Lovelace now")


async def test_cancelled_on_the_page_it_ends_in_the_chat(up: Signing) -> None:
    browser = up.browser()
    link = await up.link_of(BEN)
    stopped = await browser.send(await browser.open(link), "/link/cancel")
    assert stopped.title == "Nothing was connected"
    message = await up.town.sees(BEN, "That sign-in was stopped. Nothing was connected.")
    assert not [each for row in message.buttons for each in row if each["url"]]
    assert (await up.browser().open(link)).title == "Nothing was connected"


async def test_stopped_in_the_chat_it_ends_on_the_page(up: Signing) -> None:
    browser = up.browser()
    await up.letters(browser, await up.link_of(BEN))
    asked = await up.town.sees(BEN, "send me the eight letters that the page shows")
    await up.town.press(BEN, asked, "Stop")
    await up.town.sees(BEN, "Stopped. Nothing was connected.")
    ended = await browser.open(f"{up.base}/link")
    assert (ended.status, ended.title) == (410, "This link has ended")


async def test_a_new_link_makes_the_old_one_void(up: Signing) -> None:
    old = await up.link_of(BEN)
    new = await up.link_of(BEN)
    assert (await up.browser().open(old)).title == "This link has ended"
    assert (await up.browser().open(new)).title == "Connect a chat"


async def test_three_wrong_tries_end_it(up: Signing) -> None:
    browser = up.browser()
    letters = await up.letters(browser, await up.link_of(BEN))
    wrong = letters[::-1] if letters != letters[::-1] else "BCDF-GHJK"
    for left in ("two more tries", "one more try"):
        await up.town.say(BEN, wrong)
        await up.town.sees(BEN, left)
    await up.town.say(BEN, wrong.replace("-", " ").lower())
    await up.town.sees(BEN, "wrong letters three times")
    await up.town.say(BEN, letters)
    await up.town.sees(BEN, "That question has ended")
    assert (await browser.open(f"{up.base}/link")).title == "Nothing was connected"


async def test_letters_said_where_others_read_are_void(up: Signing) -> None:
    letters = await up.letters(up.browser(), await up.link_of(BEN))
    await up.town.say(BEN, f"/link@fluxbot {letters}", FLAT)
    await up.town.sees(BEN, "Others here could read those letters, so they are void.")
    assert await logins_of(up, BEN) == []


@pytest.mark.parametrize("person", [BEN, CLEO], ids=["telegram", "slack"])
async def test_without_a_client_there_a_chat_has_letters_alone(up: Signing, person: Person) -> None:
    browser = up.browser()
    shown = await browser.send(await up.sign_in(browser, await up.link_of(person)), "/link/consent")
    assert shown.letters
    assert "/link/prove" not in shown.text
    assert "form-action 'self';" in shown.headers["Content-Security-Policy"]
    _, fields = shown.form("/link/cancel")
    same = {"Origin": up.base, "Sec-Fetch-Site": "same-origin"}
    assert (await browser._go("POST", f"{up.base}/link/prove", fields, headers=same)).status == 403
    assert (await browser.open(f"{up.base}/link/proved?code=a&state=b")).status == 403


async def test_on_slack_the_letters_go_into_a_form(up: Signing) -> None:
    letters = await up.letters(up.browser(), await up.link_of(CLEO), "u-cleo")
    asked = await up.town.sees(CLEO, "send me the eight letters that the page shows")
    await up.town.press(CLEO, asked, "Enter the letters")
    views = up.town.sandbox.world.views
    form = await up.town.until(lambda: next(iter(views.values()), None))
    await up.town.sandbox.submit(CLEO[0], form["id"], {"code": letters})
    await up.town.sees(CLEO, "signing in as Cleo Laine leads to this account")


async def test_only_so_many_links_an_hour(up: Signing) -> None:
    for _ in range(5):
        await up.link_of(BEN)
    codes = delete(schema.rate).where(schema.rate.c.name == ISSUE_CODE.name)
    await up.town.service.store.mutate(lambda work: work.run(codes) and None)
    shown = await up.town.asks(BEN, "/link", "Send me this code")
    answered = await up.town.press(BEN, shown, "Sign in on the web")
    assert answered.text.startswith("Too many sign-ins. Try again in ")


async def test_what_expired_says_so_in_the_chat_and_on_the_page(up: Signing) -> None:
    browser = up.browser()
    await up.letters(browser, await up.link_of(BEN))

    def expire(work: Work) -> None:
        passed = work.now - timedelta(seconds=1)
        work.run(update(schema.web_link).values(expires_at=passed))

    await up.town.service.store.mutate(expire)
    assert (await browser.open(f"{up.base}/link")).title == "This link has ended"
    await up.town.service.store.mutate(lambda work: work.web_links.expire())
    await up.town.sees(BEN, "That link has expired (they last 10 minutes). Here is a new one.")


async def test_a_link_that_is_opened_again_goes_on_where_it_was(up: Signing) -> None:
    browser, link = up.browser(), await up.link_of(BEN)
    letters = await up.letters(browser, link)
    assert (await browser.open(link)).letters == letters
    assert (await up.browser().open(link)).title == "This link has ended"


async def test_a_link_can_be_taken_back(up: Signing) -> None:
    await up.town.say(BEN, await up.letters(up.browser(), await up.link_of(BEN), "u-ben"))
    done = await up.town.sees(BEN, "signing in as Ben Okri leads to this account")
    await up.town.press(BEN, done, "Undo")
    for _ in range(100):
        if not await logins_of(up, BEN):
            break
        await asyncio.sleep(0.02)
    assert await logins_of(up, BEN) == []


async def test_a_button_pressed_twice_shows_where_things_stand(up: Signing) -> None:
    browser = up.browser()
    start = await browser.open(await up.link_of(BEN))
    asked = await up.sign_in(browser, f"{up.base}/link")
    assert (await browser.send(start, "/link/start")).status == 403  # of the session before
    letters = (await browser.send(asked, "/link/consent")).letters
    assert (await browser.send(asked, "/link/consent")).letters == letters
