"""A copy of a SQLite file as it is at one moment, beside whoever writes to it.

One read transaction is open all the while: SQLite then copies the state of its beginning, and need
not begin anew at each commit of others, which on a busy service would never end. Nobody waits for
it; the log grows meanwhile, and is emptied afterwards.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import aiosqlite

from bot.progress import Progress
from bot.settings import SettingsError

PAGES = 2048
"""Copied at once: 8 MiB, between which the bar is drawn."""


def copy(source: Path, target: Path, progress: Progress) -> None:
    """Copy into a file that is empty, and look whether the copy holds. Raises `SettingsError`."""
    with _explained(source):
        asyncio.run(_copy(source, target, progress))
        with closing(_opened(target)) as copied:
            # A copy is one file: without a log of its own, until somebody runs on it.
            copied.execute("PRAGMA journal_mode=DELETE")
            check(copied, target)


async def _copy(source: Path, target: Path, progress: Progress) -> None:
    done = 0

    def moved(_status: int, left: int, total: int) -> None:
        nonlocal done
        if not done:
            progress.begin(total)
        progress.moved(total - left - done)
        done = total - left

    async with _opening(source) as there, _opening(target) as here:
        await there.execute("BEGIN")
        await there.execute_fetchall("SELECT count(*) FROM sqlite_master")  # one state, from now on
        await there.backup(here, pages=PAGES, progress=moved, sleep=0)
    progress.finished("pages", done)
    progress.end()


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `SettingsError` unless every page, index and reference holds."""
    said = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    if said != ["ok"]:
        raise SettingsError([f"{path}: is damaged ({'; '.join(said)[:200]})"])
    if connection.execute("PRAGMA foreign_key_check").fetchone():
        raise SettingsError([f"{path}: is damaged (a row refers to one that is not there)"])


@contextmanager
def _explained(source: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise SettingsError([f"{source}: cannot be copied: {error}"]) from None


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=30.0, isolation_level=None)


def _opening(path: Path) -> aiosqlite.Connection:
    return aiosqlite.connect(path, timeout=30.0, isolation_level=None)
