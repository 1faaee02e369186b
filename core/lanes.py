"""A pool of threads in which what nobody waits for lets others go before it.

A pool takes work first come, first served. Jobs come by the thousand, when a service starts behind
a backlog for one, and somebody's message would stand behind all of them: on two cores a thousand
short transactions took 2 s."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import count
from typing import Any

SHARE = 5
"""Of so many, one is of those that let others go before them, while any waits: messages may come
without end, and what is due is to be told all the same (as `adapters.turns.SHARE`)."""

_Work = tuple["Future[Any]", Callable[[], Any]]


class Lanes(ThreadPoolExecutor):
    """`submit` as the pool's. In each lane first come, first served."""

    def __init__(self, threads: int, name: str) -> None:
        super().__init__(threads, thread_name_prefix=name)
        self._first, self._behind = deque[_Work](), deque[_Work]()
        self._taken = count(1)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        return self._put(self._first, partial(fn, *args, **kwargs))

    def submit_behind(self, fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """As `submit`, for what nobody waits for."""
        return self._put(self._behind, partial(fn, *args))

    def _put(self, lane: deque[_Work], work: Callable[[], Any]) -> Future[Any]:
        future: Future[Any] = Future()
        lane.append((future, work))
        super().submit(self._take)  # there is one for each that waits, whichever that is then
        return future

    def _take(self) -> None:
        future, work = self._next()
        if not future.set_running_or_notify_cancel():
            return
        try:
            result = work()
        except BaseException as error:  # as the pool does: it is for whoever waits
            future.set_exception(error)
        else:
            future.set_result(result)

    def _next(self) -> _Work:
        """Of one lane, or of the other where that one is empty. There is one for each who asks, but
        where several threads ask at once it may be in the lane that was looked at first."""
        lanes = (self._first, self._behind)
        wanted = lanes if next(self._taken) % SHARE else lanes[::-1]
        while True:
            for lane in wanted:
                with suppress(IndexError):
                    return lane.popleft()
