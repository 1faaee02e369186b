"""A server in a process of its own, its database, and bursts against it whose rows are counted."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.databases import Place, in_file, reading
from tests.bench.load import Load, Timed
from tests.bench.machine import LOAD_CORE, SERVER_CORE, cpu_seconds, pin
from tests.bench.payloads import (
    FIRST_USER,
    SECRET,
    SLACK_TOKEN,
    TELEGRAM_TOKEN,
    USERS,
    Request,
)
from tests.bench.standin import StandIn
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PEERS = Path(__file__).parent / "peers"
PEERS_PYTHON = ROOT / ".venv/peers/bin/python"
SETTLE = 60.0
"""Seconds that the rows of a burst may take to be there after its last answer."""
REST, IDLE = 0.25, 0.1
"""Who uses less than such a share of a core for so many seconds has nothing to do."""


class Lost(Exception):
    """A request was refused, or the rows are not those that were asked for."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How a contender is started, and what says that its work is done."""

    name: str
    script: str = ""
    """A file of `peers/`; empty for our service."""
    extra: tuple[str, ...] = ()
    token: str = TELEGRAM_TOKEN
    settled: str = "SELECT 0"
    """SQL for how much is still to do after the answers."""
    module: str = "tests.bench.ours"
    """What starts our service."""
    secret: str = SECRET
    settings: Mapping[str, str] = field(default_factory=dict)
    """More settings of our service."""
    table: str = "task"
    """Where each request leaves a row."""
    answered: bool = True
    """Whether somebody is sent an answer, beside the response."""


OURS = Kind("ours", settled="SELECT count(*) FROM message_key WHERE delivered_at IS NULL")
TELEGRAM_FLOOR = Kind("floor", "floor.py", ("telegram",))
TELEGRAM_PEER = Kind("peer", "aiogram_bot.py")
SLACK_FLOOR = Kind("floor", "floor.py", ("slack",), SLACK_TOKEN)
SLACK_PEER = Kind("peer", "bolt_bot.py", (), SLACK_TOKEN)


@dataclass(slots=True)
class Burst:
    """What one burst cost."""

    timed: Timed
    cpu: float
    """On-CPU seconds of the server."""
    requests: int

    @property
    def rate(self) -> float:
        return self.requests / self.timed.seconds

    @property
    def cpu_each(self) -> float:
        return self.cpu / self.requests


