"""Brings a database to the schema of this code. `python -m core.migrations MESSAGE` writes the next
step from the difference between the newest one and `core/schema.py`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from core.sqlite_file import sqlite_engine

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0022"
"""The newest step. Kept here so that a start that has nothing to do needs no alembic, whose import
takes as long as the rest of it; a test compares it with `versions/`."""
LOCK_SECONDS = 60
"""How long one process waits while another upgrades."""
ATTEMPTS, DEADLOCK = 5, "40P01"
"""How often it is tried, and PostgreSQL's word for why once more: messages that are handled
meanwhile take the tables in an order of theirs."""

_LOCK = 0x666C7578626F74  # "fluxbot": the number of our advisory lock in PostgreSQL
_READ = text("SELECT version_num FROM alembic_version")


class SchemaTooNew(Exception):
    """The database was upgraded by a newer version of this program, which must be run instead."""


def upgrade(url: str) -> None:
    """Create the tables or bring them up to date, in one transaction. Repeating it changes nothing.

    Raises `SchemaTooNew`, or SQLAlchemy's `OperationalError` when the database cannot be reached or
    another process has been upgrading it for `LOCK_SECONDS`."""
    for attempt in range(ATTEMPTS):
        if current(url) == HEAD:
            return
        try:
            with locked(url) as connection:
                _upgrade(connection)
        except DBAPIError as error:
            if attempt + 1 == ATTEMPTS or getattr(error.orig, "sqlstate", "") != DEADLOCK:
                raise
        else:
            return


def current(url: str) -> str | None:
    """The step that the database is at; None when it is new. Makes no file."""
    parsed = make_url(url)
    on_sqlite = parsed.get_backend_name() == "sqlite"
    if on_sqlite and not Path(parsed.database or "").is_file():
        return None
    with locked(url) as connection:
        return _current(connection)


def config(connection: Connection) -> Config:
    """Alembic's configuration, for one connection in a transaction."""
    from alembic.config import Config  # noqa: PLC0415  # see HEAD

    made = Config()
    made.set_main_option("script_location", str(Path(__file__).parent))
    made.attributes["connection"] = connection
    return made


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415  # see HEAD
    from alembic.script import ScriptDirectory  # noqa: PLC0415  # see HEAD

    chosen = config(connection)
    known = {step.revision for step in ScriptDirectory.from_config(chosen).walk_revisions()}
    found = _current(connection)
    if found is not None and found not in known:
        raise SchemaTooNew(
            f"the database is at step {found} and this program knows {HEAD}: run the newer version"
        )
    command.upgrade(chosen, "head")


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(_READ).scalar()
    return found


@contextmanager
def locked(url: str) -> Iterator[Connection]:
    """A transaction that no other process upgrades beside. On SQLite the first one makes the file,
    with the settings that it keeps."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        engine = sqlite_engine(parsed)
    else:
        engine = create_engine(parsed.set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            yield connection
    finally:
        engine.dispose()
