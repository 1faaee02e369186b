"""A button that begins to connect anew: the fresh message comes, and the old one goes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from adapters.sandbox import Message, slack_methods
from adapters.sandbox.slack_api import SlackError
from adapters.sandbox.telegram_messages import DELETABLE
from adapters.slack import sending as slack_sending
from adapters.slack.api import SlackApi
from adapters.telegram.sending import Sending
from bot.commands import linking
from core import schema
from core.addresses import Address
from core.chat import Reply, Sent
from core.work import Work
from tests.service_kit import Town, labels
from tests.stories.cast import CODE, PLATFORMS, Somebody, newcomer, words
from tests.stories.conftest import sqlite_alone as service_database

__all__ = ["service_database"]  # for PostgreSQL: tests/core/test_core_linking.py
pytestmark = pytest.mark.asyncio(loop_scope="module")
FRESH = "Send me this code"


async def expired(ada: Somebody, town: Town) -> Message:
    """A message whose code is too old, and that has a button for another one."""

    def expire(work: Work) -> None:
        work.run(update(schema.link_attempt).values(expires_at=work.now - timedelta(seconds=1)))
        work.linking.expire()

    shown = await ada.does("link", FRESH)
    await town.service.store.mutate(expire)
    await ada.until(lambda: labels(shown) == ["Get a code"])
    return shown


def codes(ada: Somebody) -> list[str]:
    return [found[0] for each in ada.seen() if (found := CODE.search(words(each)))]


async def goes(ada: Somebody, old: Message) -> None:
    """Wait until the old message is not there any more, below a fresh one."""
    await ada.hears(FRESH, but={old.id})
    await ada.until(lambda: old.id not in ada.ids())
    assert len(codes(ada)) == 1


async def test_the_fresh_code_comes_and_the_old_message_goes(ada: Somebody, town: Town) -> None:
    old = await expired(ada, town)
    await ada.presses(old, "Get a code")
    await goes(ada, old)
    other = newcomer(town, "slack", "Cleo")
    await other.does(f"link {codes(ada)[0]}", "Connect to the account of")
    await ada.hears("Your code was entered.")  # the new message is the one that is edited


async def test_delivered_twice_it_makes_one_code_and_deletes_once(
    ada: Somebody, town: Town
) -> None:
    old = await expired(ada, town)
    pressed = await ada.presses(old, "Get a code")
    await goes(ada, old)
    before, shown = codes(ada), ada.ids()
    await town.sandbox.say(ada.id, ada.chat, "", again=pressed.id)
    await ada.does("whoami", "1 chat connected")
    assert codes(ada) == before
    assert shown <= ada.ids()


async def test_what_cannot_be_deleted_says_that_there_is_a_newer_one(
    ada: Somebody, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def kept(*_: object) -> None:
        raise SlackError("compliance_exports_prevent_deletion")

    monkeypatch.setitem(slack_methods.METHODS, "chat.delete", kept)
    old = await expired(ada, town)
    old.time -= DELETABLE + 1
    await ada.presses(old, "Get a code", then="I wrote you a newer message, below.")
    assert labels(old) == []
    assert len(codes(ada)) == 1


async def dies_on_telegram(self: Sending, address: Address, reply: Reply, _: str) -> Sent:
    return await self.post(address, reply)


async def dies_on_slack(
    api: SlackApi, address: Address, drawn: dict[str, Any], _ref: str, _words: object
) -> Sent:
    return await slack_sending.post(api, address, drawn, "")


async def test_a_crash_before_the_old_one_is_deleted_leaves_a_button_that_works(
    ada: Somebody, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await expired(ada, town)
    with monkeypatch.context() as patch:
        patch.setattr(Sending, "instead", dies_on_telegram)
        patch.setattr(slack_sending, "instead", dies_on_slack)
        await ada.presses(old, "Get a code")
        await ada.hears(FRESH, but={old.id})
    assert labels(old) == ["Get a code"]
    await ada.presses(old, "Get a code")
    await ada.until(lambda: old.id not in ada.ids())
    await ada.until(lambda: len(codes(ada)) == 1)  # starting another ended the first


async def test_from_ones_chats_the_code_comes_below_and_the_list_goes(ada: Somebody) -> None:
    chats = await ada.does("whoami", "1 chat connected")
    await ada.presses(chats, "Connect a chat")
    await goes(ada, chats)


async def test_a_refused_press_deletes_nothing_and_says_when(ada: Somebody, town: Town) -> None:
    old = await expired(ada, town)
    for _ in range(4):
        await ada.does("link", FRESH)
    await ada.is_told(old, "Get a code", "Too many link codes. Try again in 1")
    assert labels(old) == ["Get a code"]


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_the_control_an_answer_that_is_edited_in_leaves_the_old_one(
    town: Town, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = newcomer(town, platform)
    monkeypatch.setattr(linking, "instead", lambda reply: reply)
    old = await expired(ada, town)
    await ada.presses(old, "Get a code", then=FRESH)
    assert old.id in ada.ids()
