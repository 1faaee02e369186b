"""A load balancer: connections go to the backends in turn, and past those that are not there. It
looks at each every second, and ends the connections of one that does not answer."""

from __future__ import annotations

import asyncio
import itertools
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 0.5
"""Seconds for a backend to take a connection."""
LOOK_EVERY = 1.0

Backend = tuple[str, int]


@dataclass
class Balancer:
    """Before the web processes, as Telegram and Slack see them."""

    backends: list[Backend]
    port: int = 0
    _turn: Any = field(default_factory=itertools.count)
    _away: set[Backend] = field(default_factory=set)
    _passing: defaultdict[Backend, set[asyncio.Task[None]]] = field(
        default_factory=lambda: defaultdict(set)
    )
    _looking: asyncio.Task[None] | None = None
    _server: asyncio.Server | None = None

    async def open(self, host: str) -> None:
        self._server = await asyncio.start_server(self._pass, host, 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._looking = asyncio.create_task(self._look_for_ever())

    async def close(self) -> None:
        if self._looking:
            self._looking.cancel()
        if self._server:
            self._server.close()
        for each in self.backends:
            self._end(each)

    async def _look_for_ever(self) -> None:
        while True:
            for each in self.backends:
                try:
                    _, writer = await _connect(each)
                except (OSError, TimeoutError):
                    self._away.add(each)
                    self._end(each)
                else:
                    writer.close()
                    self._away.discard(each)
            await asyncio.sleep(LOOK_EVERY)

    def _end(self, backend: Backend) -> None:
        for each in self._passing[backend]:
            each.cancel()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = next(self._turn)
        try:
            for number in range(len(self.backends)):
                backend = self.backends[(first + number) % len(self.backends)]
                if backend not in self._away:
                    with suppress(OSError, TimeoutError):
                        inner_reader, inner_writer = await _connect(backend)
                        there = _pump(reader, inner_writer)
                        back = _pump(inner_reader, writer)
                        await self._both(backend, there, back)
                        return
        finally:
            writer.close()

    async def _both(self, backend: Backend, *ways: Any) -> None:
        tasks = {asyncio.ensure_future(each) for each in ways}
        self._passing[backend] |= tasks
        await asyncio.wait(tasks)
        self._passing[backend] -= tasks


async def _connect(backend: Backend) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async with asyncio.timeout(PATIENCE):
        return await asyncio.open_connection(*backend)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
    finally:
        writer.close()
