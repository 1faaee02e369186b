"""The real service in a process of its own, started again whenever it was killed."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from tests.faults.nursery import ROOT, Born, born

START_LIMIT = 30.0
"""Seconds after which a start is a failure; what it really takes is measured and reported."""


@dataclass
class Supervised:
    """`python -m <module> run` with these settings, in `directory`, which also holds its log."""

    directory: Path
    settings: dict[str, str]
    port: int
    module: str = "bot"
    host: str = "127.0.0.1"
    options: tuple[str, ...] = ()
    """Of the command `run`."""
    afresh: bool = False
    """Whether each start loads the program anew, as a real one does, and so takes its time."""
    kills: list[float] = field(default_factory=list)
    """Unix seconds of each kill."""
    starts: list[float] = field(default_factory=list)
    """Seconds from each start to the first 200 of /readyz."""
    _process: asyncio.subprocess.Process | Born | None = None

    @property
    def database(self) -> Path:
        return self.directory / "fluxbot.db"

    @property
    def log(self) -> Path:
        return self.directory / "service.log"

    @property
    def process(self) -> asyncio.subprocess.Process | Born:
        assert self._process is not None, "not started"
        return self._process

    async def spawn(self) -> None:
        """Begin a start, without waiting for it."""
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **self.settings}
        if not self.afresh:
            self._process = await born(
                self.module, "run", *self.options,
                cwd=self.directory, env=environment, log=self.log,
            )  # fmt: skip
            return
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self.module, "run", *self.options,
                cwd=self.directory, env=environment, stdout=log, stderr=log,
            )  # fmt: skip

    async def start(self) -> float:
        """Start, wait until it is ready; the seconds that took."""
        began = time.monotonic()
        await self.spawn()
        async with aiohttp.ClientSession() as session:
            while not await self._ready(session):
                assert self.process.returncode is None, self.log.read_text()[-4000:]
                assert time.monotonic() - began < START_LIMIT, "never ready"
                await asyncio.sleep(0.02)
        self.starts.append(time.monotonic() - began)
        return self.starts[-1]

    async def _ready(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"http://{self.host}:{self.port}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def kill(self) -> None:
        """kill -9, and be sure that it is gone."""
        self.process.kill()
        self.kills.append(time.time())
        await self.process.wait()

    async def terminate(self) -> tuple[int, float]:
        """SIGTERM; the exit code and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = await asyncio.wait_for(self.process.wait(), 30)
        return code, time.monotonic() - began

    async def end(self) -> None:
        """Leave nothing running."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def integrity(self) -> str:
        """SQLite's own check of what a kill left, made on a copy: looking at the original would
        repair it. `ok` when it is."""
        copy = self.directory / "checked.db"
        for suffix in ("", "-wal"):
            source = Path(f"{self.database}{suffix}")
            if source.exists():
                shutil.copyfile(source, f"{copy}{suffix}")
        connection = sqlite3.connect(copy)
        try:
            found: str = connection.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            connection.close()
        for suffix in ("", "-wal", "-shm"):
            Path(f"{copy}{suffix}").unlink(missing_ok=True)
        return found

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """What a query gives, beside the service. Empty while there is no such table yet."""
        if not self.database.exists():
            return []
        connection = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=30)
        try:
            return connection.execute(query, values).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error) or "unable to open" in str(error):
                return []
            raise
        finally:
            connection.close()

    def count(self, query: str, *values: object) -> int:
        """The number that a query gives."""
        found = self.rows(query, *values)
        return int(str(found[0][0])) if found else 0
