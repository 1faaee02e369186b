"""What nobody waits for leaves room in the store for whoever writes."""

from __future__ import annotations

import asyncio
import time

import pytest

from core.bulkhead import AT_ONCE, Bulkhead
from core.errors import Refusal
from core.postgres import THREADS
from core.store import Store
from core.work import Work
from tests.databases import Database, core_postgres, database, postgres

__all__ = ["core_postgres", "database", "postgres"]  # fixtures
JOBS = 60
LONG = 0.02
"""Seconds that each of them takes."""


def long(work: Work) -> None:
    time.sleep(LONG)


async def left_when_answered(behind: Store, store: Store) -> int:
    """Jobs that still waited when somebody's message was committed, which came after all."""
    jobs = [asyncio.create_task(behind.mutate(long)) for _ in range(JOBS // 2)]
    jobs += [asyncio.create_task(behind.query(long)) for _ in range(JOBS // 2)]
    await asyncio.sleep(0)
    await store.mutate(lambda work: None)
    left = sum(not job.done() for job in jobs)
    await asyncio.gather(*jobs)
    return left


async def test_a_message_waits_for_few_of_a_thousand_jobs(postgres: Database) -> None:
    store = postgres.open()
    assert AT_ONCE < THREADS
    assert await left_when_answered(Bulkhead(store), store) > JOBS - 2 * THREADS


async def test_without_it_all_of_them_go_first(postgres: Database) -> None:
    """Negative control."""
    store = postgres.open()
    assert await left_when_answered(store, store) < 2 * THREADS


async def test_those_that_share_a_commit_come_at_once(database: Database) -> None:
    store = database.open()
    behind, before = Bulkhead(store), store.counts.commits
    await asyncio.gather(*(behind.mutate(lambda work: None) for _ in range(JOBS)))
    commits = behind.counts.commits - before
    assert commits == JOBS if database.shared else commits < JOBS / 2


async def test_who_fails_or_gives_up_leaves_their_place(postgres: Database) -> None:
    store = postgres.open()
    behind = Bulkhead(store, 1)

    def refuse(work: Work) -> None:
        raise Refusal

    for _ in range(2):
        with pytest.raises(Refusal):
            await behind.mutate(refuse)
    given_up = asyncio.create_task(behind.query(long))
    await asyncio.sleep(0)
    given_up.cancel()
    async with asyncio.timeout(5):
        assert await behind.query(lambda work: 5) == 5
