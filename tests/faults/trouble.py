"""The stand-ins behind a line that can be made bad, and the service in this process."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from aiohttp import web
from aiohttp.typedefs import Handler

from adapters.rates import LIMITS, Limits
from adapters.sandbox import PREFIX, Sandbox, Served, World
from bot.app import service
from tests.ports import free_port
from tests.service_kit import Town, new_sandbox, settings_for

QUICK = Limits(token=(1, 1 / 30), chat=[(3, 0.5)])
"""The pace: the stand-ins take any here, and no test waits for it."""
SENDS = ("sendMessage", "editMessageText", "chat.postMessage", "chat.update")


TOAST = "answerCallbackQuery"
"""Is about no chat: it is broken with `chat` empty."""


@dataclass
class Bad:
    """What goes wrong with the next `times` sends to a chat."""

    chat: str
    """As the platform names it."""
    how: str
    """`429`, `5xx`, `hole` (no answer, nothing delivered) or `unheard` (delivered, no answer)."""
    times: int


@dataclass
class Line:
    """The way from the service to the stand-ins."""

    sandbox: Sandbox
    port: int
    bad: list[Bad] = field(default_factory=list)
    calls: list[tuple[float, str, str, str]] = field(default_factory=list)
    """Monotonic seconds, method, chat, and how it went: `ok` or what was bad."""
    retry_after: int = 1
    """Seconds that a 429 asks for."""
    _runner: web.AppRunner | None = None
    _open: asyncio.Event = field(default_factory=asyncio.Event)

    def break_(self, chat: str, how: str, times: int) -> None:
        self.bad.append(Bad(chat, how, times))

    def sends_to(self, chat: str) -> list[tuple[float, str]]:
        """When, and how it went."""
        return [(at, how) for at, method, to, how in self.calls if to == chat and method in SENDS]

    async def up(self) -> None:
        """Serve the stand-ins, as they are."""
        app = web.Application(middlewares=[self._pass])
        app.add_routes(self.sandbox.routes())
        self._open.clear()
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()

    async def down(self) -> None:
        """The stand-ins' server is gone, with the calls that were open."""
        self._open.set()
        self.sandbox.telegram.updates.close()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    @web.middleware
    async def _pass(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        method, chat = request.path.rpartition("/")[2], await _chat_of(request)
        how = self._how(method, chat)
        self.calls.append((time.monotonic(), method, chat, how))
        if how == "unheard":
            await handler(request)
        if how in ("hole", "unheard"):
            await self._open.wait()
        if how == "5xx":
            return web.Response(status=502, text="Bad Gateway")
        if how == "429":
            return self._too_many(request)
        return await handler(request)

    def _how(self, method: str, chat: str) -> str:
        for bad in self.bad:
            if method in (*SENDS, TOAST) and bad.chat == chat and bad.times:
                bad.times -= 1
                return bad.how
        return "ok"

    def _too_many(self, request: web.Request) -> web.Response:
        headers = {"Retry-After": str(self.retry_after)}
        if "/slack/" in request.path:
            return web.json_response(
                {"ok": False, "error": "ratelimited"}, status=429, headers=headers
            )
        answer = {"ok": False, "error_code": 429, "description": "Too Many Requests"}
        parameters = {"retry_after": self.retry_after}
        return web.json_response(answer | {"parameters": parameters}, status=429, headers=headers)


async def _chat_of(request: web.Request) -> str:
    """Which chat a call is about, or nothing. The body stays readable: aiohttp keeps it."""
    if request.content_type == "application/json":
        body: Any = json.loads(await request.read() or b"{}")
    else:
        body = await request.post()
    return str(body.get("chat_id") or body.get("channel") or "")


@asynccontextmanager
async def troubled(
    tmp_path: Path, world: World, **changes: Any
) -> AsyncIterator[tuple[Town, Line]]:
    """The service, and the line to its platforms."""
    sandbox, port = new_sandbox(world), free_port()
    sandbox.limit(False)
    quick = patch.dict(LIMITS, dict.fromkeys(LIMITS, QUICK))
    sandbox.slack.delivery.retry_unit = sandbox.telegram.retry_unit = 0.05
    line, served = Line(sandbox, port), Served(f"http://127.0.0.1:{port}{PREFIX}")
    await line.up()
    await sandbox.start(base_url=served.url)
    try:
        with quick, patch("bot.app.NOTICE", 0.0):  # no balancer stands before it
            async with service(settings_for(served, tmp_path, **changes)) as up:
                sandbox.slack.delivery.url = f"http://127.0.0.1:{up.port}/slack/events"
                yield Town(sandbox, up), line
                line._open.set()
    finally:
        await sandbox.stop()
        await line.down()
