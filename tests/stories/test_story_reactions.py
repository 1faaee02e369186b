"""A channel chooses a reaction: a message under which somebody puts it becomes a task of theirs."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from adapters.sandbox import Message
from adapters.sandbox.model import BOT
from core import schema
from tests.service_kit import Town
from tests.stories.cast import Somebody, group_of, newcomer

pytestmark = pytest.mark.asyncio(loop_scope="module")
TOWN = {"slack_reactions": True}
CHECK = "white_check_mark"


@pytest.fixture
def ada(town: Town) -> Somebody:
    return newcomer(town, "slack", "Ada")


@pytest.fixture
def ben(town: Town) -> Somebody:
    return newcomer(town, "slack", "Ben")


async def room_of(*members: Somebody) -> str:
    """A channel that chose a reaction."""
    room = group_of(members[0].town, *members)
    await members[0].does("reactions :pushpin:", "From now on, whoever puts :pushpin:", room)
    return room


async def said(who: Somebody, text: str, room: str) -> Message:
    shown = await who.says(text, room)
    assert shown.message
    return shown.message


def reacts(who: Somebody, message: Message, name: str = "pushpin", *, on: bool = True) -> None:
    who.town.sandbox.react(who.id, message.chat, message.id, name, on=on)


def checked(message: Message) -> bool:
    return BOT in message.reactions.get(CHECK, [])


async def accounts(town: Town) -> int:
    count = select(func.count()).select_from(schema.account)
    found: int = await town.service.store.query(lambda work: work.run(count).scalar_one())
    return found


async def has(who: Somebody, many: int) -> None:
    """Wait until they have so many open tasks: a job makes them, and takes them back."""
    user = who.town.sandbox.world.people[who.id].user_id
    _a, _i = schema.account.c, schema.identity.c
    opened = select(_a.open_tasks).join(schema.identity, _i.account_id == _a.id)
    opened = opened.where(_i.user_id == user)
    async with asyncio.timeout(8):
        while many != await who.town.service.store.query(lambda work: work.run(opened).scalar()):  # noqa: ASYNC110  # it is a row
            await asyncio.sleep(0.01)


async def behind(who: Somebody, room: str) -> None:
    """Whatever was to be done in a channel before this is done: its jobs keep their order."""
    await who.town.sandbox.settled()
    last = await said(who, "The last", room)
    reacts(who, last)
    await who.until(lambda: checked(last))


async def test_a_reaction_makes_a_task_and_is_answered_by_a_check(
    ada: Somebody, ben: Somebody
) -> None:
    room = await room_of(ada, ben)
    message = await said(ben, "Water the plants\nall of them", room)
    before = ada.ids(room)
    reacts(ada, message)
    await ada.until(lambda: checked(message))
    card = await ada.does("show 1", "Water the plants")
    assert "all of them" in card.text
    assert "acme.slack.com/archives" in card.text
    assert ada.ids(room) == before  # nothing is said in the channel


async def test_it_is_taken_back_with_the_reaction(ada: Somebody, ben: Somebody) -> None:
    room = await room_of(ada, ben)
    message = await said(ben, "Water the plants", room)
    for each in (ada, ben):
        reacts(each, message)
    await has(ben, 1)
    await has(ada, 1)
    reacts(ada, message, on=False)
    await has(ada, 0)
    assert checked(message)  # Ben has his still
    reacts(ben, message, on=False)
    await ben.until(lambda: not checked(message))
    reacts(ada, message)
    await ada.until(lambda: checked(message))
    await ada.does("list", "Water the plants")


async def test_at_once_or_not_the_order_holds(ada: Somebody, ben: Somebody) -> None:
    room = await room_of(ada, ben)
    message = await said(ben, "Water the plants", room)
    for on in (True, False, True, False):
        reacts(ada, message, on=on)
        await ada.town.sandbox.settled()
    last = await said(ben, "Feed the cat", room)
    reacts(ada, last)
    await ada.until(lambda: checked(last))
    await has(ada, 1)
    assert not checked(message)


async def test_after_ten_minutes_the_task_stays(ada: Somebody, ben: Somebody) -> None:
    room = await room_of(ada, ben)
    message = await said(ben, "Water the plants", room)
    reacts(ada, message)
    await ada.until(lambda: checked(message))
    aged = update(schema.source).where(schema.source.c.message.endswith(message.id))
    aged = aged.values(made_at=datetime.now(UTC) - timedelta(minutes=11))
    await ada.town.service.store.mutate(lambda work: work.run(aged))
    reacts(ada, message, on=False)
    await behind(ada, room)
    await has(ada, 2)
    assert checked(message)


async def test_what_was_done_with_it_is_not_undone(ada: Somebody, ben: Somebody) -> None:
    room = await room_of(ada, ben)
    message = await said(ben, "Water the plants", room)
    reacts(ada, message)
    await ada.until(lambda: checked(message))
    await ada.does("done 1", "Water the plants")
    reacts(ada, message, on=False)
    await behind(ada, room)
    await ada.does("list done", "Water the plants")


async def test_no_other_reaction_and_no_other_channel(ada: Somebody, ben: Somebody) -> None:
    room, quiet = await room_of(ada), group_of(ada.town, ada, ben)
    eve = newcomer(ada.town, "slack", "Eve")
    ada.town.sandbox.world.chats[room].members.append(eve.id)
    message, other = await said(ada, "One", room), await said(ben, "Two", quiet)
    known = await accounts(ada.town)
    reacts(eve, message, "tada")
    reacts(ben, other)
    await ada.town.sandbox.settled()
    assert not message.reactions.get(CHECK)
    assert await accounts(ada.town) == known  # whoever only reacts is nobody we keep
    reacts(eve, message, "pushpin")  # and now she is
    await eve.until(lambda: checked(message))
    await eve.does("list", "One")


async def test_a_channel_can_change_its_mind(ada: Somebody, ben: Somebody) -> None:
    room = await room_of(ada, ben)
    await ada.does("reactions", ":pushpin: makes a task", room)
    await ben.does("reactions off", "From now on reactions make no tasks", room)
    message = await said(ben, "Water the plants", room)
    reacts(ada, message)
    await ada.town.sandbox.settled()
    await ada.does("list", "No open tasks")
    await ada.does("reactions", "No reaction makes tasks in this channel", room)


async def test_only_a_name_is_a_reaction(ada: Somebody) -> None:
    room = group_of(ada.town, ada)
    await ada.does("reactions two words", "reaction", room)
    await ada.does("reactions :pushpin:", "Say that in the channel")


async def test_why_there_is_no_task_is_said_in_private(ada: Somebody, ben: Somebody) -> None:
    room = await room_of(ada, ben)
    message = await said(ben, "xoxb-1111-2222-abcdefghijklmnop", room)
    reacts(ada, message)
    await ada.hears("There is a code or a token in it")
    assert not checked(message)


async def test_on_telegram_nobody_tells_of_reactions(town: Town) -> None:
    ada = newcomer(town, "telegram", "Ada")
    await ada.does("reactions :pushpin:", "Nobody tells me of reactions here")


async def test_the_same_event_again_makes_nothing(ada: Somebody, ben: Somebody) -> None:
    room = await room_of(ada, ben)
    message = await said(ben, "Water the plants", room)
    shown = ada.town.sandbox.react(ada.id, room, message.id, "pushpin")
    await ada.until(lambda: checked(message))
    slack = ada.town.sandbox.slack
    slack.deliver_event(slack.events[shown.id])
    await behind(ada, room)
    await has(ada, 2)


async def test_among_strangers_it_is_ours_whose_reaction_counts(town: Town, ada: Somebody) -> None:
    world = town.sandbox.world
    eve = world.slack_person(f"eve{len(world.people)}", "Eve", team="T0GLOBEX")
    guest = Somebody(town, "slack", "Eve", eve.handle, eve.id, world.private_chat(eve.id).id)
    room = await room_of(ada, guest)
    world.chats[room].external = True
    before = await accounts(town)
    message = await said(guest, "The invoice is wrong", room)
    reacts(guest, message)
    await town.sandbox.settled()
    reacts(ada, message)
    await ada.until(lambda: checked(message))
    await has(ada, 1)
    assert await accounts(town) == before
