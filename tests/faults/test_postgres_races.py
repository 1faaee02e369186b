"""Races between two processes on one PostgreSQL have exactly the winners that they should."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.task import OPEN_LIMIT
from core.work import Work
from tests.core.people import Person, identity_of, person
from tests.core.rows import open_tasks, set_open_tasks
from tests.databases import Database, core_postgres, postgres
from tests.faults.nursery import ROOT, born

__all__ = ["core_postgres", "postgres"]  # fixtures
ADDS, LEFT = 200, 7
ROUNDS = [3, pytest.param(100, marks=pytest.mark.faults)]
REDEEMERS = 50
CODES = [20, pytest.param(1000, marks=pytest.mark.faults)]


@dataclass
class Racer:
    """A process of `tests.faults.racer`."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def line(self) -> str:
        return (await self.reader.readline()).decode().strip()

    async def run(self, order: dict[str, Any]) -> int:
        """How many of its tries succeeded."""
        self.writer.write(json.dumps(order).encode() + b"\n")
        return int(await self.line())


@asynccontextmanager
async def racing(url: str, home: Path, *words: str) -> AsyncIterator[list[Racer]]:
    """Two of them, ready."""
    came: asyncio.Queue[Racer] = asyncio.Queue()
    path = str(home / "race")
    server = await asyncio.start_unix_server(
        lambda reader, writer: came.put_nowait(Racer(reader, writer)), path, limit=1 << 20
    )
    processes = [
        await born(
            "tests.faults.racer", url, path, *words, cwd=ROOT, env=os.environ, log=home / "log"
        )
        for _ in range(2)
    ]
    made = [await came.get() for _ in processes]
    assert [await each.line() for each in made] == ["ready", "ready"]
    yield made
    for process in processes:
        process.kill()
        await process.wait()
    for each in made:
        each.writer.close()
    server.close()


@pytest.fixture
async def racers(postgres: Database, tmp_path: Path) -> AsyncIterator[list[Racer]]:
    async with racing(postgres.url, tmp_path) as made:
        yield made


def packed(who: Person) -> list[Any]:
    return list(astuple(who))


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_adds_from_two_processes_stop_at_the_limit(
    postgres: Database, racers: list[Racer], rounds: int
) -> None:
    store = postgres.open()
    for _ in range(rounds):
        ada = await person(store, "Ada")
        await set_open_tasks(store, ada, OPEN_LIMIT - LEFT)
        order = {"add": packed(ada), "times": ADDS // 2}
        added = await asyncio.gather(*(each.run(order) for each in racers))
        assert sum(added) == LEFT
        counted = await store.query(partial(open_tasks, account=ada.account))
        assert counted == (OPEN_LIMIT, LEFT)


@pytest.mark.parametrize("codes", CODES)
async def test_a_code_is_redeemed_once_by_two_processes(
    postgres: Database, racers: list[Racer], codes: int
) -> None:
    store = postgres.open()
    guests = [await person(store, f"{n}", "slack", "T1") for n in range(REDEEMERS)]
    for first in range(0, codes, 20):
        hosts = [await person(store, "Host") for _ in range(min(20, codes - first))]
        issued = [await store.mutate(partial(issue, host=host)) for host in hosts]
        halves = [[packed(each) for each in guests[n::2]] for n in (0, 1)]
        orders = [{"redeem": half, "codes": issued} for half in halves]
        won = await asyncio.gather(*(r.run(o) for r, o in zip(racers, orders, strict=True)))
        assert sum(won) == len(issued)


def issue(work: Work, host: Person) -> str:
    return work.linking.issue(identity_of(work, host)).code
