"""A database that is damaged is not run on (F7): one line says so, and what to do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot import damage
from bot.app import service
from bot.cli import main
from bot.doctor import database
from bot.settings import Settings, SettingsError
from tests.databases import sqlite_file


def damaged(tmp_path: Path) -> Path:
    """Some of its pages are another file's."""
    file = tmp_path / "bot.db"
    sqlite_file(file)
    whole = bytearray(file.read_bytes())
    for page in range(8, 40):
        whole[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    file.write_bytes(whole)
    return file


@pytest.mark.promise("F7")
async def test_a_damaged_file_stops_the_start(tmp_path: Path) -> None:
    file = damaged(tmp_path)
    settings = Settings(_env_file=None, database_url=f"sqlite:///{file}", port=0)  # type: ignore[call-arg]  # pydantic's own
    with pytest.raises(SettingsError, match=r"is damaged \(.*restore a backup"):
        async with service(settings):
            pytest.fail("it runs")


def test_the_exit_code_is_that_of_bad_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{damaged(tmp_path)}")
    assert main(["run"]) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_what_somebody_else_holds_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is told so puts the file aside and restores an older one."""
    file = tmp_path / "bot.db"
    sqlite_file(file)
    connect = partial(sqlite3.connect, isolation_level=None)
    with closing(connect(file)) as holder:
        holder.execute("PRAGMA journal_mode=DELETE")
        holder.execute("BEGIN EXCLUSIVE")
        monkeypatch.setattr(sqlite3, "connect", lambda name, **_: connect(name, timeout=0))
        with pytest.raises(SettingsError, match="cannot be read: database is locked"):
            damage.refuse_damaged(file)
        assert "cannot be read" in database._pages(file).says
        holder.execute("ROLLBACK")
        damage.refuse_damaged(file)


def test_a_whole_a_new_and_a_large_file_are_let_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = tmp_path / "whole.db"
    sqlite_file(whole)
    damage.refuse_damaged(whole)
    damage.refuse_damaged(tmp_path / "new.db")
    damage.refuse_damaged(None)
    monkeypatch.setattr(damage, "LARGEST", 4096)
    damage.refuse_damaged(damaged(tmp_path))
