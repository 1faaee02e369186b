"""A line between the service and something it talks to, that can be made bad while it is used."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Dial = Callable[[], Awaitable[Streams]]
"""Opens a connection to what is at the other end."""

DELAY = 0.4
"""Seconds that everything takes longer in each direction while there is latency."""
PIECE, PAUSE = 48, 0.01
"""Bytes at a time, and seconds between them, while bytes are slow: 5 kB a second."""
LINGER = 1.0
"""Seconds that a side has for its last words, once the other has ended."""
CHUNK = 65536


class Toxic(StrEnum):
    """What is wrong with a line."""

    LATENCY = "latency"
    RESET = "reset"
    """Every connection is cut, the open ones at once; new ones with the first thing that is
    said."""
    BLACK_HOLE = "black hole"
    """Nothing arrives, and nobody is told. It arrives later, if there is a later: as what the
    network sends again does."""
    HALF_CLOSE = "half-close"
    """What the service says arrives; what it is answered does not, the line is closed instead."""
    SLOW = "slow bytes"


def tcp(port: int) -> Dial:
    """Something on this machine."""
    return lambda: asyncio.open_connection("127.0.0.1", port)


def unix(path: str) -> Dial:
    """Something on a socket of this machine's."""
    return lambda: asyncio.open_unix_connection(path)


@dataclass
class Proxy:
    """Connections that pass through, each way, as the toxic lets them."""

    dial: Dial
    port: int = 0
    toxic: Toxic | None = None
    delay: float = DELAY
    spoiled: int = 0
    """How often a toxic did something: to what was said, or to a connection."""
    _open: set[Passage] = field(default_factory=set)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _running: set[asyncio.Task[None]] = field(default_factory=set)

    def be(self, toxic: Toxic | None) -> None:
        """Become bad in this way, or good again."""
        self.toxic = toxic
        self._changed.set()
        self._changed = asyncio.Event()
        if toxic is Toxic.RESET:
            for each in tuple(self._open):
                each.cut()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Proxy]:
        """Serve on a port of its own while the block runs."""
        server = await asyncio.start_server(self._let_in, "127.0.0.1", self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for each in tuple(self._open):
                each.cut()
            for task in tuple(self._running):
                task.cancel()
            await asyncio.gather(*self._running, return_exceptions=True)
            await asyncio.sleep(0)  # the sockets are closed in the next turn of the loop

    def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._pass(reader, writer))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner = await self.dial()
        except OSError:
            writer.close()
            return
        passage = Passage(self, (reader, writer), inner)
        self._open.add(passage)
        try:
            await passage.run()
        finally:
            self._open.discard(passage)

    async def held(self) -> None:
        """Return when nothing is swallowed any more."""
        while self.toxic is Toxic.BLACK_HOLE:
            await self._changed.wait()


@dataclass(eq=False)
class Passage:
    """One connection: the service's side of it, and the other's."""

    proxy: Proxy
    outer: Streams
    inner: Streams

    async def run(self) -> None:
        """Until both sides have ended, or one has and the other does not soon."""
        there = asyncio.create_task(self._pump(self.outer[0], self.inner[1], answers=False))
        back = asyncio.create_task(self._pump(self.inner[0], self.outer[1], answers=True))
        try:
            await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait({there, back}, timeout=LINGER)
        finally:
            for task in (there, back):
                task.cancel()
            await asyncio.gather(there, back, return_exceptions=True)
            for _, writer in (self.outer, self.inner):
                writer.close()

    def cut(self) -> None:
        """Reset both sides."""
        self.proxy.spoiled += 1
        for _, writer in (self.outer, self.inner):
            found: socket.socket | None = writer.get_extra_info("socket")
            if found is not None and found.family != socket.AF_UNIX:
                with suppress(OSError):  # it is closed already
                    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                if not await self._through(data, writer, answers=answers):
                    break
            writer.write_eof()

    async def _through(self, data: bytes, writer: asyncio.StreamWriter, *, answers: bool) -> bool:
        """Pass it on as the toxic of now has it; whether the connection goes on."""
        toxic = self.proxy.toxic
        self.proxy.spoiled += toxic is not None
        match toxic:
            case Toxic.RESET:
                self.cut()
                return False
            case Toxic.HALF_CLOSE if answers:
                return False
            case Toxic.LATENCY:
                await asyncio.sleep(self.proxy.delay)
            case Toxic.BLACK_HOLE:
                await self.proxy.held()
            case Toxic.SLOW:
                return await self._dribble(data, writer)
        writer.write(data)
        await writer.drain()
        return True

    async def _dribble(self, data: bytes, writer: asyncio.StreamWriter) -> bool:
        for start in range(0, len(data), PIECE):
            writer.write(data[start : start + PIECE])
            await writer.drain()
            if self.proxy.toxic is Toxic.SLOW:
                await asyncio.sleep(PAUSE)
        return True
