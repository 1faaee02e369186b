"""An event loop without sockets and threads: its time jumps to the next timer when nothing is left
to do, and what would run in a thread runs at once."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context, ContextVar, copy_context
from heapq import heappop, heappush
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


class Handle(asyncio.Handle):
    """As asyncio's, which asks the loop at every turn whether it is in its debug mode."""

    __slots__ = ()
    _callback: Any
    _args: Any
    _context: Context
    _cancelled: bool

    def __init__(self, callback: Any, args: Any, loop: SimLoop, context: Context | None) -> None:
        self._context = copy_context() if context is None else context
        self._loop, self._callback, self._args = loop, callback, args
        self._cancelled = False
        self._source_traceback = self._repr = None

    def cancel(self) -> None:
        self._cancelled = True
        self._callback = self._args = None


class Timer(Handle):
    """The same of `asyncio.TimerHandle`."""

    __slots__ = ("_when",)

    def __init__(
        self, when: float, callback: Any, args: Any, loop: SimLoop, context: Context | None
    ) -> None:
        super().__init__(callback, args, loop, context)
        self._when = when

    def when(self) -> float:
        return self._when


class SimLoop(asyncio.BaseEventLoop):
    """See the module. It does what `BaseEventLoop` does, without what sockets and threads need: a
    run is some ten thousand rounds of it."""

    def __init__(self) -> None:
        super().__init__()
        self._at = 0.0
        self.turns = 0
        """Rounds of the loop."""
        self._timers: list[tuple[float, int, Timer]] = []
        self._made = 0
        self._ready: deque[Handle]
        self._stopping: bool
        self.set_task_factory(_new_task)

    def time(self) -> float:
        """Seconds since it was made."""
        return self._at

    def call_soon(self, callback: Any, *args: Any, context: Context | None = None) -> Any:
        self._ready.append(handle := Handle(callback, args, self, context))
        return handle

    def call_later(
        self, delay: float, callback: Any, *args: Any, context: Context | None = None
    ) -> Any:
        return self.call_at(self._at + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Any, *args: Any, context: Context | None = None
    ) -> Any:
        timer = Timer(when, callback, args, self, context)
        self._made += 1
        heappush(self._timers, (when, self._made, timer))
        return timer

    def _run_once(self) -> None:
        self.turns += 1
        self._at += LEAST
        self._come_due()
        ready = self._ready
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle._cancelled:
                try:
                    handle._context.run(handle._callback, *handle._args)
                except (Exception, asyncio.CancelledError) as error:
                    said = f"Exception in callback {handle._callback!r}"
                    self.call_exception_handler({"message": said, "exception": error})

    def _come_due(self) -> None:
        """Time goes on to the next timer where nothing else is left to do."""
        timers = self._timers
        if not self._ready and not self._stopping:
            while timers and timers[0][2]._cancelled:
                heappop(timers)
            if not timers:
                raise Nothing
            self._at = max(timers[0][0], self._at)
        while timers and timers[0][0] <= self._at:
            timer = heappop(timers)[2]
            if not timer._cancelled:
                self._ready.append(timer)

    def run_in_executor(  # type: ignore[override]  # a future all the same
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:
            future.set_exception(error)
        return future

    def _write_to_self(self) -> None:
        """Nobody sleeps."""


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
