"""Connections to PostgreSQL that are cut off while they lie idle: no message hears of it."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from itertools import chain, count, repeat
from unittest.mock import patch

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import DBAPIError, PendingRollbackError
from sqlalchemy.pool import NullPool, Pool

from adapters.engine.outbox import Outbox
from core import schema
from core.ports import Job
from core.postgres import THREADS
from core.store import Function, Store, Tools, open_store
from core.work import Work
from tests.databases import Database, postgres

__all__ = ["postgres"]  # a fixture
_ANY = select(schema.rate.c.key)
_CUT = select(func.pg_terminate_backend(func.pg_backend_pid()))
_THERE = text(
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND application_name = 'local'"
)
"""Connections for transactions."""


async def all_connected(store: Store) -> None:
    """Let each of its threads have a connection."""
    together = threading.Barrier(THREADS)

    def one(work: Work) -> None:
        work.run(_ANY)
        together.wait(10)

    await asyncio.gather(*(store.query(one) for _ in range(THREADS)))


async def tries_after_the_cut(database: Database) -> tuple[int, int]:
    """How often a first transaction began anew after all connections were cut off, and how often
    those after it."""
    store = database.open()
    await all_connected(store)
    await asyncio.to_thread(cut, database.url)
    await store.query(lambda work: work.run(_ANY).all())
    first = store.counts.replays
    await all_connected(store)
    assert store.counts.failures == 0
    return first, store.counts.replays - first


def cut(url: str) -> None:
    """All connections to the database but this one."""
    admin = create_engine(url, poolclass=NullPool)
    with admin.begin() as connection:
        others = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid != pg_backend_pid()"
        )
        assert len(connection.execute(text(others)).all()) >= THREADS
    admin.dispose()


async def test_the_first_one_finds_out_for_all(postgres: Database) -> None:
    assert await tries_after_the_cut(postgres) == (1, 0)


async def test_the_control_each_connection_would_be_found_out_alone(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Pool, "_invalidate", lambda self, *_: None)
    first, later = await tries_after_the_cut(postgres)
    assert first + later >= THREADS


async def test_others_that_are_in_use_meanwhile_keep_theirs(postgres: Database) -> None:
    """There are never more connections than threads."""
    store, others = postgres.open(), THREADS - 1
    for _ in range(3):
        meet, over = threading.Barrier(others + 1), threading.Event()

        def holds(work: Work, meet: threading.Barrier = meet, over: threading.Event = over) -> None:
            work.run(_ANY)
            meet.wait(10)
            over.wait(10)

        held = [asyncio.create_task(store.query(holds)) for _ in range(others)]
        await asyncio.to_thread(meet.wait, 10)
        try:
            await store.query(cut_off_once())
        finally:
            over.set()
            await asyncio.gather(*held)
    await all_connected(store)
    assert await store.query(lambda work: work.run(_THERE).scalar_one()) == THREADS


async def test_who_goes_on_after_the_cut_begins_anew_all_the_same(postgres: Database) -> None:
    """As a handler's defect does, that is written down."""
    store = postgres.open()
    cuts = cut_off_once()

    def goes_on(work: Work) -> None:
        with suppress(DBAPIError):
            cuts(work)
        work.run(_ANY)

    await store.query(goes_on)
    assert (store.counts.replays, store.counts.failures) == (1, 0)


async def test_the_control_what_sqlalchemy_meets_twice_is_no_cut(postgres: Database) -> None:
    """SQLAlchemy says of the second time that the transaction is over."""
    store, cuts = postgres.open(), cut_off_once()

    def goes_on(work: Work) -> None:
        with suppress(DBAPIError):
            cuts(work)
        work.connection.exec_driver_sql("SELECT 1")

    with pytest.raises(PendingRollbackError):
        await store.query(goes_on)


async def test_so_does_who_was_about_to_put_a_job(postgres: Database) -> None:
    outbox, statements = (
        Outbox(postgres.url, ["telegram"]),
        chain([(_CUT, _ANY)], repeat((_ANY, _ANY))),
    )
    store = open_store(postgres.url, Tools(postgres.clock, outbox))

    def put(work: Work) -> None:
        with patch.object(outbox, "_statements", next(statements)):
            work.put(Job(id="j", name="say", queue="telegram"))

    await store.mutate(put)
    assert (store.counts.replays, store.counts.failures) == (1, 0)
    await store.close()


def cut_off_once() -> Function[None]:
    """Its own connection, the first time that it runs."""
    runs = count()

    def cuts(work: Work) -> None:
        if next(runs) == 0:
            work.run(_CUT)

    return cuts
