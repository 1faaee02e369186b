"""The core on a database in memory that is never committed: thousands of transactions a second, and
back to the start in one step. For models and matrices; what a database does under load or after a
crash is for `tests/databases.py`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, make_url

from core import schema
from core.errors import Refusal
from core.ports import Job, Which
from core.sales import Sales
from core.signup import Signup
from core.site import Site
from core.sqlite_file import sqlite_engine
from core.store import Tools
from core.work import Work
from tests.fakes import SettableClock

T = TypeVar("T")


class NoJobs:
    """Takes jobs, and runs none."""

    def put(self, connection: Connection, job: Job) -> None:
        """What follows is not followed."""

    def is_at(self, connection: Connection, queue: str, partition: str) -> bool:
        return False

    def withdraw(
        self, connection: Connection, queue: str, partition: str, which: Which, beginning: str = ""
    ) -> None:
        """None waits."""


class Memory:
    """One database, its clock, and what acts on it."""

    def __init__(
        self,
        *,
        signup: Signup = Signup.OPEN,
        site: Site | None = None,
        sales: Sales | None = None,
    ) -> None:
        self.clock = SettableClock()
        self._engine = sqlite_engine(make_url("sqlite://"))
        self._connection = self._engine.connect()
        self.signup = signup
        self._tools = Tools(self.clock, NoJobs(), site=site or Site(), sales=sales or Sales())
        with self._connection.begin():
            schema.metadata.create_all(self._connection)
        self._began = self.clock.at
        self._open = self._connection.begin()

    def run(self, function: Callable[[Work], T]) -> T:
        """A transaction: what it raises takes back what it did."""

        def whole(work: Work) -> T:
            work.signup = self.signup
            with work.savepoint():
                return function(work)

        return self._tools.run(self._connection, whole)

    def allowed(self, function: Callable[[Work], T]) -> T | None:
        """The same; None where it is refused."""
        try:
            return self.run(function)
        except Refusal:
            return None

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """What is in the database, past the core."""
        return self.driver.execute(sql, values).fetchall()

    @property
    def driver(self) -> sqlite3.Connection:
        found = self._connection.connection.driver_connection
        assert isinstance(found, sqlite3.Connection)
        return found

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What is done inside is taken back, and so is the time that passed."""
        at = self.clock.at
        self.driver.execute("SAVEPOINT aside")
        try:
            yield
        finally:
            self.driver.execute("ROLLBACK TO SAVEPOINT aside")
            self.driver.execute("RELEASE SAVEPOINT aside")
            self.clock.at = at

    def restart(self) -> None:
        """As it was at first."""
        self._open.rollback()
        self._open = self._connection.begin()
        self.clock.at = self._began

    def close(self) -> None:
        self._open.rollback()
        self._connection.close()
        self._engine.dispose()
