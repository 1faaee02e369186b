"""`fluxbot restore PATH`: a backup becomes an empty database, and is looked through before anybody
runs on it.

Whatever was committed after the moment of the backup is gone. What waited to be sent at that moment
is sent once more, though it may have been sent since; and reminders that came due since then.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from adapters.engine.admin import DbosAdmin
from adapters.engine.database import prepare
from adapters.engine.outbox import Outbox
from bot import backup_postgres, backup_sqlite
from bot.backup import digest_of, said, sha256
from bot.clock import WallClock
from bot.lock import only_one
from bot.progress import Progress
from bot.settings import Settings, SettingsError
from core import migrations, schema
from core.ids import Ids
from core.work import Work

_COUNTS = {
    name: select(func.count()).select_from(table)
    for name, table in (
        ("accounts", schema.account),
        ("tasks", schema.task),
        ("reminders", schema.reminder),
        ("rows of the record", schema.audit),
    )
}


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there now."""

    counts: dict[str, int]
    jobs: int
    """That wait, and are run at the next start."""
    dead_letters: int
    checked: bool
    """Whether the file was compared with the digest beside it."""


def restore(settings: Settings, path: Path, progress: Progress) -> Restored:
    """Bring back a backup. Raises `SettingsError` for a file that is no backup, is damaged or of a
    newer version, and for a database in which there is anything."""
    if not path.is_file():
        raise SettingsError([f"PATH: there is no file {path}"])
    checked = _compare(path)
    with ExitStack() as stack:
        stack.enter_context(only_one(settings.sqlite_file))
        if settings.sqlite_file is not None:
            return _to_sqlite(settings.sqlite_file, path, progress, checked)
        if there := backup_postgres.tables(settings.database_url):
            raise SettingsError([f"DATABASE_URL: is not empty ({', '.join(there[:3])} ...)"])
        backup_postgres.restore(settings.database_url, path, progress)
        return _looked_through(settings.database_url, checked, "drop this database")


def _to_sqlite(target: Path, path: Path, progress: Progress, checked: bool) -> Restored:
    if target.exists():
        raise SettingsError([f"DATABASE_URL: {target} is there; move it away, or name another"])
    part = target.with_name(f"{target.name}.part")
    _remove(part)
    try:
        with closing(sqlite3.connect(path)) as source:
            _explained(lambda: backup_sqlite.check(source, path), path)
        backup_sqlite.copy(path, part, progress)
        part.chmod(0o600)
        found = _looked_through(f"sqlite:///{part}", checked, "take an older backup")
        _empty_log(part)
        part.rename(target)
        return found
    finally:
        _remove(part)


def _explained(check: Callable[[], None], path: Path) -> None:
    try:
        check()
    except sqlite3.Error as error:
        raise SettingsError(
            [f"{path}: is no backup of a SQLite database, or damaged: {error}"]
        ) from None


def _remove(part: Path) -> None:
    for ending in ("", "-wal", "-shm", "-journal"):
        part.with_name(part.name + ending).unlink(missing_ok=True)


def _empty_log(part: Path) -> None:
    """What the migrations wrote is in the file itself before it is moved."""
    with closing(sqlite3.connect(part)) as connection:
        busy, *_pages = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:  # what is left in the log would go with it
        raise SettingsError([f"{part}: somebody else has it open"])


def _compare(path: Path) -> bool:
    """Whether there is a digest; raises `SettingsError` where it is another's."""
    beside = digest_of(path)
    if not beside.is_file():
        return False
    if said(beside) != sha256(path):
        raise SettingsError([f"{path}: is not as it was written; take another backup"])
    return True


def _looked_through(url: str, checked: bool, fix: str) -> Restored:
    if migrations.current(url) is None:
        raise SettingsError([f"PATH: has no tables of ours; {fix}"])
    try:
        migrations.upgrade(url)
    except migrations.SchemaTooNew as error:
        raise SettingsError([f"PATH: {error}; {fix}"]) from None
    prepare(url)
    with migrations.locked(url) as connection:
        work = Work(connection, now=WallClock().now(), ids=Ids(), jobs=Outbox(url, []))
        counts = {name: work.run(each).scalar_one() for name, each in _COUNTS.items()}
        broken = work.audit.broken()
    if broken is not None:
        raise SettingsError([f"PATH: row {broken} of the record does not hold; {fix}"])
    jobs, dead = asyncio.run(_jobs(url))
    return Restored(counts, jobs, dead, checked)


async def _jobs(url: str) -> tuple[int, int]:
    """How many wait, each of them read, and how many were given up."""
    admin = DbosAdmin(url)
    try:
        return len(await admin.waiting()), len(await admin.dead_letters(10**6))
    finally:
        await admin.close()
