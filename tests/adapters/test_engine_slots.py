"""Chats that are slow hold up no other chat, and one process takes no more than it can do."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest
from dbos import _dbos

from adapters.engine import dbos_engine, looks, process
from core.errors import RetryLater
from core.ports import Payload
from tests.adapters.engine_kit import (
    Sent,
    Store,
    postgres_server,
    started,
    store,
    tell,
    until,
    url,
)

__all__ = ["postgres_server", "store", "url"]  # fixtures
CHATS, SLOW = 90, 30
LONG = 20.0
"""Seconds that a platform asks for."""


async def told(url: str, store: Store, slots: int, seconds: float) -> int:
    """How many are told something while every third chat waits, in so many seconds at the most."""
    sent = Sent()

    async def run(payload: Payload) -> None:
        if int(str(payload["chat"])) % (CHATS // SLOW) == 0:
            raise RetryLater(LONG)
        await sent(payload)

    async with started(url, {"tell": run}, slots=slots) as engine:
        with store.begin() as connection:
            for chat in range(CHATS):
                engine.put(connection, tell(chat, 1))
        await until(lambda: engine.counts()["retried"] >= min(SLOW, slots))
        with suppress(TimeoutError):
            await until(lambda: len(sent.all) == CHATS - SLOW, seconds)
        return len(sent.all)


async def test_who_is_asked_to_wait_holds_up_nobody_else(url: str, store: Store) -> None:
    assert await told(url, store, dbos_engine.SLOTS, 20.0) == CHATS - SLOW


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
async def test_with_fewer_slots_than_slow_chats_they_would(url: str, store: Store) -> None:
    """The control: in the end the slow ones have every slot."""
    assert await told(url, store, 2, 0.5) < CHATS - SLOW


@pytest.mark.parametrize(("most", "taken"), [(10, 10), (1000, CHATS)], ids=["some", "control"])
async def test_one_look_leaves_some_for_other_processes(
    url: str, store: Store, monkeypatch: pytest.MonkeyPatch, most: int, taken: int
) -> None:
    monkeypatch.setattr(looks, "MOST", most)
    async with started(url, {}, poll=60.0) as engine:
        with store.begin() as connection:
            for chat in range(CHATS):
                engine.put(connection, tell(chat, 1))
        database = _dbos._get_dbos_instance()._sys_db
        queue = database.get_queue("telegram")
        claim = database.start_queued_partitioned_workflows
        assert queue is not None
        found = await asyncio.to_thread(claim, queue, "me", process.VERSION, 1000, owner_xid="me")
        assert len(found) == taken
