"""The store on SQLite: what shares a commit, who reads meanwhile, and how it ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url
from sqlalchemy.pool import QueuePool

from core import sqlite as module
from core.sqlite_file import reading_engine
from core.store import Store
from core.work import Work
from tests.core.test_core_store import block, failing, kept, put
from tests.databases import Database


@pytest.fixture
def store(sqlite: Database) -> Store:
    return sqlite.open()


@pytest.fixture
def breaths(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """How long the writer slept, each time; a batch may take as long as it likes."""
    slept: list[float] = []
    monkeypatch.setattr(module, "BATCH_SECONDS", 60)
    monkeypatch.setattr(module.time, "sleep", slept.append)
    yield slept
    monkeypatch.undo()


async def together(store: Store, many: int) -> int:
    """Do so many at once; how many commits that takes."""
    before = store.counts.commits
    release = await block(store)
    calls = [store.mutate(lambda work, k=f"{n:03}": put(work, k)) for n in range(1, many)]
    waiting = asyncio.gather(*calls)
    await asyncio.sleep(0.02)
    release()
    await waiting
    return store.counts.commits - before


def test_its_limits_are_what_they_are_said_to_be() -> None:
    assert (module.BATCH, module.BATCH_SECONDS, module.READERS) == (128, 0.010, 4)
    assert module.BREATH_SECONDS == 0.0005


@pytest.mark.parametrize(("many", "commits", "full"), [(127, 1, 0), (128, 1, 1), (129, 2, 1)])
async def test_so_many_share_a_commit_and_then_others_have_a_turn(
    store: Store, breaths: list[float], many: int, commits: int, full: int
) -> None:
    assert await together(store, many) == commits
    await store.mutate(lambda work: None)  # after it
    assert breaths == [0.0005] * full
    assert store.counts.functions == many + 1


async def test_a_commit_waits_for_no_more_once_it_took_its_time(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH_SECONDS", -1)
    assert await together(store, 20) == 20


async def test_whoever_waits_no_more_takes_nobody_along(store: Store) -> None:
    release = await block(store)
    gone = asyncio.ensure_future(store.mutate(lambda work: put(work, "a")))
    stays = asyncio.ensure_future(store.mutate(lambda work: put(work, "b")))
    await asyncio.sleep(0.01)
    gone.cancel()
    release()
    assert await asyncio.wait_for(stays, 20) == "b"
    assert gone.cancelled()
    assert await kept(store) == ["a", "b"]  # it was on its way


async def test_what_failed_is_counted_and_what_ran_again(store: Store) -> None:
    for n in range(3):
        with pytest.raises(ValueError, match="mine"):
            await store.mutate(lambda work, k=f"{n}": failing(work, k, ValueError("mine")))
    assert (store.counts.failures, store.counts.replays) == (3, 3)
    assert (store.counts.commits, store.counts.functions) == (0, 0)


async def test_what_ran_again_and_was_kept_is_counted_as_such(store: Store) -> None:
    release = await block(store)
    calls = [
        store.mutate(lambda work: put(work, "a")),
        store.mutate(lambda work: failing(work, "x", ValueError("mine"))),
        store.mutate(lambda work: put(work, "b")),
    ]
    waiting = asyncio.gather(*calls, return_exceptions=True)
    await asyncio.sleep(0.01)
    release()
    await waiting
    await store.mutate(lambda work: None)  # it has counted by then
    assert (store.counts.replays, store.counts.failures) == (1, 1)
    assert store.counts.functions == 4  # whoever held it up, two that put something, and the last


async def test_it_has_ended_once_what_is_under_way_is_done(store: Store) -> None:
    release = await block(store)
    closing = asyncio.ensure_future(store.close())
    await asyncio.sleep(0.02)
    early = closing.done()
    release()
    await closing
    assert not early


async def test_four_read_at_once_and_none_holds_up_the_writer(store: Store) -> None:
    inside, go = threading.Barrier(5), threading.Event()

    def read(work: Work) -> str:
        inside.wait(20)
        assert go.wait(20)
        return threading.current_thread().name

    readers = [asyncio.ensure_future(store.query(read)) for _ in range(4)]
    await asyncio.to_thread(inside.wait, 20)
    fifth = asyncio.ensure_future(kept(store))
    await store.mutate(lambda work: put(work, "written"))
    early = fifth.done()
    go.set()
    assert not early
    names = await asyncio.gather(*readers)
    assert {each.rpartition("_")[0] for each in names} == {"store-reader"}
    assert await fifth == ["written"]


def used(engine: Engine) -> int:
    """By how many connections one after another reads, after three read at a time."""
    with engine.connect(), engine.connect(), engine.connect():
        pass
    seen = set()
    for _ in range(6):
        with engine.connect() as connection:
            seen.add(connection.connection.dbapi_connection)
    engine.dispose()
    return len(seen)


def test_who_reads_one_after_another_has_one_connection(sqlite: Database) -> None:
    """Which knows the statements, and the pages."""
    assert used(reading_engine(make_url(sqlite.url), 4)) == 1


def test_and_would_have_each_in_turn(sqlite: Database) -> None:
    """The control: a pool as SQLAlchemy makes it."""
    assert used(create_engine(sqlite.url, poolclass=QueuePool)) == 3


async def test_what_a_reader_writes_is_not_kept(store: Store) -> None:
    await store.query(lambda work: put(work, "a"))
    assert await kept(store) == []


async def test_its_thread_has_a_name_and_holds_up_no_end(store: Store) -> None:
    writer = await store.mutate(lambda work: threading.current_thread())
    assert (writer.name, writer.daemon) == ("store", True)


def size(path: str) -> int:
    """In bytes."""
    return Path(path).stat().st_size


async def test_what_was_deleted_is_in_the_file_no_more(store: Store, sqlite: Database) -> None:
    path = make_url(sqlite.url).database or ""
    await store.mutate(lambda work: put(work, "word" * 5000))
    await store.mutate(lambda work: work.connection.exec_driver_sql("DELETE FROM rate") and None)
    assert size(f"{path}-wal")
    await store.scrub(whole=False)
    assert size(f"{path}-wal") == 0
    before = size(path)
    await store.scrub(whole=True)
    assert (size(path) < before, size(f"{path}-wal")) == (True, 0)


async def test_it_ends_with_all_that_it_had_open(store: Store, sqlite: Database) -> None:
    writer = await store.mutate(lambda work: threading.current_thread())
    reader = await store.query(lambda work: threading.current_thread())
    await sqlite.jobs.stop()
    await store.close()
    await store.close()
    for each in (writer, reader):
        await asyncio.to_thread(each.join, 20)
        assert not each.is_alive()
    # With whoever closes the file last goes its log: nobody has it open any more.
    path = Path(make_url(sqlite.url).database or "")
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    with pytest.raises(RuntimeError):
        await kept(store)
