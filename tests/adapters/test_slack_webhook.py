"""The HTTP way in: nothing is acknowledged before its commit, and what can rides back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from adapters.slack import intake
from adapters.slack.origin import Origin
from adapters.slack.platform import SlackPlatform
from adapters.slack.unread import reread
from adapters.slack.webhook import routes
from core.chat import Audience, Card, Form, Kind, Question, Reply
from tests.adapters.slack_kit import US, Wired, payload, wired
from tests.adapters.slack_requests import SECRET, deliver
from tests.adapters.slack_server import SlackServer


@pytest.fixture
async def slack() -> AsyncIterator[Wired]:
    async with wired() as made:
        yield made


async def test_the_url_is_verified(slack: Wired) -> None:
    asked = {"type": "url_verification", "challenge": "3eZbrw1aB", "token": "gone"}
    response = await deliver(slack.session, slack.url, asked)
    assert (response.status, await response.json()) == (200, {"challenge": "3eZbrw1aB"})


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("command in a channel", Kind.ADDRESSED),
        ("direct message", Kind.TEXT),
        ("mention in a thread", Kind.ADDRESSED),
        ("press on a card", Kind.PRESS),
        ("submitted form", Kind.FORM),
    ],
)
async def test_each_kind_of_request_arrives(slack: Wired, name: str, kind: Kind) -> None:
    assert (await slack.deliver(name)).status == 200
    assert [each.kind for each in slack.bot.inbound] == [kind]


@pytest.mark.parametrize("name", ["join", "our own message", "closed form", "press on a link"])
async def test_what_concerns_nobody_is_acknowledged(slack: Wired, name: str) -> None:
    assert (await slack.deliver(name)).status == 200
    assert slack.bot.inbound == []


async def test_a_command_that_only_checks_our_certificate_is_none(slack: Wired) -> None:
    """Bolt knows what it is, and it is the one kind of command that Bolt is asked about."""
    response = await slack.deliver("command in a channel", ssl_check="1")
    assert (response.status, slack.bot.inbound) == (200, [])


async def test_an_unknown_event_and_a_shortcut_are_acknowledged(slack: Wired) -> None:
    unknown = payload("home opened", event={"type": "brand_new_event", "user": "U0ANN"})
    assert (await deliver(slack.session, slack.url, unknown)).status == 200
    shortcut = {"type": "shortcut", "callback_id": "x", "trigger_id": "1", "user": {"id": "U0ANN"}}
    assert (await deliver(slack.session, slack.url, shortcut)).status == 200


@pytest.mark.parametrize("name", ["direct message", "command in a channel", "press on a card"])
async def test_what_is_not_kept_is_not_acknowledged(slack: Wired, name: str) -> None:
    slack.bot.raises = RuntimeError("the disk is full")
    assert (await slack.deliver(name)).status == 503
    slack.bot.raises = None
    assert (await slack.deliver(name)).status == 200


@pytest.mark.parametrize(
    "name", ["direct message", "command in a channel", "press on a card", "submitted form"]
)
async def test_what_we_cannot_read_is_kept_and_acknowledged(
    slack: Wired, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    genuine = payload(name)
    if name == "submitted form":
        origin = Origin("add", "T0ACME", "C0HOME", private=False, url="https://hooks.slack.com/1")
        genuine["view"]["private_metadata"] = origin.pack()
    monkeypatch.setattr(intake, "read", breaks)
    response = await deliver(slack.session, slack.url, genuine)
    (kept,) = slack.bot.unread
    assert (response.status, slack.bot.inbound) == (200, [])
    said = await response.json() if name == "command in a channel" else {"text": "It is kept."}
    assert said["text"] == "It is kept."
    assert "hooks.slack.com" in json.dumps(genuine) or name == "direct message"
    assert "hooks.slack.com" not in kept.body
    assert '"token"' not in kept.body
    monkeypatch.undo()
    read, again = intake.read(genuine, US), reread(kept)
    assert read is not None
    assert again is not None
    assert kept.key == read.key
    assert replace(again, token="") == replace(read, token="")


async def test_what_we_can_neither_read_nor_keep_is_not_acknowledged(
    slack: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: it is acknowledged because it is kept."""
    monkeypatch.setattr(intake, "read", breaks)
    slack.bot.raises = RuntimeError("the disk is full")
    assert (await slack.deliver("direct message")).status == 503


