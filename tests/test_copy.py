"""A service moves to another database with all it has, or not at all."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, insert, select

from adapters.engine.database import prepare
from adapters.engine.dbos_engine import DbosEngine
from bot.cli import main
from bot.clock import WallClock
from bot.copying import CopyRefused, copy
from bot.progress import Progress
from bot.sharing import sharing
from core import migrations, schema
from core.addresses import Address, Sender
from core.ports import Job, Payload
from core.sequences import last_number
from core.store import Tools, open_store
from core.task import Draft
from core.work import Work
from tests.adapters.engine_kit import until
from tests.core.people import meet
from tests.databases import PostgresServer, core_postgres

__all__ = ["core_postgres"]  # a fixture
QUIET = Progress(io.StringIO())
PEOPLE = 3


@pytest.fixture(params=["up", "down"])
def urls(
    request: pytest.FixtureRequest, tmp_path: Path, core_postgres: PostgresServer
) -> tuple[str, str]:
    """From SQLite to PostgreSQL, and back."""
    ways = f"sqlite:///{tmp_path}/bot.db", core_postgres.create()
    return ways if request.param == "up" else (ways[1], ways[0])


def jobs_of(engine: DbosEngine, work: Work, chat: int) -> None:
    for n in (3, 1, 2):
        engine.put(
            work.connection,
            Job(f"{chat}:{n}", "tell", {"chat": chat, "n": n}, "telegram", f"c{chat}", n),
        )


async def fill(url: str) -> None:
    """Somebody has tasks, one of them deleted; two accounts became one; jobs wait."""
    await asyncio.to_thread(migrations.upgrade, url)
    await asyncio.to_thread(prepare, url)
    engine = DbosEngine(url=url)
    store = open_store(url, Tools(WallClock(), engine))

    def life(work: Work) -> None:
        for n in range(PEOPLE):
            who = meet(work, Sender("telegram", "", f"{n}", name=f"Zoë {n}"))
            for title in ("Öl", "milk"):
                work.tasks.add(who.actor, Draft(title))
        work.connection.execute(
            schema.account.update().where(schema.account.c.id == 1).values(merged_into=2)
        )
        chat = work.chats.get(Address("telegram", "", "9", private=True)).id
        jobs_of(engine, work, chat)
        jobs_of(engine, work, chat + 1)
        gone = work.connection.execute(
            insert(schema.change).returning(schema.change.c.id),
            {"account_id": 1, "made_at": work.now},
        ).scalar_one()
        work.connection.execute(schema.change.delete().where(schema.change.c.id == gone))

    await store.mutate(life)
    await store.close()
    await engine.stop()


def contents(url: str) -> dict[str, list[Any]]:
    """Every row of every table of ours, and the last number given to each."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = {
            table.name: [*sorted(map(tuple, connection.execute(select(table)))), last]
            for table in schema.metadata.sorted_tables
            for last in [last_number(connection, table)]
        }
    engine.dispose()
    return found


async def test_everything_arrives_and_the_jobs_run_in_order(urls: tuple[str, str]) -> None:
    source, target = urls
    await fill(source)
    copied = await asyncio.to_thread(copy, source, target, QUIET)
    assert contents(target) == contents(source)
    assert copied.rows["task"] == 2 * PEOPLE
    assert (copied.jobs, copied.dead_letters) == (6, 0)
    sent: list[Any] = []

    async def tell(payload: Payload) -> None:
        sent.append((payload["chat"], payload["n"]))

    engine = DbosEngine(url=target, poll=0.02)
    await engine.start({"tell": tell})
    await until(lambda: len(sent) == 6)
    await engine.stop()
    chats = {chat for chat, _ in sent}
    assert all([n for c, n in sent if c == chat] == [1, 2, 3] for chat in chats)
    assert len(chats) == 2


async def test_new_rows_get_new_numbers(urls: tuple[str, str]) -> None:
    source, target = urls
    await fill(source)
    await asyncio.to_thread(copy, source, target, QUIET)
    engine = create_engine(target)
    with engine.begin() as connection:
        for table in (schema.change, schema.account):
            last = last_number(connection, table)
            values = {
                "account_id": 1, "made_at": datetime.now(UTC),
                "public_id": "new", "name": "New", "created_at": datetime.now(UTC),
            }  # fmt: skip
            known = {name: value for name, value in values.items() if name in table.c}
            new = connection.execute(insert(table).returning(table.c.id), known).scalar_one()
            assert new == last + 1
    engine.dispose()


async def test_a_target_with_anything_in_it_is_refused(urls: tuple[str, str]) -> None:
    source, target = urls
    for url in urls:
        await fill(url)
    before = contents(target)
    with pytest.raises(CopyRefused, match=r"--to: is not empty \(account, "):
        await asyncio.to_thread(copy, source, target, QUIET)
    assert contents(target) == before


async def test_a_copy_that_fails_leaves_nothing(
    urls: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = urls
    await fill(source)
    monkeypatch.setattr("bot.copying.set_last_number", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await asyncio.to_thread(copy, source, target, QUIET)
    assert not [name for name, rows in contents(target).items() if len(rows) > 1]


async def test_rows_that_do_not_arrive_are_noticed(
    urls: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = urls
    await fill(source)

    def swallow(*arguments: Any) -> None:
        """Copies nothing."""

    monkeypatch.setattr("bot.copying._copy_rows", swallow)
    with pytest.raises(CopyRefused, match="account: 0 of 3 rows arrived"):
        await asyncio.to_thread(copy, source, target, QUIET)


async def test_a_running_service_is_not_copied(
    core_postgres: PostgresServer, tmp_path: Path
) -> None:
    running, other = core_postgres.migrated(), f"sqlite:///{tmp_path}/bot.db"
    async with sharing(running, "1"):
        with pytest.raises(CopyRefused, match="1 processes still run on it"):
            await asyncio.to_thread(copy, running, other, QUIET)


async def test_a_database_that_is_not_ours_is_refused(urls: tuple[str, str]) -> None:
    source, target = urls
    with pytest.raises(CopyRefused, match="--from: has no tables"):
        await asyncio.to_thread(copy, source, target, QUIET)
    with pytest.raises(CopyRefused, match="same database"):
        await asyncio.to_thread(copy, source, source, QUIET)


async def test_the_command_prints_the_counts(
    urls: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    source, target = urls
    await fill(source)
    monkeypatch.chdir(tmp_path)
    arguments = ["copy", "--from", source, "--to", target]
    assert await asyncio.to_thread(main, arguments) == 0
    printed = capsys.readouterr()
    assert "         6  task\n" in printed.out
    assert "         6  jobs that wait\n" in printed.out
    assert "task: 6\n" in printed.err
    assert await asyncio.to_thread(main, arguments) == 2
    assert "--to: is not empty" in capsys.readouterr().err


def test_a_terminal_gets_a_bar() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown = Terminal()
    progress = Progress(shown)
    progress.begin(4)
    progress.moved(1)
    progress.finished("task", 1)
    progress.moved(3)
    progress.end()
    assert "\r[########......................]  25% 1" in shown.getvalue()
    assert shown.getvalue().endswith("100% 4\n")
    assert "task" not in shown.getvalue()
