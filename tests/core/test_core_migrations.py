"""The migrations make exactly the tables of the schema, whole or not at all."""

from __future__ import annotations

import ast
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from core import migrations, search_tables
from core.migrations.env_filter import ours
from core.schema import metadata
from core.sqlite_file import sqlite_engine
from tests.databases import PostgresServer

ROOT = Path(__file__).parents[2]
VERSIONS = ROOT / "core" / "migrations" / "versions"
IMPORTS = ast.Import | ast.ImportFrom
CHILD = """
import os, sys
from alembic import command, script
from core import migrations
for line in sys.stdin:
    if line == "start\\n":
        child = os.fork()
        if not child:
            migrations.upgrade(sys.argv[1])
            os._exit(0)
        print(child, flush=True)
    else:
        print(os.waitpid(int(line), 0)[1], flush=True)
"""
SHAPES = {
    "sqlite": (
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE tbl_name <> 'alembic_version' "
        "ORDER BY type, name",
    ),
    "postgresql": (
        "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, "
        "column_default FROM information_schema.columns WHERE table_schema = 'public' "
        "AND table_name <> 'alembic_version' ORDER BY 1, 2",
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE connamespace = 'public'::regnamespace AND conname NOT LIKE 'alembic%' ORDER BY 1, 2",
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' "
        "AND tablename <> 'alembic_version' ORDER BY 1",
        "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger "
        "WHERE NOT tgisinternal ORDER BY 1, 2",
        "SELECT proname, prosrc FROM pg_proc "
        "WHERE pronamespace = 'public'::regnamespace ORDER BY 1",
    ),
}


def shape(connection: Connection) -> list[object]:
    """All tables, columns, constraints and indexes as the database describes them."""
    rows = [
        row for each in SHAPES[connection.dialect.name] for row in connection.execute(text(each))
    ]
    return [tuple(_parts(str(value)) for value in row) for row in rows]


def _parts(value: str) -> list[str]:
    """A definition without the order of its parts: alembic writes the keys in another."""
    return sorted(" ".join(re.sub('["()]', " ", each).split()) for each in value.split(","))


def tables(url: str) -> set[str]:
    engine = create_engine(url)
    try:
        found = set(inspect(engine).get_table_names())
        # The words of tasks have a table of each database's own, on SQLite several.
        return {each for each in found if not each.startswith(search_tables.NAME)}
    finally:
        engine.dispose()


