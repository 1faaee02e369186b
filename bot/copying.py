"""Moves a whole service to another database: `fluxbot copy --from ... --to ...`.

All or nothing: the target gets everything in one transaction, or no row. Of the source only the
engine's own tables are brought up to date, to be read. Jobs that were not done yet go through the
target's own engine, in the same transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    Engine,
    RowMapping,
    Table,
    create_engine,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.engine import make_url

from adapters.engine.admin import DbosAdmin
from adapters.engine.database import prepare
from adapters.engine.outbox import Outbox
from bot.lock import only_one
from bot.progress import Progress
from bot.settings import SettingsError
from bot.shapes import sqlite_file
from core import migrations
from core.ports import Job
from core.schema import lease, metadata, pace
from core.sequences import last_number, set_last_number
from core.sqlite_file import sqlite_engine

BATCH = 1000
"""Rows in one statement."""
LEFT_OUT = (lease, pace)
"""What means something only while processes run."""


class CopyRefused(SettingsError):
    """Nothing was copied; the text says why."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What arrived, counted in the target before the commit."""

    rows: Mapping[str, int]
    jobs: int
    dead_letters: int
    """Stay in the source: they are the operator's, and a replay needs their history."""


def copy(source: str, target: str, progress: Progress) -> Copied:
    """Copy all tables and the jobs that wait. Raises `CopyRefused` when a service runs on either
    database, when the target is not empty, or when the counts differ in the end."""
    if make_url(source) == make_url(target):
        raise CopyRefused(["--to: is the same database as --from"])
    with ExitStack() as stack:
        for url in (source, target):
            stack.enter_context(only_one(sqlite_file(url)))
        _check_source(source)
        migrations.upgrade(target)
        waiting, dead = asyncio.run(_jobs(source))
        there = asyncio.run(_jobs(target))
        reading = stack.enter_context(_opened(source))
        writing = stack.enter_context(_opened(target))
        for side, connection in (("--from", reading), ("--to", writing)):
            _check_quiet(side, connection)
        _check_empty(writing, there)
        rows = _copy_tables(reading, writing, progress)
        return Copied(rows, _put(writing, waiting, target), dead)


def _check_source(url: str) -> None:
    found = migrations.current(url)
    if found is None:
        raise CopyRefused(["--from: has no tables of ours"])
    if found != migrations.HEAD:
        raise CopyRefused([f"--from: is at step {found}; run `fluxbot migrate` on it first"])


@contextmanager
def _opened(url: str) -> Iterator[Connection]:
    """One transaction that sees one state of the database."""
    parsed = make_url(url)
    engine: Engine
    if parsed.get_backend_name() == "sqlite":
        engine = sqlite_engine(parsed)
    else:
        engine = create_engine(parsed, isolation_level="REPEATABLE READ")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _check_quiet(side: str, connection: Connection) -> None:
    """On SQLite the lock file has told already."""
    running = connection.execute(
        select(func.count()).where(lease.c.expires_at > func.now())
    ).scalar_one()
    if running:
        raise CopyRefused([f"{side}: {running} processes still run on it; stop them first"])


def _check_empty(connection: Connection, jobs: tuple[list[Job], int]) -> None:
    full = [table.name for table in _tables() if _count(connection, table)]
    if full or jobs[0] or jobs[1]:
        raise CopyRefused([f"--to: is not empty ({', '.join(full) or 'jobs'}); name another"])


async def _jobs(url: str) -> tuple[list[Job], int]:
    """The jobs that are not done, and how many were given up."""
    await asyncio.to_thread(prepare, url)  # a database that no service ever ran on lacks them
    admin = DbosAdmin(url)
    try:
        return await admin.waiting(), len(await admin.dead_letters(10**6))
    finally:
        await admin.close()


def _tables() -> list[Table]:
    """Ours, each after those it refers to."""
    return [table for table in metadata.sorted_tables if table not in LEFT_OUT]


def _count(connection: Connection, table: Table) -> int:
    counted: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return counted


def _copy_tables(reading: Connection, writing: Connection, progress: Progress) -> dict[str, int]:
    counts = {table: _count(reading, table) for table in _tables()}
    progress.begin(sum(counts.values()))
    for table, count in counts.items():
        _copy_rows(reading, writing, table, progress)
        set_last_number(writing, table, last_number(reading, table))
        if _count(writing, table) != count:
            raise CopyRefused([f"{table.name}: {_count(writing, table)} of {count} rows arrived"])
        progress.finished(table.name, count)
    progress.end()
    return {table.name: count for table, count in counts.items()}


def _copy_rows(reading: Connection, writing: Connection, table: Table, progress: Progress) -> None:
    """Rows that refer to rows of their own table get that reference when all are there."""
    own = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    later: list[RowMapping] = []
    rows = reading.execution_options(yield_per=BATCH).execute(select(table))
    for part in rows.mappings().partitions():
        later += [row for row in part if any(row[name] is not None for name in own)]
        writing.execute(insert(table), [{**row} | dict.fromkeys(own) for row in part])
        progress.moved(len(part))
    for row in later:
        values = {name: row[name] for name in own}
        writing.execute(update(table).where(table.c.id == row["id"]).values(values))


def _put(writing: Connection, jobs: list[Job], target: str) -> int:
    outbox = Outbox(target, [*{job.queue for job in jobs}])
    for job in jobs:
        outbox.put(writing, job)
    return len(jobs)
