"""The sandbox page over HTTP: who may open it, and what it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest

from adapters.sandbox.page_site import PAGE
from tests.adapters.page_bot import runs
from tests.adapters.page_kit import Served, served

__all__ = ["served"]
PRIVATE = "telegram:1001"


@pytest.fixture
async def web_session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def status(session: aiohttp.ClientSession, url: str, **headers: str) -> int:
    async with session.get(url, headers=headers) as response:
        return response.status


async def test_every_file_is_served_under_a_policy_that_runs_nothing_else(
    served: Served, web_session: aiohttp.ClientSession
) -> None:
    names = ["", *(f"/{each.name}" for each in PAGE.iterdir() if each.suffix != ".html")]
    for name in names:
        async with web_session.get(served.url + name) as response:
            assert response.status == 200
            policy = response.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert response.headers["Cache-Control"] == "no-store"
            assert response.headers["Referrer-Policy"] == "no-referrer"
    assert {"/page.js", "/page.css"} < set(names)


@pytest.mark.parametrize("path", ["", "/page.js", "/ws"])
async def test_only_this_machine_is_answered(
    served: Served, web_session: aiohttp.ClientSession, path: str
) -> None:
    url, own = served.url + path, f"http://127.0.0.1:{served.port}"
    assert await status(web_session, url, **{"X-Forwarded-For": "10.0.0.9"}) == 403
    assert (
        await status(web_session, url, Host="rebound.example", Origin="http://rebound.example")
        == 403
    )
    # the control: the same request without those is let through (to a socket: asked to upgrade)
    assert await status(web_session, url, Origin=own) == (400 if path == "/ws" else 200)


async def test_another_site_cannot_open_the_socket(
    served: Served, web_session: aiohttp.ClientSession
) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {}):
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await web_session.ws_connect(f"{served.url}/ws", headers=headers)


async def test_a_page_gets_the_whole_state_and_then_what_happens(
    served: Served, web_session: aiohttp.ClientSession
) -> None:
    bot = served.bot
    bot.post(PRIVATE, "tg-ada", runs("before"))
    bot.open_form("sl-ada")
    origin = f"http://127.0.0.1:{served.port}"
    async with web_session.ws_connect(f"{served.url}/ws", origin=origin) as socket:
        state = await socket.receive_json(timeout=5)
        assert state["type"] == "snapshot"
        assert {each["id"] for each in state["people"]} == {"tg-ada", "tg-ben", "sl-ada", "sl-cleo"}
        assert [each["text"] for each in state["messages"]] == ["before"]
        assert [each["id"] for each in state["views"]] == ["V1"]
        action = {"do": "say", "person": "tg-ada", "chat": PRIVATE, "text": "Tea", "number": 7}
        await socket.send_json(action)
        kinds = [(await socket.receive_json(timeout=5))["type"] for _ in range(3)]
        assert sorted(kinds) == ["answer", "message", "message"]
        await socket.send_json(action | {"person": "nobody"})
        refused = await socket.receive_json(timeout=5)
        assert refused["number"] == 7
        assert refused["error"].startswith("That cannot be done")
        await socket.send_json({"do": "fly"})
        assert "no such action" in (await socket.receive_json(timeout=5))["error"]
        await socket.send_str("{")
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
