"""Looks at a service that runs, now and then: memory, descriptors, threads, tasks, the log of its
database, what waits. A line of CSV each, which can be read while the run goes on."""

from __future__ import annotations

import asyncio
import csv
import os
import re
import time
from collections.abc import Callable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import aiohttp

NUMBER = re.compile(r"^(\w+(?:\{[^}]*\})?) (\S+)$", re.MULTILINE)
MB = 1024.0 * 1024.0


@dataclass(frozen=True, slots=True)
class Sample:
    """What was seen at one moment."""

    seconds: float
    """Since the load began."""
    rss: float
    """Resident memory, in MB."""
    descriptors: float
    threads: float
    tasks: float
    """Of asyncio, that are not done."""
    wal: float
    """MB of SQLite's log; 0 on PostgreSQL, whose log is its own."""
    undelivered: float
    """Seconds that the oldest answer has been waiting."""
    jobs: float
    """Seconds since the oldest job that is not done was put."""
    lag: float
    """Seconds since the oldest message came that is not committed."""
    ready: float
    """1 where /readyz said so within its time, else 0."""
    inputs: float
    """Done by people so far."""
    p99: float
    """Seconds that Slack's requests took, of those since the sample before."""
    cpu: float
    """Seconds of the processor that the service has had."""
    load: float
    """Of the machine: how many wanted a core in the last minute."""


HEAD = [each.name for each in fields(Sample)]


def read(path: Path) -> list[Sample]:
    """The samples of a file."""
    with path.open(newline="") as file:
        return [Sample(*map(float, row)) for row in list(csv.reader(file))[1:]]


@dataclass
class Sampler:
    """Takes a sample each `every` seconds, of the process `pid` on `port`."""

    pid: int
    port: int
    path: Path
    every: float
    inputs: Callable[[], int]
    p99: Callable[[], float]
    """Of what came since it was asked last."""

    async def go_on(self) -> None:
        """Until cancelled."""
        began = time.monotonic()
        self._write(HEAD)
        limit = aiohttp.ClientTimeout(total=self.every)
        async with aiohttp.ClientSession(timeout=limit) as session:
            next_at = began
            while True:
                self._write(astuple(await self._sample(session, began)))
                next_at += self.every
                await asyncio.sleep(max(0.0, next_at - time.monotonic()))

    def _write(self, row: object) -> None:
        with self.path.open("a", newline="") as file:
            csv.writer(file).writerow(row)

    async def _sample(self, session: aiohttp.ClientSession, began: float) -> Sample:
        base = f"http://127.0.0.1:{self.port}"
        try:
            async with session.get(f"{base}/readyz") as answer:
                ready = float(answer.status == 200)
            async with session.get(f"{base}/metrics") as answer:
                said = {name: float(value) for name, value in NUMBER.findall(await answer.text())}
        except (aiohttp.ClientError, TimeoutError):
            ready, said = 0.0, {}
        number = said.get
        none = float("nan")
        return Sample(
            seconds=round(time.monotonic() - began, 1),
            rss=round(number("process_resident_memory_bytes", none) / MB, 2),
            descriptors=number("process_open_fds", none),
            threads=len(os.listdir(f"/proc/{self.pid}/task")),
            tasks=number("fluxbot_asyncio_tasks", none),
            wal=round(number('fluxbot_disk_bytes{what="log"}', 0.0) / MB, 2),
            undelivered=round(number("fluxbot_undelivered_age_seconds", none), 1),
            jobs=round(number("fluxbot_jobs_waiting_age_seconds", none), 1),
            lag=round(number("fluxbot_inbound_lag_seconds", none), 3),
            ready=ready,
            inputs=self.inputs(),
            p99=round(self.p99(), 4),
            cpu=round(number("process_cpu_seconds_total", none), 1),
            load=round(os.getloadavg()[0], 1),
        )
