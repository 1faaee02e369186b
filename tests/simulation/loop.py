"""An event loop without sockets and threads: its time jumps to the next timer when nothing is left
to do, and what would run in a thread runs at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context, ContextVar
from typing import Any

LEAST = 1e-7
"""Seconds that pass with every look: a timer that was set for now must not come for ever."""


class Nothing(Exception):
    """The loop waits for something that cannot come."""


class Life:
    """One process of the service, from its start to its end: whose tasks die together."""

    def __init__(self) -> None:
        self.alive = True
        self.tasks: dict[asyncio.Task[Any], None] = {}

    def check(self) -> None:
        """Raises `CancelledError` where the process is dead: nothing it does counts any more."""
        if not self.alive:
            raise asyncio.CancelledError

    def end(self) -> None:
        """Dead, in the middle of whatever it does."""
        self.alive = False
        for task in tuple(self.tasks):
            task.cancel()


LIFE: ContextVar[Life | None] = ContextVar("life", default=None)


class SimLoop(asyncio.BaseEventLoop):
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        self._at = 0.0
        self.turns = 0
        """Rounds of the loop: the steps of a simulation."""
        self._selector = _Jump(self)
        self.set_task_factory(_new_task)

    def time(self) -> float:
        """Seconds since it was made."""
        return self._at

    def jump(self, seconds: float) -> None:
        self._at += seconds

    def run_in_executor(  # type: ignore[override]  # a future all the same
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def _process_events(self, event_list: Any) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody sleeps."""


class _Jump:
    def __init__(self, loop: SimLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> tuple[()]:
        if timeout is None:
            raise Nothing
        self._loop.turns += 1
        self._loop.jump(max(timeout, LEAST))
        return ()


def _new_task(
    loop: asyncio.AbstractEventLoop, coro: Any, context: Context | None = None
) -> asyncio.Task[Any]:
    task = asyncio.Task(coro, loop=loop, context=context)
    life = context.get(LIFE) if context is not None else LIFE.get()
    if life is not None:
        life.tasks[task] = None
        task.add_done_callback(lambda ended: life.tasks.pop(ended, None) and None)
        if not life.alive:
            task.cancel()
    return task
