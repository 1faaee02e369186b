"""A start counts for who acted when its process died, and for nobody who only waited, however short
the lives of the processes are and however many."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import chain

import pytest
from sqlalchemy import event, update

from adapters.engine import process
from adapters.engine.job_table import SCHEMA, jobs
from adapters.engine.outcomes import Values
from adapters.engine.runs import Run
from adapters.engine.starts import ALONE, SUSPECT, Starts
from core.errors import RetryLater
from core.ports import Payload
from tests.adapters.engine_kit import Store, postgres_server, started, store, tell, until, url

__all__ = ["postgres_server", "store", "url"]  # fixtures
DEATHS, MANY = 60, 200
"""More than a job that acts each time survives."""
LONG = 600.0
"""Seconds that a platform asks for."""
WAITING = ("waits", "asked")
CROWD = 50


class Mortal:
    """An engine whose process dies, as far as the database can tell: nobody goes on with what it
    was doing, and the next one begins as each does."""

    def __init__(self, url: str, store: Store) -> None:
        self.url, self.store = url, store
        self.lives, self.acted, self.waited = 1, 0, 0
        self.done: set[object] = set()
        self.may_go = asyncio.Event()

    async def run(self, payload: Payload) -> None:
        self.acted += 1
        match payload.get("kind"):
            case "acts":
                await self.may_go.wait()
            case "waits":
                async with self.engine.waiting():
                    self.waited += 1
                    await self.may_go.wait()
            case "asked":
                raise RetryLater(LONG)
        self.done.add(payload["n"])

    @asynccontextmanager
    async def doing(self, *kinds: str) -> AsyncIterator[None]:
        """A job of each of these kinds, in a chat of its own; behind each is another one."""
        async with started(self.url, {"tell": self.run}) as self.engine:
            with self.store.begin() as connection:
                for chat, kind in enumerate(kinds, 1):
                    self.engine.put(connection, tell(chat, 1, kind=kind))
                    self.engine.put(connection, tell(chat, 2))
            yield

    async def dies(self) -> None:
        worker = self.engine._worker
        assert worker is not None
        worker.runs.lose(worker.runs.under_way())
        await worker.runs.cancel()
        self.lives += 1
        await worker.starts.again()

    async def dead(self) -> list[str]:
        return [each.id for each in await self.engine.dead_letters()]

    async def waits(self) -> bool:
        """All that can be done in this life is done, or somebody was buried."""
        retried = self.engine.counts()["retried"]
        return self.waited == retried == self.lives or await self.engine.count_dead(1) > 0

    async def acts(self) -> bool:
        """It acts in this life, or was buried."""
        return self.acted == self.lives or await self.engine.count_dead(1) > 0


@pytest.fixture
def mortal(url: str, store: Store) -> Mortal:
    return Mortal(url, store)


@pytest.mark.promise("F1", "F21", on="PostgreSQL")
@pytest.mark.parametrize("deaths", [DEATHS, pytest.param(MANY, marks=pytest.mark.faults)])
async def test_who_only_waits_when_its_process_dies_is_never_buried(
    mortal: Mortal, deaths: int
) -> None:
    async with mortal.doing(*WAITING):
        for _ in range(deaths):
            await until(mortal.waits)
            await mortal.dies()
        mortal.may_go.set()
        await until(lambda: mortal.done == {1, 2})
        assert await mortal.dead() == []


@pytest.mark.faults
async def test_if_its_starts_counted_it_would_be(
    mortal: Mortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def as_if_it_acted(own: Starts, run: Run) -> None:
        own.ends(run)

    monkeypatch.setattr(Starts, "waits", as_if_it_acted)
    async with mortal.doing(*WAITING):
        while not await mortal.dead():
            await until(mortal.waits)
            await mortal.dies()
        assert mortal.lives < DEATHS


@pytest.mark.promise("F21", on="PostgreSQL")
async def test_who_acts_each_time_its_process_dies_is_buried_in_time(mortal: Mortal) -> None:
    most = process.MAX_RECOVERIES[mortal.store.engine.dialect.name] + 1
    async with mortal.doing("acts"):
        await until(mortal.acts)
        while not await mortal.dead():
            await mortal.dies()
            await until(mortal.acts)
        assert mortal.acted == most
        await until(lambda: mortal.done == {2})  # its chat goes on
        assert await mortal.dead() == ["1:1"]


@pytest.mark.parametrize(
    ("before", "each"), [(0, 0), (SUSPECT - 2, 0), (SUSPECT - 1, 3), (ALONE - 2, 3)]
)
async def test_only_of_suspects_anything_is_written_and_that_together(
    mortal: Mortal, before: int, each: int
) -> None:
    """By how often they were started `before`. They act, wait once, and act again."""
    async with mortal.doing():
        written: list[list[int]] = []

        @event.listens_for(mortal.engine._engine, "before_execute")
        def note(_: object, __: object, many: list[Values], one: Values, ___: object) -> None:
            counts = [values["by"] for values in many or [one] if "by" in values]
            if counts:
                written.append(counts)

        with mortal.store.begin() as connection:
            for chat in range(CROWD):
                mortal.engine.put(connection, tell(chat, 1, kind="waits"))
            table = jobs(None if connection.dialect.name == "sqlite" else SCHEMA)
            connection.execute(update(table).values(recovery_attempts=before))
        await until(lambda: mortal.waited == CROWD)
        mortal.may_go.set()
        await until(lambda: mortal.engine.counts()["finished"] == CROWD)
        assert len([*chain(*written)]) == each * CROWD
        assert len(written) <= each * CROWD / 2
