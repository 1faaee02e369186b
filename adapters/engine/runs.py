"""The jobs running in this process: which are at work, which only wait, and how they stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Runs:
    """Tasks of the event loop in which this is made. Each counts until its outcome is recorded."""

    def __init__(self) -> None:
        self._tasks: dict[asyncio.Task[object], str] = {}
        self._waiting: set[asyncio.Task[object]] = set()
        self._settled = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.stopping = False

    def __len__(self) -> int:
        return len(self._tasks)

    async def enter(self, job: str) -> None:
        """The current task runs this job.

        One that was claimed while the engine stopped goes no further, and runs again at the next
        start: DBOS may be gone, and what it raises then would make the job a dead letter. In a loop
        of DBOS's own nothing of ours may be used: it waits there until that loop ends."""
        if asyncio.get_running_loop() is not self._loop:
            await asyncio.Event().wait()
        task = self._current()
        self._tasks[task] = job
        task.add_done_callback(self._leave)
        await self.gate()

    def job(self) -> str | None:
        """Which job the current task runs, if any."""
        return self._tasks.get(self._current())

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """The current task only waits: a stop need not wait for it, and it does not go on then."""
        task = self._current()
        self._waiting.add(task)
        self._look()
        try:
            yield
            if self.stopping:
                raise asyncio.CancelledError
        finally:
            self._waiting.discard(task)

    async def gate(self) -> None:
        """Pass, unless the process is stopping: then the task is cancelled."""
        async with self.waiting():
            pass

    async def settle(self, grace: float) -> None:
        """Let the attempts under way end, for at most `grace` seconds, then cancel what is left.

        A cancelled job stays pending in the database and runs again at the next start."""
        self.stopping = True
        self._look()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), grace)
        await self.cancel()

    async def cancel(self) -> None:
        """Cancel every task and wait until it is gone."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _leave(self, task: asyncio.Task[object]) -> None:
        del self._tasks[task]
        self._look()

    def _look(self) -> None:
        if self.stopping and self._tasks.keys() <= self._waiting:
            self._settled.set()

    @staticmethod
    def _current() -> asyncio.Task[object]:
        task = asyncio.current_task()
        if task is None:  # DBOS runs every workflow as a task of the loop it was launched in
            raise RuntimeError("Not in a task")
        return task
