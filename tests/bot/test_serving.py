"""The site ends in time, and a process that is one of several sends nobody away when it leaves."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import aiohttp
import pytest
from aiohttp import web

from bot import loop as services
from bot import serving as subject
from bot.serving import run_site
from bot.settings import SettingsError
from bot.web import make_site

Close = Callable[[web.Server, asyncio.Server], Awaitable[None] | None]

ASKS = b"GET /hook HTTP/1.1\r\nHost: x\r\n\r\n"


async def _ready() -> Sequence[str]:
    return []


async def _hook(request: web.Request) -> web.Response:
    return web.Response(text="taken")


def a_site() -> web.Application:
    hooks = [web.get("/hook", _hook)]
    return make_site(hooks=hooks, ready=_ready, metrics=bytes, metrics_token=None)


async def got(client: aiohttp.ClientSession, url: str) -> tuple[int, str]:
    async with client.get(url) as answer:
        return answer.status, await answer.text()


async def test_while_it_leaves_it_says_so_and_serves_on() -> None:
    async with aiohttp.ClientSession() as client:
        running = run_site(a_site(), "127.0.0.1", 0, notice=0.3)
        here = f"http://127.0.0.1:{await running.__aenter__()}"
        assert await got(client, f"{here}/readyz") == (200, "ready\n")
        leaves = asyncio.create_task(running.__aexit__(None, None, None))
        await asyncio.sleep(0.05)
        assert await got(client, f"{here}/readyz") == (503, "stopping\n")
        async with client.get(f"{here}/hook") as answer:  # a balancer that has not looked yet
            assert (answer.status, answer.headers["Connection"]) == (200, "close")
        await leaves
        with pytest.raises(aiohttp.ClientConnectionError):
            await got(client, f"{here}/hook")


async def says_late(notice: float) -> bytes:
    """What is heard by somebody who has just connected when it leaves, and asks only once it has
    closed its door."""
    async with run_site(a_site(), "127.0.0.1", 0, notice=notice) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.sleep(0.05)
        late = asyncio.create_task(_asks_late(port, reader, writer))
    return await late


async def _asks_late(
    port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> bytes:
    with suppress(ConnectionError):
        while True:  # until nobody is let in
            _, another = await asyncio.open_connection("127.0.0.1", port)
            another.close()
            await asyncio.sleep(0.01)
    try:
        writer.write(ASKS)
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_who_has_just_connected_is_answered() -> None:
    assert (await says_late(0.1)).endswith(b"taken")


async def test_without_a_notice_they_are_hung_up_on() -> None:
    """Negative control."""
    assert await says_late(0.0) == b""


async def not_taken_yet(close: Close) -> bytes:
    """What is heard by somebody whom only the kernel has let in when the door closes."""

    async def handle(request: web.BaseRequest) -> web.Response:
        return await _hook(request)  # type: ignore[arg-type]  # it looks at nothing

    took = web.Server(handle)
    listening = await asyncio.get_running_loop().create_server(took, "127.0.0.1", 0)
    address = listening.sockets[0].getsockname()
    with socket.create_connection(address) as caller:  # the loop does not turn meanwhile
        caller.sendall(ASKS)
        if (closing := close(took, listening)) is not None:
            await closing
        with pytest.raises(ConnectionError):
            socket.create_connection(address)
        try:
            return await asyncio.to_thread(_heard, caller)
        finally:
            took.pre_shutdown()
            await took.shutdown(1)


def _heard(caller: socket.socket) -> bytes:
    caller.settimeout(5)
    try:
        return caller.recv(65536)
    except ConnectionError:
        return b""


LOOPS = {"asyncio": asyncio.new_event_loop, "the service": services._made}


@pytest.mark.parametrize("loop", LOOPS)
def test_whom_the_kernel_let_in_is_taken(loop: str) -> None:
    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        assert runner.run(not_taken_yet(subject._close)).endswith(b"taken")


@pytest.mark.parametrize("loop", LOOPS)
def test_by_a_plain_close_they_are_reset(loop: str) -> None:
    """Negative control."""
    with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
        heard = runner.run(not_taken_yet(lambda _, listening: listening.close()))
    assert heard == b""


async def test_a_port_in_use_is_one_line_that_names_it() -> None:
    site = make_site(hooks=[], ready=_ready, metrics=bytes, metrics_token=None)
    async with run_site(site, "127.0.0.1", 0) as port:
        other = make_site(hooks=[], ready=_ready, metrics=bytes, metrics_token=None)
        with pytest.raises(SettingsError, match=rf"^PORT: {port} is in use"):
            async with run_site(other, "127.0.0.1", port):
                pass


async def test_an_address_of_another_machine_is_one_line() -> None:
    site = make_site(hooks=[], ready=_ready, metrics=bytes, metrics_token=None)
    with pytest.raises(SettingsError, match=r"^HOST: 192\.0\.2\.1 is not an address"):
        async with run_site(site, "192.0.2.1", 0):
            pass


async def test_the_end_waits_for_requests_in_flight_but_not_for_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert subject.SHUTDOWN_GRACE <= 7
    monkeypatch.setattr(subject, "SHUTDOWN_GRACE", 0.3)
    cancelled = asyncio.Event()

    async def brief(request: web.Request) -> web.Response:
        await asyncio.sleep(0.1)
        return web.Response(text="done")

    async def endless(request: web.Request) -> web.Response:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        return web.Response()

    async with aiohttp.ClientSession() as client:
        site = make_site(
            hooks=[web.get("/brief", brief), web.get("/endless", endless)],
            ready=_ready,
            metrics=bytes,
            metrics_token=None,
        )
        async with run_site(site, "127.0.0.1", 0) as port:
            urls = [f"http://127.0.0.1:{port}/{name}" for name in ("brief", "endless")]
            first, second = (asyncio.create_task(got(client, url)) for url in urls)
            await asyncio.sleep(0.05)
            began = time.monotonic()
        assert time.monotonic() - began < 2
        assert await first == (200, "done")
        assert cancelled.is_set()
        with pytest.raises(aiohttp.ClientError):
            await second
