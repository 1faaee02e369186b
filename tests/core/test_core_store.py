"""The store: one commit for many, each for itself, and nothing known before it is kept."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from core import schema
from core.addresses import Address
from core.ports import Job
from core.store import Store, Tools, open_store
from core.work import Work
from tests.core.races import barrier, gather
from tests.databases import Database

_r = schema.rate.c
_PUT = insert(schema.rate)
_KEYS = select(_r.key).order_by(_r.key)
_TOUCH = update(schema.rate).where(_r.key == bindparam("k")).values(used=_r.used + 1)
_USED = select(func.sum(_r.used))


def put(work: Work, key: str) -> str:
    work.run(_PUT, {"name": "n", "key": key, "used": 0, "since": work.now})
    work.put(Job(id=key, name="job"))
    return key


def failing(work: Work, key: str, error: BaseException) -> None:
    put(work, key)
    raise error


async def kept(store: Store) -> list[str]:
    return await store.query(lambda work: [row.key for row in work.run(_KEYS)])


def jobs(database: Database) -> list[str]:
    return sorted(job.id for job in database.jobs.pending())


async def block(store: Store) -> Callable[[], None]:
    """Hold the store's writer, so that what comes next waits together; the function lets it go."""
    begun, go = threading.Event(), threading.Event()

    def wait(_: Work) -> None:
        begun.set()
        assert go.wait(20)

    task = asyncio.ensure_future(store.mutate(wait))
    assert await asyncio.to_thread(begun.wait, 20)
    blocked.add(task)
    task.add_done_callback(blocked.discard)
    return go.set


class Odd(BaseException):
    """Not even an `Exception`."""


blocked: set[asyncio.Future[None]] = set()


async def test_what_fails_fails_alone(store: Store, database: Database) -> None:
    release = await block(store)
    wrong = [ValueError("mine"), StopIteration(), Odd(), asyncio.CancelledError()]
    if database.shared:
        wrong = wrong[:2]  # an executor's own affair
    calls = [store.mutate(lambda work, k=f"a{n}": put(work, k)) for n in range(5)]
    calls += [
        store.mutate(lambda work, n=n, e=error: failing(work, f"x{n}", e))
        for n, error in enumerate(wrong)
    ]
    calls += [store.mutate(lambda work, k=f"b{n}": put(work, k)) for n in range(5)]
    waiting = asyncio.gather(*calls, return_exceptions=True)
    await asyncio.sleep(0.01)
    release()
    results = await waiting
    expected = [f"a{n}" for n in range(5)] + [f"b{n}" for n in range(5)]
    assert [each for each in results if isinstance(each, str)] == expected
    failed = [each for each in results if isinstance(each, BaseException)]
    assert len(failed) == len(wrong)
    assert failed[0] is wrong[0]
    assert await kept(store) == jobs(database) == expected
    assert store.counts.failures == (len(wrong) if not database.shared else 0)


async def test_what_runs_again_starts_from_nothing(sqlite: Database) -> None:
    store, works = sqlite.open(), []
    release = await block(store)

    def first(work: Work) -> int:
        works.append(work)
        put(work, f"first{len(works)}")
        return len(works)

    calls = [store.mutate(first), store.mutate(lambda work: failing(work, "x", ValueError()))]
    waiting = asyncio.gather(*calls, return_exceptions=True)
    await asyncio.sleep(0.01)
    release()
    result, _ = await waiting
    assert result == 2
    assert len({id(work) for work in works}) == 2
    assert await kept(store) == jobs(sqlite) == ["first2"]
    assert store.counts.replays == 1


async def test_many_share_a_commit(sqlite: Database) -> None:
    store = sqlite.open()
    release = await block(store)
    calls = asyncio.gather(*(store.mutate(lambda w, k=f"{n:02}": put(w, k)) for n in range(50)))
    await asyncio.sleep(0.01)
    release()
    await calls
    assert store.counts.functions == 51
    assert store.counts.commits < 10


async def test_a_savepoint_takes_rows_and_jobs_back(store: Store, database: Database) -> None:
    def several(work: Work) -> str:
        put(work, "before")
        with suppress(ZeroDivisionError), work.savepoint():
            put(work, "inside")
            chat = work.chats.get(Address("telegram", "", "1", True)).id
            work.put_in_chat(chat, name="tell", id="tell:inside", payload={})
            with work.savepoint():
                put(work, "deeper")
            _ = 1 / 0
        with work.savepoint():
            put(work, "second")
        return put(work, "last")

    await store.mutate(several)
    assert await kept(store) == jobs(database) == ["before", "last", "second"]


