"""What nobody waits for lets whoever writes go before it."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from itertools import count, pairwise

import pytest

from core.lanes import SHARE, Lanes
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


@pytest.mark.promise("B14", "F22")
async def test_a_message_goes_before_a_thousand_jobs(postgres: Database) -> None:
    store = postgres.open()
    assert await left_when_answered(store.behind(), store) > JOBS - 3 * THREADS


@pytest.mark.control("B14", "F22")
async def test_without_lanes_all_of_them_go_first(postgres: Database) -> None:
    """Negative control."""
    store = postgres.open()
    assert await left_when_answered(store, store) < 2 * THREADS


async def test_it_is_the_same_store(database: Database) -> None:
    store = database.open()
    behind, before = store.behind(), store.counts.commits
    await asyncio.gather(*(behind.mutate(lambda work: None) for _ in range(JOBS)))
    commits = store.counts.commits - before
    assert commits == JOBS if database.shared else commits < JOBS / 10  # they share one
    assert (behind.url, behind.shared) == (store.url, store.shared)


@contextmanager
def stopped(lanes: Lanes) -> Iterator[None]:
    """Its one thread waits until all is put that the block puts."""
    goes_on = threading.Event()
    lanes.submit(goes_on.wait)
    try:
        yield
    finally:
        goes_on.set()


def test_in_each_lane_first_come_first_served_and_one_of_five_is_of_the_other() -> None:
    order = list[str]()
    with Lanes(1, "test") as lanes, stopped(lanes):
        for number in range(4):
            lanes.submit_behind(order.append, f"behind {number}")
        for number in range(3 * SHARE):
            lanes.submit(order.append, f"first {number}")
    of_each = [[each for each in order if each.startswith(lane)] for lane in ("first", "behind")]
    assert of_each[0] == [f"first {number}" for number in range(3 * SHARE)]
    assert of_each[1] == [f"behind {number}" for number in range(4)]
    places = [at for at, each in enumerate(order) if each.startswith("behind")]
    assert [after - before for before, after in pairwise(places[:3])] == [SHARE, SHARE]
    assert places[0] < SHARE


def test_whoever_waits_hears_what_came_of_it_or_has_given_up() -> None:
    with Lanes(1, "test") as lanes:
        with stopped(lanes):
            good = lanes.submit(int, "5", base=8)
            bad, given_up = lanes.submit_behind(int, "x"), lanes.submit_behind(int, "6")
            last = lanes.submit_behind(int, "7")
            assert given_up.cancel()
        assert (good.result(5), last.result(5)) == (5, 7)
        with pytest.raises(ValueError, match="'x'"):
            bad.result(5)


def test_what_is_taken_no_more_is_refused_and_what_was_taken_is_done() -> None:
    lanes, done = Lanes(1, "test"), list[str]()
    with stopped(lanes):
        kept = lanes.submit_behind(done.append, "kept")
        lanes.shutdown(wait=False)
        for submit in (lanes.submit, lanes.submit_behind):
            with pytest.raises(RuntimeError):
                submit(done.append, "refused")
    kept.result(5)
    lanes.shutdown()
    assert done == ["kept"]


def test_many_threads_take_each_once() -> None:
    taken, done = count(), list[Future[int]]()
    with Lanes(8, "test") as lanes:
        for number in range(2000):
            submit = lanes.submit if number % 3 else lanes.submit_behind
            done.append(submit(taken.__next__))
        assert sorted(each.result(5) for each in done) == [*range(2000)]


class Broken(Exception):
    """What a transaction raises."""


async def test_what_is_raised_is_gone_with_whoever_heard_it(postgres: Database) -> None:
    """Jobs raise all the time: nothing of them is to wait for a collection of garbage."""
    store, seen = postgres.open(), list[weakref.ref[BaseException]]()

    def breaks(work: Work) -> None:
        error = Broken()
        seen.append(weakref.ref(error))
        try:
            raise error
        finally:
            del error

    async def heard(of: Store) -> None:
        with pytest.raises(Broken):
            await of.mutate(breaks)

    gc.disable()
    try:
        for each in (store, store.behind()):
            await heard(each)
        async with asyncio.timeout(5):  # the thread ends its turn after whoever waits has heard
            while any(each() for each in seen):  # noqa: ASYNC110  # a ring has no event
                await asyncio.sleep(0.01)
    finally:
        gc.enable()
