"""Transactions: plain functions over an open connection, many of them in one commit.

`mutate` and `query` take a function of `Work`. The function must touch nothing but the database
and must close over no mutable state: after an error it runs again, from nothing.

`core/sqlite.py` commits many functions at once; `core/postgres.py` runs the same functions in a
small pool of threads, a commit each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import URL, make_url

from core.desk import Desk
from core.ids import Ids
from core.own_workspace import OwnWorkspace
from core.ports import Clock, Jobs
from core.sales import Sales
from core.signup import Signup
from core.site import Site
from core.work import Work

T = TypeVar("T")
Function = Callable[[Work], T]


@dataclass(slots=True)
class Counts:
    """What the store did since it was opened, for the metrics."""

    commits: int = 0
    functions: int = 0
    replays: int = 0
    failures: int = 0


class StoreAway(Exception):
    """The database can't be reached. Whether the last commit happened is not known; the message
    key tells whoever asks again."""


class Store(Protocol):
    """Where everything is kept. Its methods raise `StoreAway`, and what the function raises."""

    counts: Counts
    url: URL
    shared: bool
    """As `Work.shared`: whether other transactions may write at the same time."""

    async def mutate(self, function: Function[T]) -> T:
        """Run the function in a transaction that is committed when this returns."""

    async def query(self, function: Function[T]) -> T:
        """Run a function that only reads."""

    def behind(self) -> Store:
        """The same store, for jobs: where transactions wait for a connection, those of others go
        before its own, but for one of five."""

    async def scrub(self, *, whole: bool) -> None:
        """Let nothing that was deleted stay in the database's own files: with `whole` all that
        there ever was, else what this store deleted since it was opened. The commits of others wait
        meanwhile, as long as the files take to be written anew."""

    async def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What each `Work` is made with."""

    clock: Clock
    jobs: Jobs
    ids: Ids = field(default_factory=Ids)
    process: str = "local"
    """Which of the processes that share the database this one is."""
    signup: Signup = Signup.OPEN
    """Who may begin."""
    site: Site = field(default_factory=Site)
    own: OwnWorkspace = field(default_factory=OwnWorkspace)
    sales: Sales = field(default_factory=Sales)
    desk: Desk = field(default_factory=Desk)

    def run(self, connection: Connection, function: Function[T]) -> T:
        work = Work(
            connection,
            now=self.clock.now(),
            ids=self.ids,
            jobs=self.jobs,
            process=self.process,
            signup=self.signup,
            site=self.site,
            own=self.own,
            sales=self.sales,
            desk=self.desk,
        )
        try:
            result = function(work)
            work.finish()
        except StopIteration as error:  # a future cannot hold one
            raise RuntimeError("the function ran out of an iterator") from error
        finally:
            work.end()
        return result


def open_store(url: str, tools: Tools) -> Store:
    """The store for a database URL. Raises `ValueError` for a database that is neither."""
    parsed = make_url(url)
    match parsed.get_backend_name():
        case "sqlite":
            from core.sqlite import SqliteStore  # noqa: PLC0415  # it imports this module

            return SqliteStore(parsed, tools)
        case "postgresql":
            from core.postgres import PostgresStore  # noqa: PLC0415  # SQLite needs no psycopg

            return PostgresStore(parsed, tools)
        case other:
            raise ValueError(f"no store for {other}")
