"""A button is a command nobody has to type, and whoever types it gets the same: each button of the
usual screens, and of what these lead to, is pressed, typed as its line, and typed with the number
that people see. What is said and what is kept then must be the same; and in a group nothing that
everybody reads has a number of somebody's own in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot import verbs
from bot.grammar import Command
from bot.turn import Turn, commands
from core.chat import Audience, Reply
from core.store import Store, Tools, open_store
from core.work import Work
from tests.bot.seats import SEATS
from tests.bot.trial import tried
from tests.databases import sqlite_file
from tests.fakes import MemoryEngine, SettableClock

SCREENS = (
    """\
start|list|list all|list today|list overdue|list done|list #home|find buy|show 1|show 2|show 3
show 4|show 5|show 6|show 7|done|begin|due|snooze|edit|assign|due 1|due 1 03/04/2031|snooze 1
snooze 2|remind 2|repeat 1|repeat 3|nag 1|edit 1|assign 1|delete 1|delete 1 2|notes 1|note 1 oat
share 1|bulk|bulk done open|bulk snooze #home|bulk delete #home|filter|filter by:list|offers
incoming|stats|inbox|settings|digest|digest now|quiet|preset|previews|fewer|fewer reminders
language|timezone Louisville|whoami|unlink|link|plan|plans|privacy|security|forget-me|help
help dates|timezone here Louisville|zone-here
done 1|done 3|cancel 1|add Buy tea tomorrow|add Pay 03/04/2031|add Milk and bread
""".strip()
    .replace("\n", "|")
    .split("|")
)
"""What people type; the tasks are those of `tests.bot.seats.live`."""


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[tuple[Store, MemoryEngine]]:
    url = sqlite_file(tmp_path / "typed.db")
    clock = SettableClock()
    engine = MemoryEngine(url, clock)
    made = open_store(url, Tools(clock, engine))
    yield made, engine
    await made.close()
    await engine.stop()


@pytest.mark.parametrize("name", SEATS)
async def test_each_button_typed_is_the_button_pressed(
    store: tuple[Store, MemoryEngine], name: str
) -> None:
    trial = await tried(*store, SEATS[name], SCREENS)
    assert trial.compared > 500
    usual = {"done", "due", "edit", "assign", "snooze", "cancel", "delete", "undo", "reopen"}
    usual |= {"note", "repeat", "share", "nag", "list", "help", "quiet", "settings", "stats"}
    assert usual <= trial.verbs


@pytest.mark.parametrize("wrong", ["says", "does"])
async def test_the_control_what_is_otherwise_when_typed_is_found(
    store: tuple[Store, MemoryEngine], monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    entry = commands.of(verbs.Due())

    def otherwise(work: Work, turn: Turn, command: Command) -> Reply:
        if not turn.pressed and wrong == "does":
            work.profile.rename(turn.account.id, "Somebody")
        reply = entry.handler(work, turn, command)
        said = turn.pressed or wrong == "does"
        return reply if said else replace(reply, title="Something else")

    monkeypatch.setitem(commands._by_kind, verbs.Due, replace(entry, handler=otherwise))
    with pytest.raises(AssertionError, match=f"{wrong} something else"):
        await tried(*store, SEATS["telegram"], ["show 1"])


async def test_the_control_what_is_ones_own_and_shown_to_a_group_is_found(
    store: tuple[Store, MemoryEngine], monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = commands.of(verbs.Find())

    def aloud(work: Work, turn: Turn, command: Command) -> Reply:
        return replace(entry.handler(work, turn, command), audience=Audience.HERE)

    monkeypatch.setitem(commands._by_kind, verbs.Find, replace(entry, handler=aloud))
    with pytest.raises(AssertionError, match=r"find buy shows #\d+"):
        await tried(*store, SEATS["group"], ["find buy"])
