"""The machine's disk: what was committed, and nothing else, outlives a crash."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter, namedtuple
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from core import migrations
from core.sqlite_file import set_up
from tests.fakes import CREATE

T = TypeVar("T")

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


class Disk:
    """One SQLite database in memory, of which processes come and go."""

    def __init__(self, copied: sqlite3.Connection) -> None:
        raw = sqlite3.connect(":memory:", check_same_thread=False)
        copied.backup(raw)
        self._raw = raw
        self.engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        set_up(self.engine)
        self.connection = self.engine.connect()
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
        begun = self.connection.begin()
        try:
            return function(self.connection)
        finally:
            begun.rollback()

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
        self.engine.dispose()
        self._raw.close()


@cache
def _row(names: tuple[str, ...]) -> Callable[..., Any]:
    fit = all(each.isidentifier() for each in names) and len({*names}) == len(names)
    return namedtuple("Row", names if fit else [f"_{n}" for n in range(len(names))], rename=True)  # type: ignore[misc]  # names that a statement has
