"""Keeps the sends of all processes together within the platforms' limits: rows in PostgreSQL.

The generic cell rate algorithm (GCRA): a row says when everything taken so far is paid back, its
theoretical arrival time. One statement moves it on by the price of a message and thereby reserves
that message's instant, over all processes and first come, first served; the process sleeps until
then. Nobody polls, and no lock outlives the statement. The clock is the database's.

Of a token, a process reserves few instants ahead, and lets pass those that it missed: one that
stalls makes up for nothing, so two never catch up at once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError

from adapters.pacing import LIMITS, Limits, Rate
from core.addresses import Address
from core.ports import Before, Pacer
from core.postgres import postgres_engine, shut_down

log = logging.getLogger(__name__)
T = TypeVar("T")

SHARE = 0.95
"""Of every rate: what the wire adds to instants that are even in the database, a limit counted by
the second does not forgive. Measured with two processes on two overloaded cores: 27.4 to 28.4
messages a second of 30 arrive, at most 31 in the fullest second."""
AHEAD = 2
"""Instants of one token that a process reserves at a time: the next one while it waits for one."""
AGAIN = 0.001
"""Seconds until a process that missed its place takes another."""
FORGET_AFTER = 3600.0
"""Seconds. A row that was paid back so long ago says the same as none."""

SESSION = "-c statement_timeout=5000 -c synchronous_commit=off"
"""After a crash of the server the last rows may be missing, and with them a second's pace."""
RETRY = 0.5
"""Seconds between two tries while the database is away; nothing is sent without a pace."""

_NOW = "extract(epoch FROM clock_timestamp())"
_TAKE = text(
    f"INSERT INTO pace AS row (key, due) VALUES (:key, {_NOW} + :price)"  # noqa: S608  # constant
    f" ON CONFLICT (key) DO UPDATE SET due = greatest(row.due, {_NOW}) + :price"
    f" RETURNING due - :allowance - {_NOW} AS wait,"
    f" (SELECT held - {_NOW} FROM pace WHERE key = :chat) AS held"
)
_HOLD = text(
    f"INSERT INTO pace AS row (key, due, held) VALUES (:key, 0, {_NOW} + :seconds)"  # noqa: S608  # constant
    " ON CONFLICT (key) DO UPDATE SET held = greatest(row.held, excluded.held)"
)
_FORGET = text(f"DELETE FROM pace WHERE greatest(due, held) < {_NOW} - :age")  # noqa: S608  # constant


class RowPacer(Pacer):
    """`core.ports.Pacer` for the processes that share a database.

    One thread and one connection: what a process asks for, it gets in the order of asking."""

    def __init__(self, url: str, process: str, limits: Mapping[str, Limits] = LIMITS) -> None:
        """`limits` by platform; a platform that is not there is not paced."""
        self._limits = limits
        self._engine = postgres_engine(
            make_url(url), process, 1, session=SESSION, isolation_level="AUTOCOMMIT"
        )
        self._thread = ThreadPoolExecutor(1, "pace")
        self._turns: dict[str, asyncio.Semaphore] = {}

    async def wait(self, address: Address, before: Before | None = None) -> None:
        """See `core.ports.Pacer.wait`. May be cancelled; what was reserved is then not used."""
        limits = self._limits.get(address.platform)
        if limits is None:
            await (before or _nothing)()
            return
        chat = _chat(address)
        rates = [*limits.chat, *(() if address.private else limits.group)]
        for number, rate in enumerate(rates):
            await asyncio.sleep(
                await self._take(f"{chat}#{number}" if number else chat, chat, rate)
            )
        if limits.token is None:
            await (before or _nothing)()
        else:
            token = f"{address.platform}:{address.scope}"
            turn = self._turns.setdefault(token, asyncio.Semaphore(AHEAD))
            again = AGAIN
            while again:
                async with turn:
                    again = await self._take(token, chat, limits.token, before)
                await asyncio.sleep(again)

    def hold(self, address: Address, seconds: float) -> None:
        """See `core.ports.Pacer.hold`. Every process keeps it; a later one shortens nothing."""
        values = {"key": _chat(address), "seconds": seconds}
        self._thread.submit(self._do, lambda connection: connection.execute(_HOLD, values))

    async def forget(self) -> None:
        """Drop the rows of what was idle for long."""
        await self._run(lambda connection: connection.execute(_FORGET, {"age": FORGET_AFTER}))

    async def close(self) -> None:
        await shut_down(self._thread)
        self._engine.dispose()

    async def _take(self, key: str, chat: str, rate: Rate, before: Before | None = None) -> float:
        """Wait for a place in one row. 0 when the message may go; else another place must be taken
        after so many seconds: the chat is held, or this process stalled and its place is past.
        `before` is awaited between the place and its instant."""
        burst, seconds = rate
        price = seconds / burst / SHARE
        values = {"key": key, "chat": chat, "price": price, "allowance": price * burst}

        def take(connection: Connection) -> tuple[float, float]:
            row = connection.execute(_TAKE, values).one()
            return time.monotonic() + max(float(row.wait), 0), float(row.held or 0)

        instant, held = await self._until_there(take)
        if held > 0:
            return held
        if before:
            await before()
        await asyncio.sleep(instant - time.monotonic())
        return AGAIN if time.monotonic() - instant > price else 0

    async def _until_there(self, function: Callable[[Connection], T]) -> T:
        while True:
            try:
                return await self._run(function)
            except DBAPIError as error:
                log.warning("nothing is sent while the pace can't be read: %s", error.orig)
                await asyncio.sleep(RETRY)

    async def _run(self, function: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._do, function)

    def _do(self, function: Callable[[Connection], Any]) -> Any:
        with self._engine.connect() as connection:
            return function(connection)


async def _nothing() -> None:
    """There is nothing to look at."""


def _chat(address: Address) -> str:
    return f"{address.platform}:{address.scope}:{address.chat}"
