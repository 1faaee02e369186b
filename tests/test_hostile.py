"""Nothing that a stranger or a strange client sends gives a 5xx, a stack trace or a silence
(`promises.md` M1 to M5, T15, T16, T18, T20)."""

from __future__ import annotations

import asyncio
import gzip
import logging
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from tests.hostile_kit import (
    ROUTES,
    SLACK,
    TELEGRAM,
    WEBHOOK_SECRET,
    House,
    dumped,
    genuine_slack,
    genuine_updates,
    house,
    loud,
    packed,
    signature,
)

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
DEEP = b"[" * 100_000
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
    "ssl_check": (b"ssl_check=1", FORM),
    "many fields": (b"&".join(b"a%d=1" % each for each in range(5000)), FORM),
    "multipart": (b"--x\r\n\r\n", {"Content-Type": "multipart/form-data; boundary=x"}),
    "an odd type": (b"{}", {"Content-Type": "a/b; c=\"d"}),
    "XML": (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", {"Content-Type": "text/xml"}),
}


@pytest.fixture
async def up(
    tmp_path: Path, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[House]:
    caplog.set_level(logging.INFO)
    async with house(tmp_path, unused_tcp_port) as made:
        yield made
        assert loud(caplog.records) == []


def fine(status: int, text: str) -> None:
    assert status < 500, (status, text)
    assert "Traceback" not in text
    assert 'File "' not in text


async def test_the_shapes_that_broke_bolt_are_refused_on_every_route(up: House) -> None:
    for path in ROUTES:
        for body, headers in SHAPES.values():
            status, text = await up.post(path, body, headers)
            fine(status, text)
            assert 400 <= status, (path, body[:40])
    await up.still_works("shapes")


async def test_the_same_shapes_are_refused_when_they_are_signed(up: House) -> None:
    for name, (body, headers) in SHAPES.items():
        signed = signature(up.signing_secret, body, time.time())
        status, text = await up.post(SLACK, body, headers | signed)
        fine(status, text)
        # Slack asks so whether the certificate is good; it is genuine here, and asks for nothing.
        assert (status == 200) is (name == "ssl_check"), (name, status)
        status, text = await up.post(TELEGRAM, body, headers | {SECRET_HEADER: WEBHOOK_SECRET})
        fine(status, text)
        # Telegram's own JSON has no such thing, but an update with a number is not refused for it.
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
    assert open_to_all == {"/healthz", "/readyz"}


@pytest.mark.parametrize(("size", "status"), [(256 * 1024, 200), (256 * 1024 + 1, 413)])
async def test_a_body_has_256_kib(up: House, size: int, status: int) -> None:
    update = dumped({"update_id": 1})
    assert (await up.update(update.ljust(size)))[0] == status
    assert (await up.signed(EVENT.ljust(size), "application/json"))[0] == status


@pytest.mark.parametrize("size", [2**20, 2**20 + 1, 2**24])
async def test_a_huge_body_is_413_wherever_one_is_read(up: House, size: int) -> None:
    for path in (TELEGRAM, SLACK):
        headers = JSON | {SECRET_HEADER: WEBHOOK_SECRET}
        try:
            status, text = await up.post(path, b" " * size, headers)
        except aiohttp.ClientError:  # it hung up on us while we were still sending
            continue
        fine(status, text)
        assert status == 413
    await up.still_works("huge")


async def test_a_bomb_is_415_and_never_inflated(up: House) -> None:
    zeros = b"\0" * 2**20
    bombs = {"gzip": gzip.compress(zeros * 64), "deflate": zlib.compress(zeros * 64), "br": b"x"}
    before = resident()
    for coding, bomb in bombs.items():
        for path in (TELEGRAM, SLACK):
            headers = JSON | {"Content-Encoding": coding, SECRET_HEADER: WEBHOOK_SECRET}
            status, text = await up.post(path, bomb, headers)
            fine(status, text)
            assert status == (415 if coding != "br" else status)
            assert status >= 400
    assert resident() - before < 30 * 2**20
    await up.still_works("bomb")


RAW = {
    "too short": b"Content-Length: 100\r\n\r\n{}",
    "twice": b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "negative": b"Content-Length: -1\r\n\r\n{}",
    "no number": b"Content-Length: two\r\n\r\n{}",
    "huge": b"Content-Length: 99999999999999999999\r\n\r\n{}",
    "both": b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
    "bad chunk": b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "odd coding": b"Transfer-Encoding: klingon\r\n\r\n{}",
    "big header": b"X-Big: " + b"x" * 20_000 + b"\r\n\r\n",
    "many headers": b"".join(b"X-%d: 1\r\n" % each for each in range(5000)) + b"\r\n",
    "bad header": b"no colon here\r\n\r\n",
    "binary header": b"X: \xff\x00\x01\r\n\r\n",
}


@pytest.mark.parametrize("rest", RAW.values(), ids=RAW)
async def test_a_lying_request_is_refused_or_hung_up_on(up: House, rest: bytes) -> None:
    for path in (TELEGRAM, SLACK, "/healthz", "/nowhere"):
        answer = await raw(up, path, rest)
        if answer:
            status = int(answer.split(b" ", 2)[1])
            assert status < 500
            assert b"Traceback" not in answer
    await up.still_works("lying")


async def raw(up: House, path: str, rest: bytes, *, close: bool = True) -> bytes:
    """What comes back for these bytes after a request's first lines."""
    reader, writer = await asyncio.open_connection("127.0.0.1", up.port)
    secret = f"{SECRET_HEADER}: {WEBHOOK_SECRET}\r\n"
    writer.write(f"POST {path} HTTP/1.1\r\nHost: x\r\n{secret}".encode() + rest)
    if close:
        with suppress(OSError):
            writer.write_eof()
    answer = b""
    with suppress(OSError):
        answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


async def test_a_body_that_stalls_ends_within_six_seconds_and_holds_nobody_up(up: House) -> None:
    begun = time.monotonic()
    rest = b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    stalled = [
        asyncio.create_task(raw(up, path, rest, close=False))
        for path in (TELEGRAM, SLACK)
        for _ in range(50)
    ]
    waits = []
    for _ in range(20):
        asked = time.monotonic()
        async with up.client.get(up.url("/healthz")) as answer:
            assert answer.status == 200
        waits.append(time.monotonic() - asked)
    answers = await asyncio.gather(*stalled)
    assert all(each.startswith(b"HTTP/1.1 408") for each in answers), set(answers)
    assert time.monotonic() - begun < 6.5
    assert sorted(waits)[18] < 0.05
    await up.still_works("stall")


def resident() -> int:
    """Bytes of memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096
