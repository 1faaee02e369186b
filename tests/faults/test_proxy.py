"""The proxy does to a connection what its toxic says, and nothing once it is lifted."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from tests.faults.proxy import PAUSE, PIECE, Proxy, Toxic, tcp

SHORT = 0.2
"""Seconds: the patience of a call, and half of what latency adds to it."""
LARGE = 20 * PIECE


class Stand:
    """Somebody who notes what arrives."""

    def __init__(self, proxy: Proxy, heard: list[str]) -> None:
        self.proxy, self.heard = proxy, heard

    async def say(self, words: str, within: float = 5.0) -> float:
        """Seconds until it is answered."""
        limit, began = aiohttp.ClientTimeout(total=within), time.monotonic()
        async with aiohttp.ClientSession(timeout=limit) as session:
            url = f"http://127.0.0.1:{self.proxy.port}/"
            async with session.post(url, data=words) as answer:
                assert await answer.text() == words
        return time.monotonic() - began


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    heard: list[str] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append(await request.text())
        return web.Response(text=heard[-1])

    app = web.Application()
    app.router.add_post("/", hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with Proxy(tcp(runner.addresses[0][1]), delay=SHORT).listening() as proxy:
        yield Stand(proxy, heard)
    await runner.cleanup()


async def test_latency_delays_both_ways(stand: Stand) -> None:
    stand.proxy.be(Toxic.LATENCY)
    assert await stand.say("hello") >= 2 * SHORT
    assert stand.heard == ["hello"]


async def test_slow_bytes_take_their_time(stand: Stand) -> None:
    stand.proxy.be(Toxic.SLOW)
    assert await stand.say("x" * LARGE) >= 2 * PAUSE * LARGE / PIECE


async def test_a_reset_arrives_nowhere(stand: Stand) -> None:
    stand.proxy.be(Toxic.RESET)
    with pytest.raises(aiohttp.ClientError):
        await stand.say("hello")
    assert stand.heard == []


async def test_a_black_hole_gives_back_later(stand: Stand) -> None:
    stand.proxy.be(Toxic.BLACK_HOLE)
    with pytest.raises(TimeoutError):
        await stand.say("hello", within=SHORT)
    assert stand.heard == []
    stand.proxy.be(None)
    assert await stand.say("again") < 1.0
    assert set(stand.heard) == {"hello", "again"}


async def test_half_closed_it_arrives_and_nobody_hears_so(stand: Stand) -> None:
    stand.proxy.be(Toxic.HALF_CLOSE)
    with pytest.raises(aiohttp.ClientError):
        await stand.say("hello")
    assert stand.heard == ["hello"]
    stand.proxy.be(None)
    await stand.say("again")
    assert stand.proxy.spoiled > 0
