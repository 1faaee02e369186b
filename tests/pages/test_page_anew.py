"""A button that begins a sign-in: the fresh link comes, and the message that asked for it goes."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from adapters.sandbox import Message
from bot.commands import signing_in
from core import schema
from core.work import Work
from tests.pages_kit import Signing, url_of
from tests.service_kit import BEN, CLEO, FLAT, GENERAL, SADA, Person, labels, plain
from tests.stories.cast import CODE

pytestmark = pytest.mark.asyncio(loop_scope="module")
EVERYWHERE = pytest.mark.parametrize("person", [BEN, CLEO], ids=["telegram", "slack"])
LINK, VOID = "Connect this chat on the web", "The code that I showed you before is void."


async def code_of(up: Signing, person: Person) -> Message:
    spelled = "/task link" if person is CLEO else "/link"
    return await up.town.asks(person, spelled, "Send me this code")


async def expired(up: Signing, person: Person) -> tuple[str, Message]:
    """A link that is too old, and the message that says so."""

    def expire(work: Work) -> None:
        work.run(update(schema.web_link).values(expires_at=work.now - timedelta(seconds=1)))
        work.web_links.expire()

    link, now = await up.link_of(person), up.town.from_bot(person)[-1]
    await up.town.service.store.mutate(expire)
    await up.town.until(lambda: labels(now) == ["Connect account"])
    return link, now


async def goes(up: Signing, person: Person, old: Message, chat: str = "") -> None:
    await up.town.until(lambda: old.id not in {m.id for m in up.town.from_bot(person, chat)})


@EVERYWHERE
async def test_below_a_code_the_link_takes_its_place_and_the_code_is_void(
    up: Signing, person: Person
) -> None:
    old = await code_of(up, person)
    code = CODE.search(plain(old))
    assert code
    await up.town.press(person, old, "Sign in on the web")
    fresh = await up.town.sees(person, LINK)
    assert VOID in plain(fresh)
    await goes(up, person, old)
    assert (await up.browser().open(url_of(fresh))).title == "Connect a chat"
    await up.town.say(SADA, f"/task link {code[0]}")
    await up.town.sees(SADA, "That code does not work")


@EVERYWHERE
async def test_what_expired_goes_when_the_new_link_is_there(up: Signing, person: Person) -> None:
    link, old = await expired(up, person)
    assert "That link has expired (they last 10 minutes). Here is a new one." in plain(old)
    pressed = await up.town.press(person, old, "Connect account")
    await goes(up, person, old)
    fresh = await up.town.sees(person, LINK)
    assert VOID not in plain(fresh)  # none was shown
    ended = await up.browser().open(link)
    assert ended.title == "This link has ended"
    ways = re.findall(r'<a class="button[^>]* href="([^"]*)"', ended.text)
    there = "Telegram" if person is BEN else "Slack"
    slack = "https://slack.com/app_redirect?app=A0FLUXBOT&amp;team=T0ACME"
    assert ways == ["https://t.me/fluxbot" if person is BEN else slack]
    assert f"Back to {there}" in ended.text
    await up.town.sandbox.say(*person, "", again=pressed.id)
    await up.town.asks(person, "/task whoami" if person is CLEO else "/whoami", "chat connected")
    shown = [each for each in up.town.from_bot(person) if LINK in plain(each)]
    assert shown[-1].id == fresh.id
    assert (await up.browser().open(url_of(fresh))).title == "Connect a chat"


async def test_a_refused_press_leaves_the_code_and_its_message(up: Signing) -> None:
    _, old = await expired(up, BEN)
    for _ in range(4):
        await up.link_of(BEN)
    said = await up.town.press(BEN, old, "Connect account")
    assert said.text.startswith("Too many sign-ins. Try again in ")
    assert said.text.endswith("Your tasks still work.")
    assert labels(old) == ["Connect account"]


async def test_where_only_one_person_sees_it_in_a_channel_it_goes_too(up: Signing) -> None:
    """On Slack a code that was asked for in a channel is for the eyes of whoever asked."""
    await up.town.say(CLEO, "/task link", GENERAL)
    old = await up.town.sees(CLEO, "Send me this code", GENERAL)
    assert old.ephemeral_for == CLEO[0]
    await up.town.press(CLEO, old, "Sign in on the web", GENERAL)
    fresh = await up.town.sees(CLEO, LINK, GENERAL)
    assert fresh.ephemeral_for == CLEO[0]
    await goes(up, CLEO, old, GENERAL)
    seen = "".join(map(plain, up.town.messages(SADA, GENERAL)))
    assert LINK not in seen
    assert not CODE.search(seen)


async def test_what_was_asked_in_a_group_is_pressed_in_private_and_goes_there(up: Signing) -> None:
    group = len(up.town.messages(BEN, FLAT))
    await up.town.say(BEN, "/link@fluxbot", FLAT)
    old = await up.town.sees(BEN, "Send me this code")
    await up.town.press(BEN, old, "Sign in on the web")
    await goes(up, BEN, old)
    said = up.town.messages(BEN, FLAT)[group:]
    assert not [each for each in said if LINK in plain(each) or CODE.search(plain(each))]


async def test_two_presses_at_once_leave_one_link_that_works(up: Signing) -> None:
    old = await code_of(up, BEN)
    before = {each.id for each in up.town.from_bot(BEN)}
    await asyncio.gather(*(up.town.press(BEN, old, "Sign in on the web") for _ in range(2)))
    await goes(up, BEN, old)

    def fresh() -> list[Message]:
        return [m for m in up.town.from_bot(BEN) if m.id not in before and LINK in plain(m)]

    await up.town.until(lambda: len(up.town.from_bot(BEN)) == len(before) + 1 and fresh()[1:] == [])
    [shown] = fresh()
    assert (await up.browser().open(url_of(shown))).title == "Connect a chat"


@EVERYWHERE
async def test_the_control_a_fresh_answer_alone_leaves_a_code_that_is_void(
    up: Signing, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_in, "instead", lambda reply: reply)
    old = await code_of(up, person)
    await up.town.press(person, old, "Sign in on the web")
    await up.town.sees(person, LINK)
    assert old.id in {each.id for each in up.town.from_bot(person)}
