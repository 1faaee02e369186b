"""Small working implementations of the core's ports, for tests that need no engine."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, create_engine, text

from adapters.engine.retry import GaveUp, Outcome, Retries
from core.ports import Clock, DeadLetter, Engine, Job, Runner, Which

CREATE = """
CREATE TABLE IF NOT EXISTS memory_job (
  id TEXT PRIMARY KEY, seq INTEGER NOT NULL, name TEXT NOT NULL, payload TEXT NOT NULL,
  queue TEXT NOT NULL, part TEXT NOT NULL, priority INTEGER NOT NULL, state TEXT NOT NULL,
  error TEXT NOT NULL, ended TEXT NOT NULL)"""
PUT = text("""
INSERT INTO memory_job
SELECT :id, coalesce(max(seq), 0) + 1, :name, :payload, :queue, :part, :priority, 'new', '', ''
FROM memory_job WHERE true ON CONFLICT (id) DO NOTHING""")

WAITING = text("""
SELECT * FROM memory_job WHERE queue = :queue AND part = :part AND state = 'new' AND id <> :running
ORDER BY priority, seq""")
WITHDRAW = text("DELETE FROM memory_job WHERE id = :id AND state = 'new'")


def _job(row: Any) -> Job:
    return Job(row.id, row.name, json.loads(row.payload), row.queue, row.part, row.priority)


class SettableClock(Clock):
    """Stands still until it is moved."""

    def __init__(self, at: datetime = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def advance(self, **parts: float) -> datetime:
        """Move on by a `timedelta(**parts)`."""
        self.at += timedelta(**parts)
        return self.at


def create_jobs(url: str) -> None:
    """Make the table of a `MemoryEngine`."""
    MemoryEngine(url)._engine.dispose()


class MemoryEngine(Engine):
    """Jobs as rows of the database under test, so that a job follows its transaction and its
    savepoints; run by `drain`, in order, without waiting. Waits go to `waits` and move the clock.
    """

    _running = ""

    def __init__(
        self, url: str, clock: SettableClock | None = None, *, ready: bool = False
    ) -> None:
        """`ready`: the table is there already."""
        self._engine = create_engine(url)
        self._clock = clock or SettableClock()
        self._runners: Mapping[str, Runner] = {}
        self.waits: list[float] = []
        if not ready:
            self._write(CREATE)

    def put(self, connection: Connection, job: Job) -> None:
        values = {"id": job.id, "name": job.name, "payload": json.dumps(dict(job.payload))}
        place = {"queue": job.queue, "part": job.partition, "priority": job.priority}
        connection.execute(PUT, values | place)

    def is_at(self, connection: Connection, queue: str, partition: str) -> bool:
        return False  # `drain` runs them, and nobody says anything meanwhile

    def withdraw(
        self, connection: Connection, queue: str, partition: str, which: Which, beginning: str = ""
    ) -> None:
        place = {"queue": queue, "part": partition, "running": self._running}
        found = connection.execute(WAITING, place).all()
        asked = [job for job in map(_job, found) if job.id.startswith(beginning)]
        for each in which(asked):
            connection.execute(WITHDRAW, {"id": each.id})

    async def start(self, runners: Mapping[str, Runner]) -> None:
        self._runners = runners

    async def stop(self) -> None:
        self._engine.dispose()

    async def drain(self) -> int:
        """Run every job, and those that they put, until none is left; how many ended."""
        ended = 0
        while found := self._read("state = 'new' ORDER BY queue, part, priority, seq LIMIT 1"):
            self._running = found[0].id
            state, error = await self._finish(found[0])
            self._write(
                "UPDATE memory_job SET state = :state, error = :error, ended = :at WHERE id = :id",
                state=state, error=error, id=found[0].id, at=self._clock.now().isoformat(),
            )  # fmt: skip
            self._running, ended = "", ended + 1
        return ended

    def pending(self) -> list[Job]:
        """The committed jobs that have not run."""
        return [
            _job(row) for row in self._read("state = 'new' ORDER BY queue, part, priority, seq")
        ]

    async def dead_letters(self, limit: int = 100) -> Sequence[DeadLetter]:
        found = self._read("state = 'dead' ORDER BY ended, priority, seq LIMIT :limit", limit=limit)
        return [
            DeadLetter(
                each.id, each.name, json.loads(each.payload), each.error,
                datetime.fromisoformat(each.ended), each.priority,
            )
            for each in found
        ]  # fmt: skip

    async def replay(self, ids: Sequence[str]) -> int:
        statement = "UPDATE memory_job SET state = 'new' WHERE id = :id AND state = 'dead'"
        return sum(self._write(statement, id=each) for each in ids)

    async def forget(self, before: datetime) -> int:
        statement = "DELETE FROM memory_job WHERE state = 'done' AND ended < :before"
        return self._write(statement, before=before.astimezone(UTC).isoformat())

    async def erase(self, partitions: Sequence[str]) -> int:
        statement = "DELETE FROM memory_job WHERE part = :part AND state <> 'running'"
        return sum(self._write(statement, part=each) for each in partitions)

    async def _finish(self, row: Any) -> tuple[str, str]:
        retries = Retries()
        while True:
            try:
                if row.name not in self._runners:
                    return "dead", f"there is no job of the name {row.name}"
                await self._runners[row.name](json.loads(row.payload))
            except Exception as error:
                try:
                    await self._wait(retries.wait_after(Outcome.of(error)))
                except GaveUp as reason:
                    return "dead", str(reason)
            else:
                return "done", ""

    async def _wait(self, seconds: float) -> None:
        """Between two attempts at a job."""
        self.waits.append(seconds)
        self._clock.advance(seconds=seconds)

    def _read(self, where: str, **values: Any) -> Sequence[Any]:
        statement = text(f"SELECT * FROM memory_job WHERE {where}")  # noqa: S608  # our own text
        with self._engine.connect() as connection:
            return connection.execute(statement, values).all()

    def _write(self, statement: str, **values: Any) -> int:
        with self._engine.begin() as connection:
            return connection.execute(text(statement), values).rowcount
