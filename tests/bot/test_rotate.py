"""`fluxbot rotate` beside a running service: no request fails, and the old key is not needed any
more afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.installs import InstallBook
from bot.rotating import rotate
from bot.settings import Settings
from core.installs import Granted
from core.store import Store
from core.vault import Unopenable, Vault
from tests.databases import Database

OLD, NEW = "o" * 40, "n" * 40
ROWS = 300


@pytest.fixture
async def store(database: Database) -> Store:
    made = database.open()
    await fill(made, Vault(OLD.encode()))
    return made


async def fill(store: Store, vault: Vault) -> None:
    def save(first: int) -> Callable[..., None]:
        return lambda work: [
            work.installs.save(Granted(f"T{n}", "", "U0BOT", f"xoxb-{n}"), vault)
            for n in range(first, first + 50)
        ].clear()

    for first in range(0, ROWS, 50):
        await store.mutate(save(first))


def settings(database: Database, *, old: str | None) -> Settings:
    return Settings(
        _env_file=None,  # type: ignore[call-arg]  # pydantic's own
        database_url=database.url,
        secret_key=NEW,
        secret_key_old=old,
    )


async def opened(book: InstallBook) -> set[str]:
    found = [await book.find(f"T{number}", "") for number in range(ROWS)]
    return {each.token for each in found if each}


async def until(done: asyncio.Event, work: Callable[[int], Awaitable[object]]) -> int:
    count = 0
    while not done.is_set():
        await work(count)
        count += 1
        await asyncio.sleep(0)
    return count


async def test_rotating_under_load_fails_nothing(
    database: Database,
    store: Store,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.rotating.PAGE", 5)  # so that there is room for others in between
    both = InstallBook(store, Vault(NEW.encode(), OLD.encode()))
    done = asyncio.Event()

    async def find(count: int) -> None:
        found = await both.find(f"T{count % ROWS}", "")
        assert found is not None
        assert found.token == f"xoxb-{count % ROWS}"

    async def install(count: int) -> None:
        number = 3 * count % ROWS  # the others are only read
        await both.save(Granted(f"T{number}", "", "U0BOT", f"xoxb-{number}"))

    async def turn() -> int:
        try:
            return await rotate(settings(database, old=OLD))
        finally:
            done.set()

    code, reads, writes = await asyncio.gather(turn(), until(done, find), until(done, install))
    assert code == 0
    assert min(reads, writes) > 3, "it was under load"
    said = capsys.readouterr().out
    assert ROWS * 2 // 3 <= int(said.split()[0]) <= ROWS
    assert await opened(InstallBook(store, Vault(NEW.encode()))) == {
        f"xoxb-{number}" for number in range(ROWS)
    }
    assert await rotate(settings(database, old=None)) == 0
    assert capsys.readouterr().out.startswith("0 tokens")


async def test_it_says_how_many(
    database: Database, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await rotate(settings(database, old=OLD)) == 0
    assert capsys.readouterr().out.startswith(f"{ROWS} tokens were sealed again.\n")


async def test_without_the_old_key_nothing_is_lost_and_it_is_said(
    database: Database, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await rotate(settings(database, old=None)) == 1
    said = capsys.readouterr().out
    assert "slack_install/token//T7 does not open" in said
    assert f"{ROWS} open with neither key" in said
    assert "xoxb-" not in said
    with pytest.raises(Unopenable):
        await InstallBook(store, Vault(NEW.encode())).find("T7", "")
    assert await rotate(settings(database, old=OLD)) == 0
    assert len(await opened(InstallBook(store, Vault(NEW.encode())))) == ROWS


def test_the_command_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    assert main(["rotate"]) == 2
