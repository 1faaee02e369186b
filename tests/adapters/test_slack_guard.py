"""Only genuine requests get past the edge, and none makes a server error."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from adapters.slack import guard
from tests.adapters.slack_kit import Wired, payload, wired
from tests.adapters.slack_requests import SECRET, signed

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
    "a signature from the future": signed(GENUINE, at=time.time() + 100_000),
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


async def test_random_signed_bodies_never_cause_a_server_error(slack: Wired) -> None:
    seen: set[int] = set()
    odds: list[Any] = [None, 1, [], {}, "x", [{}], {"id": 1}, [[]]]
    for name in ("direct message", "press on a card", "submitted form", "command in a channel"):
        base = payload(name)
        for field in base:
            for odd in odds:
                raw = urlencode({"payload": json.dumps({**base, field: odd})}).encode()
                got = await status(slack, raw, {"Content-Type": FORM, **signed(raw)})
                assert got < 500, (name, field, odd)
                seen.add(got)
    assert seen >= {200, 400}


@given(st.text("abz09=&+%. \x00\u00e9\u20ac", max_size=80))
def test_a_form_reads_as_the_standard_library_reads_it(rest: str) -> None:
    raw = f"command=x&{rest}".encode()
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, errors="strict")
    except ValueError:
        pairs = []
    expected = {name: value.replace("\0", "") for name, value in pairs}
    if len(expected) < len(pairs) or not pairs:
        with pytest.raises(web.HTTPBadRequest):
            guard.parse(raw, FORM)
    else:
        assert guard.parse(raw, FORM) == expected
