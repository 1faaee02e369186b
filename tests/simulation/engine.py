"""Jobs of one process: those of `MemoryEngine`, run side by side, in order per chat."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from random import Random
from typing import Any

from sqlalchemy import Connection

from core.ports import Job, Runner
from tests.fakes import PUT, MemoryEngine
from tests.simulation import nature
from tests.simulation.disk import Disk
from tests.simulation.loop import LIFE

NEXT = "state = 'new' ORDER BY queue, part, priority, seq"
END = "UPDATE memory_job SET state = :state, error = :error, ended = :at WHERE id = :id"


class SimEngine(MemoryEngine):
    """An engine whose jobs are on the disk, and whose work dies with its process."""

    def __init__(self, disk: Disk, chance: Random, *, ordered: bool = True) -> None:
        self._disk, self._chance, self._ordered = disk, chance, ordered
        self._runners: Mapping[str, Runner] = {}
        self._busy: dict[tuple[str, str], str] = {}
        self._jobs: set[asyncio.Task[None]] = set()
        self._looks = asyncio.Event()
        self._going: asyncio.Task[None] | None = None

    def put(self, connection: Connection, job: Job) -> None:
        values = {"id": job.id, "name": job.name, "payload": json.dumps(dict(job.payload))}
        values |= {"queue": job.queue, "part": job.partition, "priority": job.priority}
        self._disk.put = True
        driver: Any = connection.connection.driver_connection
        try:
            driver.execute(PUT.text, values)
        except sqlite3.Error:  # SQLAlchemy meets it again, and wraps it
            connection.execute(PUT, values)

    async def start(self, runners: Mapping[str, Runner]) -> None:
        self._runners = runners
        self._disk.looks[self._looks.set] = None
        self._looks.set()
        self._going = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        if self._going is not None:
            self._going.cancel()

    def waiting(self) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def count_dead(self, most: int) -> int:
        return len(self._read("state = 'dead' LIMIT :most", most=most))

    def counts(self) -> Mapping[str, int]:
        return {"finished": 0, "retried": 0, "dead": 0}

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._looks.wait()
            await asyncio.sleep(self._chance.uniform(0.01, 0.25))
            self._looks.clear()
            for row in self._read(NEXT):
                place = self._place(row)
                if place not in self._busy:
                    self._busy[place] = row.id
                    self._jobs.add(job := loop.create_task(self._job(row, place)))
                    job.add_done_callback(self._jobs.discard)

    def _place(self, row: Any) -> tuple[str, str]:
        """What runs one at a time."""
        return row.queue, row.part if row.part and self._ordered else f"job {row.id}"

    async def _job(self, row: Any, place: tuple[str, str]) -> None:
        try:
            state, error = await self._finish(row)
            await asyncio.sleep(self._chance.uniform(0, 0.01))
            life = LIFE.get()
            if life is None or life.alive:
                at = nature.now().isoformat()
                self._write(END, state=state, error=error, id=row.id, at=at)
        finally:
            del self._busy[place]
            self._looks.set()

    async def _wait(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def _read(self, where: str, **values: Any) -> Sequence[Any]:
        return self._disk.rows(f"SELECT * FROM memory_job WHERE {where}", **values)  # noqa: S608  # our own text

    def _write(self, statement: str, **values: Any) -> int:
        return self._disk.write(statement, **values)
