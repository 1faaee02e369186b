"""Bombs, and hundreds of connections that never say what they came to say, at their full number
(`promises.md` B5). The service is in a process of its own."""

from __future__ import annotations

import asyncio
import gzip
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from tests.databases import whole_url
from tests.faults.supervisor import Supervised
from tests.fuzz.bodies import POLAR, SECRET_HEADER, SLACK, TELEGRAM
from tests.fuzz.flood import SECRETS, alone, resident

__all__ = ["whole_url"]  # a fixture
Record = Callable[[str, object], None]
BOMB = 512 * 2**20
HALF_OPEN, STALLED = 500, 200
GENUINE = 200
"""Requests of others meanwhile."""
P95 = 0.05
"""Seconds that theirs take."""
CLOSED = 6.0
"""Seconds after which a body that stalls is given up."""
BACK = 10.0
"""Seconds after which as many files are open as before."""
SWELLS = 30
"""MB that a bomb may cost."""

pytestmark = [pytest.mark.faults, pytest.mark.promise("B5")]


def deflated(coding: str, size: int) -> bytes:
    """So many zeros, packed; never held as a whole."""
    packer = zlib.compressobj(wbits=31 if coding == "gzip" else 15)
    block = bytes(2**20)
    packed = [packer.compress(block) for _ in range(size // 2**20)]
    return b"".join((*packed, packer.flush()))


@pytest.mark.promise(on="neither")
def test_a_bomb_is_what_it_should_be() -> None:
    packed = deflated("gzip", 2**22)
    assert gzip.decompress(packed) == bytes(2**22)
    assert zlib.decompress(deflated("deflate", 2**22)) == bytes(2**22)


async def test_a_bomb_of_half_a_gigabyte_is_refused(
    whole_url: str, tmp_path: Path, record_property: Record
) -> None:
    bombs = {coding: deflated(coding, BOMB) for coding in ("gzip", "deflate")}
    async with alone(tmp_path, whole_url) as service, aiohttp.ClientSession() as client:
        await once(client, service)
        before, worst, statuses = resident(service.process.pid), 0, set()
        for coding, bomb in bombs.items():
            for path in (TELEGRAM, SLACK, POLAR):
                status = await thrown(service, path, coding, bomb)
                statuses.add(status)
                worst = max(worst, resident(service.process.pid) - before)
        await once(client, service)
    record_property("statuses", " ".join(map(str, sorted(statuses))))
    record_property("swells MB", worst / 2**20)
    assert statuses <= {403, 413, 415}
    assert 415 in statuses
    assert worst <= SWELLS * 2**20


async def thrown(service: Supervised, path: str, coding: str, bomb: bytes) -> int:
    """What is answered while it is still being sent."""
    head = {
        SECRET_HEADER: SECRETS.telegram, "Content-Encoding": coding, **claims_of_now(),
        "Content-Type": "application/json", "Content-Length": str(len(bomb)),
    }  # fmt: skip
    reader, writer = await connected(service, lines(path, head))
    answer = asyncio.create_task(reader.readuntil(b"\r\n"))
    for at in range(0, len(bomb), 2**14):
        await asyncio.wait({answer}, timeout=0.05 if at == 0 else 0)
        if answer.done():
            break
        writer.write(bomb[at : at + 2**14])
    status = int((await answer).split(b" ")[1])
    writer.close()
    return status


async def test_hundreds_who_never_finish_hold_nobody_up(
    whole_url: str, tmp_path: Path, record_property: Record
) -> None:
    async with alone(tmp_path, whole_url) as service, aiohttp.ClientSession() as client:
        for _ in range(20):
            await once(client, service)
        pid = service.process.pid
        files = open_files(pid)
        half_open = [await connected(service, each) for each in unfinished_headers()]
        stalled = [asyncio.create_task(stall(service, path)) for path in paths(STALLED)]
        await asyncio.sleep(0.2)
        assert open_files(pid) >= files + HALF_OPEN
        waits = [await once(client, service) for _ in range(GENUINE)]
        gone = await asyncio.gather(*stalled)
        for _, writer in half_open:
            writer.close()
        began = time.monotonic()
        while open_files(pid) > files + 2 and time.monotonic() - began < BACK:  # noqa: ASYNC110  # they are another process's
            await asyncio.sleep(0.1)
        back = time.monotonic() - began
        left = open_files(pid) - files
    waits.sort()
    p95 = waits[int(0.95 * len(waits))]
    record_property("half-open", HALF_OPEN)
    record_property("stalled", STALLED)
    record_property("p95 ms", p95 * 1000)
    record_property("closed s", max(gone))
    record_property("files back s", back)
    assert max(gone) <= CLOSED
    assert left <= 2
    assert p95 <= P95


def paths(count: int) -> Iterator[str]:
    for number in range(count):
        yield (TELEGRAM, SLACK, POLAR)[number % 3]


def unfinished_headers() -> Iterator[bytes]:
    for path in paths(HALF_OPEN):
        yield f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Slow: ".encode()


async def connected(
    service: Supervised, said: bytes
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", service.port)
    writer.write(said)
    return reader, writer


async def stall(service: Supervised, path: str) -> float:
    """Say half of a body; the seconds until we are hung up on."""
    head = {SECRET_HEADER: SECRETS.telegram, **claims_of_now(), "Content-Length": "100"}
    began = time.monotonic()
    reader, writer = await connected(service, lines(path, head) + b"{")
    with suppress(ConnectionError):
        await asyncio.wait_for(reader.read(), 30)
    writer.close()
    return time.monotonic() - began


def claims_of_now() -> dict[str, str]:
    """What has to be there before a body is read at all."""
    now = str(int(time.time()))
    return {
        "X-Slack-Request-Timestamp": now, "webhook-id": "evt_1", "webhook-timestamp": now,
        "webhook-signature": "v1,AAAA",
    }  # fmt: skip


def lines(path: str, head: dict[str, str]) -> bytes:
    said = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"POST {path} HTTP/1.1\r\nHost: x\r\n{said}\r\n".encode()


async def once(client: aiohttp.ClientSession, service: Supervised) -> float:
    """A request of somebody else's; the seconds it takes."""
    began = time.perf_counter()
    url = f"http://127.0.0.1:{service.port}{TELEGRAM}"
    update = {"update_id": int(time.monotonic() * 1e6)}
    async with client.post(url, json=update, headers={SECRET_HEADER: SECRETS.telegram}) as answer:
        assert answer.status == 200
    return time.perf_counter() - began


def open_files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))
