"""Somebody leaves a group, or their account is closed: the group is told once what they had to do,
and anybody there takes it by the command that stands there, or by its button."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from core import schema
from tests.service_kit import labels, plain
from tests.stories.cast import Somebody, group_of, newcomer, words
from tests.stories.conftest import sqlite_alone as service_database

__all__ = ["service_database"]  # for PostgreSQL: tests/core/test_core_leaving.py
pytestmark = pytest.mark.asyncio(loop_scope="module")
HINT = "Anybody here can claim"


@pytest.fixture
async def room(ada: Somebody, ben: Somebody) -> str:
    return group_of(ada.town, ada, ben)


async def goes(who: Somebody, room: str) -> str:
    """They leave; on Slack their account is closed. The id of what is told."""
    sandbox = who.town.sandbox
    slack = who.platform == "slack"
    told = sandbox.close_account(who.id) if slack else sandbox.leave(who.id, room)
    await sandbox.settled()
    return told


async def comes(who: Somebody, room: str) -> None:
    sandbox = who.town.sandbox
    if who.platform == "slack":
        sandbox.close_account(who.id, closed=False)
    else:
        sandbox.come_back(who.id, room)
    await sandbox.settled()


async def a_while_later(who: Somebody) -> None:
    """As long as it takes to be told."""
    r = schema.reminder.c
    past = datetime.now(UTC) - timedelta(seconds=1)
    sooner = update(schema.reminder).where(r.why == "left").values(at=past)
    await who.town.service.store.mutate(lambda work: work.run(sooner))
    await asyncio.sleep(0.4)


async def test_the_group_is_told_once_and_takes_it_over(
    ada: Somebody, ben: Somebody, room: str
) -> None:
    await ada.writes(f"My own secret {ada.id}", "My own secret")
    await ada.does(f"add Water the plants {ada.id}", "Water the plants", room)
    await ada.does(f"add Clean the oven {ada.id}", "Clean the oven", room)
    card = await ben.hears("Clean the oven", room)
    said, alone = await goes(ada, room), len(ada.seen())
    await ben.says("", room, again=said)
    await ada.town.sandbox.settled()
    await a_while_later(ada)
    told = await ben.hears(HINT, room)
    assert f"{ada.name} has left." in words(told)
    assert "2 open tasks here have nobody to do them now." in words(told)
    assert "secret" not in words(told)
    assert [each[:18] for each in labels(told)] == [
        "Claim: Water the p",
        "Claim: Clean the o",
        "Fewer of these",
    ]
    if ada.platform == "telegram":
        assert told.silent
    typed = next(line for line in plain(told).splitlines() if "Clean the oven" in line)
    line = typed.split(" - ")[0].removeprefix("/task ").removeprefix("/")
    assert line.startswith("claim t:")
    await ben.presses(told, labels(told)[0], then="takes")
    assert f'{ben.name} takes "Water the plants' in words(told)
    assert "1 open task here has nobody to do it now." in words(told)
    assert labels(told)[-1] == "Fewer of these"  # it came unasked, whoever takes a part of it
    await ben.says(ben.spelled(line, group=True), room)
    await ben.until(lambda: f"@{ben.name}" in words(card))
    nothing = await ben.does("to_claim", "Nothing here waits for somebody new.", room)
    assert labels(nothing) == []
    await a_while_later(ada)
    assert ben.count("has left.", room) == 1
    assert len(ada.seen()) == alone  # who left is told nothing


async def test_the_card_offers_it_and_who_comes_back_has_it(
    ada: Somebody, ben: Somebody, room: str
) -> None:
    await ben.does(f"add Sweep the yard {ada.id}", "Sweep the yard", room)
    card = await ben.hears("Sweep the yard", room)
    await ada.presses(card, "Claim", then=f"@{ada.name}")
    assert "Claim" not in labels(card)
    await goes(ada, room)
    await comes(ada, room)
    await a_while_later(ada)
    assert ben.count(HINT, room) == 0
    assert "Claim" not in labels(card)
    await goes(ada, room)
    await a_while_later(ada)
    told = await ben.hears(HINT, room)
    await ben.until(lambda: "Claim" in labels(card))
    assert f"@{ada.name}, who left" in words(card)
    await comes(ada, room)
    await ben.until(lambda: "Claim" not in labels(card))
    assert "who left" not in words(card)
    await ben.presses(told, labels(told)[0])
    assert f"@{ada.name}" in words(card)


async def test_nothing_is_told_where_they_had_nothing(
    ada: Somebody, ben: Somebody, room: str
) -> None:
    await ada.writes(f"My own secret {ada.id}", "My own secret")
    card = await ada.does(f"add With Ben {ada.id}", "With Ben", room)
    await ben.presses(card, "Claim", then=f"@{ben.name}")
    before = ben.ids(room)
    await goes(ada, room)
    await a_while_later(ada)
    assert ben.ids(room) == before


async def test_fewer_ends_it_and_the_cards_may_be_claimed_still(
    ada: Somebody, ben: Somebody, room: str
) -> None:
    await ben.does(f"add Sweep the yard {ada.id}", "Sweep the yard", room)
    card = await ben.hears("Sweep the yard", room)
    other = await ada.does(f"add Clean the oven {ada.id}", "Clean the oven", room)
    await ada.presses(card, "Claim", then=f"@{ada.name}")
    await goes(ben, room)  # it is Ada's to do: nothing is told
    await ada.does("preset quiet", "Now: Quiet", room)
    await comes(ben, room)
    cleo = newcomer(ada.town, ada.platform, "Cleo")
    ada.town.sandbox.world.chats[room].members.append(cleo.id)
    await cleo.does(f"add Paint the door {cleo.id}", "Paint the door", room)
    await goes(cleo, room)
    await a_while_later(ada)
    told = await ada.hears(HINT, room)
    before = ada.ids(room)
    await ada.presses(told, "Fewer of these")
    screen = await ada.hears("Now: Least", room, but=before)
    assert labels(screen)[:4] == ["Least", "Quiet", "Normal", "All"]
    assert "has left." in words(told)  # it stays
    before = ada.ids(room)
    await goes(ada, room)
    await a_while_later(ada)
    await ben.until(lambda: "Claim" in labels(card) and "Claim" in labels(other))
    assert ben.ids(room) == before
    await ben.presses(other, "Claim", then=f"@{ben.name}")


async def test_five_are_shown_and_the_others_by_a_command(
    ada: Somebody, ben: Somebody, room: str
) -> None:
    names = [f"Task {letter} " + "long " * 80 for letter in "ABCDEFG"]
    for each in names:
        await ada.does(f"add {each}", each[:6], room)
    await goes(ada, room)
    await a_while_later(ada)
    told = await ben.hears("7 open tasks here", room)
    assert "shows 2 more" in words(told)
    assert [each[:13] for each in labels(told)] == [
        *(f"Claim: Task {letter}" for letter in "ABCDE"),
        "Next >",
        "Fewer of thes",
    ]
    second = await ben.does("to_claim page:2", "Task F", room)
    assert "Task A" not in words(second)
    await ben.presses(second, labels(second)[0], then="takes")
    assert "Task G" in words(second)
