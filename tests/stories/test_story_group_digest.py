"""A group gets a digest of its own: anybody there begins and ends it, everybody reads it."""

from __future__ import annotations

import asyncio

import pytest

from core import schema
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, newcomer, words
from tests.stories.test_story_quiet import is_time

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def room(ada: Somebody, ben: Somebody) -> str:
    return group_of(ada.town, ada, ben)


async def test_anybody_begins_it_all_read_it_and_anybody_ends_it(
    ada: Somebody, ben: Somebody, room: str
) -> None:
    await ada.does("timezone Europe/Berlin", "Europe/Berlin")
    await ada.writes(f"My own secret {ada.id}", "My own secret")
    await ben.does(f"add Water the plants {ada.id}", "Water the plants", room)
    begun = await ada.does("digest on 09:00 weekdays", "Now: weekdays 09:00 (Europe/Berlin)", room)
    assert "Anybody here can change or end it." in words(begun)
    before = ada.ids(room)
    await is_time(ada, schema.group_digest)
    told = await ben.hears("1 without a date", room, but=before)
    assert f"Water the plants {ada.id}" in words(told)
    assert "#" not in words(told)  # numbers are each person's own
    assert "secret" not in words(told)
    assert labels(told) == ["Digest", "Fewer of these"]
    if ada.platform == "telegram":
        assert told.silent
    await ben.presses(told, "Digest")
    screen = await ben.hears("Now: weekdays 09:00", room, but={begun.id})
    assert "without a date" in words(told)  # it stays where it is
    await ben.presses(screen, "Off", then="Now: off")
    before = ada.ids(room)
    await is_time(ada, schema.group_digest)
    await asyncio.sleep(0.4)
    assert ada.ids(room) == before
    assert "digest: off" in words(await ada.does("settings", "Settings"))  # hers is another


async def test_nothing_to_do_is_not_said_and_off_is_typed_by_anybody(
    ada: Somebody, ben: Somebody, room: str
) -> None:
    await ada.writes(f"My own secret {ada.id}", "My own secret")
    await ada.does("digest on", "Now: weekdays 08:30 (UTC)", room)
    await ada.does(f"add Party {ada.id} 2031-05-04", "Party", room)
    before = ada.ids(room)
    await is_time(ada, schema.group_digest)
    await asyncio.sleep(0.4)
    assert ada.ids(room) == before
    await ben.does("digest off", "Now: off", room)


async def test_fewer_on_it_is_on_fewer_days_and_at_last_none(
    ada: Somebody, ben: Somebody, room: str
) -> None:
    await ada.does(f"add Water the plants {ada.id}", "Water the plants", room)
    await ada.does("digest on 09:00 daily", "Now: every day 09:00", room)
    before = ada.ids(room)
    await is_time(ada, schema.group_digest)
    told = await ben.hears("1 without a date", room, but=before)
    for now in ("weekdays 09:00", "Mondays 09:00", "off"):
        before = ben.ids(room)
        await ben.presses(told, "Fewer of these")
        await ada.hears(f"Now: {now}", room, but=before)  # all read that it is less now
        assert "without a date" in words(told)  # it stays where it is
    before = ada.ids(room)
    await is_time(ada, schema.group_digest)
    await asyncio.sleep(0.4)
    assert ada.ids(room) == before


async def test_what_is_pressed_on_a_private_answer_in_a_channel_is_ones_own(town: Town) -> None:
    ada, ben = newcomer(town, "slack", "Ada"), newcomer(town, "slack", "Ben")
    room = group_of(town, ada, ben)
    settings = await ada.does("settings", "Settings", room)
    await ada.presses(settings, "Digest", then="One message with what is overdue")
    await ada.presses(settings, "Every day 08:30", then="Now: every day 08:30")
    assert ben.seen(room) == []
    assert "every day 08:30" in words(await ada.does("settings", "Settings"))
    await ada.does("digest", "A digest of this group", room)


async def test_a_supergroup_keeps_it_and_so_does_a_group_that_let_the_bot_in_again(
    town: Town,
) -> None:
    ada, ben = newcomer(town, "telegram", "Ada"), newcomer(town, "telegram", "Ben")
    old, new = group_of(town, ada, ben), group_of(town, ada, ben)
    await ada.does("add Water the plants", "Water the plants", old)
    await ada.does("digest on", "Now: weekdays 08:30", old)
    world = town.sandbox.world
    moved = {
        "message_id": 9001,
        "date": 1,
        "from": {"id": 1, "is_bot": False, "first_name": "Ada"},
        "chat": town.sandbox.telegram.chat_json(world.chats[old]),
        "migrate_to_chat_id": int(world.chats[new].platform_id),
    }
    town.sandbox.deliver_update({"message": moved})
    await town.sandbox.settled()
    town.sandbox.put_out(ada.id, new)
    await town.sandbox.settled()
    before = ada.ids(old) | ada.ids(new)
    await is_time(ada, schema.group_digest)
    await asyncio.sleep(0.4)
    assert ada.ids(old) | ada.ids(new) == before
    town.sandbox.let_in(ada.id, new)
    await ada.until(lambda: ada.seen(new))
    await is_time(ada, schema.group_digest)
    told = await ada.hears("1 without a date", new)
    assert "Water the plants" in words(told)
