"""`core.ports.Engine` by DBOS: jobs in the database, run in this process, in order per chat.

DBOS's rate limiters stay off: they leave its batch path, and direct answers would not pass them.
`adapters.pacing` paces.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import datetime

from sqlalchemy import Connection, Engine

from adapters.engine import database, process
from adapters.engine.admin import DbosAdmin
from adapters.engine.direct import Direct
from adapters.engine.leases import Leases
from adapters.engine.outbox import Outbox
from adapters.engine.outcomes import Outcomes
from adapters.engine.starts import Starts
from adapters.engine.worker import Worker
from core import ports

SLOTS = 5000
"""Jobs of one queue at once in this process. A job that waits out a 429 holds its slot: a third of
10,000 channels may be slow, and the others go on. One that waits costs 10 KB."""
GRACE = 5
"""Seconds a stop lets the attempts under way end; with what DBOS needs to stop, below 8."""


class DbosEngine(ports.Engine):
    """Durable jobs. `put` works in any process and thread; the rest belongs to one event loop."""

    def __init__(
        self,
        *,
        url: str,
        executor_id: str = "local",
        names_of_queues: Sequence[str] = ("core", "telegram", "slack"),
        poll: float = 0.25,
        slots: int = SLOTS,
        leases: Leases | None = None,
    ) -> None:
        """`url`: the store's own database. `executor_id`: whose interrupted jobs are taken up at
        start; fixed on SQLite, one per process on PostgreSQL. `poll`: seconds between two looks at
        each queue: the delay of a job and, since a chat gets one job per look, its pace.
        `leases`: where several processes share the database."""
        self._url = url
        self._executor_id = executor_id
        self._queues = tuple(names_of_queues)
        self._poll = poll
        self._slots = slots
        self._leases = leases
        self._outbox = Outbox(url, self._queues)
        self._admin = DbosAdmin(url, executor_id)
        self._counts: Counter[str] = Counter(finished=0, retried=0, dead=0)
        self._worker: Worker | None = None
        self._engine: Engine | None = None
        self._outcomes: Outcomes | None = None
        self._writing: asyncio.Task[None] | None = None

    def prepare(self) -> None:
        """Create or migrate the engine's tables, as `start` does: before the first `put`."""
        database.prepare(self._url)

    def put(self, connection: Connection, job: ports.Job) -> None:
        """See `core.ports.Jobs.put`, and `adapters.engine.outbox.Outbox.put` for what it raises."""
        self._outbox.put(connection, job)

    def is_at(self, connection: Connection, queue: str, partition: str) -> bool:
        """See `core.ports.Jobs.is_at`."""
        return self._outbox.is_at(connection, queue, partition)

    def withdraw(
        self,
        connection: Connection,
        queue: str,
        partition: str,
        which: ports.Which,
        beginning: str = "",
    ) -> None:
        """See `core.ports.Jobs.withdraw`."""
        self._outbox.withdraw(connection, queue, partition, which, beginning)

    async def start(self, runners: Mapping[str, ports.Runner]) -> None:
        """Take up this executor's interrupted jobs, and serve the queues in the running loop.

        Raises `RuntimeError` when an engine of this process is already started."""
        engine = database.run_engine(self._url, self._executor_id)
        process.claim()
        self._engine, self._outcomes = engine, Outcomes(engine)
        starts = Starts(engine, self._executor_id, self._outcomes)
        self._worker = Worker(runners, self._counts, starts)
        if self._leases:
            self._leases.guard(self._worker.runs)
        direct = Direct(self._worker, self._outcomes)
        try:
            await asyncio.to_thread(self.prepare)
            await asyncio.to_thread(self._register_queues)
            await starts.again()
            direct.take()
            process.launch(self._url, self._executor_id, engine, self._worker.run)
            self._writing = asyncio.create_task(self._outcomes.write_for_ever())
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Let the attempts under way end, within 8 s. What is left runs at the next start."""
        if self._worker is not None:
            await self._stop_worker(self._worker)
            self._worker = None
            Direct.leave()
            process.release()
        if self._writing is not None:
            self._writing.cancel()
            self._writing = None
        if self._outcomes is not None:
            self._outcomes.close()
            self._outcomes = None
        if self._engine is not None:
            database.end(self._engine)
            self._engine = None
        await self._admin.close()

    def waiting(self) -> AbstractAsyncContextManager[None]:
        """A block in which the job that the current task runs only waits (none, if it runs none):
        see `Worker.waiting`."""
        worker = self._worker
        return worker.waiting() if worker and worker.runs.current() else nullcontext()

    async def dead_letters(self, limit: int = 100) -> Sequence[ports.DeadLetter]:
        """See `DbosAdmin.dead_letters`."""
        return await self._admin.dead_letters(limit)

    async def count_dead(self, most: int) -> int:
        """See `DbosAdmin.count_dead`."""
        return await self._admin.count_dead(most)

    async def replay(self, ids: Sequence[str]) -> int:
        """See `core.ports.Engine.replay`."""
        return await self._admin.replay(ids)

    async def forget(self, before: datetime) -> int:
        """See `core.ports.Engine.forget`."""
        return await self._admin.forget(before)

    async def erase(self, partitions: Sequence[str]) -> int:
        """See `core.ports.Engine.erase`."""
        return await self._admin.erase(partitions)

    def counts(self) -> Mapping[str, int]:
        """Since this object was made: jobs `finished`, attempts `retried`, jobs `dead`."""
        return dict(self._counts)

    def _register_queues(self) -> None:
        """Before the launch: DBOS looks for new queues only once a second."""
        client = database.client(self._url)
        try:
            for name in self._queues:
                client.register_queue(
                    name,
                    partition_concurrency=1,
                    worker_concurrency=self._slots,
                    polling_interval_sec=self._poll,
                )
        finally:
            client.destroy()

    async def _stop_worker(self, worker: Worker) -> None:
        loop = asyncio.get_running_loop()
        with ThreadPoolExecutor(1, "engine-stop") as thread:  # DBOS's own threads end meanwhile
            wait = GRACE + 1 if len(worker.runs) else 0
            destroyed = loop.run_in_executor(thread, process.destroy, wait)
            await worker.runs.settle(GRACE)
            await destroyed
        await process.end_strays()
        # DBOS made its executor the loop's default, and it is gone: others still need one.
        loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))
