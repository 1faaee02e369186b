"""The jobs running in this process: which are at work, which only wait, and how they stop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Runs:
    """Tasks of the event loop in which this is made. Each counts until its outcome is recorded."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()
        self._waiting: set[asyncio.Task[object]] = set()
        self._settled = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.stopping = False

    def __len__(self) -> int:
        return len(self._tasks)

    async def enter(self) -> None:
        """The current task runs a job.

        One that was claimed while the engine stopped is in a loop of DBOS's own, where nothing of
        ours may be used: it waits until that loop ends, and runs again at the next start."""
        if asyncio.get_running_loop() is not self._loop:
            await asyncio.Event().wait()
        task = self._current()
        self._tasks.add(task)
        task.add_done_callback(self._leave)

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """The current task waits between two attempts: a stop need not wait for it."""
        task = self._current()
        self._waiting.add(task)
        self._look()
        try:
            yield
        finally:
            self._waiting.discard(task)

    async def gate(self) -> None:
        """Pass, unless the process is stopping: then wait for the cancellation."""
        if self.stopping:
            async with self.waiting():
                await asyncio.Event().wait()

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
        self._tasks.discard(task)
        self._look()

    def _look(self) -> None:
        if self.stopping and not self._tasks - self._waiting:
            self._settled.set()

    @staticmethod
    def _current() -> asyncio.Task[object]:
        task = asyncio.current_task()
        if task is None:  # DBOS runs every workflow as a task of the loop it was launched in
            raise RuntimeError("Not in a task")
        return task
