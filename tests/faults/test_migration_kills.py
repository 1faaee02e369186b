"""Killed while a large database is brought up to date: it is the old one or the new one; and what
was saved before is restored."""

from __future__ import annotations

import asyncio
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, create_engine, insert, inspect, make_url, text
from sqlalchemy.pool import NullPool

from bot.backup import backup
from bot.restoring import restore
from core import migrations
from core.schema import metadata
from tests.databases import PostgresServer, core_postgres
from tests.faults.nursery import born
from tests.test_backup import QUIET, plain, settings_at, tools

__all__ = ["core_postgres", "tools"]  # fixtures
OLD = "0007"
"""From here on steps look at every task: reminders, the index of the search."""
TASKS, KILLS = 100_000, 50


class Copies(Protocol):
    """Gives copies of the old database."""

    def fresh(self) -> str:
        """The URL of one more; the one before goes."""

    def empty(self) -> str:
        """The URL of a database with nothing in it."""


@dataclass
class Files:
    """On SQLite."""

    home: Path

    def fresh(self) -> str:
        for each in self.home.glob("copy.db*"):  # with its log
            each.unlink()
        return f"sqlite:///{shutil.copy(self.home / 'old.db', self.home / 'copy.db')}"

    def empty(self) -> str:
        return f"sqlite:///{self.home / 'restored.db'}"


@dataclass
class Databases:
    """On PostgreSQL."""

    server: PostgresServer
    old: str
    last: str = ""

    def fresh(self) -> str:
        if self.last:
            self.server.drop(self.last)
        self.last = self.server.create(make_url(self.old).database or "")
        return self.last

    def empty(self) -> str:
        return self.server.create()


@pytest.fixture(params=["sqlite", "postgresql"])
def copies(request: pytest.FixtureRequest, tmp_path: Path) -> Copies:
    if request.param == "sqlite":
        seed(f"sqlite:///{tmp_path}/old.db")
        return Files(tmp_path)
    server: PostgresServer = request.getfixturevalue("core_postgres")
    old = server.create()
    seed(old)
    return Databases(server, old)


def seed(url: str) -> None:
    """A database of the old schema, with many tasks of one account."""
    with migrations.locked(url) as connection:
        command.upgrade(migrations.config(connection), OLD)
        account = fill(connection, "account", [{"public_id": "ada", "name": "Ada"}])
        chat = fill(connection, "chat", [{}])
        tasks = [task(number, account, chat) for number in range(TASKS)]
        for first in range(0, TASKS, 5000):
            fill(connection, "task", tasks[first : first + 5000])
    if url.startswith("sqlite"):
        with migrations.locked(url) as connection:
            assert count(connection) == TASKS
        engine = create_engine(url, poolclass=NullPool)
        with engine.connect() as plain:
            plain.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()


def task(number: int, account: int, chat: int) -> dict[str, Any]:
    due = {"due_on": f"{2030 + number % 9}-05-04", "due_time": "17:00", "due_zone": "UTC"}
    return {
        "public_id": f"t{number}", "owner_id": account, "chat_id": chat,
        "title": f"Buy milk {number}", "status": "pending", "priority": "medium", **due,
    }  # fmt: skip


def fill(connection: Connection, name: str, rows: list[dict[str, Any]]) -> int:
    """Put rows, and whatever else the old table wants; the last one's id."""
    table = Table(name, MetaData(), autoload_with=connection)
    wanted = {
        each.name: value_for(each.type.python_type)
        for each in table.columns
        if not each.nullable and each.server_default is None and not each.primary_key
    }
    connection.execute(insert(table), [wanted | row for row in rows])
    return int(connection.execute(text(f"SELECT max(id) FROM {name}")).scalar_one())  # noqa: S608  # ours


def value_for(kind: type) -> Any:
    return datetime.now(UTC).replace(tzinfo=None) if kind is datetime else kind()


def count(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM task")).scalar_one())


def state(url: str) -> str:
    """At which step it is, with everything that belongs to that."""
    with migrations.locked(url) as connection:
        assert count(connection) == TASKS
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one()
        tables = set(inspect(connection).get_table_names())
        new = set(metadata.tables) <= tables
        assert new == (found == migrations.HEAD), f"{found}, with {sorted(tables)}"
    return str(found)


async def upgraded(url: str, log: Path, seconds: float | None = None) -> float:
    """Bring it up to date, or be killed after so many seconds; how long it took."""
    values = {"DATABASE_URL": url, "SECRET_KEY": "k" * 32}
    began = time.monotonic()
    process = await born("bot", "migrate", cwd=log.parent, env=values, log=log)
    if seconds is not None:
        await asyncio.sleep(seconds)
        process.kill()
    code = await process.wait()
    assert seconds is not None or code == 0, f"see {log}"
    return time.monotonic() - began


@pytest.mark.faults
@pytest.mark.promise("B29", "F4")
@pytest.mark.usefixtures("tools")
async def test_fifty_kills_leave_the_old_or_the_new(
    copies: Copies, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    chance, log = random.Random(50), tmp_path / "log"  # noqa: S311  # no secret
    old, saved = copies.fresh(), tmp_path / "saved"
    await asyncio.to_thread(backup, settings_at(plain(old)), saved, QUIET)
    took = await upgraded(old, log)
    url, states = copies.fresh(), []
    for _ in range(KILLS):
        # Some later than it took the first time: the machine may be slower by now.
        await upgraded(url, log, chance.uniform(0, 1.5 * took))
        states.append(state(url))
        if states[-1] == migrations.HEAD:
            url = copies.fresh()
    await upgraded(url, log)
    assert state(url) == migrations.HEAD
    again = copies.empty()
    await asyncio.to_thread(restore, settings_at(plain(again)), saved, QUIET)
    assert state(again) == migrations.HEAD
    record_property("kills", KILLS)
    record_property("seconds of an upgrade", took)
    record_property("left old", states.count(OLD))
    record_property("left new", states.count(migrations.HEAD))
    assert set(states) == {OLD, migrations.HEAD}
