"""A group chooses how much it is told of its tasks: nothing at first, then what is due, then what
is done and taken, too; and one press on what was told makes it less."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from core import schema
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, newcomer, words
from tests.stories.conftest import sqlite_alone as service_database

__all__ = ["service_database"]  # for PostgreSQL: tests/core/test_core_group_presets.py
pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREEN = "How much I tell this group"


@pytest.fixture
def room(ada: Somebody, ben: Somebody) -> str:
    """Ada made it: on Telegram she rules there."""
    return group_of(ada.town, ada, ben)


async def comes_due(who: Somebody, title: str) -> None:
    """Nobody waits for hours in a test: the task is due now, and the group looks."""
    now = datetime.now(UTC).replace(microsecond=0)
    values = {"due_on": f"{now:%Y-%m-%d}", "due_time": f"{now:%H:%M}", "due_zone": "UTC"}
    due = update(schema.task).where(schema.task.c.title == title)
    due = due.values(**values, due_at=now.replace(second=0), created_at=now - timedelta(hours=1))
    look = update(schema.group_preset).values(at=now, since=now - timedelta(minutes=2), rests=now)

    def write(work: object) -> None:
        for each in (due, look):
            work.run(each)  # type: ignore[attr-defined]  # a unit of work

    await who.town.service.store.mutate(write)


async def looks(who: Somebody) -> None:
    """A minute passes."""
    now = datetime.now(UTC)
    passed = update(schema.group_preset).values(at=now, rests=now)
    await who.town.service.store.mutate(lambda work: work.run(passed) and None)


async def test_quiet_normal_all_and_fewer_step_by_step(
    ada: Somebody, ben: Somebody, room: str
) -> None:
    plants, rent, soap = (f"{each} {ada.id}" for each in ("plants", "rent", "soap"))
    for each in (plants, rent, soap):
        await ada.does(f"add {each} tomorrow 23:00", each, room)
    screen = await ada.does("preset", SCREEN, room)
    assert "Now: Quiet" in words(screen)
    assert labels(screen) == ["Least", "Quiet", "Normal", "All", "Digest", "My settings"]
    await ada.presses(screen, "Normal", then="Now: Normal")
    before = ada.ids(room)
    await comes_due(ada, plants)
    told = await ben.hears(f"{plants} is due now", room, but=before)
    assert labels(told) == ["Done", "Claim", "Fewer of these"]
    assert "#" not in words(told)  # numbers are each person's own
    await ada.does("preset all", "Now: All", room)
    before = ada.ids(room)
    await ben.presses(await ben.hears(rent, room), "Claim")
    await looks(ada)
    news = await ada.hears(f"took the task: {rent}", room, but=before)
    assert labels(news) == ["Fewer of these"]
    if ada.platform == "telegram":
        assert news.silent
    before = ada.ids(room)
    await ada.presses(news, "Fewer of these")
    less = await ben.hears("Now: Normal", room, but=before)  # all read that it is less now
    assert "took the task" in words(news)  # what was told stays
    await ada.does("preset fewer", "Now: Quiet", room)
    await ada.does("preset fewer", "Now: Least", room)
    await ada.does("preset fewer", "Now: Least", room)
    assert less.id != news.id
    before = ada.ids(room)
    await comes_due(ada, soap)
    await asyncio.sleep(0.4)
    assert ada.ids(room) == before


async def test_done_stands_below_the_card_in_its_topic_or_thread(
    ada: Somebody, ben: Somebody, room: str
) -> None:
    card = await ada.does(f"add plants {ada.id}", "plants", room)
    await ada.does("preset all", "Now: All", room)
    before = ada.ids(room)
    await ada.presses(card, "Done", then="Done")
    await looks(ada)
    news = await ben.hears("completed the task: plants", room, but=before)
    if ada.platform == "slack":
        assert news.sent["thread_ts"] == card.id
        assert not news.sent.get("reply_broadcast")
    else:
        assert news.silent
        assert news.reply_to == card.id


async def test_on_telegram_administrators_choose_and_others_are_told_who_may(town: Town) -> None:
    ada, ben = newcomer(town, "telegram", "Ada"), newcomer(town, "telegram", "Ben")
    room = group_of(town, ada, ben)
    await ben.does("preset all", "Only an administrator of this group", room)
    screen = await ben.does("preset", "Now: Quiet", room)
    await ben.is_told(screen, "All", "Only an administrator of this group")
    assert "Now: Quiet" in words(screen)
    await ada.presses(screen, "All", then="Now: All")


async def test_on_slack_anybody_in_the_channel_chooses(town: Town) -> None:
    ada, ben = newcomer(town, "slack", "Ada"), newcomer(town, "slack", "Ben")
    room = group_of(town, ada, ben)
    await ben.does("preset normal", "Now: Normal", room)


async def test_the_settings_in_a_group_lead_there_and_ones_own_stay_ones_own(
    ada: Somebody, room: str
) -> None:
    await ada.is_met()  # on Telegram nobody can be written to who did not
    await ada.does("preset normal", "Now: Normal", room)
    if ada.platform == "slack":  # what only she sees, in the channel
        await ada.does("preset least", "Now: Least", room)
        settings = await ada.does("settings", "this group: Least", room)
        assert "this chat: Quiet" in words(settings)
        assert settings.ephemeral_for == ada.id
        before = ada.ids(room)
        await ada.presses(settings, "This group")
        await ada.hears(SCREEN, room, but=before - {settings.id})
        return
    screen = await ada.does("settings", SCREEN, room)
    await ada.presses(screen, "My settings")
    mine = await ada.hears("this chat: Quiet")
    assert "this group" not in words(mine)
    assert "Now: Normal" in words(screen)


async def test_what_is_finished_meanwhile_is_not_told(
    ada: Somebody, ben: Somebody, room: str
) -> None:
    await ada.does("preset normal", "Now: Normal", room)
    plants = f"plants {ada.id}"
    await ada.does(f"add {plants} tomorrow 23:00", plants, room)
    await ada.does("done 1", "plants")
    before = ada.ids(room)
    await comes_due(ada, plants)
    await asyncio.sleep(0.4)
    assert [each for each in ada.ids(room) - before] == []


async def test_a_word_that_is_no_preset_of_groups(ada: Somebody, room: str) -> None:
    await ada.is_met()  # on Telegram nobody can be written to who did not
    where = room if ada.platform == "slack" else ""
    before = ada.ids(where)
    await ada.says(ada.spelled("preset loud", group=True), room)
    await ada.hears("least, quiet, normal, all, fewer", where, but=before)


async def test_in_a_forum_it_stays_in_the_topic_of_the_card(town: Town) -> None:
    ada = newcomer(town, "telegram", "Ada")
    room, plants = group_of(town, ada), f"plants {ada.id}"
    chat = town.sandbox.world.chats[room]
    chat.with_bot, chat.forum, chat.topics = True, True, {"7": "Garden", "9": "Kitchen"}
    await town.sandbox.say_in_topic(ada.id, room, "7", f"/add@fluxbot {plants} tomorrow 23:00")
    await ada.hears(plants, room)
    await town.sandbox.say_in_topic(ada.id, room, "9", "/preset@fluxbot all")
    screen = await ada.hears("Now: All", room)
    assert screen.sent["message_thread_id"] == 9
    await comes_due(ada, plants)
    told = await ada.hears(f"{plants} is due now", room)
    assert told.sent["message_thread_id"] == 7
