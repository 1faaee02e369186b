"""The machine's disk: what was committed, and nothing else, outlives a crash."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter, namedtuple
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, TypeVar

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import StaticPool

from core import migrations
from core.sqlite_file import set_up
from tests.fakes import CREATE

T = TypeVar("T")

BEGIN = "BEGIN IMMEDIATE"
NO_LIMIT = 2**30
"""Pages of the file, where there is room."""


def template() -> sqlite3.Connection:
    """A database in memory with our tables, to be copied for each seed."""
    made = sqlite3.connect(":memory:")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        migrations.upgrade(f"sqlite:///{path}")
        source = sqlite3.connect(path)
        source.execute("PRAGMA journal_mode=DELETE")
        source.backup(made)
        source.close()
    made.execute(CREATE)
    made.execute("CREATE TABLE workflow_status (status TEXT, created_at INTEGER)")  # the engine's
    made.commit()
    return made


class Transaction:
    """Begun and ended past SQLAlchemy, which takes longer for these two words than SQLite for what
    is between them."""

    def __init__(self, raw: sqlite3.Connection) -> None:
        self._raw = raw

    def __enter__(self) -> None:
        self._raw.execute(BEGIN)

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            if kind is None:
                self._raw.commit()
        except sqlite3.Error as refused:  # as SQLAlchemy says it
            raise OperationalError("COMMIT", None, refused) from refused
        finally:
            self._raw.rollback()  # where there is something left


class Disk:
    """One SQLite database in memory, of which processes come and go."""

    newest: ClassVar[sqlite3.Connection]
    """To which an engine connects."""

    def __init__(self, copied: sqlite3.Connection) -> None:
        self._raw = Disk.newest = sqlite3.connect(":memory:", check_same_thread=False)
        copied.backup(self._raw)
        self._engine = _engine()
        self.connection = self._engine.connect()
        self.connection.begin()  # for SQLAlchemy, once and for all: see `Transaction`
        self._raw.commit()
        self.connection.begin = lambda: self._transaction  # type: ignore[method-assign,assignment,return-value]  # as a context it is one
        self._transaction = Transaction(self._raw)
        self.counts = Counter[str]()
        """How often it was in somebody's way, by how."""
        self.away: list[float] = []
        """When a process could not commit, or not say whether its commit had happened."""
        self.full = False
        self.put = False
        """Whether the transaction under way puts jobs."""
        self.looks: dict[Callable[[], None], None] = {}
        """Called after a commit that may have put jobs."""
        self.looked_at: list[Callable[[], None]] = []
        """Called after each commit."""

    def committed(self) -> None:
        """To be called after each commit."""
        for each in self.looked_at:
            each()
        if self.put:
            self.put = False
            for each in (*self.looks,):
                each()

    def transact(self, function: Callable[[Connection], T]) -> T:
        """One transaction of the engine's, or of somebody outside."""
        with self.connection.begin():
            result = function(self.connection)
        self.committed()
        return result

    def read(self, function: Callable[[Connection], T]) -> T:
        self._raw.execute(BEGIN)
        try:
            return function(self.connection)
        finally:
            self._raw.rollback()

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """What is there, for whoever looks from outside."""
        cursor = self._raw.execute(statement, values)
        row = _row(tuple(each[0] for each in cursor.description))
        return [row(*each) for each in cursor.fetchall()]

    def write(self, statement: str, **values: Any) -> int:
        """One statement of the engine's, or of somebody outside, in a transaction of its own; how
        many rows it changed. There is always room for it: nobody looks after a full disk here."""
        if self.full:
            self.fill(full=False)
            changed = self._raw.execute(statement, values).rowcount
            self.fill(full=True)
        else:
            changed = self._raw.execute(statement, values).rowcount
        self.put = True
        self.committed()
        return changed

    def fill(self, *, full: bool) -> None:
        """No page more than there are now; or as many as are wanted."""
        self.full = full
        [[pages]] = self._raw.execute("PRAGMA page_count")
        self._raw.execute(f"PRAGMA max_page_count={pages if full else NO_LIMIT}")

    def content(self) -> bytes:
        """Every byte of the file."""
        return self._raw.serialize()

    def close(self) -> None:
        self.connection.close()
        self._engine.dispose()
        self._raw.close()


@cache
def _engine() -> Engine:
    """It outlives a seed, and so does what SQLAlchemy compiled."""
    made = create_engine("sqlite://", creator=lambda: Disk.newest, poolclass=StaticPool)
    set_up(made)
    return made


@cache
def _row(names: tuple[str, ...]) -> Callable[..., Any]:
    fit = all(each.isidentifier() for each in names) and len({*names}) == len(names)
    return namedtuple("Row", names if fit else [f"_{n}" for n in range(len(names))], rename=True)  # type: ignore[misc]  # names that a statement has
