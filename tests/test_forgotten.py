"""Somebody is forgotten, and not a byte of them is left (`promises.md` B28): a story in which all
that can be kept of a person is kept, then a search of the files, the tables and the log."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from adapters.engine.admin import DbosAdmin
from adapters.pacing import NoPacer
from adapters.sandbox.model import Person
from bot import logs, verbs
from bot.turn import commands
from tests.databases import whole_url
from tests.service_kit import Town, town
from tests.stories.cast import Somebody, group_of, link_long_ago, newcomer, words
from tests.stories.conftest import SharedNoPacer

__all__ = ["whole_url"]  # a fixture

CANARIES = (
    "Zanzibarella", "zanzibarella77", "Quokka", "Marmalade", "gherkins", "Wolpertinger",
    "987654321987", "U0ZANZIBAR", "Zanzi Slack", "Ampersandria",
)  # fmt: skip
"""Her name, handle, tasks, a note, a category, a task of the group; her ids and names elsewhere."""


@dataclass
class Left:
    """What is left, by where it is."""

    places: dict[str, bytes]

    def found(self) -> set[tuple[str, str]]:
        return {
            (canary, place)
            for canary in CANARIES
            for place, content in self.places.items()
            if canary.lower().encode() in content.lower()
        }


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Where the log goes; logging is put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    kept = io.StringIO()
    logs.setup("text", kept)
    yield kept
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pace is tested elsewhere; here nobody waits for it."""
    monkeypatch.setattr("bot.sharing.LocalPacer", NoPacer)
    monkeypatch.setattr("bot.sharing.RowPacer", SharedNoPacer)


def broken(work: Any, turn: Any, command: Any) -> Any:
    raise RuntimeError("broken")


def people(there: Town) -> tuple[Somebody, Somebody, Somebody]:
    """Her on both platforms, and Ben."""
    world = there.sandbox.world
    chat = world.telegram_person("zanzibarella77", "Zanzibarella", 987654321987)
    office = Person("sl-zanzi", "slack", "Zanzi Slack", "U0ZANZIBAR", "ampersandria")
    world.people[office.id] = office
    world._by_user["slack", office.user_id] = office
    world._by_handle["slack", office.handle] = office
    world.add_chat("slack", "D0ZANZIBAR", "x", [office.id], private=True)
    her = Somebody(there, "telegram", chat.name, chat.handle, chat.id, "telegram:987654321987")
    there_too = Somebody(there, "slack", office.name, office.handle, office.id, "slack:D0ZANZIBAR")
    return her, there_too, newcomer(there, "telegram", "Ben")


async def story(there: Town, monkeypatch: pytest.MonkeyPatch) -> tuple[Somebody, Somebody]:
    """She does whatever leaves a trace. Returns her and Ben."""
    her, office, ben = people(there)
    await ben.does("start", "Hello")
    await her.does("start", "Hello")
    await link_long_ago(her, office)
    await her.does("add category:gherkins priority:high Quokka", "Quokka")
    await her.does('edit 1 description:"Marmalade"', "Marmalade")
    await her.writes(f"Quokka with Ben @{ben.handle}", "Quokka with Ben")
    group = group_of(there, her, ben)
    await her.does("add Wolpertinger", "Wolpertinger", group)
    await ben.writes(f"Coffee @{her.handle}", "Coffee")
    await her.hears("Coffee")
    number = words(await her.does("list", "Coffee")).split("#")
    coffee = next(each.split()[0] for each in number if "Coffee" in each)
    await her.does(f"note {coffee} Marmalade with it", "Noted")
    await her.does("find marmalade", "Coffee")
    await her.does(f"done {coffee}", "Coffee")
    await ben.hears("completed the task: Coffee")
    await office.does("list", "Quokka")
    await said_otherwise(there, her, office, group)
    entry = commands.find("stats")
    assert entry is not None
    with monkeypatch.context() as patch:
        patch.setitem(commands._by_kind, verbs.Stats, replace(entry, handler=broken))
        await her.does("stats", "Something broke")
        await office.does("stats", "Something broke")
    await her.does("export all", "Here it is")
    await her.does("link", "Send me this code")
    await ben.does("link AAAA-BBBB-CCCC", "does not work")
    await there.sandbox.settled()
    return her, ben


