"""A process whose lease ran out while it could not renew it sends nothing that others took over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import Engine, create_engine, text

from adapters.engine.dbos_engine import DbosEngine
from adapters.engine.leases import Leases
from bot.background import background
from core.ports import Payload
from tests.adapters.engine_kit import POLL, tell, until
from tests.databases import PostgresServer, core_postgres

__all__ = ["core_postgres"]  # a fixture
CHATS = 200
TTL = 0.6
LONG = 0.4
"""Seconds in which all that may be sent is."""
# What another process did with them, once they were taken back.
DONE = text(
    "UPDATE dbos.workflow_status SET status = 'SUCCESS', executor_id = 'other', owner_xid = NULL"
)
# What had been started often, half of them.
SUSPECT = text("UPDATE dbos.workflow_status SET recovery_attempts = 6 WHERE priority % 2 = 0")


class Zombie:
    """An engine with many jobs that wait for their turn, and a lease that nobody renews."""

    def __init__(self, url: str, *, guarded: bool) -> None:
        self.leases = Leases(url, "zombie", ttl=TTL)
        self.other = Leases(url, "other")
        leases = self.leases if guarded else None
        self.engine = DbosEngine(url=url, executor_id="zombie", poll=POLL, leases=leases)
        self.database: Engine = create_engine(url)
        self.turn = asyncio.Event()
        self.waiting = 0
        self.sent: list[object] = []

    async def run(self, payload: Payload) -> None:
        self.waiting += 1
        async with self.engine.waiting():
            await self.turn.wait()
        self.sent.append(payload["chat"])

    def put(self, chats: range) -> None:
        with self.database.begin() as connection:
            for chat in chats:
                self.engine.put(connection, tell(chat, chat + 1))

    def do(self, *statements: object) -> None:
        with self.database.begin() as connection:
            for each in statements:
                connection.execute(each)  # type: ignore[call-overload]  # they are texts

    def under_way(self) -> int:
        worker = self.engine._worker
        return len(worker.runs) if worker else 0

    async def bury(self) -> int:
        """By another process, once the lease ran out. Gives how many jobs that took back."""
        await asyncio.sleep(1.2 * TTL)
        swept = await self.other.sweep()
        assert swept.dead == ["zombie"]
        return swept.jobs


@asynccontextmanager
async def waking(server: PostgresServer, *, guarded: bool = True) -> AsyncIterator[Zombie]:
    url = server.whole()
    made = Zombie(url, guarded=guarded)
    await asyncio.to_thread(made.engine.prepare)
    await made.other.begin()
    await made.leases.begin()
    await made.engine.start({"tell": made.run})
    try:
        async with background(made.leases.renew_for_ever()):  # until they all wait
            made.put(range(CHATS))
            await until(lambda: made.waiting == CHATS)
        yield made
    finally:
        await made.engine.stop()
        await made.leases.end()
        await made.other.end()
        made.database.dispose()
        server.drop(url)


@pytest.mark.parametrize("guarded", [True, False], ids=["guarded", "control"])
async def test_what_others_took_over_is_not_sent(
    core_postgres: PostgresServer, guarded: bool
) -> None:
    async with waking(core_postgres, guarded=guarded) as zombie:
        zombie.do(DONE)
        await zombie.bury()
        zombie.turn.set()  # all at once, as after a freeze, and before any renewal
        await asyncio.sleep(LONG)
        assert len(zombie.sent) == (0 if guarded else CHATS)
        async with background(zombie.leases.renew_for_ever()):
            await until(lambda: not zombie.under_way())
            zombie.put(range(CHATS, 2 * CHATS))
            await until(lambda: set(range(CHATS, 2 * CHATS)) <= set(zombie.sent))
        assert len(zombie.sent) == (CHATS if guarded else 2 * CHATS)
        counts = zombie.engine.counts()
        assert (counts["retried"], counts["dead"]) == (0, 0)


async def test_what_it_takes_again_is_sent_once(core_postgres: PostgresServer) -> None:
    """Nobody else is there to run them; and suspects, which half of them are, go one by one."""
    async with waking(core_postgres) as zombie:
        zombie.do(SUSPECT)
        assert await zombie.bury() == CHATS
        async with background(zombie.leases.renew_for_ever()):
            await until(lambda: zombie.waiting > CHATS)
            zombie.turn.set()
            await until(lambda: set(zombie.sent) == set(range(CHATS)))
            await until(lambda: not zombie.under_way())
        assert len(zombie.sent) == CHATS


async def test_what_waits_for_long_is_cancelled_at_once(core_postgres: PostgresServer) -> None:
    """So that nobody's turn at the pace is spent on it."""
    async with waking(core_postgres) as zombie:
        zombie.do(DONE)
        await zombie.bury()
        async with background(zombie.leases.renew_for_ever()):
            await until(lambda: not zombie.under_way())
        assert not zombie.sent


async def test_a_lease_that_was_only_renewed_late_loses_nothing(
    core_postgres: PostgresServer,
) -> None:
    async with waking(core_postgres) as zombie:
        await asyncio.sleep(1.2 * TTL)
        zombie.turn.set()
        await asyncio.sleep(LONG)
        assert not zombie.sent
        async with background(zombie.leases.renew_for_ever()):
            await until(lambda: len(zombie.sent) == CHATS)
            await until(lambda: not zombie.under_way())
        assert zombie.waiting == CHATS
