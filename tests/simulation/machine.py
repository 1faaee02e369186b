"""The machine on which the service runs: it starts, dies in the middle of anything, starts again.

The service is put together by its own composition root; only what reaches outside the process is
another: the disk, the jobs' engine, the network, the clock."""
# long: it is one list of what is put in the place of what

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from contextvars import copy_context
from datetime import datetime, timedelta
from functools import cache, partial
from random import Random
from typing import Any

import aiohttp
import httpx
from aiohttp import web
from httpx import _client as httpx_client
from yarl import URL

from adapters import calls
from adapters.sandbox import polar
from bot import app, home_tabs, parts, reminding
from bot.app import Service
from bot.settings import Settings
from core.store import Tools
from tests.service_kit import (
    POLAR_PRODUCTS,
    POLAR_SECRET,
    POLAR_TOKEN,
    SIGNING_SECRET,
    SLACK_TOKEN,
    TELEGRAM_TOKEN,
)
from tests.simulation import nature
from tests.simulation.client import Session, post
from tests.simulation.disk import Disk
from tests.simulation.engine import SimEngine
from tests.simulation.loop import LIFE, Life
from tests.simulation.network import Network
from tests.simulation.store import SimStore

HERE, SANDBOX = "127.0.0.1:8080", "127.0.0.1:9000"
PUBLIC = "bot.example:443"
HOOK_SECRET, KEY = "h" * 40, "k" * 40
TICK = 20.0
"""Seconds between two looks at what is due; the service's own two cost a quarter of a run."""


class HostClock:
    """The clock of the machine, which may be wrong."""

    def __init__(self) -> None:
        self.off = timedelta()

    def now(self) -> datetime:
        return nature.now() + self.off


class Machine:
    """See the module. `webhook`: whether Telegram calls, or is polled."""

    def __init__(self, disk: Disk, network: Network, chance: Random, *, webhook: bool) -> None:
        self.disk, self.network, self.chance = disk, network, chance
        self.clock = HostClock()
        self.service: Service | None = None
        self.crashes: list[float] = []
        self.keys = 0
        """Messages that were known when the service started last."""
        self.ordered = True
        """Whether the jobs of a chat wait for one another."""
        self._life = Life()
        self._settings = _settings(webhook=webhook)
        self.errors = Errors(network)

    async def start(self) -> None:
        """Up, when this returns; it is not reached before."""
        [[self.keys]] = self.disk.rows("SELECT count(*) FROM message_key")
        life = self._life = Life()
        context = copy_context()
        context.run(LIFE.set, life)
        up = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().create_task(self._live(up), context=context)
        self.service = await up

    async def _live(self, up: asyncio.Future[Service]) -> None:
        try:
            async with app.service(self._settings) as running:
                up.set_result(running)
                await asyncio.get_running_loop().create_future()
        except BaseException as error:
            if not up.done():
                up.set_exception(error)
            elif not isinstance(error, asyncio.CancelledError):
                raise

    async def crash(self) -> None:
        """Dead at once, in the middle of whatever it does."""
        self.crashes.append(nature.now().timestamp())
        self.network.note("crash")
        life, self.service = self._life, None
        life.end()
        while life.tasks:
            for task in tuple(life.tasks):
                task.cancel()
            await asyncio.sleep(0.001)

    def install(self) -> None:
        """What the composition root finds in place of what reaches outside."""
        parts.DbosEngine = lambda **_: SimEngine(self.disk, self.chance, ordered=self.ordered)  # type: ignore[assignment,misc]
        parts.open_store = lambda url, tools: self._store(tools)  # type: ignore[assignment,return-value]
        parts.WallClock = lambda: self.clock  # type: ignore[assignment,misc]
        parts.prepare = lambda url: None
        app._migrate = lambda url: None
        app.only_one = lambda file: nullcontext()  # type: ignore[assignment]
        app.run_site = partial(_site, self.network)  # type: ignore[assignment]
        reminding.TICK = home_tabs.TICK = polar.TICK = TICK
        aiohttp.ClientSession = type("Here", (Session,), {"network": self.network})  # type: ignore[misc,assignment]
        parts.Connector = aiohttp.DummyCookieJar = lambda **_: None  # type: ignore[misc,assignment]  # `Here` needs none
        calls.post = post  # type: ignore[assignment]  # by such a session
        httpx_client.AsyncHTTPTransport = partial(_Transport, self.network)  # type: ignore[misc,assignment]

    def _store(self, tools: Tools) -> SimStore:
        return SimStore(self.disk, tools, self.chance)


class Errors(logging.Handler):
    """What the service logged as a defect."""

    def __init__(self, network: Network) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []
        self._network = network

    def emit(self, record: logging.LogRecord) -> None:
        life = LIFE.get()
        if life is not None and not life.alive:
            return
        cause = record.exc_info[1] if record.exc_info else None
        self.found.append(f"{record.name}: {record.getMessage()} {cause!r}")


@cache
def _settings(*, webhook: bool) -> Settings:
    values: dict[str, Any] = {
        "database_url": "sqlite:////nowhere/fluxbot.db",
        "secret_key": KEY,
        "port": 8080,
        "telegram_bot_token": TELEGRAM_TOKEN,
        "telegram_base_url": f"http://{SANDBOX}/sandbox/telegram",
        "slack_bot_token": SLACK_TOKEN,
        "slack_signing_secret": SIGNING_SECRET,
        "slack_base_url": f"http://{SANDBOX}/sandbox/slack/api/",
        "polar_access_token": POLAR_TOKEN,
        "polar_webhook_secret": POLAR_SECRET,
        "polar_server": "production",
        "polar_server_url": f"http://{SANDBOX}/sandbox/polar",
        "polar_products": POLAR_PRODUCTS,
    }
    if webhook:
        values |= {
            "public_url": "https://bot.example",
            "telegram_mode": "webhook",
            "telegram_webhook_secret": HOOK_SECRET,
        }
    return Settings(_env_file=None, **values)


@asynccontextmanager
async def _site(
    network: Network, site: web.Application, _host: str, _port: int, *, notice: float
) -> AsyncIterator[int]:
    """The service's site, where `bot.serving.run_site` would open a socket."""
    await opened(network, site, [HERE, PUBLIC], LIFE.get())
    try:
        yield 8080
    finally:
        network.leave(site)
        await site.shutdown()
        await site.cleanup()


async def opened(
    network: Network, site: web.Application, hosts: list[str], life: Life | None = None
) -> None:
    """Let an application be reached."""
    site._set_loop(asyncio.get_running_loop())
    site.pre_freeze()
    await site.startup()
    for host in hosts:
        network.listen(host, site, life)


class _Transport(httpx.AsyncBaseTransport):
    """What carries polar-sdk's requests."""

    def __init__(self, network: Network, **_: Any) -> None:
        self._network = network

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        limits = request.extensions.get("timeout", {})
        url = URL(str(request.url), encoded=True)
        body = await request.aread()
        try:
            answer = await self._network.exchange(
                request.method, url, dict(request.headers), body, limits.get("read") or 10.0
            )
        except TimeoutError:
            raise httpx.ReadTimeout("no answer") from None
        except aiohttp.ClientConnectorError:
            raise httpx.ConnectError("refused") from None
        except aiohttp.ClientError:
            raise httpx.ReadError("cut") from None
        headers = [(name, value) for name, value in answer.headers.items()]
        return httpx.Response(answer.status, headers=headers, stream=httpx.ByteStream(answer.body))
