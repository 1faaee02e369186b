"""The network between the service and the platforms: HTTP without sockets, in a weather."""
# long: it makes of a request what aiohttp would

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from contextvars import Context, copy_context
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import HttpVersion11
from aiohttp.http_parser import RawRequestMessage
from aiohttp.streams import StreamReader
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from tests.simulation.loop import LIFE, Life
from tests.simulation.weather import Fate, Weather

PATIENCE = 300.0
"""Seconds for a call whose caller says nothing."""

OF_THE_PROCESS = {"/metrics"}
"""Pages that tell of the real process, too: its memory is another in every run."""


class Refused(aiohttp.ClientConnectorError):
    """Nobody is there, or nothing gets through."""

    def __init__(self) -> None:
        Exception.__init__(self, "refused")

    def __str__(self) -> str:
        return "refused"


@dataclass(slots=True)
class Call:
    """One request, as the network saw it."""

    at: float
    by: str
    method: str
    path: str
    body: bytes
    done: bool = False
    """It reached the other side, which did what it asks."""
    heard: bool = False
    """Its answer reached the caller."""
    status: int = 0
    ended: float = 0.0
    """When its answer reached the caller."""
    wait: int = 0
    """Seconds for which a 429 asked."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: CIMultiDictProxy[str]
    body: bytes


@dataclass(slots=True)
class Place:
    """What listens at an address: `life` is None for what never dies."""

    app: web.Application
    context: Context
    life: Life | None = None


class Network:
    """Carries every request, keeps what it saw, and makes of it the hash of the run."""

    def __init__(self, weather: Weather) -> None:
        self.weather = weather
        self.calls: list[Call] = []
        """Those of the service, which the oracle reads."""
        self.seen = 0
        self._sent = self._arrived = 0
        """Of the platforms' requests: the newest that was sent, and that arrived."""
        self._places: dict[str, Place] = {}
        self._trace = hashlib.sha256()
        self._base = copy_context()

    @property
    def trace(self) -> str:
        return self._trace.hexdigest()

    def note(self, *what: object) -> None:
        """A part of the trace."""
        self._trace.update(repr((round(time.time(), 6), *what)).encode())

    def listen(self, host: str, app: web.Application, life: Life | None = None) -> None:
        context = copy_context() if life is not None else self._base
        self._places[host] = Place(app, context, life)

    def leave(self, app: web.Application) -> None:
        for host in [host for host, each in self._places.items() if each.app is app]:
            del self._places[host]

    async def exchange(
        self, method: str, url: URL, headers: Mapping[str, str], body: bytes, patience: float
    ) -> Answer:
        """Raises what aiohttp raises: `Refused`, `ServerDisconnectedError`, `TimeoutError`."""
        life = LIFE.get()
        by = "service" if life else "platform"
        if life:
            life.check()
        call = Call(time.time(), by, method, url.path, body)
        self.seen += 1
        if life:
            self.calls.append(call)
        carrying = asyncio.get_running_loop().create_task(
            self._carry(call, url, headers), context=self._base
        )
        try:
            async with asyncio.timeout(patience):
                answer = await asyncio.shield(carrying)
        finally:
            carrying.add_done_callback(_looked_at)
        call.heard, call.ended = True, time.time()
        return answer

    async def _carry(self, call: Call, url: URL, headers: Mapping[str, str]) -> Answer:
        fate = self.weather.fate(call.by, call.path)
        self._sent += call.by == "platform"
        place_in_line = self._sent
        await asyncio.sleep(fate.there)
        if call.by == "platform":
            self._comes(place_in_line)
        place = self._places.get(f"{url.host}:{url.port}")
        if fate.kind == "refused" or place is None or (place.life and not place.life.alive):
            raise Refused
        answer, call.wait = _made_up(fate, call.path), fate.wait
        if answer is None:
            call.done = True
            answer = await self._done(place, call, url, headers)
            if fate.kind == "twice":
                asyncio.get_running_loop().create_task(self._again(fate, call, url, headers))
            call.status = answer.status
        told = b"" if call.path in OF_THE_PROCESS else answer.body
        self.note(call.by, call.method, call.path, call.body, answer.status, told)
        await asyncio.sleep(fate.back)
        if fate.kind == "cut":
            raise aiohttp.ServerDisconnectedError
        if fate.kind == "silent":
            await asyncio.sleep(PATIENCE)
            raise aiohttp.ServerDisconnectedError
        return answer

    def _comes(self, place_in_line: int) -> None:
        if place_in_line < self._arrived:
            self.weather.count("overtaken")
        self._arrived = max(self._arrived, place_in_line)

    async def _again(self, fate: Fate, call: Call, url: URL, headers: Mapping[str, str]) -> None:
        """The same request arrives once more; nobody hears the answer."""
        await asyncio.sleep(fate.again)
        place = self._places.get(f"{url.host}:{url.port}")
        if place is not None and (place.life is None or place.life.alive):
            with suppress(aiohttp.ClientError):
                await self._done(place, call, url, headers)

    async def _done(self, place: Place, call: Call, url: URL, headers: Mapping[str, str]) -> Answer:
        loop = asyncio.get_running_loop()
        request = _request(place.app, call, url, headers, loop)
        handling = loop.create_task(_handled(place.app, request), context=place.context.copy())
        try:
            return await asyncio.shield(handling)
        except asyncio.CancelledError:
            if handling.cancelled():
                raise aiohttp.ServerDisconnectedError from None
            raise
        except ConnectionError:  # what a stand-in does to break the connection
            raise aiohttp.ServerDisconnectedError from None


