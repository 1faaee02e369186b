"""The newest step is made while messages are handled: whoever waits for whom, both are done."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from alembic import command, op
from sqlalchemy.exc import DBAPIError

from core import migrations
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Reply
from core.under_way import is_answering
from core.work import Work
from tests.core.meeting import PATIENCE, done_or_waits
from tests.databases import Database, PostgresServer

HOME = Address("telegram", "", "7", private=True)
MESSAGE = Inbound("telegram:1", Kind.TEXT, Sender("telegram", "", "7", "Ada"), HOME, "hi")
Step = Callable[[Work], object]


@pytest.fixture
def url(core_postgres: PostgresServer) -> Iterator[str]:
    """A database at the step before."""
    made = core_postgres.create()
    with migrations.locked(made) as connection:
        command.upgrade(migrations.config(connection), "0021")
    yield made
    core_postgres.drop(made)


async def upgraded_between(url: str, reads: Step, goes_on: Step) -> int:
    """How often a transaction began anew that was in the midst of it when the upgrade began. Raises
    `DBAPIError` where the upgrade failed."""
    database = Database(url)
    store = database.open()
    has_read, meets = threading.Event(), threading.Event()

    def message(work: Work) -> None:
        reads(work)
        has_read.set()
        meets.wait(PATIENCE)
        goes_on(work)

    handling = asyncio.create_task(store.mutate(message))
    await asyncio.to_thread(has_read.wait, PATIENCE)
    upgrading = asyncio.create_task(asyncio.to_thread(migrations.upgrade, url))
    try:
        await done_or_waits(upgrading, database)
        meets.set()
        await asyncio.gather(handling, upgrading)
    finally:
        meets.set()
        await asyncio.wait([handling, upgrading])
        await database.close()
    assert migrations.current(url) == migrations.HEAD
    return store.counts.replays


def looks_it_up(work: Work) -> None:
    work.inbox.seen(MESSAGE.key)


def keeps_it(work: Work) -> None:
    work.inbox.handled(MESSAGE, Reply(text="hello"), work.chats.get(HOME), delivered=True)


async def test_a_message_and_the_upgrade_wait_in_turn(url: str) -> None:
    assert await upgraded_between(url, looks_it_up, keeps_it) == 0


async def test_the_control_an_index_made_first_and_then_one_dropped_is_a_circle(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of both has to begin anew."""
    dropped: list[tuple[str, str]] = []
    drop, create = op.drop_index, op.create_index

    def create_first(*given: Any) -> None:
        create(*given)
        drop(*dropped.pop())

    monkeypatch.setattr(op, "drop_index", lambda *given: dropped.append(given))
    monkeypatch.setattr(op, "create_index", create_first)
    monkeypatch.setattr(migrations, "ATTEMPTS", 1)
    assert await deadlocked(url, looks_it_up, keeps_it)


def looks_at_a_card(work: Work) -> None:
    """As whoever waits for a card to be noted (`bot.unnoted`)."""
    work.cards.shown_by(work.chats.get(HOME).id, "7")


def looks_under_way(work: Work) -> None:
    is_answering(work, work.chats.get(HOME))


async def test_an_upgrade_that_meets_another_order_is_tried_again(url: str) -> None:
    assert await upgraded_between(url, looks_at_a_card, looks_under_way) == 0


async def test_the_control_once_would_not_be_enough(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "ATTEMPTS", 1)
    assert await deadlocked(url, looks_at_a_card, looks_under_way)


async def deadlocked(url: str, reads: Step, goes_on: Step) -> bool:
    """Whether one of both had to begin anew, or did not."""
    try:
        return await upgraded_between(url, reads, goes_on) > 0
    except DBAPIError as error:
        return getattr(error.orig, "sqlstate", "") == migrations.DEADLOCK
