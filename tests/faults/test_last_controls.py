"""More of `test_more_controls`: what a test sees with a protection, and without it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import DBAPIError

from adapters.sandbox import World
from bot import app, waiting
from bot.courier import Courier
from bot.settings import Settings, SettingsError
from core import migrations, postgres
from core.schema import metadata
from core.work import Work
from tests.bot.test_damage import damaged
from tests.core.test_core_migrations import tables
from tests.databases import Database, PostgresServer, core_postgres, empty_url
from tests.faults.lines import bad_lines
from tests.faults.oracle import judge
from tests.faults.proxy import Toxic
from tests.faults.test_controls import crowd_writes
from tests.faults.test_dropped import done_again
from tests.faults.test_in_time import NO_WITHIN, USUAL, Callers, away
from tests.faults.test_platform_trouble import CHAT, ONE, SLACK_ONE, Both, linked, told
from tests.faults.trouble import troubled

__all__ = ["core_postgres", "empty_url"]  # fixtures
pytestmark = pytest.mark.faults
PROTECTED = pytest.mark.parametrize("protected", [True, False])
STATEMENTS = 40
"""Of the first migration, after which it breaks off."""


class Killed(BaseException):
    """What no code expects."""


@pytest.fixture
async def both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Both]:
    monkeypatch.setattr("adapters.telegram.http._USUAL", aiohttp.ClientTimeout(total=1.0))
    async with troubled(tmp_path, World.crowd(2, 2)) as made:
        yield made


@PROTECTED
@pytest.mark.control("F4", "B29")
def test_a_migration_that_is_no_transaction_would_leave_half_of_it(
    empty_url: str, *, protected: bool
) -> None:
    """F4."""
    done = 0

    def after(connection: Connection, *_: Any) -> None:
        nonlocal done
        done += 1
        if not protected:
            cursor = connection.connection.cursor()
            cursor.execute("COMMIT")
            cursor.execute("BEGIN")
        if done == STATEMENTS:
            raise Killed

    event.listen(Engine, "after_cursor_execute", after)
    try:
        with pytest.raises(Killed):
            migrations.upgrade(empty_url)
    finally:
        event.remove(Engine, "after_cursor_execute", after)
    whole = {*metadata.tables, "alembic_version"}
    assert (tables(empty_url) in (set(), whole)) is protected


@pytest.mark.control("F5", "B15")
async def test_who_waits_for_the_database_for_ever_says_no_too_late(tmp_path: Path) -> None:
    """F5."""
    async with bad_lines(tmp_path, "", "webhook", module="tests.faults.waits_on") as lines:
        await lines.service.start()
        assert max(await away(lines, "", Callers(lines))) > NO_WITHIN


@pytest.mark.control("F19", "B15")
async def test_who_asks_the_platform_first_lets_slack_wait(tmp_path: Path) -> None:
    """F19."""
    async with bad_lines(tmp_path, "", "webhook", module="tests.faults.asks_first") as lines:
        await lines.service.start()
        await lines.city.asks("sl-p1", "/task hello", "Hello")
        lines.there["slack"].be(Toxic.BLACK_HOLE)
        seconds, _ = await Callers(lines).slack()
        assert seconds > USUAL


@PROTECTED
@pytest.mark.control("F7", "B18")
async def test_a_damaged_file_that_nobody_looks_through_is_run_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, protected: bool
) -> None:
    """F7."""
    if not protected:
        monkeypatch.setattr(app, "refuse_damaged", lambda file: None)
    url = f"sqlite:///{damaged(tmp_path)}"
    settings = Settings(_env_file=None, database_url=url, port=0)  # type: ignore[call-arg]  # pydantic's own
    said = ""
    try:
        async with app.service(settings):
            said = "it runs"
    except SettingsError as error:
        said = str(error)
    except Exception as error:
        said = type(error).__name__
    assert ("is damaged" in said) is protected


@PROTECTED
@pytest.mark.control("F8", "B16")
async def test_without_another_try_a_cut_connection_is_noticed(
    core_postgres: PostgresServer, monkeypatch: pytest.MonkeyPatch, *, protected: bool
) -> None:
    """F8."""
    if not protected:
        monkeypatch.setattr(postgres, "_is_outage", lambda error: False)
    database, tries = Database(core_postgres.migrated()), []
    store = database.open()

    def cut_once(work: Work) -> int:
        tries.append(1)
        if len(tries) == 1:
            work.run(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        return len(tries)

    try:
        with nullcontext() if protected else pytest.raises(DBAPIError):
            assert await store.mutate(cut_once) == 2
    finally:
        await database.close()


@pytest.mark.control("F14", "B12")
async def test_an_answer_of_which_nobody_knows_that_it_was_tried_comes_too_often(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F14."""
    town, line = both
    monkeypatch.setattr(waiting, "Ambiguous", Killed)  # nobody raises it
    line.break_(CHAT[ONE], "unheard", times=5)
    await town.say(ONE, "Feed the cat")
    await town.until(lambda: told(town, ONE, "Feed the cat") > 2)


@pytest.mark.control("F16")
async def test_a_token_that_nobody_notes_as_refused_is_used_again(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F16."""
    town, line = both
    await linked(town)
    monkeypatch.setattr(Courier, "_by_token", lambda courier, platform, call: call())
    cards = [await town.asks(SLACK_ONE, f"Feed {n}", f"Feed {n}") for n in range(5)]
    before = len(line.calls)
    town.sandbox.telegram.token = "1234567890:" + "b" * 35
    town.sandbox.telegram.updates.close()  # the open poll ends
    for card in cards:  # to be told on Telegram
        await town.press(SLACK_ONE, card, "Done")
    await asyncio.sleep(3)
    assert len([method for _, method, _, _ in line.calls[before:] if "." not in method]) > 3


@pytest.mark.parametrize(
    ("module", "repeats"), [("bot", False), ("tests.faults.drops_everything", True)]
)
@pytest.mark.control("F20", "B20")
async def test_who_drops_everything_when_asked_to_stop_repeats_what_was_on_its_way(
    module: str, repeats: bool, tmp_path: Path
) -> None:
    """F20."""
    async with bad_lines(tmp_path, "", "webhook", module=module) as lines:
        here = lines.city
        await here.service.start()
        lines.there["telegram"].be(Toxic.LATENCY)
        inputs = await crowd_writes(here)
        await here.until(lambda: here.sandbox.telegram.stats.sends)  # and the answer is on its way
        await here.service.terminate()
        lines.there["telegram"].be(None)
        await here.service.start()
        await here.settle()
        assert bool(judge(here, inputs).extra) is repeats


@pytest.mark.control("F27")
def test_a_newer_database_of_which_nobody_asks_is_refused_without_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """F27."""
    url = f"sqlite:///{tmp_path}/bot.db"
    migrations.upgrade(url)
    with migrations.locked(url) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    steps, known = ScriptDirectory.walk_revisions, SimpleNamespace(revision="9999")
    monkeypatch.setattr(ScriptDirectory, "walk_revisions", lambda self: [*steps(self), known])
    with pytest.raises(CommandError):
        migrations.upgrade(url)


@pytest.mark.control("F29")
async def test_buttons_that_a_process_has_in_mind_are_dead_after_it(tmp_path: Path) -> None:
    """F29."""
    with pytest.raises(AssertionError):  # of what they are told, or of what came of it
        await done_again(tmp_path, module="tests.faults.forgets_buttons")
