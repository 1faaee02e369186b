"""The HTTP way in: only genuine requests pass, and none is acknowledged before its commit."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from adapters.slack import guard
from adapters.slack.platform import SlackPlatform
from adapters.slack.webhook import routes
from core.chat import Audience, Card, Form, Kind, Question, Reply
from tests.adapters.slack_kit import Wired, payload, wired
from tests.adapters.slack_server import SECRET, SlackServer, deliver, signed

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
GENUINE = json.dumps(payload("direct message")).encode()

SHAPES: dict[str, tuple[bytes, str]] = {
    "broken JSON": (b'{"type": ', JSON),
    "deep JSON": (b"[" * 100_000, JSON),
    "deep objects": (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, JSON),
    "a list": (b"[]", JSON),
    "NaN": (b'{"type": NaN}', JSON),
    "an unknown charset": (b'{"type"', f"{JSON}; charset=nonsense"),
    "bytes that are no UTF-8": (b'{"type": "\xff\xfe"}', JSON),
    "a payload that is no JSON": (b"payload=%7Bnot", FORM),
    "a payload that is no object": (b"payload=%5B1%5D", FORM),
    "a payload in broken UTF-8": (b"payload=%FF%FE", FORM),
    "two payloads": (b"payload=%7B%7D&payload=%7B%7D", FORM),
    "nothing": (b"", JSON),
    "an event that is a list": (b'{"type": "event_callback", "event": []}', JSON),
    "an event without a type": (b'{"type": "event_callback", "event": {}}', JSON),
    "actions that are numbers": (b'{"type": "block_actions", "actions": [1]}', JSON),
    "no kind of body": (b"hello", "text/plain"),
}
NOW = str(int(time.time()))
HEADERS: dict[str, dict[str, str]] = {
    "no signature": {"X-Slack-Request-Timestamp": NOW},
    "no headers at all": {},
    "another secret's signature": signed(GENUINE, "another"),
    "another body's signature": signed(b"{}"),
    "a stale signature": signed(GENUINE, at=time.time() - 400),
    "a signature from the future": signed(GENUINE, at=time.time() + 400),
    "a garbage timestamp": {**signed(GENUINE), "X-Slack-Request-Timestamp": "soon"},
    "digits that are not ASCII": {**signed(GENUINE), "X-Slack-Request-Timestamp": "١٢٣"},
    "an endless timestamp": {**signed(GENUINE), "X-Slack-Request-Timestamp": "9" * 5000},
    "a signature that is not ASCII": {**signed(GENUINE), "X-Slack-Signature": "v0=é"},
}


@pytest.fixture
async def slack() -> AsyncIterator[Wired]:
    async with wired() as made:
        yield made


async def status(slack: Wired, raw: bytes, headers: Mapping[str, str], url: str = "") -> int:
    async with slack.session.post(url or slack.url, data=raw, headers=headers) as response:
        return response.status


@pytest.mark.parametrize("name", HEADERS)
async def test_an_unproven_request_is_refused(slack: Wired, name: str) -> None:
    assert await status(slack, GENUINE, {"Content-Type": JSON, **HEADERS[name]}) == 401
    assert slack.bot.inbound == []


@pytest.mark.parametrize("name", SHAPES)
async def test_a_malformed_body_is_refused_signed_or_not(slack: Wired, name: str) -> None:
    raw, kind = SHAPES[name]
    assert await status(slack, raw, {"Content-Type": kind}) == 401
    assert await status(slack, raw, {"Content-Type": kind, **signed(raw)}) == 400


async def test_an_unsigned_ssl_check_is_refused_and_a_signed_one_answered(slack: Wired) -> None:
    raw, kind = b"ssl_check=1&token=x", {"Content-Type": FORM}
    assert await status(slack, raw, kind) == 401
    assert await status(slack, raw, {**kind, **signed(raw)}) == 200


async def test_bolt_alone_fails_on_such_requests(slack: Wired) -> None:
    """The control: without the guard strangers cause server errors."""
    bolt = AsyncApp(token="xoxb-1", signing_secret=SECRET)

    async def naked(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await bolt.async_dispatch(await to_bolt_request(request)))

    site = web.Application()
    site.router.add_post("/", naked)
    async with TestServer(site, host="127.0.0.1") as server:
        url = str(server.make_url("/"))
        found = [
            await status(slack, raw, {"Content-Type": kind}, url) for raw, kind in SHAPES.values()
        ]
    assert found.count(500) >= 3


@pytest.mark.parametrize(("seconds", "admitted"), [(299, True), (301, False)])
def test_a_request_is_good_for_five_minutes_both_ways(seconds: int, admitted: bool) -> None:
    now = 1_700_000_000.0
    for at in (now - seconds, now + seconds):
        headers = signed(GENUINE, at=at)
        if admitted:
            guard.verify(GENUINE, headers, SECRET, now)
        else:
            with pytest.raises(web.HTTPUnauthorized):
                guard.verify(GENUINE, headers, SECRET, now)


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


@pytest.mark.parametrize(
    "name", ["home opened", "join", "our own message", "closed form", "press on a link"]
)
async def test_what_concerns_nobody_is_acknowledged(slack: Wired, name: str) -> None:
    assert (await slack.deliver(name)).status == 200
    assert slack.bot.inbound == []


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

    monkeypatch.setattr(slack.platform, "_receive", slow)
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


async def test_random_signed_bodies_never_cause_a_server_error(slack: Wired) -> None:
    seen = set()
    for name in ("direct message", "press on a card", "submitted form", "command in a channel"):
        base = payload(name)
        for field in base:
            for odd in (None, 1, [], {}, "x", [{}], {"id": 1}, [[]]):
                raw = urlencode({"payload": json.dumps({**base, field: odd})}).encode()
                got = await status(slack, raw, {"Content-Type": FORM, **signed(raw)})
                assert got < 500, (name, field, odd)
                seen.add(got)
    assert seen == {200, 400}