def test_the_migrated_database_is_the_schema(empty_url: str, tmp_path: Path) -> None:
    migrations.upgrade(empty_url)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        # The job engine's tables stand beside ours and are none of our business.
        connection.execute(text("CREATE TABLE workflow_status (id INTEGER)"))
        options = {"include_name": ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
        connection.execute(text("DROP TABLE workflow_status"))
        migrated = shape(connection)
        metadata.drop_all(connection)
        metadata.create_all(connection)
        assert shape(connection) == migrated
        assert len(migrated) > len(metadata.tables)
    engine.dispose()


def test_a_difference_would_be_seen(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        before = shape(connection)
        connection.execute(text("DROP INDEX ix_message_key_undelivered"))
        assert shape(connection) != before
        context = MigrationContext.configure(connection, opts={"include_name": ours})
        assert len(compare_metadata(context, metadata)) == 1
    engine.dispose()


@pytest.mark.parametrize("step", sorted(VERSIONS.glob("*.py")), ids=lambda step: step.stem[:4])
def test_a_step_changes_with_nothing(step: Path) -> None:
    """What it did where it was taken, it does where it is not yet: it is of nothing of ours."""
    found = [node for node in ast.walk(ast.parse(step.read_text())) if isinstance(node, IMPORTS)]
    named = {each.module or "" for each in found if isinstance(each, ast.ImportFrom)}
    named |= {name.name for each in found for name in each.names if isinstance(each, ast.Import)}
    theirs = {"alembic", "sqlalchemy"} | sys.stdlib_module_names
    assert {each.partition(".")[0] for each in named} <= theirs


def test_the_newest_step_is_known_without_alembic() -> None:
    steps = ScriptDirectory(str(ROOT / "core" / "migrations"))
    assert steps.get_heads() == [migrations.HEAD]


def test_upgrading_again_changes_nothing(empty_url: str) -> None:
    assert migrations.current(empty_url) is None
    migrations.upgrade(empty_url)
    assert migrations.current(empty_url) == migrations.HEAD
    before = tables(empty_url)
    migrations.upgrade(empty_url)
    assert tables(empty_url) == before == {*metadata.tables, "alembic_version"}


def test_looking_makes_no_file(tmp_path: Path) -> None:
    assert migrations.current(f"sqlite:///{tmp_path}/none.db") is None
    assert not list(tmp_path.iterdir())


@pytest.mark.promise("F27")
def test_a_newer_schema_is_refused(empty_url: str) -> None:
    migrations.upgrade(empty_url)
    engine = create_engine(empty_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(migrations.SchemaTooNew, match="9999"):
        migrations.upgrade(empty_url)


def test_the_sqlite_file_is_durable_from_the_start(tmp_path: Path) -> None:
    migrations.upgrade(f"sqlite:///{tmp_path}/bot.db")
    engine = sqlite_engine(make_url(f"sqlite:///{tmp_path}/bot.db"))
    with engine.connect() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]
    engine.dispose()
    assert values == ["wal", 2, 1]


@pytest.mark.promise("F26")
def test_two_processes_that_start_together_upgrade_once(empty_url: str) -> None:
    with forks(empty_url) as forked:
        first, second = forked.start(), forked.start()
        forked.end(first)
        forked.end(second)
    assert forked.failed == 0
    assert migrations.current(empty_url) == migrations.HEAD


def test_waiting_for_another_upgrade_ends(
    core_postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = core_postgres.create()
    monkeypatch.setattr(migrations, "LOCK_SECONDS", 0.2)
    with migrations.locked(url), pytest.raises(OperationalError, match="lock timeout"):
        migrations.upgrade(url)
    migrations.upgrade(url)


@pytest.mark.promise("F4")
def test_a_kill_in_the_middle_leaves_all_or_nothing(empty_url: str) -> None:
    randomly, outcomes = random.Random(7), []  # noqa: S311  # no secret
    with forks(empty_url) as forked:
        for _ in range(10):
            process = forked.start()
            time.sleep(randomly.uniform(0, 0.06))
            os.kill(process, signal.SIGKILL)
            forked.end(process)
            outcomes.append(tables(empty_url))
            if outcomes[-1]:
                _empty(empty_url)
    assert set() in outcomes  # else no kill came early enough to prove anything
    assert all(each in (set(), {*metadata.tables, "alembic_version"}) for each in outcomes)
    migrations.upgrade(empty_url)
    assert migrations.current(empty_url) == migrations.HEAD


class Forks:
    """Processes that upgrade, forked from one that has imported everything."""

    def __init__(self, pipe: subprocess.Popen[str]) -> None:
        self._pipe = pipe
        self.failed = 0

    def start(self) -> int:
        """The process id of one more, which has begun."""
        return self._ask("start")

    def end(self, process: int) -> None:
        """Wait until it has ended; until then nobody else has its id."""
        self.failed += self._ask(str(process)) != 0

    def _ask(self, line: str) -> int:
        assert self._pipe.stdin
        assert self._pipe.stdout
        self._pipe.stdin.write(line + "\n")
        self._pipe.stdin.flush()
        return int(self._pipe.stdout.readline())


@contextmanager
def forks(url: str) -> Iterator[Forks]:
    command = [sys.executable, "-c", CHILD, url]
    with subprocess.Popen(  # noqa: S603  # our own interpreter and text
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as pipe:
        yield Forks(pipe)


def _empty(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))
    engine.dispose()
