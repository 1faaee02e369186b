"""Jobs outlive the process: killed, stopped, started again."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from adapters.engine import dbos_engine
from adapters.engine.dbos_engine import DbosEngine
from core.errors import RetryLater
from core.ports import Job, Payload
from tests.adapters.engine_kit import Store, postgres_server, started, store, until, url

__all__ = ["postgres_server", "store", "url"]  # fixtures

CHATS = 10


def tell(chat: int, n: int) -> Job:
    return Job(f"{chat}:{n}", "tell", {"chat": chat, "n": n}, "telegram", f"c{chat}", n)


def lines(log: Path, word: str) -> list[str]:
    return [line.split()[1] for line in log.read_text().splitlines() if line.startswith(word)]


def serve(url: str, log: Path) -> subprocess.Popen[bytes]:
    script = Path(__file__).with_name("engine_worker.py")
    command = [sys.executable, str(script), url, str(log)]
    root = Path(__file__).parents[2]
    env = {"PYTHONPATH": str(root)}
    return subprocess.Popen(command, cwd=root, env=env)  # noqa: S603  # our own script


async def test_kill_9_loses_nothing_and_repeats_only_what_was_in_flight(
    url: str, store: Store, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    log.touch()
    engine = DbosEngine(url=url)
    await asyncio.to_thread(engine.prepare)
    jobs = [tell(chat, n) for n in (1, 2, 3) for chat in range(CHATS)]
    with store.begin() as connection:
        for each in jobs:
            engine.put(connection, each)
    await engine.stop()
    first = serve(url, log)
    await until(lambda: len(lines(log, "start")) >= CHATS, 30)
    first.kill()
    first.wait()
    in_flight = Counter(lines(log, "start"))
    second = serve(url, log)
    try:
        await until(lambda: {each.id for each in jobs} <= set(lines(log, "done")), 60)
        await asyncio.sleep(0.2)
    finally:
        second.kill()
        second.wait()
    starts, done = Counter(lines(log, "start")), list(dict.fromkeys(lines(log, "done")))
    assert max(starts.values()) == 2
    assert {job for job, count in starts.items() if count == 2} <= set(in_flight)
    for chat in range(CHATS):
        assert [job for job in done if job.startswith(f"{chat}:")] == [
            f"{chat}:{n}" for n in (1, 2, 3)
        ]


async def test_a_stop_lets_attempts_end_and_parks_the_waiting(url: str, store: Store) -> None:
    sent: list[object] = []
    begun = asyncio.Event()

    async def run(payload: Payload) -> None:
        if payload["n"] == 2 and not begun.is_set():
            begun.set()
            raise RetryLater(3.0)
        await begun.wait()
        await asyncio.sleep(0.5)
        sent.append(payload["n"])

    async with started(url, {"tell": run}) as engine:
        with store.begin() as connection:
            engine.put(connection, tell(1, 1))
            engine.put(connection, tell(2, 2))
            engine.put(connection, tell(2, 3))
        await until(lambda: engine.counts()["retried"] == 1)
        begin = time.monotonic()
    assert time.monotonic() - begin < 8
    assert sent == [1]  # it was let end; it does not run again
    assert await asyncio.to_thread(lambda: 1) == 1  # the loop still has an executor
    async with started(url, {"tell": run}) as engine:
        await until(lambda: engine.counts()["finished"] == 2)
    assert sent == [1, 2, 3]
    assert time.monotonic() - begin > 2  # the wait was kept over the restart


async def test_a_job_whose_turn_comes_during_a_stop_waits_for_the_next_start(
    url: str, store: Store
) -> None:
    sent: list[object] = []
    begun, turn = asyncio.Event(), asyncio.Event()

    async def run(payload: Payload) -> None:
        if payload["n"] == 1:
            async with engine.waiting():
                await turn.wait()
        else:
            begun.set()
            await asyncio.sleep(0.3)
            turn.set()
            await asyncio.sleep(0.3)
        sent.append(payload["n"])

    async with started(url, {"tell": run}) as engine:
        with store.begin() as connection:
            engine.put(connection, tell(1, 1))
            engine.put(connection, tell(2, 2))
        await begun.wait()
    assert sent == [2]
    async with started(url, {"tell": run}) as engine:
        await until(lambda: engine.counts()["finished"] == 1)
    assert sent == [2, 1]


async def test_a_job_that_begins_when_the_engine_is_gone_waits_for_the_next_start(
    url: str, store: Store
) -> None:
    """It was claimed in DBOS's thread, and comes to the loop after the stop has begun. Going on, it
    would be a dead letter: there is no DBOS any more."""
    sent: list[object] = []

    async def run(payload: Payload) -> None:
        sent.append(payload["n"])

    async with started(url, {"tell": run}) as engine:
        asyncio.get_running_loop().call_soon(time.sleep, 0.03)  # DBOS begins to end
        with store.begin() as connection:
            engine.put(connection, tell(1, 1))
        time.sleep(0.7)  # noqa: ASYNC251  # while it is claimed
    assert sent == []
    async with started(url, {"tell": run}) as engine:
        await until(lambda: sent == [1])
        assert await engine.dead_letters() == []


async def test_a_stop_does_not_wait_for_an_attempt_that_hangs(
    url: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbos_engine, "GRACE", 1)
    begun = asyncio.Event()

    async def hang(_: Payload) -> None:
        begun.set()
        await asyncio.Event().wait()

    async with started(url, {"tell": hang}) as engine:
        with store.begin() as connection:
            engine.put(connection, tell(1, 1))
        await begun.wait()
        begin = time.monotonic()
    assert 1 <= time.monotonic() - begin < 1 + 3


async def test_a_runner_that_is_cancelled_from_within_is_tried_again(
    url: str, store: Store
) -> None:
    """Otherwise the job would stay pending, and its chat behind it, until the next start."""
    tries: list[int] = []

    async def run(_: Payload) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise asyncio.CancelledError

    async with started(url, {"tell": run}) as engine:
        with store.begin() as connection:
            engine.put(connection, tell(1, 1))
        await until(lambda: engine.counts()["finished"] == 1)
    assert len(tries) == 2


async def test_one_engine_at_a_time(url: str) -> None:
    async with started(url, {}):
        with pytest.raises(RuntimeError, match="already started"):
            await DbosEngine(url=url).start({})
    async with started(url, {}):
        pass