async def said_otherwise(there: Town, her: Somebody, office: Somebody, group: str) -> None:
    """What leaves words elsewhere: an edit, what is typed in other chats, a form that is open."""
    mine = await her.says("Gherkins", her.chat)
    await her.hears("Gherkins")
    assert mine.message is not None
    there.sandbox.edit(her.id, her.chat, mine.message.id, "Quokka\nMarmalade gherkins")
    await her.hears("Marmalade gherkins")
    offered = await there.sandbox.inline(her.id, group, "Quokka pie")
    there.sandbox.pick(her.id, group, offered["query"], "add")
    await her.hears("Quokka pie")
    room = group_of(there, office)
    talk = await office.says("Wolpertinger Marmalade", room)
    assert talk.message is not None
    await there.sandbox.shortcut(office.id, "capture-message", room, talk.message.id)
    await office.form()


async def forgotten(her: Somebody) -> None:
    question = await her.does("forget_me", "Forget everything?")
    await her.writes("forget zanzibarella", "forgotten you")
    await her.hears("nothing about you is left here")
    assert question


async def done(url: str) -> None:
    """Until the job that cleans up has come to its end."""
    admin = DbosAdmin(url)
    try:
        async with asyncio.timeout(10):
            while any(each.name == "forget" for each in await admin.waiting()):  # noqa: ASYNC110  # a row of another's
                await asyncio.sleep(0.05)
    finally:
        await admin.close()


def dump(url: str) -> bytes:
    """Every row of every table, as text."""
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            tables = connection.execute(text(
                "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name)"
                " FROM information_schema.tables"
                " WHERE table_schema IN ('public', 'dbos') AND table_type = 'BASE TABLE'"
            )).scalars().all()  # fmt: skip
            rows = [
                row
                for table in tables
                for row in connection.execute(text(f"SELECT t::text FROM {table} t")).scalars()  # noqa: S608  # our own tables
            ]
    finally:
        engine.dispose()
    return "\n".join(rows).encode()


def left(url: str, tmp_path: Path, log: io.StringIO) -> Left:
    places = {"log": log.getvalue().encode()}
    places |= {each.name: each.read_bytes() for each in tmp_path.iterdir() if each.is_file()}
    if url.startswith("postgresql"):
        places["dump"] = dump(url)
    return Left(places)


@dataclass
class After:
    """What is left while the service runs, and when it has stopped."""

    up: Left
    down: Left


async def lived(
    url: str,
    tmp_path: Path,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    *,
    forgets: bool = True,
) -> After:
    changes: dict[str, Any] = {"database_url": url, "secret_key": "k" * 32}
    async with town(tmp_path, **changes) as there:
        there.sandbox.limit(False)
        her, ben = await story(there, monkeypatch)
        if forgets:
            await forgotten(her)
            await done(url)
        assert "Coffee" in words(await ben.does("list all", "Coffee"))  # his stays
        await there.sandbox.settled()
        up = left(url, tmp_path, log)
    return After(up, left(url, tmp_path, log))


async def test_nothing_of_her_is_left(
    whole_url: str, tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = await lived(whole_url, tmp_path, log, monkeypatch)
    assert after.up.found() == set()
    assert after.down.found() == set()


async def test_before_it_each_canary_is_found(
    whole_url: str, tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    after = await lived(whole_url, tmp_path, log, monkeypatch, forgets=False)
    for there in (after.up, after.down):
        assert {canary for canary, _ in there.found()} == set(CANARIES)


async def test_without_the_work_on_the_file_she_is_still_in_it(
    tmp_path: Path, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.sqlite.rewrite", lambda path: None)
    monkeypatch.setattr("core.sqlite.empty_log", lambda path: None)
    after = await lived(f"sqlite:///{tmp_path}/fluxbot.db", tmp_path, log, monkeypatch)
    # In the log, and the words of what is searched in the file itself.
    assert {place for _, place in after.up.found()} == {"fluxbot.db-wal", "fluxbot.db"}
