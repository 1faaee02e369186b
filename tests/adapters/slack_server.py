"""A small working Slack on a loopback socket: the Web API, response URLs, triggers and Socket Mode.

It refuses what Slack refuses (unknown messages, spent triggers, blocks over a limit), and records
what it accepted. `fail` makes the next call of a method go wrong.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestServer

from tests.adapters.slack_failure import Failure
from tests.adapters.slack_strict import broken

TEAM, BOT, BOT_ID = "T0ACME", "U0BOT", "B0BOT"
BOT_TOKEN, APP_TOKEN = "xoxb-made-up", "xapp-made-up"
Json = dict[str, Any]


class SlackServer:
    """Start with `async with`; `base_url` ends in `/api/`."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.messages: dict[tuple[str, str], Json] = {}
        self.responses: list[Json] = []
        self.views: list[Json] = []
        self.acks: list[Json] = []
        self.members = {"C0HOME"}
        self.homes: dict[str, str] = {}
        """The workspaces of people who are of another one."""
        self.triggers: set[str] = set()
        self.failures: dict[str, list[Failure]] = defaultdict(list)
        self.sockets: list[web.WebSocketResponse] = []
        self.opened = 0
        self.warning = ""
        """Said beside an `ok` to chat.unfurl."""
        self._acked = asyncio.Event()
        self._last = 1_700_000_000
        site = web.Application()
        site.router.add_post("/api/{method}", self._api)
        site.router.add_post("/hooks/{name}", self._hook)
        site.router.add_get("/socket", self._socket)
        self.server = TestServer(site, host="127.0.0.1")

    async def __aenter__(self) -> SlackServer:
        await self.server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        for socket in self.sockets:
            await socket.close()
        await self.server.close()

    @property
    def base_url(self) -> str:
        return str(self.server.make_url("/api/"))

    def hook(self, name: str = "one") -> str:
        return str(self.server.make_url(f"/hooks/{name}"))

    def trigger(self, name: str = "1.2.3") -> str:
        self.triggers.add(name)
        return name

    def fail(self, method: str, failure: Failure, times: int = 1) -> None:
        self.failures[method] += [failure] * times

    def called(self, method: str) -> list[Json]:
        return [arguments for name, arguments in self.calls if name == method]

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        raw = await request.text()
        arguments: Json = json.loads(raw) if raw.startswith("{") else dict(parse_qsl(raw))
        if method == "users.info" and raw.startswith("{"):
            arguments = {}  # as Slack: what reads takes a form
        if self.failures[method]:
            return await self.failures[method].pop(0).answer(request)
        token = APP_TOKEN if method == "apps.connections.open" else BOT_TOKEN
        if request.headers.get("Authorization") != f"Bearer {token}":
            return web.json_response({"ok": False, "error": "invalid_auth"})
        answer = self._do(method, arguments)
        if answer.setdefault("ok", True):
            self.calls.append((method, arguments))
        return web.json_response(answer)

    def _do(self, method: str, arguments: Json) -> Json:
        known = {
            "auth.test": self._whoami,
            "chat.postMessage": self._post,
            "chat.update": self._update,
            "chat.delete": self._delete,
            "chat.postEphemeral": self._whisper,
            "views.open": self._open,
            "views.push": self._open,
            "views.update": self._refill,
            "chat.unfurl": lambda _: {"warning": self.warning} if self.warning else {},
            "entity.presentDetails": lambda _: {},
            "users.info": self._user,
            "apps.connections.open": self._connect,
        }
        return known[method](arguments)

    def _whoami(self, _: Json) -> Json:
        who = {"team_id": TEAM, "user_id": BOT, "bot_id": BOT_ID, "user": "fluxbot"}
        who |= {"team": "Acme"}
        return {**who, "enterprise_id": None}

    def _user(self, arguments: Json) -> Json:
        who = arguments.get("user")
        if who is None:
            return {"ok": False, "error": "user_not_found"}
        return {"user": {"id": who, "team_id": self.homes.get(who, TEAM)}}

    def _whisper(self, arguments: Json) -> Json:
        return self._refusal(arguments) or {"message_ts": self._ts()}

    def _connect(self, _: Json) -> Json:
        self.opened += 1
        return {"url": str(self.server.make_url("/socket")).replace("http", "ws", 1)}

    def _refusal(self, arguments: Json) -> Json | None:
        channel = arguments["channel"]
        if channel.startswith("C") and channel not in self.members:
            return {"ok": False, "error": "not_in_channel"}
        error = broken(arguments)
        return {"ok": False, "error": error} if error else None

    def _post(self, arguments: Json) -> Json:
        refusal = self._refusal(arguments)
        if refusal:
            return refusal
        channel = arguments["channel"]
        channel = f"D{channel[1:]}" if channel.startswith("U") else channel
        thread = arguments.get("thread_ts")
        if thread and (channel, thread) not in self.messages:
            return {"ok": False, "error": "thread_not_found"}
        ts = self._ts()
        self.messages[channel, ts] = arguments
        return {"channel": channel, "ts": ts}

    def _update(self, arguments: Json) -> Json:
        name = arguments["channel"], arguments["ts"]
        if name not in self.messages:
            return {"ok": False, "error": "message_not_found"}
        error = broken(arguments)
        if error:
            return {"ok": False, "error": error}
        self.messages[name] = arguments
        return {"channel": name[0], "ts": name[1]}

    def _delete(self, arguments: Json) -> Json:
        gone = self.messages.pop((arguments["channel"], arguments["ts"]), None)
        return {} if gone else {"ok": False, "error": "message_not_found"}

    def _open(self, arguments: Json) -> Json:
        if arguments["trigger_id"] not in self.triggers:
            return {"ok": False, "error": "expired_trigger_id"}
        self.triggers.discard(arguments["trigger_id"])
        self.views.append(arguments["view"])
        return {"view": {"id": "V1"}}

    def _refill(self, arguments: Json) -> Json:
        if arguments["view_id"] != "V1" or not self.views:
            return {"ok": False, "error": "not_found"}
        self.views.append(arguments["view"])
        return {"view": {"id": "V1"}}

    def _ts(self) -> str:
        self._last += 1
        return f"{self._last}.000100"

    async def _hook(self, request: web.Request) -> web.StreamResponse:
        name = f"hook:{request.match_info['name']}"
        if self.failures[name]:
            return await self.failures[name].pop(0).answer(request)
        message = await request.json()
        error = "" if message == {"delete_original": True} else broken(message)
        if error:
            return web.Response(text=error, status=400)
        self.responses.append(message)
        return web.Response(text="ok")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.acks.append(json.loads(message.data))
                self._acked.set()
        return socket

    async def envelope(self, payload: Json, kind: str, name: str = "e1") -> None:
        """Send a request over the newest socket."""
        body = {"envelope_id": name, "type": kind, "payload": payload}
        await self.sockets[-1].send_json({**body, "accepts_response_payload": True})

    async def acked(self, name: str = "e1") -> Json:
        """Wait for the acknowledgement of this envelope."""
        async with asyncio.timeout(5):
            while True:
                for ack in self.acks:
                    if ack["envelope_id"] == name:
                        return ack
                self._acked.clear()
                await self._acked.wait()
