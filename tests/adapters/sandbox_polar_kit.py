"""The sandbox's Polar over a socket, with polar-sdk as it is, and a webhook that listens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from polar.v2026_10 import PolarAsync

from adapters.sandbox import Sandbox, World, serve
from adapters.sandbox.polar import PolarSide

TOKEN = "polar_oat_test"
ADA = "acct-ada"


@asynccontextmanager
async def polar() -> AsyncIterator[tuple[PolarSide, PolarAsync]]:
    """The stand-in, and the SDK that talks to it."""
    sandbox = Sandbox(
        World.demo(),
        telegram_token="1:a",
        slack_bot_token="xoxb-1",
        slack_signing_secret="s",
        polar_access_token=TOKEN,
    )
    async with (
        serve(sandbox) as served,
        PolarAsync(TOKEN, base_url=served.polar_base_url) as client,
    ):
        sandbox.polar.delivery.unit = 0.001
        yield sandbox.polar, client


@dataclass
class Hook:
    """A webhook that answers what it is told to."""

    status: int = 202
    script: list[int] = field(default_factory=list)
    """Statuses of the next requests, before `status`."""
    delay: float = 0.0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.got.append((headers, body))
        await asyncio.sleep(self.delay)
        status = self.script.pop(0) if self.script else self.status
        return web.Response(status=status, headers={"Location": "/elsewhere"})

    @property
    def kinds(self) -> list[str]:
        return [json.loads(body)["type"] for _, body in self.got]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.got]


@asynccontextmanager
async def hook(**options: Any) -> AsyncIterator[Hook]:
    """It listens until the context ends; `elsewhere` is where its redirects lead."""
    made, app = Hook(**options), web.Application()
    app.router.add_post("/hook", made.take)
    app.router.add_post("/elsewhere", made.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield made
    finally:
        await runner.cleanup()


class Since:
    """The kinds of the events that arose since the last look."""

    def __init__(self, side: PolarSide) -> None:
        self._side, self._seen = side, len(side.events)

    def all(self) -> list[str]:
        new = self._side.events[self._seen :]
        self._seen += len(new)
        return [each.kind for each in new]

    def __call__(self) -> list[str]:
        """Without those of benefits and of the customer's state, which go beside the others."""
        return [each for each in self.all() if not each.startswith(("benefit_", "customer.state"))]
