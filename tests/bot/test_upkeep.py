"""Whether people are asked to wait is known to every process, and what a person is called by."""

from __future__ import annotations

import asyncio
import tomllib
from contextlib import suppress
from datetime import datetime
from pathlib import Path

import pytest

from bot import upkeep
from bot.clock import WallClock
from bot.staff import named
from core import operating
from core import upkeep as kept
from core.addresses import Sender
from core.desk import Desk
from core.identity import Identity
from core.store import Store, StoreAway
from core.work import Work
from tests.memory import Memory

ROOT = Path(__file__).parents[2]


def test_the_version_is_the_projects() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["version"] == upkeep.VERSION


class Looked(Store):
    """A store that another process switched, and that is away when it has no answer."""

    def __init__(self) -> None:
        self.answers: list[datetime | None] = []
        self.away = 0

    async def query(self, function: object) -> datetime | None:  # type: ignore[override]  # of one use
        if not self.answers:
            self.away += 1
            raise StoreAway
        return self.answers.pop(0)


async def test_what_another_process_was_told_is_known_at_the_next_look(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(upkeep, "LOOK_EVERY", 0.001)
    store, desk, now = Looked(), Desk(), WallClock().now()
    store.answers = [None, now]
    looking = asyncio.ensure_future(upkeep.look_for_ever(store, desk))
    async with asyncio.timeout(5):
        while store.away < 3:  # noqa: ASYNC110  # nothing tells of it
            await asyncio.sleep(0.001)
        assert caplog.text.count("could not be read") == 1  # not at each look, as long as it lasts
        store.answers = [now]
        while store.away < 5:  # noqa: ASYNC110  # as before
            await asyncio.sleep(0.001)
    assert caplog.text.count("could not be read") == 2
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    assert desk.closed_since == now  # what was so stays so while the database is away
    assert upkeep.notes(desk)[0].startswith("maintenance since 20")
    assert upkeep.notes(desk)[0].endswith("what Polar says is kept")  # what people say is not
    assert upkeep.notes(Desk()) == []


def test_it_is_switched_once() -> None:
    memory = Memory()
    assert memory.run(kept.since) is None
    said = [memory.run(lambda work, on=on: kept.switch(work, on=on)) for on in (True, True, False)]
    assert said == [True, False, True]
    assert memory.run(lambda work: kept.switch(work, on=False)) is False
    memory.close()


MEANT = {
    "telegram:1": {"Ada"},
    "slack:T1/U1": {"Ben"},
    "slack:T2/U1": {"Cleo"},
    "slack:T3/U1": set(),
    "@ada": {"Ada", "Ben"},
    "@ADA": {"Ada", "Ben"},
    "1": {"Ada"},
    "U1": {"Ben", "Cleo"},
    "@": set(),
    "": set(),
    "telegram:": set(),
    "nobody": set(),
}


def test_whom_a_reference_means() -> None:
    memory = Memory()

    def people(work: Work) -> None:
        work.accounts.recognise(Sender("telegram", "", "1", "Ada", "ada"))
        work.accounts.recognise(Sender("slack", "T1", "U1", "Ben", "ada"))
        work.accounts.recognise(Sender("slack", "T2", "U1", "Cleo", "cleo"))

    memory.run(people)
    for ref, found in MEANT.items():
        people_meant = memory.run(lambda work, ref=ref: operating.who(work, ref))
        assert {each.name for each in people_meant} == found, ref
    memory.close()


@pytest.mark.parametrize(
    ("place", "known"),
    [
        (("telegram", "", "1"), True),
        (("slack", "T1", "U1"), True),
        (("telegram", "", "2"), False),
        (("telegram", "", ""), False),  # known by handle alone
        (("slack", "T2", "U1"), False),
        (("slack", "", "1"), False),
    ],
)
def test_who_is_on_the_list_is_so_in_one_chat(place: tuple[str, str, str], known: bool) -> None:
    desk, at = Desk(admins=named("telegram:1, slack:T1/U1")), WallClock().now()
    platform, scope, user = place
    identity = Identity(7, 7, 7, platform, scope, user, "ada", "Ada", True, at, None, "normal", "")
    assert desk.knows(identity) is known
    assert not Desk().knows(identity)