def breaks(payload: object, us: object) -> None:
    raise ZeroDivisionError("made for the test")


async def test_nothing_is_acknowledged_while_nobody_knows_the_bot(slack: Wired) -> None:
    async with SlackServer() as gone:
        away = gone.base_url
    lost = SlackPlatform(
        bot_token="xoxb-1",
        signing_secret=SECRET,
        app_token=None,
        base_url=away,
        session=slack.session,
        receive=slack.bot.receive,
        keep_unread=slack.bot.keep_unread,
    )
    response = await lost.dispatch(payload("direct message"))
    assert (response.status, slack.bot.inbound) == (503, [])


async def test_the_acknowledgement_waits_for_the_commit(
    slack: Wired, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed = asyncio.Event()
    receive = slack.bot.receive

    async def slow(inbound: object) -> Reply:
        await committed.wait()
        return await receive(inbound)  # type: ignore[arg-type]  # an Inbound, by the caller

    monkeypatch.setattr(slack.platform._early, "_receive", slow)
    waiting = asyncio.ensure_future(slack.deliver("direct message"))
    done, _ = await asyncio.wait({waiting}, timeout=0.2)
    assert not done
    committed.set()
    assert (await waiting).status == 200


async def test_a_fleeting_answer_rides_in_the_response(slack: Wired) -> None:
    slack.bot.reply = Reply(text="You have <3> tasks")
    body = await (await slack.deliver("command in a channel")).json()
    assert body["response_type"] == "ephemeral"
    assert body["text"] == "You have &lt;3&gt; tasks."
    assert body["blocks"][0]["text"]["text"] == "You have <3> tasks"
    assert body["unfurl_links"] is body["unfurl_media"] is False
    assert slack.platform.rides(slack.bot.inbound[0], slack.bot.reply)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(text="x", card=Card("t", 1)),
        Reply(text="x", audience=Audience.HERE),
        Reply(form=Form("add", "Add", (Question("a", "A"),))),
        Reply(),
    ],
)
async def test_what_must_be_found_again_does_not_ride(slack: Wired, reply: Reply) -> None:
    slack.bot.reply = reply
    response = await slack.deliver("command in a channel")
    assert await response.read() == b""
    assert not slack.platform.rides(slack.bot.inbound[0], reply)


async def test_an_answer_to_a_mention_has_nothing_to_ride_in(slack: Wired) -> None:
    assert await (await slack.deliver("mention in a thread")).read() == b""
    assert not slack.platform.rides(slack.bot.inbound[0], slack.bot.reply)


async def test_problems_of_a_form_stand_on_its_fields(slack: Wired) -> None:
    slack.bot.reply = Reply(form=Form("add", "Add", (Question("title", "T", problem="Too long."),)))
    body = await (await slack.deliver("submitted form")).json()
    assert body == {"response_action": "errors", "errors": {"title": "Too long."}}
    assert slack.platform.rides(slack.bot.inbound[0], slack.bot.reply)


async def test_the_next_form_takes_the_place_of_the_last(slack: Wired) -> None:
    slack.bot.reply = Reply(form=Form("add 2", "More", (Question("due", "Due"),)))
    body = await (await slack.deliver("submitted form")).json()
    assert body["response_action"] == "update"
    assert json.loads(body["view"]["private_metadata"])["line"] == "add 2"


async def test_a_webhook_without_a_secret_is_not_made(slack: Wired) -> None:
    slack.platform.signing_secret = None
    with pytest.raises(ValueError, match="signing secret"):
        routes(slack.platform)
