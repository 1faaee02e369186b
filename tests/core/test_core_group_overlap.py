"""What happens to a group's tasks while somebody looks at the group is told at the next look, and
not when nothing else made anybody look for a day. On PostgreSQL: SQLite has one writer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from datetime import time
from typing import Any

import pytest

from core import group_preset_rows
from core.presets import Preset
from core.store import Store
from core.task import Draft, Due
from core.work import Work
from tests.core.people import group, person
from tests.core.test_core_group_presets import MONDAY, here, looks, ref, wants
from tests.databases import Database

ELEVEN, NOON = Due(MONDAY, time(11), "UTC"), Due(MONDAY, time(12), "UTC")


class Held:
    """A transaction that is all done but for its commit, which waits until it may."""

    def __init__(self, store: Store, function: Callable[[Work], Any]) -> None:
        self._store, self._function = store, function
        self._done, self._may = threading.Event(), threading.Event()

    def _run(self, work: Work) -> None:
        self._function(work)
        work.group_presets.mark()  # as at the end of each
        work.flush()
        self._done.set()
        assert self._may.wait(10)

    async def __aenter__(self) -> None:
        self._under_way = asyncio.create_task(self._store.mutate(self._run))
        assert await asyncio.to_thread(self._done.wait, 10)

    async def __aexit__(self, *error: object) -> None:
        self._may.set()
        await self._under_way


async def overlap(database: Database, what: str, *, look_first: bool) -> list[str]:
    """Of a group that is due to be looked at, one process looks and another changes something, one
    before the other's commit. The titles or ids that are told until noon."""
    one, other = database.open(), database.open()
    ada, chat = await person(one, "Ada"), await group(one)
    await wants(one, chat, Preset.ALL)
    await here(one, ada, chat, "plants", ELEVEN)
    rent = await here(one, ada, chat, "rent")
    changes: dict[str, Callable[[Work], Any]] = {
        "done": lambda work: work.tasks.complete(ada.actor, ref(rent)),
        "due": lambda work: work.tasks.add(ada.at(chat), Draft("soap", due=NOON)),
    }
    database.clock.at = database.clock.at.replace(hour=11)
    first, second = changes[what], lambda work: work.group_presets.fire()
    if look_first:
        first, second = second, first
    async with Held(one, first):
        waits = asyncio.create_task(other.mutate(lambda work: second(work) and None))
        await asyncio.wait({waits}, timeout=0.3)
    await waits
    jobs = await looks(database, other, time(11, 2)) + await looks(database, other, time(12))
    told = [each for each in database.jobs.pending() if each.name == "group"]
    assert {each.id for each in jobs} <= {each.id for each in told}
    found = [str(each.payload[name]) for each in told for name in ("due", "news")]
    return [each for every in found for each in every.split(",") if each]


@pytest.mark.parametrize("look_first", [True, False], ids=["look first", "change first"])
@pytest.mark.parametrize("what", ["done", "due"])
async def test_neither_misses_the_other(postgres: Database, what: str, look_first: bool) -> None:
    told = await overlap(postgres, what, look_first=look_first)
    assert len(told) == 2
    assert told.count("2:done") == (what == "done")


@pytest.mark.parametrize("what", ["done", "due"])
async def test_the_row_that_both_hold_is_what_they_meet_at(
    postgres: Database, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the one before: a row that would stay as it is is not held."""
    sql = group_preset_rows
    loose = sql.LOOK_BY.where(sql.LOOK_BY.table.c.at > sql._SOONEST)
    monkeypatch.setattr(sql, "LOOK_BY", loose)
    assert len(await overlap(postgres, what, look_first=False)) == 1
