"""A job changes a task while what somebody said of it is being handled: the store handles that
again, and nobody is told that something broke, or refused for it. SQLite has one writer."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from bot.dispatch import dispatch
from core import undo
from core.addresses import Address
from core.chat import Inbound, Kind, Reply
from core.store import Store
from core.work import Work
from tests.core.people import Person, person
from tests.databases import Database, postgres

__all__ = ["postgres"]  # a fixture

_keys = itertools.count(1)
_MOVED = (
    text("UPDATE task SET revision = revision + 1"),
    text("UPDATE change_task SET revision = revision + 1"),
)
"""As a job does with the dates of somebody whose zone was just learnt."""


async def say(store: Store, who: Person, line: str) -> Reply:
    home = Address("telegram", "", who.sender.user_id, private=True)
    inbound = Inbound(f"o{next(_keys)}", Kind.COMMAND, who.sender, home, line)
    return (await store.mutate(lambda work: dispatch(work, inbound, lambda *_: True))).reply


@contextmanager
def moved_after(url: str, statement: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Somebody moves every task when this statement is run for the first time; how often it is."""
    run, times, engine = Work.run, [], create_engine(url)

    def watched(self: Work, asked: Any, *given: Any) -> Any:
        found = run(self, asked, *given)
        if asked is statement:
            times.append(given)
            if len(times) == 1:
                with engine.begin() as other:
                    for each in _MOVED:
                        other.execute(each)
        return found

    monkeypatch.setattr(Work, "run", watched)
    yield times
    engine.dispose()


@pytest.mark.parametrize("statement", [undo._TASKS, undo.BY_ID], ids=["compared", "read"])
async def test_who_is_overtaken_is_handled_again(
    postgres: Database, monkeypatch: pytest.MonkeyPatch, statement: Any
) -> None:
    store = postgres.open()
    ada = await person(store, "Ada")
    await say(store, ada, "add Milk")
    await say(store, ada, "done 1")
    with moved_after(postgres.url, statement, monkeypatch) as times:
        assert (await say(store, ada, "undo")).text == "Undone."
    assert len(times) > 1  # the control: it was overtaken
    assert await store.query(lambda work: work.failures.page()) == []
