"""Two transactions that are to be open at once."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.databases import Database

PATIENCE = 10.0
"""Seconds until a test gives up on what should have come."""
_WAITING = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def meeting() -> Callable[[], None]:
    """To be called by both, each of which goes on when the other is there, too; or half a second
    later, where the other cannot come since it waits for the first."""
    met = threading.Barrier(2)

    def meets() -> None:
        with suppress(threading.BrokenBarrierError):
            met.wait(0.5)

    return meets


async def done_or_waits(task: asyncio.Task[None], postgres: Database) -> None:
    """Until a transaction is over, or waits for another one's lock."""
    engine = create_engine(postgres.url, poolclass=NullPool)

    def waits() -> bool:
        with engine.connect() as connection:
            return bool(connection.execute(_WAITING).scalar_one())

    async with asyncio.timeout(PATIENCE):
        while not await asyncio.to_thread(waits):
            if (await asyncio.wait([task], timeout=0.02))[0]:
                return
