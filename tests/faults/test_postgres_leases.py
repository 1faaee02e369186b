"""What a dead, a frozen and a stopped process were doing is taken over by the others, in order."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from adapters.engine.admin import DbosAdmin
from adapters.engine.database import prepare
from adapters.engine.dbos_engine import DbosEngine
from core.ports import Job
from tests.adapters.engine_kit import tell, until
from tests.databases import PostgresServer, core_postgres
from tests.faults.nursery import ROOT, Born, born

__all__ = ["core_postgres"]  # a fixture
CHATS, EACH = 6, 4
TTL = 2.0
TAKEN_OVER = TTL + TTL / 3 + 1.0
"""Seconds: the lease, the look, and a start on a busy machine."""
PROMISED = 30.0
"""Seconds within which a dead process's jobs are taken over, with the lease as it is shipped."""
WORKER = "tests.faults.leased_worker"


class Workers:
    """Processes on one database, and what they wrote."""

    def __init__(self, url: str, log: Path) -> None:
        self.url, self.log = url, log
        self.processes: list[Born] = []

    async def start(self, *options: str, ttl: float | str = TTL) -> Born:
        """One more, up."""
        said = self.log.with_suffix(".said")
        words = (self.url, str(self.log), str(ttl), *options)
        made = await born(WORKER, *words, cwd=ROOT, env=os.environ, log=said)
        self.processes.append(made)
        await until(lambda: f"up {made.pid}" in self.lines())
        return made

    def put(self, *jobs: Job) -> None:
        engine, store = DbosEngine(url=self.url), create_engine(self.url)
        with store.begin() as connection:
            for job in jobs:
                engine.put(connection, job)
        store.dispose()

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    def did(self, what: str, by: int | None = None) -> list[str]:
        """The jobs that started, or were done, in this order; of one process or of all."""
        words = [line.split() for line in self.lines()]
        return [each[1] for each in words if each[0] == what and by in (None, int(each[-1]))]

    async def end(self) -> None:
        for each in self.processes:
            each.kill()
            await each.wait()


@pytest.fixture
async def workers(core_postgres: PostgresServer, tmp_path: Path) -> AsyncIterator[Workers]:
    url = core_postgres.migrated()
    await asyncio.to_thread(prepare, url)
    made = Workers(url, tmp_path / "log")
    yield made
    await made.end()


def crowd() -> list[Job]:
    return [tell(chat, n) for n in range(1, EACH + 1) for chat in range(CHATS)]


def all_done(workers: Workers) -> Callable[[], bool]:
    return lambda: len(set(workers.did("done"))) == CHATS * EACH


def in_order(workers: Workers) -> bool:
    """Whether the first start of each message of a chat came after that of the one before."""
    first = list(dict.fromkeys(workers.did("start")))
    return all(
        [each for each in first if each.startswith(f"{chat}:")]
        == [f"{chat}:{n}" for n in range(1, EACH + 1)]
        for chat in range(CHATS)
    )


def under_way(workers: Workers, process: int) -> set[str]:
    """What a process began and did not end."""
    return set(workers.did("start", process)) - set(workers.did("done", process))


async def busy(workers: Workers) -> Born:
    """One that has jobs under way: which of them takes the first ones is chance."""

    def found() -> list[Born]:
        return [each for each in workers.processes if under_way(workers, each.pid)]

    await until(lambda: bool(found()))
    return found()[0]


async def one_dies(workers: Workers, within: float, *, ttl: float | str) -> float:
    """Of two processes with jobs under way. Gives the seconds until those that the dead one had
    were done by the other, once all is done."""
    await workers.start(ttl=ttl)
    await workers.start(ttl=ttl)
    workers.put(*crowd())
    dead = await busy(workers)
    dead.kill()
    await dead.wait()
    began, flying = time.monotonic(), under_way(workers, dead.pid)
    await until(lambda: flying <= set(workers.did("done")), seconds=within)
    taken = time.monotonic() - began
    await until(all_done(workers))
    return taken


@pytest.mark.promise("F1")
@pytest.mark.parametrize(
    ("ttl", "within"),
    [(TTL, TAKEN_OVER), pytest.param("shipped", PROMISED, marks=pytest.mark.faults)],
)
async def test_a_dead_process_s_jobs_are_taken_over_in_order(
    workers: Workers, ttl: float | str, within: float
) -> None:
    seconds = await one_dies(workers, within, ttl=ttl)
    print(f"taken over after {seconds:.1f} s")  # noqa: T201  # the figure, with `-s`
    assert seconds < within
    assert in_order(workers)
    starts = Counter(workers.did("start"))
    twice = [job.partition(":")[0] for job, count in starts.items() if count > 1]
    assert 0 < len(twice) == len(set(twice))  # a chat has one job in flight
    assert max(starts.values()) == 2


