"""The disk is full and has room again: nothing is taken that cannot be kept, nothing is half done,
and the service goes on by itself (B17)."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import aiohttp
import pytest

from tests.faults.city import City, city
from tests.faults.load import Load
from tests.faults.test_database_trouble import back, judged, kept, troubled

Figure = Callable[[str, object], None]
SIZE = "48m"
TIMES, FULL = 10, 3.0
CLAIMED = "SELECT count(*) FROM workflow_status WHERE status = 'PENDING'"
RATE = 8.0
"""Things that people do in a second."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk that holds the service's database, and its log elsewhere. Only root may have
    one."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    small = tmp_path / "small"
    small.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(small)]
    if mount is None or umount is None or _run(mount, *options):
        pytest.skip("no disk can be mounted here")
    (tmp_path / "fluxbot.db").symlink_to(small / "fluxbot.db")  # its log goes where it leads
    yield small
    _run(umount, "-l", str(small))


def _run(*command: str) -> int:
    return subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603  # mount's own path


def fill(disk: Path) -> None:
    """Take all the room there is, and that which SQLite keeps in its log."""
    database = closing(sqlite3.connect(disk / "fluxbot.db", timeout=5))
    with database as connection, suppress(sqlite3.OperationalError):  # it is full already
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with (disk / "ballast").open("ab", buffering=0) as file:
        for piece in (1 << 16, 1 << 12):
            try:
                while file.write(b"\0" * piece) == piece:
                    pass
            except OSError:
                continue


async def refused(here: City) -> dict[str, float]:
    """How often the platforms were not told yes, by status."""
    url = f"http://127.0.0.1:{here.service.port}/metrics"
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        text = await answer.text()
    found: dict[str, float] = {}
    for status, count in re.findall(r'fluxbot_webhook_failures_total.*status="(\d+)"} (\S+)', text):
        found[status] = found.get(status, 0.0) + float(count)
    return found


async def full(here: City, disk: Path, number: int) -> float:
    """The disk is full for a while; the seconds until somebody is answered again."""
    since, before = time.time(), (await refused(here)).get("503", 0.0)
    until = time.monotonic() + FULL
    while time.monotonic() < until:
        await asyncio.to_thread(fill, disk)
        await asyncio.sleep(0.1)
    assert (await refused(here)).get("503", 0.0) > before  # it was full, and said so
    (disk / "ballast").unlink()
    troubled(here.service, since)
    return await back(here, f"full{number}")


@pytest.mark.faults
@pytest.mark.promise("B17", "F6")
async def test_a_disk_that_is_full_ten_times(
    disk: Path, tmp_path: Path, record_property: Figure
) -> None:
    took: list[float] = []
    async with city(tmp_path, "webhook") as here:
        await here.service.start()
        await here.link(1)
        load = Load(here, RATE, random.Random(17))  # noqa: S311  # load, no secret
        load.begin()
        for number in range(TIMES):
            await asyncio.sleep(2)
            took.append(await full(here, disk, number))
        verdict = await judged(here, load)
        statuses = await refused(here)
        assert {each for each in statuses if each >= "500"} == {"503"}
        record_property("answered 503", int(statuses["503"]))
        kept(verdict, record_property, took)
        assert here.service.integrity() == "ok"


@pytest.mark.faults
@pytest.mark.control("F6", "B17")
async def test_an_engine_that_gives_up_leaves_jobs_behind(disk: Path, tmp_path: Path) -> None:
    async with city(tmp_path, "webhook", module="tests.faults.gives_up") as here:
        await here.service.start()
        await here.link(1)
        load = Load(here, RATE, random.Random(18))  # noqa: S311  # load, no secret
        load.begin()
        await here.until(lambda: here.service.count(CLAIMED), 60)  # then it fills, not by the clock
        await full(here, disk, 0)
        await load.end()
        with pytest.raises(AssertionError, match="not at rest"):
            await here.settle(40.0)
        assert here.service.count(CLAIMED) > 0
