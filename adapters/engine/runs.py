"""The jobs running in this process: which are at work, which only wait, how they stop, and which
are others' by now."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

Task = asyncio.Task[object]


@dataclass(frozen=True, slots=True)
class Run:
    """One job in this process."""

    job: str
    since: float
    """By the monotonic clock."""
    starts: int
    """How often the job was started, if it is a suspect, else 0: see `adapters.engine.starts`."""


class Runs:
    """Tasks of the event loop in which this is made. Each counts until its outcome is recorded."""

    def __init__(self) -> None:
        self._tasks: dict[Task, Run] = {}
        self._waiting: set[Task] = set()
        self._lost: set[Task] = set()
        self._settled = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.stopping = False
        self.sure: Callable[[], Awaitable[None]] = _sure
        """Waits until it is known which jobs are still ours: see `Leases.guard`."""

    def __len__(self) -> int:
        return len(self._tasks)

    async def enter(self, job: str, starts: int = 0) -> Run:
        """The current task runs this job.

        One that was claimed while the engine stopped goes no further, and runs again at the next
        start: DBOS may be gone, and what it raises then would make the job a dead letter. In a loop
        of DBOS's own nothing of ours may be used: it waits there until that loop ends."""
        if asyncio.get_running_loop() is not self._loop:
            await asyncio.Event().wait()
        task = self._current()
        self._tasks[task] = run = Run(job, time.monotonic(), starts)
        task.add_done_callback(self._leave)
        await self.gate()
        return run

    def current(self) -> Run | None:
        """What the current task runs, if anything."""
        return self._tasks.get(self._current())

    def ending(self) -> bool:
        """Whether the current task is to go no further."""
        return self.stopping or self._current() in self._lost

    def under_way(self) -> Mapping[Task, Run]:
        """The tasks of now, and what each runs."""
        return dict(self._tasks)

    def lose(self, tasks: Iterable[Task]) -> None:
        """Their jobs are others' by now. Who waits ends at once, so that nobody's turn is spent on
        it; who is at work, where it would wait again."""
        lost = self._tasks.keys() & set(tasks)
        self._lost |= lost
        for task in lost & self._waiting:
            task.cancel()

    @asynccontextmanager
    async def waiting(self) -> AsyncIterator[None]:
        """The current task only waits: a stop need not wait for it, and it does not go on then, nor
        when its job was taken over meanwhile."""
        task = self._current()
        self._waiting.add(task)
        self._look()
        try:
            yield
            await self.sure()
            if self.ending():
                raise asyncio.CancelledError
        finally:
            self._waiting.discard(task)

    async def gate(self) -> None:
        """Pass, unless the task is to go no further: then it is cancelled."""
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

    def _leave(self, task: Task) -> None:
        del self._tasks[task]
        self._lost.discard(task)
        self._look()

    def _look(self) -> None:
        if self.stopping and self._tasks.keys() <= self._waiting:
            self._settled.set()

    @staticmethod
    def _current() -> Task:
        task = asyncio.current_task()
        if task is None:  # DBOS runs every workflow as a task of the loop it was launched in
            raise RuntimeError("Not in a task")
        return task


async def _sure() -> None:
    """Where there is one process, all are."""
