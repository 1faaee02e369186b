"""Whether the database is there, up to date, takes what is written, and has room."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bot.damage import damage_of
from bot.doctor.finding import Finding, note, ok, wrong
from bot.roles import Role
from bot.settings import Settings
from bot.sharing import connections
from core import migrations
from core.migrations import HEAD

ROOM = 256 * 1024 * 1024
"""Bytes that should be free beside a copy of the file: who is forgotten has it written anew."""
PATIENCE = 5
"""Seconds to wait for a connection, or for SQLite's lock."""
DATABASE, SCHEMA, WRITABLE = "database", "database schema", "database writable"
JOURNAL, PAGES, DISK = "database journal", "database pages", "database disk"
CONNECTIONS = "database connections"
_STEPS = Path(migrations.__file__).parent / "versions"
_STEP = text("SELECT version_num FROM alembic_version")
_WRITE = text("UPDATE alembic_version SET version_num = version_num")
_FREE = text(
    "SELECT current_setting('max_connections')::int"
    " - current_setting('superuser_reserved_connections')::int"
    " - coalesce(current_setting('reserved_connections', true)::int, 0) AS most,"
    " (SELECT count(*) FROM lease WHERE expires_at > now()) AS running"
)
_CLOCK = text("SELECT extract(epoch FROM clock_timestamp())")


def look(settings: Settings, skews: dict[str, float], now: float) -> list[Finding]:
    """One finding per check; on PostgreSQL its clock is told, too. Makes no file."""
    file = settings.sqlite_file
    if file is not None and not file.is_file():
        missing = note(DATABASE, f"{file} is not there yet", "`run` makes it")
        return [missing, _disk(file)]
    try:
        with _opened(settings) as connection:
            if file is None:
                skews["the database"] = now - float(connection.execute(_CLOCK).scalar_one())
            findings = [ok(DATABASE, "answers"), *_inside(connection)]
    except SQLAlchemyError as error:
        return [_away(error)]
    return [*findings, _pages(file), _disk(file)] if file else findings


@contextmanager
def _opened(settings: Settings) -> Iterator[Connection]:
    """A transaction of which nothing is kept."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": PATIENCE})
    else:
        engine = create_engine(url, connect_args={"connect_timeout": PATIENCE})
    try:
        with engine.connect() as connection:  # without a commit, it is taken back
            yield connection
    finally:
        engine.dispose()


def _away(error: SQLAlchemyError) -> Finding:
    said = str(getattr(error, "orig", error)).strip().splitlines() or [type(error).__name__]
    fix = "start it, or mend DATABASE_URL"
    return wrong(DATABASE, f"cannot be used: {said[0][:200]}", fix)


def _inside(connection: Connection) -> Iterator[Finding]:
    sqlite = connection.dialect.name == "sqlite"
    if not inspect(connection).has_table("alembic_version"):
        yield note(SCHEMA, "there are no tables yet", "`run` makes them")
        return
    yield _schema(str(connection.execute(_STEP).scalar()))
    if sqlite:
        yield _journal(str(connection.exec_driver_sql("PRAGMA journal_mode").scalar()))
    elif inspect(connection).has_table("lease"):
        row = connection.execute(_FREE).one()
        yield _connections(row.most, row.running)
    yield _writable(connection)


def _schema(step: str) -> Finding:
    if step == HEAD:
        return ok(SCHEMA, f"at step {HEAD}")
    if not [*_STEPS.glob(f"{step}_*.py")]:
        return wrong(SCHEMA, f"at step {step}, this program knows {HEAD}", "run the newer version")
    return note(SCHEMA, f"at step {step} of {HEAD}", "`migrate` or the next `run` brings it on")


def _journal(mode: str) -> Finding:
    if mode == "wal":
        return ok(JOURNAL, "write-ahead")
    return wrong(JOURNAL, f"{mode}: who reads holds up who writes", "start the service once")


def _connections(most: int, running: int) -> Finding:
    """Whether the server has as many as the processes that run may open, were each to do all."""
    each = connections(Role.ALL)
    processes = "1 process, which opens" if running == 1 else f"{running} processes, which open"
    says = f"{most} for {processes} {each}{' each' if running > 1 else ''} at the most"
    if most < max(running, 1) * each:
        return wrong(CONNECTIONS, says, "raise max_connections, or run fewer processes")
    return ok(CONNECTIONS, f"{says}; room for {most // each - running} more")


def _writable(connection: Connection) -> Finding:
    try:
        connection.execute(_WRITE)
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", error)).strip().splitlines()[0][:200]
        fix = "let this user write it (file, folder, grants); end whoever holds its lock"
        return wrong(WRITABLE, f"takes nothing: {said}", fix)
    return ok(WRITABLE, "takes what is written")


def _pages(file: Path) -> Finding:
    try:
        damage = damage_of(file)
    except sqlite3.OperationalError as error:
        return wrong(PAGES, f"cannot be read: {error}", "see who holds it, and who may read it")
    if damage:
        fix = "stop the service, put the file aside, restore a backup"
        return wrong(PAGES, f"damaged ({damage})", fix)
    return ok(PAGES, "whole")


def _disk(file: Path) -> Finding:
    folder = next(each for each in file.absolute().parents if each.is_dir())
    free = shutil.disk_usage(folder).free
    needed = ROOM + (file.stat().st_size if file.is_file() else 0)
    says = f"{free / 2**30:.1f} GiB free"
    if free >= needed:
        return ok(DISK, says)
    return wrong(DISK, f"{says}, {needed / 2**30:.1f} should be", "make room, or move the file")
