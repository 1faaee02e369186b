"""A job that kills its process each time comes to an end, and none that waited meanwhile."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.engine.admin import DbosAdmin
from adapters.engine.dbos_engine import DbosEngine
from tests.adapters.engine_kit import Store, postgres_server, store, tell, until, url

__all__ = ["postgres_server", "store", "url"]  # fixtures
ROOT = Path(__file__).parents[2]
RECOVERIES = 2
STARTS = RECOVERIES + 2
"""Of processes: as many as the poison kills, and the one that buries it."""


class Workers:
    """One process after another on a database, and what they wrote."""

    def __init__(self, url: str, log: Path) -> None:
        self.url, self.log = url, log
        self.now: asyncio.subprocess.Process | None = None

    async def start(self, *options: str) -> asyncio.subprocess.Process:
        script = str(Path(__file__).with_name("engine_worker.py"))
        self.now = await asyncio.create_subprocess_exec(
            sys.executable, script, self.url, str(self.log), str(RECOVERIES), *options,
            cwd=ROOT, env={"PYTHONPATH": str(ROOT)},
        )  # fmt: skip
        return self.now

    async def killed_by_poison(self, *options: str) -> None:
        """Start one again and again, until the last one survives."""
        for _ in range(STARTS - 1):
            process = await self.start(*options)
            assert await asyncio.wait_for(process.wait(), 30) == 1
        await self.start(*options)

    def let_go(self) -> None:
        """Nobody has to wait any more."""
        Path(f"{self.log}.go").touch()

    def did(self, what: str) -> list[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [line.split()[1] for line in lines if line.startswith(what)]


@pytest.fixture
async def workers(url: str, store: Store, tmp_path: Path) -> AsyncIterator[Workers]:
    """With a poison, one that waits for its turn and one that a platform asks to wait."""
    engine = DbosEngine(url=url)
    await asyncio.to_thread(engine.prepare)
    with store.begin() as connection:
        for chat, kind in enumerate(("poison", "waits", "asked"), 1):
            engine.put(connection, tell(chat, 1, kind=kind))
            engine.put(connection, tell(chat, 2))
    made = Workers(url, tmp_path / "log")
    yield made
    if made.now is not None and made.now.returncode is None:
        made.now.kill()
        await made.now.wait()


async def dead(url: str, count: int) -> list[str]:
    """The dead letters, once there are so many."""
    admin = DbosAdmin(url)

    async def there() -> bool:
        return len(await admin.dead_letters()) >= count

    try:
        await until(there, 30)
        return sorted(each.id for each in await admin.dead_letters())
    finally:
        await admin.close()


@pytest.mark.promise("F21", on="PostgreSQL")
async def test_a_poison_ends_and_who_only_waited_beside_it_does_not(workers: Workers) -> None:
    await workers.killed_by_poison()
    assert await dead(workers.url, 1) == ["1:1"]
    await until(lambda: "1:2" in workers.did("done"))  # its chat goes on
    workers.let_go()
    await until(lambda: {"2:2", "3:2"} <= set(workers.did("done")))
    assert await dead(workers.url, 1) == ["1:1"]
    assert workers.did("start").count("1:1") == STARTS - 1


@pytest.mark.faults
@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_without_the_distinction_they_would_end_with_it(workers: Workers) -> None:
    await workers.killed_by_poison("blind")
    assert await dead(workers.url, 3) == ["1:1", "2:1", "3:1"]
