"""Bounded load on 127.0.0.1: as fast as a number of connections goes, or at a fixed rate.

A request is over when its response and the answer to the person have both arrived, whichever is
later: a server that acknowledges first is not quicker for it."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.bench.payloads import Request
from tests.bench.standin import StandIn

LIMIT = 120.0
"""Seconds that one burst may take."""
_LENGTH = b"content-length:"


@dataclass(slots=True)
class Timed:
    """What a burst took."""

    began: float = 0.0
    """When the first request went, by `time.perf_counter`."""
    seconds: float = 0.0
    """From then to the last answer."""
    refused: int = 0
    """Responses other than 200 and 202."""
    responses: list[float] = field(default_factory=list)
    """Seconds until each response."""
    answers: list[float] = field(default_factory=list)
    """Seconds until both the response and the answer."""


class _Connection(asyncio.Protocol):
    def __init__(self, over: Callable[[_Connection, bool], None]) -> None:
        self._over, self._buffer = over, b""
        self.request: Request | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.WriteTransport = transport  # type: ignore[assignment]  # a TCP transport

    def send(self, request: Request) -> None:
        self.request = request
        self.transport.write(request.raw)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        at = head.find(_LENGTH)
        size = int(head[at + len(_LENGTH) :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) >= end + 4 + size:
            ok = self._buffer[9:12] in (b"200", b"202")
            self._buffer = b""
            self._over(self, ok)

    def connection_lost(self, _: Exception | None) -> None:
        if self.request is not None:
            self._over(self, False)


class Load:
    """One burst against one server."""

    def __init__(
        self,
        port: int,
        requests: Sequence[Request],
        *,
        connections: int = 32,
        answered: bool = True,
    ) -> None:
        """`answered`: whether somebody is sent an answer, beside the response."""
        self._port, self._count = port, connections
        self._each = 2 if answered else 1
        self._waiting = deque(requests)
        self._left = len(requests)
        self._timed = Timed()
        self._began: dict[int, float] = {}
        self._parts: dict[int, int] = {}
        self._due: deque[tuple[float, Request]] = deque()
        self._free: deque[_Connection] = deque()
        self._closed_loop = True

    async def run(self, platform: StandIn, rate: float | None = None) -> Timed:
        """`platform`: where the answers arrive. `rate`: requests a second; without one, as fast as
        the connections go. Nobody may write twice in one burst."""
        loop = asyncio.get_running_loop()
        self._done: asyncio.Future[None] = loop.create_future()
        self._closed_loop = rate is None
        for _ in range(self._count):
            made = await loop.create_connection(
                lambda: _Connection(self._responded), "127.0.0.1", self._port
            )
            self._free.append(made[1])
        await asyncio.sleep(0.02)  # let the server finish accepting
        platform.on_message = self._answered
        every = list(self._free)
        self._timed.began = time.perf_counter()
        await (self._at_once() if rate is None else self._by_clock(rate))
        await asyncio.wait_for(self._done, LIMIT)
        self._timed.seconds = time.perf_counter() - self._timed.began
        platform.on_message = lambda who: None
        for connection in every:
            connection.transport.close()
        return self._timed

    async def _at_once(self) -> None:
        while self._free and self._waiting:
            self._send(self._free.popleft(), self._waiting.popleft())

    async def _by_clock(self, rate: float) -> None:
        """Open loop: the schedule does not wait for the server."""
        start, number = time.perf_counter() + 0.01, 0
        while self._waiting:
            at = start + number / rate
            await asyncio.sleep(max(0.0, at - time.perf_counter()))
            request = self._waiting.popleft()
            number += 1
            if self._free:  # a tick that comes late is ours: it counts from the send
                self._send(self._free.popleft(), request)
            else:  # no connection is free: that is the server's, and counts from the schedule
                self._due.append((at, request))

    def _send(self, connection: _Connection, request: Request, since: float = 0.0) -> None:
        self._began[request.who] = since or time.perf_counter()
        self._parts[request.who] = self._each  # the response, and the answer
        connection.send(request)

    def _responded(self, connection: _Connection, ok: bool) -> None:
        request, connection.request = connection.request, None
        if request is None:
            return
        self._timed.refused += not ok
        self._timed.responses.append(time.perf_counter() - self._began[request.who])
        self._part(request.who)
        if self._closed_loop and self._waiting:
            self._send(connection, self._waiting.popleft())
        elif self._due:
            at, next_request = self._due.popleft()
            self._send(connection, next_request, at)
        else:
            self._free.append(connection)

    def _answered(self, who: int) -> None:
        if who in self._parts:
            self._part(who)

    def _part(self, who: int) -> None:
        self._parts[who] -= 1
        if self._parts[who]:
            return
        self._timed.answers.append(time.perf_counter() - self._began[who])
        self._left -= 1
        if not self._left and not self._done.done():
            self._done.set_result(None)