async def test_a_result_is_known_only_after_the_commit(store: Store, database: Database) -> None:
    other = database.open()
    for n in range(10):
        key = await store.mutate(lambda work, k=f"{n}": put(work, k))
        assert key in await kept(other)


async def test_a_reader_does_not_see_what_is_not_committed(
    store: Store, database: Database
) -> None:
    begun, go = threading.Event(), threading.Event()

    def slow(work: Work) -> None:
        put(work, "slow")
        work.flush()
        begun.set()
        assert go.wait(20)

    writing = asyncio.ensure_future(store.mutate(slow))
    assert await asyncio.to_thread(begun.wait, 20)
    assert await kept(store) == []
    go.set()
    await writing
    assert await kept(store) == ["slow"]


async def deadlocked(stores: list[Store]) -> list[str]:
    """What two functions give, each of which holds what the other wants."""
    for key in "ab":
        await stores[0].mutate(lambda work, k=key: put(work, k))
    together = barrier(2)

    def crosswise(one: str, two: str) -> Callable[[Work], str]:
        tries = [0]

        def touch(work: Work) -> str:
            tries[0] += 1
            work.run(_TOUCH, {"k": one})
            if tries[0] == 1:
                work.flush()
                together.wait()  # now each holds what the other wants
            work.run(_TOUCH, {"k": two})
            return one

        return touch

    return await gather(stores, [crosswise("a", "b"), crosswise("b", "a")])


@pytest.mark.promise("F9", on="PostgreSQL")
async def test_a_deadlock_is_not_noticed(postgres: Database) -> None:
    stores = [postgres.open(), postgres.open()]
    assert await deadlocked(stores) == ["a", "b"]
    assert await stores[0].query(lambda work: work.run(_USED).scalar_one()) == 4
    assert sum(store.counts.replays for store in stores) == 1


@pytest.mark.control("F9")
async def test_without_another_try_a_deadlock_is(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control."""
    monkeypatch.setattr("core.postgres.ATTEMPTS", 1)
    with pytest.raises(OperationalError, match="deadlock"):
        await deadlocked([postgres.open(), postgres.open()])


async def test_two_loops_use_one_store(store: Store) -> None:
    def elsewhere() -> list[str]:
        async def several() -> list[str]:
            calls = (store.mutate(lambda work, k=f"there{n}": put(work, k)) for n in range(20))
            return await asyncio.gather(*calls)

        return asyncio.run(several())

    here = asyncio.gather(*(store.mutate(lambda w, k=f"here{n}": put(w, k)) for n in range(20)))
    there = await asyncio.to_thread(elsewhere)
    assert (len(await here), len(there)) == (20, 20)
    assert len(await kept(store)) == 40


async def test_a_loop_that_ended_harms_nobody(store: Store) -> None:
    async def leave() -> None:
        task = asyncio.ensure_future(store.mutate(slowly))
        await asyncio.sleep(0.01)
        task.cancel()

    def slowly(work: Work) -> None:
        time.sleep(0.1)
        put(work, "left")

    await asyncio.to_thread(lambda: asyncio.run(leave()))
    await store.mutate(lambda work: put(work, "stayed"))
    assert "stayed" in await kept(store)


async def test_closing_does_what_waits(database: Database) -> None:
    store = database.open()
    release = await block(store)
    calls = [
        asyncio.ensure_future(store.mutate(lambda w, k=f"{n:02}": put(w, k))) for n in range(9)
    ]
    await asyncio.sleep(0.01)
    closing = asyncio.ensure_future(store.close())
    await asyncio.sleep(0.01)
    release()
    await closing
    assert len(await asyncio.gather(*calls)) == 9
    with pytest.raises(RuntimeError):
        await store.mutate(lambda work: put(work, "late"))
    await store.close()
    assert len(await kept(database.open())) == 9


async def test_a_file_that_somebody_else_holds_is_an_error_not_a_hang(sqlite: Database) -> None:
    store = sqlite.open()
    impatient: Any = lambda work: work.connection.exec_driver_sql("PRAGMA busy_timeout=20") and None  # noqa: E731
    await store.mutate(impatient)
    holder = sqlite3.connect(Path(make_url(sqlite.url).database or ""), isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        await asyncio.wait_for(store.mutate(lambda work: put(work, "a")), 20)
    holder.execute("ROLLBACK")
    holder.close()
    await store.mutate(lambda work: put(work, "b"))
    assert await kept(store) == ["b"]


def test_a_database_of_another_kind_is_refused(database_tools: Tools) -> None:
    with pytest.raises(ValueError, match="mysql"):
        open_store("mysql://localhost/x", database_tools)


@pytest.fixture
def database_tools(sqlite: Database) -> Tools:
    return Tools(sqlite.clock, sqlite.jobs)
