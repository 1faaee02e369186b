"""The watch over the suite (`tests/canary.py`) sees each way in which a secret could get out."""

from __future__ import annotations

import logging
import time

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from adapters.sandbox import Message, World
from adapters.sandbox.model import BOT
from bot.metrics import Metrics
from core.codes import shown
from core.ids import Ids
from tests.canary import Watch
from tests.service_kit import FLAT


@pytest.fixture
def code() -> str:
    return shown(Ids().code())


@pytest.fixture
def token() -> str:
    return Ids().token()


def test_what_is_made_and_goes_nowhere_is_fine(watch: Watch, code: str, token: str) -> None:
    logging.getLogger("bot").warning("the code %s of %s", code, f"/link/{token}")  # redacted
    assert watch.leaks() == []


def test_the_log(watch: Watch, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.logs.clean", lambda text: text)
    logging.getLogger("bot").info("the code is %s.", code)
    assert watch.leaks() == [f"code {code} in the log"]


def test_a_traceback_in_the_log(watch: Watch, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.logs.clean", lambda text: text)
    try:
        raise ValueError(f"no {token}")
    except ValueError:
        logging.getLogger("bot").exception("it went wrong")
    assert watch.leaks() == [f"token {token} in the log"]


@pytest.mark.parametrize("ephemeral_for", [None, "tg-ben"])
def test_a_group(watch: Watch, code: str, ephemeral_for: str | None) -> None:
    sent = {"text": f"Your code: l_{code.replace('-', '')}"}
    said = Message("1", FLAT, BOT, "Fluxbot", [], sent, time.time(), ephemeral_for=ephemeral_for)
    assert len(code) == 14
    World.demo().post(said)
    assert bool(watch.leaks()) is (ephemeral_for is None)


def test_a_metric(watch: Watch, code: str) -> None:
    metrics = Metrics()
    metrics.refused("link", code)
    assert set(watch.leaks()) == {f"code {code} in metrics"}


async def test_a_page_and_where_a_browser_came_from(watch: Watch, code: str, token: str) -> None:
    async def page(_: web.Request) -> web.Response:
        return web.Response(text=f"<a href='/link/{token}'>", content_type="text/html")

    site = web.Application()
    site.router.add_get("/", page)
    async with TestServer(site) as server, ClientSession() as browser:
        await browser.get(server.make_url("/"), headers={"Referer": f"http://x/?code={code}"})
    assert set(watch.leaks()) == {f"code {code} in a Referer", f"token {token} in page"}