def _looked_at(task: asyncio.Task[Any]) -> None:
    """Whatever came of it, nobody need warn that nobody asked."""
    if not task.cancelled():
        task.exception()


def _made_up(fate: Fate, path: str) -> Answer | None:
    """An answer that the other side had no part in."""
    if not fate.status:
        return None
    headers = CIMultiDict({"Content-Type": "text/html"})
    body: bytes = b"<html>Bad gateway"
    if fate.status == 429:
        headers = CIMultiDict({"Content-Type": "application/json", "Retry-After": str(fate.wait)})
        said: dict[str, Any] = {"ok": False, "error": "ratelimited"}
        if "/bot" in path:
            said = {"ok": False, "error_code": 429, "description": "Too Many Requests",
                    "parameters": {"retry_after": fate.wait}}  # fmt: skip
        body = json.dumps(said).encode()
    return Answer(fate.status, CIMultiDictProxy(headers), body)


class _Protocol(BaseProtocol):
    """What a request knows of its connection."""

    ssl_context = None
    peername = ("127.0.0.1", 40_000)
    sockname = ("127.0.0.1", 8080)


def _request(
    app: web.Application,
    call: Call,
    url: URL,
    headers: Mapping[str, str],
    loop: asyncio.AbstractEventLoop,
) -> web.Request:
    given = CIMultiDict(headers)
    given.setdefault("Host", url.authority)
    given["Content-Length"] = str(len(call.body))
    raw = tuple((name.encode(), value.encode()) for name, value in given.items())
    message = RawRequestMessage(
        call.method, url.raw_path_qs, HttpVersion11, CIMultiDictProxy(given), raw,
        False, None, False, False, URL(url.raw_path_qs, encoded=True),
    )  # fmt: skip
    protocol: Any = _Protocol(loop)
    protocol.transport = _Transport()
    payload = StreamReader(protocol, 2**20, loop=loop)
    if call.body:
        payload.feed_data(call.body)
    payload.feed_eof()
    writer: Any = SimpleNamespace(output_size=0)
    task: Any = None
    return web.Request(
        message, payload, protocol, writer, task, loop, client_max_size=app._client_max_size
    )


class _Transport:
    """The connection of a request; breaking it is told by an exception, too."""

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 40_000) if name == "peername" else default

    def is_closing(self) -> bool:
        return False

    def abort(self) -> None:
        """The stand-in raises right after."""


async def _handled(app: web.Application, request: web.Request) -> Answer:
    try:
        response = await app._handle(request)
    except web.HTTPException as error:
        response = error
    body = response.body if isinstance(response, web.Response) else b""
    data = body if isinstance(body, bytes | bytearray) else b""
    headers = CIMultiDict(response.headers)
    return Answer(response.status, CIMultiDictProxy(headers), bytes(data))