@dataclass(slots=True)
class Contender:
    """A server that is up."""

    kind: Kind
    port: int
    pid: int
    database: Path
    """Of a SQLite file, or of what is in its place."""
    url: str
    tasks: int = 0
    """Rows that must be there, of tasks or whatever the kind counts."""
    seeded: int = 0
    """Those that were there before it was."""
    process: subprocess.Popen[str] | None = field(default=None, repr=False)

    async def burst(
        self,
        requests: Sequence[Request],
        platform: StandIn,
        *,
        adds: bool = True,
        rate: float | None = None,
        connections: int = 32,
    ) -> Burst:
        """Raises `Lost` unless every request is answered and has had its effect once."""
        self.tasks += len(requests) if adds else 0
        load = Load(self.port, requests, connections=connections, answered=self.kind.answered)
        cpu = cpu_seconds(self.pid)
        timed = await load.run(platform, rate)
        waited = self._settle()
        spent = cpu_seconds(self.pid) - cpu
        if rate is None and waited:  # answered before its work was over: the clock goes on
            timed.seconds = time.perf_counter() - timed.began
        if timed.refused:
            raise Lost(f"{self.kind.name}: {timed.refused} of {len(requests)} were refused")
        return Burst(timed, spent, len(requests))

    def _settle(self) -> bool:
        """Wait until the work is over; whether that took any waiting. Blocks the load's loop,
        which has nothing else to do."""
        end, waited = time.perf_counter() + SETTLE, False
        with reading(self.url) as number:
            while (found := self._rows(number)) != (0, self.tasks):
                if time.perf_counter() > end:
                    wrong = f"{found[1]} rows for {self.tasks}, {found[0]} not settled"
                    raise Lost(f"{self.kind.name}: {wrong}")
                waited = True
                time.sleep(0.001)
        return waited

    def _rows(self, number: Callable[[str], int]) -> tuple[int, int]:
        """Counting a million rows after each burst would be the load."""
        table, left = self.kind.table, number(self.kind.settled)
        if self.url.startswith("sqlite"):  # where ids are given in sequence
            return left, number(f"SELECT coalesce(max(rowid), 0) FROM {table}")  # noqa: S608  # our own
        since = f"WHERE id > {self.seeded}" if self.seeded else ""
        return left, self.seeded + number(f"SELECT count(*) FROM {table} {since}")  # noqa: S608  # our own

    def count(self) -> int:
        """The rows, one by one. Raises `Lost` unless they are as many as were added."""
        with reading(self.url) as number:
            found = number(f"SELECT count(*) FROM {self.kind.table}")  # noqa: S608  # our own
        if found != self.tasks:
            raise Lost(f"{self.kind.name}: {found} rows for {self.tasks}")
        return found

    async def stop(self) -> None:
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            await asyncio.to_thread(self.process.wait, 15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def command_of(kind: Kind, database: Path, port: int, platform: StandIn) -> list[str]:
    if not kind.script:
        return [sys.executable, "-m", kind.module]
    options = {"db": str(database), "port": str(port), "api": platform.url}
    options |= {"token": kind.token, "secret": kind.secret}
    given = [part for name, value in options.items() for part in (f"--{name}", value)]
    return [str(PEERS_PYTHON), str(PEERS / kind.script), *given, *kind.extra]


def environment(kind: Kind, url: str, port: int, platform: StandIn) -> Mapping[str, str]:
    """Our settings; nothing of the caller's own reaches a contender."""
    return {
        "PATH": os.environ["PATH"],
        "DATABASE_URL": url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PORT": str(port),
        "SECRET_KEY": "k" * 32,
        "TELEGRAM_BOT_TOKEN": TELEGRAM_TOKEN,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "TELEGRAM_BASE_URL": platform.url,
        "SLACK_BOT_TOKEN": SLACK_TOKEN,
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BASE_URL": f"{platform.url}/api/",
        **kind.settings,
        "BENCH_SPEAKERS": str(FIRST_USER + USERS),
    }


def _spawn(command: Sequence[str], settings: Mapping[str, str], log: Path) -> subprocess.Popen[str]:
    """A child has the core of the thread that makes it."""
    pin(SERVER_CORE)
    try:
        with log.open("a") as errors:
            return subprocess.Popen(  # noqa: S603  # our own files
                command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT, env=settings
            )
    finally:
        pin(LOAD_CORE)


async def launch(kind: Kind, database: Path, platform: StandIn, url: str = "") -> Contender:
    """Start it on its core; return when it serves and knows its platforms. `url`: our service's
    database, if it is not this file."""
    url = url or in_file(database)
    port, log = free_port(), database.with_suffix(".log")
    known = platform.calls[b"setWebhook"] + 1, platform.calls[b"auth.test"] + 1
    command = command_of(kind, database, port, platform)
    settings = environment(kind, url, port, platform)
    process = await asyncio.to_thread(_spawn, command, settings, log)
    made = Contender(kind, port, process.pid, database, url, process=process)
    assert process.stdout is not None
    if (await asyncio.to_thread(process.stdout.readline)).strip() != "READY":
        await made.stop()
        raise RuntimeError(f"{kind.name} did not start:\n{log.read_text()[-3000:]}")
    if not kind.script:
        await platform.called(b"setWebhook", known[0])
        await platform.called(b"auth.test", known[1])
    return made


@asynccontextmanager
async def contenders(
    kinds: Sequence[Kind], folder: Path, platform: StandIn, place: Place = in_file
) -> AsyncIterator[list[Contender]]:
    """All of them up at once, our service with its database in its `place`."""
    async with AsyncExitStack() as stack:
        up = []
        for kind in kinds:
            database = folder / f"{kind.name}.db"
            url = "" if kind.script else place(database)
            each = await launch(kind, database, platform, url)
            stack.push_async_callback(each.stop)
            up.append(each)
        yield up


async def at_rest(up: Sequence[Contender]) -> None:
    """Wait until each has done what follows from what it was asked so far, as our service looks up
    the names of those whom it meets: else that is measured with what comes next. Raises `Lost`."""
    for each in up:
        for _ in range(int(SETTLE / REST)):
            spent = cpu_seconds(each.pid)
            await asyncio.sleep(REST)
            if cpu_seconds(each.pid) - spent < IDLE * REST:
                break
        else:
            raise Lost(f"{each.kind.name}: it does not come to rest")


def there_and_back(up: Sequence[Contender], cycle: int) -> Sequence[Contender]:
    """The order of one cycle: a slow spell of the machine hits neighbours alike."""
    return up if cycle % 2 == 0 else up[::-1]
