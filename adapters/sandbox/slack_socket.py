"""Socket Mode: the app's own websocket, over which requests come as envelopes."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from adapters.sandbox.model import Json


@dataclass(frozen=True)
class Ack:
    """What the app made of a request."""

    ok: bool
    body: Json = field(default_factory=dict)
    reason: str = ""
    """Slack's retry reason: http_timeout, http_error, connection_failed."""
    error: str = ""
    no_retry: bool = False


class Sockets:
    """The open connections; a request goes to the newest."""

    def __init__(self) -> None:
        self._tickets: set[str] = set()
        self._open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}

    @property
    def connected(self) -> bool:
        return bool(self._open)

    def ticket(self) -> str:
        """Admits one connection."""
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return ticket

    async def handle(self, request: web.Request) -> web.StreamResponse:
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            raise web.HTTPForbidden(text="invalid ticket\n")
        self._tickets.discard(ticket)
        socket = web.WebSocketResponse(heartbeat=20)
        await socket.prepare(request)
        self._open.append(socket)
        try:
            await socket.send_json(self._hello())
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledge(message.json())
        finally:
            self._open.remove(socket)
        return socket

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {"host": "sandbox", "approximate_connection_time": 18060},
            "connection_info": {"app_id": "A0FLUXBOT"},
        }

    def _acknowledge(self, answer: Json) -> None:
        waiting = self._waiting.get(str(answer.get("envelope_id")))
        if waiting and not waiting.done():
            waiting.set_result(answer.get("payload") or {})

    async def send(
        self, kind: str, payload: Json, within: float, *, attempt: int = 0, reason: str = ""
    ) -> Ack:
        """One envelope, and its acknowledgement within that many seconds."""
        name = secrets.token_hex(16)
        envelope: Json = {
            "envelope_id": name,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        self._waiting[name] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(within):
                await self._open[-1].send_json(envelope)
                return Ack(ok=True, body=await self._waiting[name])
        except TimeoutError:
            return Ack(ok=False, reason="http_timeout")
        except (ConnectionError, RuntimeError):
            return Ack(ok=False, reason="connection_failed")
        finally:
            del self._waiting[name]

    async def close(self) -> None:
        for socket in tuple(self._open):
            await socket.close()
