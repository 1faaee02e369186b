"""The machine's disk: what was committed, and nothing else, outlives a crash."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import StaticPool

from core import migrations
from core.sqlite_file import set_up
from core.store import Counts, Function, StoreAway, Tools
from tests.fakes import CREATE
from tests.simulation.loop import LIFE

T = TypeVar("T")

AGAIN = 0.03
"""How often a transaction is run twice, as a conflict or a batch of many has it."""
LATE = 0.02
"""How often a commit takes seconds, in the calm too."""


def template() -> sqlite3.Connection:
    """A database in memory with our tables, to be copied for each seed."""
    made = sqlite3.connect(":memory:")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        migrations.upgrade(f"sqlite:///{path}")
        source = sqlite3.connect(path)
        source.execute("PRAGMA journal_mode=DELETE")
        source.backup(made)
        source.close()
    made.execute(CREATE)
    made.execute("CREATE TABLE workflow_status (status TEXT, created_at INTEGER)")  # the engine's
    made.commit()
    return made


class Disk:
    """One SQLite database in memory, of which processes come and go."""

    def __init__(self, copied: sqlite3.Connection) -> None:
        raw = sqlite3.connect(":memory:", check_same_thread=False)
        copied.backup(raw)
        self._raw = raw
        self.engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        set_up(self.engine)
        self._connection = self.engine.connect()
        self.commits = 0
        self.away: list[float] = []
        """When a process could not say whether its commit had happened."""
        self.committed: Callable[[], None] = lambda: None
        """Called after each commit."""

    def transact(self, function: Callable[[Connection], T], *, twice: bool = False) -> T:
        """One transaction; `twice`: rolled back the first time."""
        connection = self._connection
        if twice:
            self.read(function)
        with connection.begin():
            result = function(connection)
        self.commits += 1
        self.committed()
        return result

    def read(self, function: Callable[[Connection], T]) -> T:
        begun = self._connection.begin()
        try:
            return function(self._connection)
        finally:
            begun.rollback()

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """What is there, for whoever looks from outside."""
        return self.read(lambda connection: [*connection.execute(text(statement), values)])

    def close(self) -> None:
        self._connection.close()
        self.engine.dispose()
        self._raw.close()


class SimStore:
    """`core.store.Store` of one process, in the loop: what waits for the disk may die there,
    before the commit and after it."""

    def __init__(self, disk: Disk, tools: Tools, chance: Random) -> None:
        self.url: URL = make_url("sqlite://")
        self.counts = Counts()
        self._disk, self._tools, self._chance = disk, tools, chance
        self.away = 0.0
        """How often the database is away: not reached, or gone right after the commit."""

    async def mutate(self, function: Function[T]) -> T:
        await self._waits()
        self._may_be_away()
        twice = self._chance.random() < AGAIN
        result = self._disk.transact(
            lambda connection: self._tools.run(connection, function), twice=twice
        )
        await self._waits()
        self._may_be_away()
        return result

    def _may_be_away(self) -> None:
        if self._chance.random() < self.away:
            self._disk.away.append(time.time())
            raise StoreAway

    async def query(self, function: Function[T]) -> T:
        await self._waits()
        return self._disk.read(lambda connection: self._tools.run(connection, function))

    async def _waits(self) -> None:
        _alive()
        drawn = self._chance.random()
        await asyncio.sleep(self._chance.uniform(0.2, 2.0) if drawn < LATE else drawn / 200)
        _alive()

    async def scrub(self, *, whole: bool) -> None:
        """There is no file."""

    async def close(self) -> None:
        """It is the machine's."""


def _alive() -> None:
    life = LIFE.get()
    if life is not None:
        life.check()
