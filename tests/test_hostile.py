"""Nothing that a stranger or a strange client sends gives a 5xx, a stack trace or a silence
(`promises.md` M1 to M5, T15, T16, T18, T20)."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.hostile_kit import (
    ROUTES,
    SLACK,
    TELEGRAM,
    WEBHOOK_SECRET,
    House,
    dumped,
    fine,
    genuine_slack,
    genuine_updates,
    house,
    packed,
    quiet_house,
    signature,
)

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
DEEP = b"[" * 100_000
DEEP_WITH_NUL = b'{"x": "\\u0000", "a": ' + b"[" * 700 + b"]" * 700 + b"}"
EVENT = packed(genuine_slack()[4])[0]
SHAPES: dict[str, tuple[bytes, dict[str, str]]] = {
    "empty": (b"", {}),
    "no type": (b'{"a": 1}', {"Content-Type": ""}),
    "bad JSON": (b'{"a": ', JSON),
    "deep JSON": (DEEP, JSON),
    "deep object": (b'{"a":' * 50_000 + b"1" + b"}" * 50_000, JSON),
    "a list": (b"[1, 2]", JSON),
    "a string": (b'"text"', JSON),
    "a number": (b"1", JSON),
    "null": (b"null", JSON),
    "NaN": (b'{"update_id": NaN}', JSON),
    "infinite": (b'{"update_id": 1e999}', JSON),
    "5,000 digits": (b'{"update_id": ' + b"9" * 5000 + b"}", JSON),
    "twice": (b'{"update_id": 1, "update_id": "x"}', JSON),
    "lone surrogate": (b'{"update_id": 1, "x": "\\ud800"}', JSON),
    "NUL": (b'{"update_id": 1, "message": {"text": "a\\u0000b"}}', JSON),
    "bare NUL": (b"\0\0\0", JSON),
    "no UTF-8": (b'{"a": "\xff\xfe"}', JSON),
    "bad charset": (EVENT, {"Content-Type": "application/json; charset=klingon"}),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), {"Content-Type": "application/json; charset=utf-16"}),
    "form of nothing": (b"&&&===", FORM),
    "bad payload": (b"payload=%7B%22a", FORM),
    "payload twice": (b"payload={}&payload={}", FORM),
    "payload a list": (b"payload=[]", FORM),
    "deep payload": (b"payload=" + DEEP, FORM),
    "deep with a NUL": (DEEP_WITH_NUL, JSON),
    "ssl_check": (b"ssl_check=1", FORM),
    "many fields": (b"&".join(b"a%d=1" % each for each in range(5000)), FORM),
    "multipart": (b"--x\r\n\r\n", {"Content-Type": "multipart/form-data; boundary=x"}),
    "an odd type": (b"{}", {"Content-Type": 'a/b; c="d'}),
    "XML": (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", {"Content-Type": "text/xml"}),
}


@pytest.fixture
async def up(
    tmp_path: Path, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[House]:
    async with quiet_house(tmp_path, unused_tcp_port, caplog) as made:
        yield made


async def test_the_shapes_that_broke_bolt_are_refused_on_every_route(up: House) -> None:
    for path in ROUTES:
        for body, headers in SHAPES.values():
            status, text = await up.post(path, body, headers)
            fine(status, text)
            assert status >= 400, (path, body[:40])
    await up.still_works("shapes")


async def test_the_same_shapes_are_refused_when_they_are_signed(up: House) -> None:
    for name, (body, headers) in SHAPES.items():
        signed = signature(up.signing_secret, body, time.time())
        status, text = await up.post(SLACK, body, headers | signed)
        fine(status, text)
        # The one is Slack's look at our certificate, the other a genuine event: JSON is UTF-8.
        assert (status == 200) is (name in ("ssl_check", "bad charset")), (name, status)
        status, text = await up.post(TELEGRAM, body, headers | {SECRET_HEADER: WEBHOOK_SECRET})
        fine(status, text)
        # An update with a number is taken, and the NUL taken out.
        assert (status == 200) is (name == "NUL"), (name, status)
    await up.still_works("signed")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Slack-Signature": "v0=00"},
        {"X-Slack-Request-Timestamp": "soon"},
        {"X-Slack-Request-Timestamp": "-1"},
        {"X-Slack-Request-Timestamp": "9" * 400},
        {"X-Slack-Request-Timestamp": "\u0661\u0662"},
        {"X-Slack-Request-Timestamp": "1e9"},
        {"X-Slack-Signature": "v0=\u00e9\u00e9"},
        {"X-Slack-Signature": ""},
        {"X-Slack-Signature": "v0=" + "0" * 64},
        {"X-Slack-Signature": "v1=" + "0" * 64},
    ],
)
async def test_a_wrong_signature_is_401(up: House, headers: dict[str, str]) -> None:
    given = JSON | signature(up.signing_secret, EVENT, time.time())
    if not headers:
        given = dict(JSON)
    status, _ = await up.post(SLACK, EVENT, given | headers)
    assert status == 401


async def test_a_signature_of_another_body_or_secret_is_401(up: House) -> None:
    now = time.time()
    for signed in (
        signature(up.signing_secret, EVENT + b" ", now),
        signature("0" * 32, EVENT, now),
    ):
        assert (await up.post(SLACK, EVENT, JSON | signed))[0] == 401


@pytest.mark.parametrize(("age", "status"), [(298, 200), (302, 401), (-298, 200), (-302, 401)])
async def test_a_signature_lives_for_five_minutes_both_ways(
    up: House, age: int, status: int
) -> None:
    assert (await up.signed(EVENT, "application/json", age=age))[0] == status


@pytest.mark.parametrize(
    "headers",
    [
        [],
        [(SECRET_HEADER, "")],
        [(SECRET_HEADER, "wrong")],
        [(SECRET_HEADER, WEBHOOK_SECRET[:-1])],
        [(SECRET_HEADER, WEBHOOK_SECRET + "w")],
        [(SECRET_HEADER, WEBHOOK_SECRET.upper())],
        [(SECRET_HEADER, "\u00e9" * 40)],
        [(SECRET_HEADER, WEBHOOK_SECRET), (SECRET_HEADER, WEBHOOK_SECRET)],
        [(SECRET_HEADER, WEBHOOK_SECRET), (SECRET_HEADER, "wrong")],
    ],
)
async def test_a_wrong_webhook_secret_is_403(up: House, headers: list[tuple[str, str]]) -> None:
    update = dumped(genuine_updates()[0])
    async with up.client.post(
        up.url(TELEGRAM), data=update, headers=[*JSON.items(), *headers]
    ) as answer:
        assert answer.status == 403
    assert up.town.from_bot(("tg-ada", "telegram:1001")) == []


async def test_wrong_methods_and_unknown_paths_are_4xx(up: House) -> None:
    for path in ROUTES:
        for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "A" * 40):
            async with up.client.request(method, up.url(path)) as answer:
                assert 400 <= answer.status < 500, (method, path)
    for path in (TELEGRAM, SLACK):
        for method in ("GET", "HEAD"):
            async with up.client.request(method, up.url(path)) as answer:
                assert answer.status == 405


async def test_strangers_can_read_exactly_this(up: House) -> None:
    """The allow list of T20: what a GET without credentials through a proxy gives."""
    open_to_all = set()
    for path in ROUTES:
        headers = {"X-Forwarded-For": "198.51.100.7"}
        async with up.client.get(up.url(path), headers=headers) as answer:
            fine(answer.status, await answer.text())
            if answer.status == 200:
                open_to_all.add(path)
    pages = {"/link/style.css", "/billing/style.css", "/billing/done"}
    assert open_to_all == {"/healthz", "/readyz", *pages}


@pytest.mark.control("B4")
async def test_without_the_guard_the_same_shapes_break_us(
    tmp_path: Path, unused_tcp_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def unguarded(request: web.Request, secret: str) -> Any:
        return json.loads(await request.read())

    monkeypatch.setattr("adapters.slack.webhook.admit", unguarded)
    async with house(tmp_path, unused_tcp_port) as up:
        given = [(await up.post(SLACK, *shape))[0] for shape in SHAPES.values()]
    assert max(given) >= 500
