"""Bodies that are too large, too slow, or not what their headers say (`promises.md` T18, B5)."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from adapters import edge
from tests.hostile_kit import (
    SLACK,
    TELEGRAM,
    WEBHOOK_SECRET,
    House,
    dumped,
    fine,
    genuine_slack,
    packed,
    quiet_house,
    resident,
)

JSON = {"Content-Type": "application/json"}
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
EVENT = packed(genuine_slack()[4])[0]


@pytest.fixture
async def up(
    tmp_path: Path, unused_tcp_port: int, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[House]:
    async with quiet_house(tmp_path, unused_tcp_port, caplog) as made:
        yield made


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
    try:
        with suppress(OSError):
            answer = await asyncio.wait_for(reader.read(), 10)
    finally:
        writer.close()
    return answer


STALLS = b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"


async def test_a_body_that_stalls_ends_within_six_seconds_and_holds_nobody_up(up: House) -> None:
    begun = time.monotonic()
    stalled = [
        asyncio.create_task(raw(up, path, STALLS, close=False))
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


@pytest.mark.faults
@pytest.mark.control("B5")
async def test_without_the_deadline_it_would_not(
    up: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "BODY_DEADLINE", 60.0)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(raw(up, TELEGRAM, STALLS, close=False), 6.5)
