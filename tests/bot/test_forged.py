"""Whoever forges requests waits for each answer, and nobody else does."""

from __future__ import annotations

import asyncio
import time
import weakref
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from bot import forged
from tests.bot.test_web import serving

FOR_EVER = 60.0
"""Seconds: longer than a test waits."""
SOON = 1.0


class Body:
    """What a handler has read."""


class Hook:
    """Refuses all that does not say `genuine`."""

    def __init__(self) -> None:
        self.held = weakref.WeakSet[Body]()

    async def handle(self, request: web.Request) -> web.Response:
        body = Body()
        self.held.add(body)
        match await request.text():
            case "genuine":
                return web.Response(text="taken")
            case "odd":
                raise web.HTTPBadRequest
            case "quietly":
                return web.Response(status=401)
            case _:
                raise web.HTTPForbidden(text="forged")


@pytest.fixture
def hook() -> Hook:
    return Hook()


@pytest.fixture
async def client(hook: Hook) -> AsyncIterator[aiohttp.ClientSession]:
    routes = [web.post("/hook", hook.handle), web.get("/page", hook.handle)]
    async with serving(*routes) as client:
        yield client


async def said(client: aiohttp.ClientSession, body: str, method: str = "POST") -> int:
    path = "/hook" if method == "POST" else "/page"
    async with asyncio.timeout(SOON), client.request(method, path, data=body) as answer:
        return answer.status


async def test_the_answer_to_a_forged_request_comes_later(client: aiohttp.ClientSession) -> None:
    for body, status in (("forged", 403), ("quietly", 401)):
        began = time.monotonic()
        assert await said(client, body) == status
        assert time.monotonic() - began >= forged.WAIT


async def forges_for_a_while(client: aiohttp.ClientSession) -> int:
    """How many requests one connection gets refused in half a second."""
    until, count = time.monotonic() + SOON / 2, 0
    while time.monotonic() < until:
        assert await said(client, "forged") == 403
        count += 1
    return count


async def test_a_connection_forges_no_more_than_twenty_a_second(
    client: aiohttp.ClientSession,
) -> None:
    assert await forges_for_a_while(client) <= 10


async def test_the_control_it_would_take_all_that_the_loop_has(
    client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forged, "WAIT", 0.0)
    assert await forges_for_a_while(client) > 10


async def test_nobody_else_waits(
    client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forged, "WAIT", FOR_EVER)
    assert await said(client, "genuine") == 200
    assert await said(client, "odd") == 400
    assert await said(client, "forged", "GET") == 403  # of a page, which is no hook
    with pytest.raises(TimeoutError):
        await said(client, "forged")


async def test_so_many_wait_at_once_and_no_more(
    client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forged, "WAIT", SOON / 2)
    monkeypatch.setattr(forged, "AT_ONCE", 2)
    took: list[float] = []

    async def forge() -> None:
        began = time.monotonic()
        assert await said(client, "forged") == 403
        took.append(time.monotonic() - began)

    for _ in range(2):  # those who have waited make room
        await asyncio.gather(*(forge() for _ in range(5)))
        assert sum(each >= SOON / 2 for each in took) == 2
        took.clear()


async def held_while_it_waits(
    hook: Hook, client: aiohttp.ClientSession, patch: pytest.MonkeyPatch
) -> int:
    patch.setattr(forged, "WAIT", FOR_EVER)
    asking = asyncio.create_task(said(client, "forged"))
    await asyncio.sleep(SOON / 2)
    held = len(hook.held)
    with pytest.raises(TimeoutError):
        await asking
    return held


async def test_it_keeps_nothing_of_the_handler(
    hook: Hook, client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await held_while_it_waits(hook, client, monkeypatch) == 0


async def test_the_control_the_refusal_would_keep_it(
    hook: Hook, client: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.HTTPForbidden, "with_traceback", lambda error, _: error, raising=False)
    assert await held_while_it_waits(hook, client, monkeypatch) == 1
