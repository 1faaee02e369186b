"""A message on PostgreSQL takes few ways to the server and back, and holds its writer's row for one
of them: while somebody writes much at once, each message waits for those before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Table, Update

from bot.dispatch import dispatch
from core.ahead import Ahead
from core.chat import Inbound, Kind, Reply
from core.postgres_driver import PostgresDriver
from core.store import Store
from tests.bot.talking import ADA, HOME
from tests.databases import Database, postgres

__all__ = ["postgres"]  # a fixture


@pytest.fixture
def store(postgres: Database) -> Store:
    return postgres.open()


def rides(_: Inbound, __: Reply) -> bool:
    return True


async def says(store: Store, number: int, text: str) -> Reply:
    inbound = Inbound(f"k{number}", Kind.TEXT, ADA, HOME, text, said=str(number))
    handled = await store.mutate(lambda work: dispatch(work, inbound, rides))
    return handled.reply


@pytest.fixture
async def ways(store: Store, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What goes to the server at once, each time, from when Ada is known and has added a task."""
    for number, line in enumerate(("timezone Europe/Berlin", "Buy milk")):
        await says(store, number, line)
    sent: list[list[str]] = []
    own = PostgresDriver._sent

    def noted(driver: PostgresDriver) -> object:
        sent.append([each.key[0] for each in driver._waiting])
        return own(driver)

    monkeypatch.setattr(PostgresDriver, "_sent", noted)
    return sent


def holding(ways: list[list[str]]) -> int:
    """How many times a transaction waits for the server while it holds somebody's row."""
    locked = next(at for at, way in enumerate(ways) if any("FOR NO KEY UPDATE" in s for s in way))
    return len(ways) - 1 - locked


async def test_a_task_takes_three(store: Store, ways: list[list[str]]) -> None:
    assert (await says(store, 7, "Bread tomorrow")).card is not None
    assert len(ways) == 3, ways
    assert holding(ways) == 1


async def test_several_take_one_more_each(store: Store, ways: list[list[str]]) -> None:
    await says(store, 7, "Bread\nButter\nSalt")
    assert len(ways) == 5, ways


async def test_the_control_without_ids_ahead_its_row_is_held_longer(
    store: Store, ways: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def draw(ahead: Ahead, statement: Update, values: Mapping[str, Any], *_: Table) -> object:
        return ahead._work.run(statement, values).first()

    monkeypatch.setattr(Ahead, "draw", draw)
    await says(store, 7, "Bread")
    assert len(ways) == 5, ways
    assert holding(ways) == 3
