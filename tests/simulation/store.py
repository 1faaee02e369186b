"""The service's own store, on the machine's disk, written to in the loop."""

from __future__ import annotations

import asyncio
import queue
import time
from random import Random
from typing import TypeVar

from sqlalchemy.engine import make_url

from core.sqlite import SqliteStore, _Request
from core.store import Counts, Function, StoreAway, Tools
from core.work import Work
from tests.simulation.disk import Disk
from tests.simulation.loop import LIFE

T = TypeVar("T")

AGAIN = 0.03
"""How often a transaction is rolled back and run again, as a conflict or a batch of many has it."""
LATE = 0.02
"""How often a commit takes seconds, in the calm too."""
GATHERED = 0.004
"""Seconds in which functions gather for one commit, at the most."""


class Again(Exception):
    """One function of many in a transaction fails: all are rolled back, and run again."""


class SimStore(SqliteStore):
    """The service's own store, whose writer is no thread: it writes in the loop, and its process
    may die before the commit and after it."""

    def __init__(self, disk: Disk, tools: Tools, chance: Random) -> None:
        self.url = make_url("sqlite://")
        self.counts = Counts()
        self._tools = tools
        self._closed = False
        self._waiting = queue.SimpleQueue()
        self._disk, self._chance = disk, chance
        self._writing = False
        self.away = 0.0
        """How often the database is away: not reached, or gone right after the commit."""

    async def mutate(self, function: Function[T], *, patient: bool = False) -> T:
        await self._waits()
        self._may_be_away()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.put(_Request(function, future, loop))
        if not self._writing:
            self._writing = True
            loop.call_later(self._chance.uniform(0, GATHERED), self._written)
        try:
            result = await future
        except StoreAway:  # the disk is full: what was done meanwhile is not written down
            self._disk.away.append(time.time())
            raise
        await self._waits()
        self._may_be_away()
        return result

    def _written(self) -> None:
        """Write all that waits, as the writer's thread does."""
        life = LIFE.get()
        if life is not None and not life.alive:
            return
        self._writing = False
        if self._chance.random() < AGAIN:
            self._disk.counts["rolled back"] += 1
            nobody = asyncio.get_running_loop().create_future()
            nobody.cancel()
            self._waiting.put(_Request(_fails, nobody, asyncio.get_running_loop()))
        first = self._waiting.get_nowait()
        assert first is not None
        self._batch(self._disk.connection, first)

    def _count(self, functions: int) -> None:
        super()._count(functions)
        self._disk.counts["commits"] += 1
        self._disk.committed()

    def _may_be_away(self) -> None:
        if self._chance.random() < self.away:
            self._disk.counts["away"] += 1
            self._disk.away.append(time.time())
            raise StoreAway

    async def query(self, function: Function[T]) -> T:
        await self._waits()
        return self._disk.read(lambda connection: self._tools.run(connection, function))

    async def _waits(self) -> None:
        _alive()
        drawn = self._chance.random()
        if drawn < LATE:
            self._disk.counts["slow disk"] += 1
            await asyncio.sleep(self._chance.uniform(0.2, 2.0))
        else:
            await asyncio.sleep(drawn / 200)
        _alive()

    async def scrub(self, *, whole: bool) -> None:
        """There is no file."""

    async def close(self) -> None:
        """It is the machine's."""


def _fails(work: Work) -> None:
    raise Again


def _alive() -> None:
    life = LIFE.get()
    if life is not None:
        life.check()
