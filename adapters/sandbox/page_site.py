"""The page on which one person plays all people of the sandbox: files, and a socket of events."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from urllib.parse import quote, urlsplit

import orjson
from aiohttp import WSMsgType, web

from adapters.edge import parse_object
from adapters.sandbox.loopback import Handler, local_only
from adapters.sandbox.model import Json
from adapters.sandbox.page_actions import Actions, act
from adapters.sandbox.page_state import snapshot
from adapters.sandbox.world import Feed

PAGE = Path(__file__).with_name("page")
OPAQUE = "application/octet-stream"
TYPES = {".css": "text/css", ".js": "text/javascript"}
MESSAGE_LIMIT = 64 * 1024
"""Bytes of one action; a form with every field at Slack's 3,000 characters is below it."""
IN_FLIGHT = 64
"""Actions of one page that may wait for the service; more are refused, in words."""
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}
log = logging.getLogger(__name__)


class PageSite:
    """`routes` are to be added to an application, `close` called when it shuts down."""

    def __init__(self, sandbox: Actions, prefix: str = "/sandbox") -> None:
        self._sandbox = sandbox
        self._sockets: set[web.WebSocketResponse] = set()
        html = (PAGE / "index.html").read_text("utf-8").replace("{prefix}", prefix)
        self.routes: list[web.RouteDef] = [
            web.get(prefix, _file(html, "text/html")),
            web.get(f"{prefix}/ws", local_only(self._socket)),
            web.get(f"{prefix}/file/{{key}}", local_only(self._sent_file)),
            web.get(f"{prefix}/payments", local_only(self._payments)),
        ]
        for path in sorted(PAGE.iterdir()):
            if path.suffix in TYPES:
                handler = _file(path.read_text("utf-8"), TYPES[path.suffix])
                self.routes.append(web.get(f"{prefix}/{path.name}", handler))

    async def close(self) -> None:
        """Hang up on all pages; each comes back by itself when the service does."""
        for socket in tuple(self._sockets):
            await socket.close(code=1001, message=b"restarting")

    async def _sent_file(self, request: web.Request) -> web.StreamResponse:
        """A file that the bot sent, to be saved and never shown."""
        file = self._sandbox.world.files.get(request.match_info["key"])
        if file is None:
            raise web.HTTPNotFound(text="That file is not kept any more.\n")
        named = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"
        headers = {**HEADERS, "Content-Disposition": named}
        return web.Response(body=file.content, content_type=OPAQUE, headers=headers)

    async def _payments(self, _: web.Request) -> web.StreamResponse:
        """Polar's panel is on the stand-ins' own port."""
        raise web.HTTPFound(self._sandbox.world.links.get("payments") or "/")

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        # A browser lets any site open a socket to this machine, and says which site it was.
        if urlsplit(request.headers.get("Origin", "")).netloc != request.host:
            raise web.HTTPForbidden(text="This socket is for the sandbox page only.\n")
        socket = web.WebSocketResponse(heartbeat=20, timeout=2, max_msg_size=MESSAGE_LIMIT)
        await socket.prepare(request)
        self._sockets.add(socket)
        try:
            await _Visit(self._sandbox, socket).run()
        finally:
            self._sockets.discard(socket)
        return socket


def _file(text: str, content_type: str) -> Handler:
    """Serves a text read at the start: nothing of a request names a file."""

    @local_only
    async def serve(_: web.Request) -> web.StreamResponse:
        return web.Response(text=text, content_type=content_type, charset="utf-8", headers=HEADERS)

    return serve


class _Visit:
    """One open page."""

    def __init__(self, sandbox: Actions, socket: web.WebSocketResponse) -> None:
        self._sandbox = sandbox
        self._socket = socket
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until the page goes. What its people still wait for is done all the same."""
        async with self._sandbox.world.feed() as feed:
            await self._send(snapshot(self._sandbox.world))
            telling = asyncio.create_task(self._tell(feed))
            try:
                async for message in self._socket:
                    if message.type is not WSMsgType.TEXT:
                        break
                    await self._begin(message.data)
            finally:
                telling.cancel()
                await asyncio.gather(telling, *self._tasks, return_exceptions=True)

    async def _tell(self, feed: Feed) -> None:
        async for event in feed:
            await self._send(event)
        await self._socket.close(code=1013, message=b"too far behind")  # it reads the state anew

    async def _send(self, event: Json) -> None:
        if not self._socket.closed:
            await self._socket.send_str(orjson.dumps(event).decode())

    async def _begin(self, raw: str) -> None:
        """Start an action; tasks begin in the order of their making, so lines keep theirs."""
        try:
            action = parse_object(raw)
        except web.HTTPBadRequest:
            await self._socket.close(code=1003)
            return
        task = asyncio.create_task(self._answer(action))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, action: Json) -> None:
        answer: Json = {"type": "answer", "number": action.get("number")}
        try:
            if len(self._tasks) > IN_FLIGHT:
                raise ValueError("Too much at once.")
            answer["result"] = await act(self._sandbox, action)
        except (LookupError, ValueError, TypeError) as error:
            answer["error"] = f"That cannot be done: {error}"
        except Exception:  # a defect of the sandbox must not leave the person waiting
            log.exception("The sandbox failed at %s", action.get("do"))
            answer["error"] = "The sandbox failed. Its log says why."
        await self._send(answer)
