"""A job that kills its process each time comes to an end, and none that waited meanwhile, or was at
work beside it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.engine.admin import DbosAdmin
from adapters.engine.dbos_engine import DbosEngine
from adapters.engine.starts import ALONE
from core.ports import Job
from tests.adapters.engine_kit import Store, postgres_server, store, tell, until, url
from tests.faults.nursery import ROOT, Born, born

__all__ = ["postgres_server", "store", "url"]  # fixtures
FEW, SOME = 2, ALONE
"""Recoveries of a job at the most: until one that waited would be buried with it, and until one
that was at work."""
ENDS = {1, -signal.SIGSEGV}
"""Exit codes of those that it kills."""
WAITING = [
    tell(1, 1, kind="poison", seconds=0.8), tell(1, 2),
    tell(2, 1, kind="waits"), tell(2, 2),
    tell(3, 1, kind="asked"), tell(3, 2),
]  # fmt: skip
"""With a poison, one that waits for its turn and one that a platform asks to wait."""
AT_WORK = [tell(1, 1), tell(2, 1), tell(3, 1, kind="poison"), tell(4, 1), tell(5, 1)]
"""With a poison that kills while they act."""


class Workers:
    """One process after another on a database, and what they wrote."""

    def __init__(self, url: str, store: Store, log: Path) -> None:
        self.url, self.log, self._store = url, log, store
        self.recoveries = FEW
        self.now: Born | None = None

    async def put(self, *jobs: Job) -> None:
        engine = DbosEngine(url=self.url)
        await asyncio.to_thread(engine.prepare)
        with self._store.begin() as connection:
            for each in jobs:
                engine.put(connection, each)

    async def start(self, *options: str) -> Born:
        words = (self.url, str(self.log), str(self.recoveries), *options)
        self.now = await born(
            "tests.adapters.engine_worker", *words,
            cwd=ROOT, env=os.environ, log=self.log.with_suffix(".said"),
        )  # fmt: skip
        return self.now

    async def killed_by_poison(self, *options: str) -> None:
        """As many as it may kill, one after the other, and the one that buries it."""
        for _ in range(self.recoveries + 1):
            process = await self.start(*options)
            assert await asyncio.wait_for(process.wait(), 30) in ENDS
        await self.start(*options)

    def let_go(self) -> None:
        """Nobody has to wait any more."""
        Path(f"{self.log}.go").touch()

    def did(self, what: str) -> list[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.split()[1] for line in lines if line.startswith(what)]

    async def dead(self, count: int) -> list[str]:
        """The dead letters, once there are so many."""
        admin = DbosAdmin(self.url)

        async def there() -> bool:
            return len(await admin.dead_letters()) >= count

        try:
            await until(there, 30)
            return sorted(each.id for each in await admin.dead_letters())
        finally:
            await admin.close()


@pytest.fixture
async def workers(url: str, store: Store, tmp_path: Path) -> AsyncIterator[Workers]:
    made = Workers(url, store, tmp_path / "log")
    yield made
    if made.now is not None:
        made.now.kill()
        await made.now.wait()


@pytest.mark.promise("F21", on="PostgreSQL")
async def test_a_poison_ends_and_who_only_waited_beside_it_does_not(workers: Workers) -> None:
    await workers.put(*WAITING)
    await workers.killed_by_poison()
    assert await workers.dead(1) == ["1:1"]
    await until(lambda: "1:2" in workers.did("done"))  # its chat goes on
    workers.let_go()
    await until(lambda: {"2:2", "3:2"} <= set(workers.did("done")))
    assert await workers.dead(1) == ["1:1"]
    assert workers.did("start").count("1:1") == FEW + 1


async def test_a_poison_ends_and_who_is_at_work_beside_it_does_not(workers: Workers) -> None:
    workers.recoveries = SOME
    await workers.put(*AT_WORK)
    await workers.killed_by_poison()
    await until(lambda: len(set(workers.did("done"))) == len(AT_WORK) - 1)
    assert await workers.dead(1) == ["3:1"]
    assert workers.did("start").count("3:1") == SOME + 1


@pytest.mark.faults
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("jobs", "recoveries", "option", "ends"),
    [
        (WAITING, FEW, "blind", {"1:1", "2:1", "3:1"}),
        (AT_WORK, SOME, "together", {"1:1", "2:1", "3:1"}),
    ],
    ids=["who waits", "who is at work"],
)
async def test_without_the_distinction_they_would_end_with_it(
    workers: Workers, jobs: list[Job], recoveries: int, option: str, ends: set[str]
) -> None:
    workers.recoveries = recoveries
    await workers.put(*jobs)
    await workers.killed_by_poison(option)
    assert ends <= set(await workers.dead(len(ends)))
