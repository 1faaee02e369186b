"""A reaction arrives as its line, and the message under it is read and marked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from adapters.sandbox import Sandbox, World, serve
from adapters.sandbox.model import BOT, Message
from adapters.slack import intake
from adapters.slack.platform import SlackPlatform
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Quoted, Reply
from tests.adapters.contract import SIGNING_SECRET, SLACK_TOKEN, TELEGRAM_TOKEN, slack_at
from tests.adapters.slack_kit import US, payload
from tests.adapters.slack_server import BOT as US_USER
from tests.adapters.slack_server import TEAM

GENERAL = Address("slack", "T0ACME", "C0GENERAL", private=False)


def reacted(**event: Any) -> Inbound | None:
    whole = payload("reaction")
    return intake.read({**whole, "event": {**whole["event"], **event}}, US)


def test_a_reaction_is_its_line() -> None:
    got = reacted()
    assert got == Inbound(
        key="slack:Ev0REACTED",
        kind=Kind.REACTION,
        sender=Sender("slack", TEAM, "U0ANN"),
        address=Address("slack", TEAM, "C0HOME", private=False),
        line="react on pushpin",
        quoted=Quoted("", message="C0HOME/1700000003.000200"),
    )
    away = reacted(type="reaction_removed", reaction="+1::skin-tone-3")
    assert away is not None
    assert away.line == "react off +1"


@pytest.mark.parametrize(
    "event",
    [
        {"user": US_USER},
        {"item": {"type": "message", "channel": "D0ANN", "ts": "1.2"}},
        {"item": {"type": "file", "file": "F1"}},
        {"item": "odd"},
        {"reaction": ""},
        {"user": None},
    ],
)
def test_what_is_none_of_our_business(event: dict[str, Any]) -> None:
    assert reacted(**event) is None


def test_in_a_channel_shared_with_others_it_must_be_known_whose_it_is() -> None:
    shared = payload("reaction", is_ext_shared_channel=True)
    assert intake.read(shared, US) is None
    shared["event"]["user_team"] = "T0ELSE"
    got = intake.read(shared, US)
    assert got is not None
    assert (got.sender.scope, got.address.scope, got.guest) == ("T0ELSE", TEAM, True)


@pytest.fixture
async def sandbox() -> AsyncIterator[tuple[Sandbox, SlackPlatform]]:
    made = Sandbox(
        World.demo(),
        telegram_token=TELEGRAM_TOKEN,
        slack_bot_token=SLACK_TOKEN,
        slack_signing_secret=SIGNING_SECRET,
    )

    async def receive(inbound: Inbound) -> Reply:
        return Reply()

    async with serve(made) as served, aiohttp.ClientSession() as session:
        platform = slack_at(served.slack_base_url, session, receive)
        await platform.introduce()
        yield made, platform


async def said(sandbox: Sandbox) -> Message:
    shown = await sandbox.say("sl-cleo", "slack:C0GENERAL", "Ask @ada & <b>all</b>")
    assert shown.message
    return shown.message


async def test_the_message_is_read_and_marked(sandbox: tuple[Sandbox, SlackPlatform]) -> None:
    world, platform = sandbox
    message = await said(world)
    ref = f"C0GENERAL/{message.id}"
    link = f"https://acme.slack.com/archives/C0GENERAL/p{message.id.replace('.', '')}"
    found = await platform.message_under(GENERAL, ref)
    assert found == Quoted("Ask @U0ADA & <b>all</b>", url=link, message=ref)
    for on in (True, True, False, False):  # again is as good as once
        await platform.mark(GENERAL, ref, on=on)
        assert message.reactions["white_check_mark"] == ([BOT] if on else [])


async def test_where_it_is_gone_or_we_are_not_there_is_nothing(
    sandbox: tuple[Sandbox, SlackPlatform],
) -> None:
    world, platform = sandbox
    message = await said(world)
    assert await platform.message_under(GENERAL, "C0GENERAL/1.2") is None
    await platform.mark(GENERAL, "C0GENERAL/1.2", on=True)
    world.world.chats["slack:C0GENERAL"].with_bot = False
    assert await platform.message_under(GENERAL, f"C0GENERAL/{message.id}") is None
