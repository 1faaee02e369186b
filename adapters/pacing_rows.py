"""Keeps the sends of all processes together within the platforms' limits: rows in PostgreSQL.

The generic cell rate algorithm (GCRA): a row says when everything taken so far is paid back, its
theoretical arrival time. One statement moves it on by the price of a message and thereby reserves
that message's instant, over all processes and first come, first served; the process sleeps until
then. No lock outlives the statement. The clock is the database's.

Of a token, a process reserves few instants ahead, and lets pass those that it missed: one that
stalls makes up for nothing, so two never catch up at once.

Answers go first over all processes: they draw whatever instant is free. What nobody waits for may
draw the next one only, and else looks again; so however many workers tell however many reminders,
an answer has them before it for two instants, not for an equal share of all. That holds for some
ten processes: of more, the patience of those that look again ends before each had its instant.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import TypeVar

from sqlalchemy import Connection, make_url
from sqlalchemy.exc import DBAPIError

from adapters.pace_table import FORGET, HOLD, TAKE, TAKE_NEXT, Place, Row, draw, row_of
from adapters.pacing import nothing
from adapters.rates import LIMITS, Limits
from adapters.turns import Turns
from core.addresses import Address
from core.lanes import Lanes
from core.ports import Before, Pacer
from core.postgres import postgres_engine, shut_down

log = logging.getLogger(__name__)
T = TypeVar("T")
Draws = Callable[[Row], Awaitable[Place]]

AHEAD = 2
"""Instants of one token that a process reserves at a time: the next one while it waits for one."""
AGAIN = 0.001
"""Seconds until a process that missed its place takes another."""
PATIENCE = 1.0
"""Seconds after which it draws all the same: answers alone may be as many as the limit allows."""
FORGET_AFTER = 3600.0
"""Seconds. A row that was paid back so long ago says the same as none."""

SESSION = "-c statement_timeout=5000 -c synchronous_commit=off"
"""After a crash of the server the last rows may be missing, and with them a second's pace."""
RETRY = 0.5
"""Seconds between two tries while the database is away; nothing is sent without a pace."""


class RowPacer(Pacer):
    """`core.ports.Pacer` for the processes that share a database.

    One thread and one connection: what a process asks for, it gets in the order of asking. But what
    nobody waits for lets others go before it for its chat's place: where a thousand reminders are
    to be told at once, an answer has not all of them before it, but that of its own chat."""

    def __init__(self, url: str, process: str, limits: Mapping[str, Limits] = LIMITS) -> None:
        """`limits` by platform; a platform that is not there is not paced."""
        self._limits = limits
        self._engine = postgres_engine(
            make_url(url), process, 1, session=SESSION, pre_ping=False, isolation_level="AUTOCOMMIT"
        )
        self._thread = Lanes(1, "pace")
        self._turns: dict[tuple[str, bool], Turns] = {}
        """Of each token, of answers and of all else."""

    async def wait(
        self, address: Address, before: Before | None = None, *, answer: bool = False
    ) -> None:
        """See `core.ports.Pacer.wait`. May be cancelled; what was reserved is then not used."""
        limits = self._limits.get(address.platform)
        if limits is None:
            await (before or nothing)()
            return
        chat, of_chat = _chat(address), partial(self._of_chat, answer=answer)
        rates = [*limits.chat, *(() if address.private else limits.group)]
        for number, rate in enumerate(rates):
            key = f"{chat}#{number}" if number else chat
            await asyncio.sleep(await self._take(of_chat, row_of(key, chat, rate)))
        if limits.token is None:
            await (before or nothing)()
        else:
            token = f"{address.platform}:{address.scope}"
            of_token = partial(self._of_token, answer=answer)
            turns = self._turns.setdefault((token, answer), Turns(AHEAD))
            row, again = row_of(token, chat, limits.token), AGAIN
            while again:
                async with turns.turn(address.chat, answer=answer):
                    again = await self._take(of_token, row, before)
                if again:  # it did not go: it is not sent behind all others
                    turns.give_back(address.chat)
                await asyncio.sleep(again)

    def hold(self, address: Address, seconds: float) -> None:
        """See `core.ports.Pacer.hold`. Every process keeps it; a later one shortens nothing."""
        for answer in (True, False):
            if turns := self._turns.get((f"{address.platform}:{address.scope}", answer)):
                turns.give_back(address.chat)
        values = {"key": _chat(address), "seconds": seconds}
        self._thread.submit(self._do, lambda connection: connection.execute(HOLD, values))

    async def forget(self) -> None:
        """Drop the rows of what was idle for long."""
        await self._run(lambda connection: connection.execute(FORGET, {"age": FORGET_AFTER}))

    async def close(self) -> None:
        await shut_down(self._thread)
        self._engine.dispose()

    async def _take(self, draws: Draws, row: Row, before: Before | None = None) -> float:
        """Wait for a place in one row. 0 when the message may go; else another place must be taken
        after so many seconds: the chat is held, or this process stalled and its place is past.
        `before` is awaited between the place and its instant."""
        place = await draws(row)
        if place.held > 0:
            return place.held
        await (before or nothing)()
        await asyncio.sleep(place.instant - time.monotonic())
        return AGAIN if time.monotonic() - place.instant > row["price"] else 0

    async def _of_chat(self, row: Row, *, answer: bool) -> Place:
        """Draw the next place, for which no other chat asks."""
        return await self._until_there(partial(draw, TAKE, row), behind=not answer)

    async def _of_token(self, row: Row, *, answer: bool) -> Place:
        """Draw one. An answer goes before those who wait for the next one to be free."""
        in_the_end = time.monotonic() + PATIENCE
        while True:
            now = answer or time.monotonic() > in_the_end
            place = await self._until_there(partial(draw, TAKE if now else TAKE_NEXT, row))
            if place.ours:
                return place
            await asyncio.sleep(max(place.instant - time.monotonic(), AGAIN))

    async def _until_there(
        self, function: Callable[[Connection], Place], *, behind: bool = False
    ) -> Place:
        while True:
            try:
                return await self._run(function, behind=behind)
            except DBAPIError as error:
                log.warning("nothing is sent while the pace can't be read: %s", error.orig)
                await asyncio.sleep(RETRY)

    async def _run(self, function: Callable[[Connection], T], *, behind: bool = False) -> T:
        submit = self._thread.submit_behind if behind else self._thread.submit
        return await asyncio.wrap_future(submit(self._do, function))

    def _do(self, function: Callable[[Connection], T], *, again: bool = True) -> T:
        try:
            with self._engine.connect() as connection:
                return function(connection)
        except DBAPIError as error:  # cut off, mostly while it lay idle
            if again and error.connection_invalidated:
                return self._do(function, again=False)
            raise


def _chat(address: Address) -> str:
    return f"{address.platform}:{address.scope}:{address.chat}"
