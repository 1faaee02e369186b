"""Of the processes that share a bot, exactly one polls: Telegram allows no second one."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError

from core.postgres import postgres_engine, shut_down

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks at the lock: whether it is free, or still ours."""
SESSION = "-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=3"
"""The server finds a machine that vanished within 11 s, and frees the lock."""

_TRY = text("SELECT pg_try_advisory_lock(:number)")
_LOOK = text("SELECT 1")


class PollingTurn:
    """An advisory lock of PostgreSQL's, which the server frees when its holder's connection ends:
    by its death, or by the sweep that found it dead (`adapters.engine.leases`)."""

    def __init__(self, url: str, process: str, bot: str) -> None:
        """`bot`: what is polled; not a secret, it is hashed into the lock's number."""
        digest = hashlib.sha256(f"fluxbot polls {bot}".encode()).digest()
        self._number = int.from_bytes(digest[:8], signed=True)
        self._engine = postgres_engine(
            make_url(url), process, 1, session=SESSION, isolation_level="AUTOCOMMIT"
        )
        self._thread = ThreadPoolExecutor(1, "polling-turn")
        self._connection: Connection | None = None

    async def run(self, poll: Callable[[], Awaitable[None]]) -> None:
        """Poll whenever it is our turn, until `poll` returns or raises by itself."""
        while True:
            if await self._ask(self._take):
                log.info("this process polls")
                task = asyncio.ensure_future(poll())
                try:
                    if await self._ended(task):
                        return await task
                finally:
                    await _stop(task)
                    await self._ask(self._drop)
            await asyncio.sleep(LOOK_EVERY)

    async def close(self) -> None:
        await self._ask(self._drop)
        await shut_down(self._thread)
        self._engine.dispose()

    async def _ended(self, task: asyncio.Future[None]) -> bool:
        """Wait; True when polling ended by itself, False when the lock was lost."""
        while True:
            done, _ = await asyncio.wait({task}, timeout=LOOK_EVERY)
            if done:
                return True
            if not await self._ask(self._holds):
                log.warning("the turn to poll was lost")
                return False

    async def _ask(self, question: Callable[[], bool]) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._thread, question)

    def _take(self) -> bool:
        try:
            self._connection = self._connection or self._engine.connect()
            return bool(self._connection.execute(_TRY, {"number": self._number}).scalar())
        except DBAPIError as error:
            log.warning("whose turn it is to poll can't be asked: %s", error.orig)
            return self._drop()

    def _holds(self) -> bool:
        """The lock is ours for as long as this connection lives."""
        try:
            return self._connection is not None and bool(self._connection.execute(_LOOK).scalar())
        except DBAPIError:
            return False

    def _drop(self) -> bool:
        """Close the connection for good: a pooled one would keep the lock."""
        if self._connection is not None:
            with suppress(DBAPIError):
                self._connection.invalidate()
            self._connection.close()
            self._connection = None
        return False


async def _stop(task: asyncio.Future[None]) -> None:
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
