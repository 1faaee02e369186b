"""The newest step is made while messages are handled: neither waits for the other in a circle."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from alembic import command, op
from sqlalchemy.exc import DBAPIError

from core import migrations
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Reply
from core.work import Work
from tests.core.meeting import PATIENCE, done_or_waits
from tests.databases import Database, PostgresServer

HOME = Address("telegram", "", "7", private=True)
MESSAGE = Inbound("telegram:1", Kind.TEXT, Sender("telegram", "", "7", "Ada"), HOME, "hi")


async def upgraded_meanwhile(server: PostgresServer) -> int:
    """How often a message began anew that is in the midst of it when the upgrade begins. Raises
    `DBAPIError` where the upgrade failed."""
    url = server.create()
    with migrations.locked(url) as connection:
        command.upgrade(migrations.config(connection), "0021")
    database = Database(url)
    store = database.open()
    has_read, goes_on = threading.Event(), threading.Event()

    def message(work: Work) -> None:
        work.inbox.seen(MESSAGE.key)
        has_read.set()
        goes_on.wait(PATIENCE)
        chat = work.chats.get(HOME)
        work.inbox.handled(MESSAGE, Reply(text="hello"), chat, delivered=True)

    handling = asyncio.create_task(store.mutate(message))
    await asyncio.to_thread(has_read.wait, PATIENCE)
    upgrading = asyncio.create_task(asyncio.to_thread(migrations.upgrade, url))
    try:
        await done_or_waits(upgrading, database)
        goes_on.set()
        await asyncio.gather(handling, upgrading)
    finally:
        goes_on.set()
        await asyncio.wait([handling, upgrading])
        await database.close()
    assert migrations.current(url) == migrations.HEAD
    return store.counts.replays


async def test_a_message_and_the_upgrade_wait_in_turn(core_postgres: PostgresServer) -> None:
    assert await upgraded_meanwhile(core_postgres) == 0


async def test_the_control_an_index_made_first_and_then_one_dropped_would_be_a_circle(
    core_postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    dropped: list[tuple[str, str]] = []
    drop, create = op.drop_index, op.create_index

    def create_first(*given: Any, **options: Any) -> None:
        create(*given, **options)
        while dropped:
            drop(*dropped.pop())

    monkeypatch.setattr(op, "drop_index", lambda *given: dropped.append(given))
    monkeypatch.setattr(op, "create_index", create_first)
    with pytest.raises((DBAPIError, AssertionError)):
        assert await upgraded_meanwhile(core_postgres) == 0
