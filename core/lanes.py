"""A pool of threads in which jobs let whoever writes go before them.

A pool takes work first come, first served. Jobs come by the thousand, when a service starts behind
a backlog for one, and somebody's message would stand behind all of them: on two cores a thousand
short transactions took 2 s."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import count
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")

SHARE = 5
"""Of so many pieces of work one is taken from the lane behind first: messages may come without end,
and what is due is to be told all the same."""

_Work = tuple["Future[Any]", Callable[[], Any]]


class Lanes(ThreadPoolExecutor):
    """`submit` as the pool's, and a second lane behind it. In each first come, first served.

    Each piece of work brings the pool a call of `_take`, which runs whichever is next then."""

    def __init__(self, threads: int, name: str) -> None:
        super().__init__(threads, thread_name_prefix=name)
        self._first, self._behind = deque[_Work](), deque[_Work]()
        self._lanes = Lock()
        self._taken = count(1)

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        return self._put(self._first, partial(fn, *args, **kwargs))

    def submit_behind(self, fn: Callable[..., T], /, *args: Any) -> Future[T]:
        """As `submit`, where others may go first."""
        return self._put(self._behind, partial(fn, *args))

    def _put(self, lane: deque[_Work], work: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        with self._lanes:  # which whoever takes it waits for
            super().submit(self._take)  # raises where the pool is shut down
            lane.append((future, work))
        return future

    def _take(self) -> None:
        future, work = self._next()
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:  # as the pool does: it is for whoever waits
            future.set_exception(error)
            del future, work  # which the error has by this frame, and the future has the error
        else:
            future.set_result(result)

    def _next(self) -> _Work:
        """There is one for each who asks."""
        with self._lanes:
            behind = self._behind and (not self._first or next(self._taken) % SHARE == 0)
            return (self._behind if behind else self._first).popleft()