@pytest.mark.faults
@pytest.mark.control("F1", "scale")
async def test_without_the_sweep_they_would_wait_for_ever(workers: Workers) -> None:
    await workers.start("no-sweep")
    await workers.start("no-sweep")
    workers.put(*crowd())
    dead = await busy(workers)
    dead.kill()
    await dead.wait()
    flying = under_way(workers, dead.pid)
    await asyncio.sleep(1.5 * TAKEN_OVER)
    assert not flying & set(workers.did("done"))


async def test_a_frozen_process_that_wakes_repeats_only_what_it_was_doing(
    workers: Workers,
) -> None:
    await workers.start()
    await workers.start()
    workers.put(*crowd())
    frozen = await busy(workers)
    os.kill(frozen.pid, signal.SIGSTOP)
    flying = under_way(workers, frozen.pid)
    await asyncio.sleep(TAKEN_OVER)
    assert flying <= set(workers.did("done"))
    os.kill(frozen.pid, signal.SIGCONT)
    await until(all_done(workers))
    workers.put(tell(99, 1))
    await until(lambda: "99:1" in workers.did("done"))
    await asyncio.sleep(0.5)
    done = Counter(workers.did("done"))
    twice = [job.partition(":")[0] for job, count in done.items() if count > 1]
    assert len(twice) == len(set(twice))  # a chat has one job in flight
    assert max(done.values()) <= 2
    assert in_order(workers)


async def test_a_frozen_process_that_wakes_goes_on_working(workers: Workers) -> None:
    alone = await workers.start()
    os.kill(alone.pid, signal.SIGSTOP)
    other = await workers.start()
    await asyncio.sleep(TAKEN_OVER)
    other.kill()
    await other.wait()
    os.kill(alone.pid, signal.SIGCONT)
    workers.put(*crowd())
    await until(all_done(workers))
    assert in_order(workers)


async def test_a_short_freeze_doubles_nothing(workers: Workers) -> None:
    await workers.start()
    await workers.start()
    workers.put(*crowd())
    frozen = await busy(workers)
    os.kill(frozen.pid, signal.SIGSTOP)
    await asyncio.sleep(TTL / 3)
    os.kill(frozen.pid, signal.SIGCONT)
    await until(all_done(workers))
    assert max(Counter(workers.did("start")).values()) == 1


async def test_a_stop_hands_over_at_once(workers: Workers) -> None:
    stopped = await workers.start()
    await workers.start()
    workers.put(*[tell(chat, 1, seconds=60) for chat in range(8)])
    await until(lambda: len(workers.did("start")) == 8)
    flying = under_way(workers, stopped.pid)
    stopped.terminate()
    assert await stopped.wait() == 0
    began = time.monotonic()
    await until(lambda: len(workers.did("start")) == 8 + len(flying))
    assert time.monotonic() - began < TTL / 2


async def dead_after(
    workers: Workers, recoveries: int, *, at_once: int = 1, ttl: float = 0.4
) -> list[str]:
    """Have so many processes, another one for each that the poison kills, until it is a dead
    letter. Gives all of these."""
    admin, here = DbosAdmin(workers.url), list[Born]()

    async def something() -> bool:
        return any(each.returncode is not None for each in here) or bool(await admin.count_dead(1))

    try:
        while not await admin.count_dead(1):
            here = [each for each in here if each.returncode is None]
            while len(here) < at_once:
                here.append(await workers.start(str(recoveries), ttl=ttl))
            await until(something, seconds=50 * ttl)
        return [each.id for each in await admin.dead_letters()]
    finally:
        await admin.close()


async def test_a_job_that_kills_its_processes_ends_as_a_dead_letter(workers: Workers) -> None:
    workers.put(tell(1, 1, poison=True), tell(1, 2))
    assert await dead_after(workers, 1) == ["1:1"]
    await until(lambda: "1:2" in workers.did("done"))  # its chat goes on
    assert workers.did("start").count("1:1") == 2


@pytest.mark.faults
@pytest.mark.parametrize("at_once", [1, 2])
async def test_what_ran_beside_a_poison_is_done_all_the_same(
    workers: Workers, at_once: int
) -> None:
    others = [tell(chat, 1) for chat in range(2, 12)]
    workers.put(tell(1, 1, poison=True), *others)
    assert await dead_after(workers, 10, at_once=at_once) == ["1:1"]
    await until(lambda: set(workers.did("done")) == {each.id for each in others})
    assert workers.did("start").count("1:1") == 11
    assert await dead_after(workers, 10) == ["1:1"]
