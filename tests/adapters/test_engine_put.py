"""Jobs exist exactly if their transaction commits, and once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import column, select, table

from adapters.engine import database, outbox
from adapters.engine.dbos_engine import DbosEngine
from core.ports import Job, Payload
from tests.adapters.engine_kit import (
    Sent,
    Store,
    postgres_server,
    rolled_back,
    started,
    store,
    tell,
    until,
    url,
)

__all__ = ["postgres_server", "store", "url"]  # fixtures


async def test_a_job_lives_and_dies_with_its_transaction(url: str, store: Store) -> None:
    sent = Sent()
    async with started(url, {"tell": sent}) as engine:
        with rolled_back(store) as connection:
            engine.put(connection, tell(1, 1))
        with store.begin() as connection:
            engine.put(connection, tell(1, 2))
            await asyncio.sleep(5 * 0.02)
            assert sent.all == []  # not before the commit
        await until(lambda: engine.counts()["finished"] == 1)
    assert sent.all == [(1, 2)]


def test_a_job_is_put_as_dbos_would_put_it(url: str, store: Store) -> None:
    """By statements of our own, into tables of DBOS's: all but a mark that only its own client
    reads, and the times."""
    job = Job("ours", "tell", {"chat": 1, "n": "\u00e9"}, "slack", "c1", 7)
    DbosEngine(url=url).prepare()
    with store.begin() as connection:
        DbosEngine(url=url).put(connection, job)
        database.client(url, store.engine).enqueue_in_transaction(
            connection,
            {
                "workflow_name": database.WORKFLOW,
                "workflow_id": "theirs",
                "queue_name": job.queue,
                "queue_partition_key": job.partition,
                "priority": job.priority,
            },
            outbox.written_job(job),
        )
    own = {"workflow_uuid", "creator_xid", "created_at", "updated_at", "retention_timestamp"}
    for name in ("workflow_status", "workflow_input"):
        rows = table(name, column("workflow_uuid"), schema=None if "sqlite" in url else "dbos")
        with store.begin() as connection:
            found = select("*").select_from(rows).order_by(rows.c.workflow_uuid)
            ours, theirs = connection.execute(found).mappings().all()
        assert ours["workflow_uuid"] == "ours"
        differ = {key for key in ours if ours[key] != theirs[key] and key not in own}
        assert differ <= {"attributes"}, differ  # JSON's null, where SQL's is meant as well


async def test_a_raw_savepoint_takes_its_job_back(url: str, store: Store) -> None:
    sent = Sent()
    async with started(url, {"tell": sent}) as engine:
        with store.begin() as connection:
            engine.put(connection, tell(1, 1))
            connection.exec_driver_sql("SAVEPOINT handler")
            engine.put(connection, tell(1, 2))
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT handler")
            connection.exec_driver_sql("RELEASE SAVEPOINT handler")
            engine.put(connection, tell(1, 3))
        await until(lambda: engine.counts()["finished"] == 2)
    assert sent.all == [(1, 1), (1, 3)]


async def test_a_put_that_fails_leaves_nothing_and_the_transaction_usable(
    url: str, store: Store
) -> None:
    sent = Sent()
    bad: list[Any] = [
        Job("no-queue", "tell", queue="fax"),
        Job("", "tell"),
        Job("low", "tell", priority=0),
        Job("nul\0", "tell", {"chat": 1, "n": 1}),
        Job("surrogate", "tell", {"chat": "\ud800", "n": 1}),
        Job("object", "tell", {"chat": object()}),  # type: ignore[dict-item]  # that is the point
    ]
    async with started(url, {"tell": sent}) as engine:
        with store.begin() as connection:
            for each in bad:
                if each.id == "nul\0" and "sqlite" in url:
                    continue  # SQLite keeps it; the edge takes NUL out anyway
                with pytest.raises(Exception):  # noqa: B017, PT011  # each its own
                    engine.put(connection, each)
            engine.put(connection, tell(1, 1))
        with store.begin() as connection:
            jobs = table("workflow_status", column("workflow_uuid"))
            jobs.schema = None if "sqlite" in url else "dbos"
            rows = connection.execute(select(jobs.c.workflow_uuid))
            assert rows.scalars().all() == ["1:1"]
        await until(lambda: engine.counts()["finished"] == 1)


async def test_an_id_runs_once(url: str, store: Store) -> None:
    sent = Sent()
    async with started(url, {"tell": sent}) as engine:
        for _ in range(2):
            with store.begin() as connection:
                engine.put(connection, tell(1, 1))
                engine.put(connection, tell(1, 1))
        await until(lambda: engine.counts()["finished"] == 1)
        with store.begin() as connection:
            engine.put(connection, tell(1, 1))  # a finished one, too
            engine.put(connection, tell(1, 2))
        await until(lambda: engine.counts()["finished"] == 2)
    assert sent.all == [(1, 1), (1, 2)]


async def test_the_jobs_of_a_chat_are_erased_whatever_became_of_them(
    url: str, store: Store
) -> None:
    sent = Sent()
    async with started(url, {"tell": sent}) as engine:
        with store.begin() as connection:
            for chat in (1, 2):
                engine.put(connection, tell(chat, 1))
        await until(lambda: engine.counts()["finished"] == 2)
    async with started(url, {}) as engine:
        partition = tell(1, 1).partition
        assert await engine.erase([partition]) == 1
        assert await engine.erase([partition]) == 0
        assert await engine.erase([tell(2, 1).partition]) == 1


async def test_a_job_is_at_its_chat_while_it_runs(url: str, store: Store) -> None:
    begun, go = asyncio.Event(), asyncio.Event()

    async def slow(payload: Payload) -> None:
        begun.set()
        await go.wait()

    async with started(url, {"tell": slow}) as engine:

        def at(queue: str, partition: str) -> bool:
            with store.begin() as connection:
                return engine.is_at(connection, queue, partition)

        with store.begin() as connection:
            engine.put(connection, tell(1, 1))
            assert not engine.is_at(connection, "telegram", "c1")  # it waits
        await begun.wait()
        assert at("telegram", "c1")
        assert not at("telegram", "c2")
        assert not at("slack", "c1")
        go.set()
        await until(lambda: engine.counts()["finished"] == 1)
        await until(lambda: not at("telegram", "c1"))


@pytest.mark.parametrize(
    "job",
    [
        Job("a", "tell", queue="fax"),
        Job(" ", "tell", queue="slack"),
        Job("a", "tell", queue="slack", priority=0),
        Job("a", "tell", queue="slack", priority=2**31),
    ],
)
def test_what_is_no_job_is_refused(url: str, store: Store, job: Job) -> None:
    engine = DbosEngine(url=url)
    engine.prepare()
    with store.begin() as connection, pytest.raises(ValueError, match="No such"):
        engine.put(connection, job)


def test_jobs_of_the_least_and_the_most_priority_are_put(url: str, store: Store) -> None:
    engine = DbosEngine(url=url)
    engine.prepare()
    with store.begin() as connection:
        for priority in (1, 2**31 - 1):
            engine.put(connection, Job(f"{priority}", "tell", queue="slack", priority=priority))


def test_a_job_that_keeps_no_order_waits_for_nobody() -> None:
    parted = {outbox.written_job(Job(each, "tell"))["partition"] for each in "ab"}
    assert parted == {"job:a", "job:b"}
