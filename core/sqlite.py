"""The store on SQLite: one thread writes, and commits in groups.

It takes whatever waits, runs it in one transaction and commits once, so a busy service pays one
fsync for many messages. If any function of a batch raises, the batch is rolled back and its
functions run again one by one, each in a commit of its own, so that only the culprit fails.

A few threads read, each on a connection of its own: one hop for a whole function. On aiosqlite each
statement is three hops, and the same function costs six times the CPU.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL

from core.full import told
from core.sqlite_file import empty_log, reading_engine, rewrite, sqlite_engine
from core.store import Counts, Function, Store, Tools

T = TypeVar("T")

BATCH = 128
"""Functions in one commit at the most."""
BATCH_SECONDS = 0.010
"""Work in one commit at the most: a batch holds SQLite's only write lock."""
BREATH_SECONDS = 0.0005
"""Between two full batches, so that other connections of the file get their turn."""
READERS = 4
"""Functions that read at a time: a long one (an export, a search) holds nobody up."""


@dataclass(slots=True)
class _Request:
    function: Function[Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


@dataclass(slots=True)
class _Outcome:
    request: _Request
    result: Any = None
    error: BaseException | None = None


def _publish(outcomes: list[_Outcome]) -> None:
    for outcome in outcomes:
        if outcome.request.future.done():
            continue
        if outcome.error is not None:
            outcome.request.future.set_exception(outcome.error)
        else:
            outcome.request.future.set_result(outcome.result)


class SqliteStore:
    """One writer thread that commits in groups; readers on connections of their own."""

    shared = False

    def __init__(self, url: URL, tools: Tools) -> None:
        self.url = url
        self.counts = Counts()
        self._tools = tools
        self._engine = sqlite_engine(url)
        self._reading = reading_engine(url, READERS)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")
        self._waiting: queue.SimpleQueue[_Request | None] = queue.SimpleQueue()
        self._closed = False
        self._ended: Future[None] = Future()
        threading.Thread(target=self._write, name="store", daemon=True).start()

    async def mutate(self, function: Function[T]) -> T:
        if self._closed:
            raise RuntimeError("the store is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._waiting.put(_Request(function, future, loop))
        return await future

    async def query(self, function: Function[T]) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, self._read, function)

    def behind(self) -> Store:
        """Itself: one transaction runs after the other anyway, and many share a commit."""
        return self

    async def scrub(self, *, whole: bool) -> None:
        """See `Store.scrub`. Raises `sqlite3.OperationalError` while others hold the file."""
        clean = rewrite if whole else empty_log
        await asyncio.to_thread(clean, self.url.database or "")

    async def close(self) -> None:
        """Do what waits, then end. Nothing is taken after."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
        # Not by the loop's executor, which belongs to others and may be gone by now.
        await asyncio.wrap_future(self._ended)

    def _read(self, function: Function[T]) -> T:
        """What it writes all the same is not kept."""
        try:
            with self._reading.connect() as connection:
                connection.begin()  # first: statements made ready are for an open transaction
                return self._tools.run(connection, function)
        except BaseException as error:
            raise told(error)  # noqa: B904  # it is that error, or has it as its cause

    def _write(self) -> None:
        try:
            with self._engine.connect() as connection:
                while (first := self._waiting.get()) is not None:
                    if not self._batch(connection, first):
                        break
        finally:
            self._readers.shutdown()
            self._reading.dispose()
            self._engine.dispose()
            self._ended.set_result(None)

    def _batch(self, connection: Connection, first: _Request) -> bool:
        """Run one batch; False when the store is to close after it."""
        taken = [first]
        outcomes: list[_Outcome] = []
        going = True
        try:
            with connection.begin():
                until = time.monotonic() + BATCH_SECONDS
                while len(outcomes) < len(taken):
                    result = self._tools.run(connection, taken[-1].function)
                    outcomes.append(_Outcome(taken[-1], result))
                    request, going = self._next(len(taken), until)
                    taken += [request] if request is not None else []
            self._count(len(taken))
        except BaseException:  # whatever a function raises, this thread goes on
            self.counts.replays += 1
            outcomes = [self._alone(connection, request) for request in taken]
        _deliver(outcomes)
        if len(taken) == BATCH:
            time.sleep(BREATH_SECONDS)
        return going

    def _next(self, taken: int, until: float) -> tuple[_Request | None, bool]:
        if taken >= BATCH or time.monotonic() > until:
            return None, True
        try:
            request = self._waiting.get_nowait()
        except queue.Empty:
            return None, True
        return request, request is not None

    def _alone(self, connection: Connection, request: _Request) -> _Outcome:
        try:
            with connection.begin():
                result = self._tools.run(connection, request.function)
            self._count(1)
            return _Outcome(request, result)
        except BaseException as error:
            self.counts.failures += 1
            return _Outcome(request, error=told(error))

    def _count(self, functions: int) -> None:
        self.counts.commits += 1
        self.counts.functions += functions


def _deliver(outcomes: list[_Outcome]) -> None:
    """Hand the results to their event loops, one wake-up for each loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[_Outcome]] = {}
    for outcome in outcomes:
        by_loop.setdefault(outcome.request.loop, []).append(outcome)
    for loop, mine in by_loop.items():
        with suppress(RuntimeError):  # that loop is closed, and nobody waits
            loop.call_soon_threadsafe(_publish, mine)
