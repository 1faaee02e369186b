"""Added to a group of Telegram's the bot says what it hears there; in a forum it stays in its
topic."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")
LITTLE, ALL = "Nothing else reaches me.", "Here every message reaches me"


@pytest_asyncio.fixture(loop_scope="module")
async def ada(town: Town) -> Somebody:
    """Somebody who has said hello."""
    who = newcomer(town, "telegram", "Ada")
    await who.does("start", "Hello")
    return who


@pytest.fixture
def room(town: Town, ada: Somebody) -> str:
    """A group without the bot, which is its first member's to rule."""
    group = group_of(town, ada)
    town.sandbox.world.chats[group].with_bot = False
    return group


@pytest.mark.parametrize(
    ("standing", "said"),
    [((False, True), LITTLE), ((True, True), ALL), ((False, False), ALL)],
    ids=["as a member", "as an administrator", "without group privacy"],
)
async def test_it_says_what_it_hears(
    town: Town, ada: Somebody, room: str, standing: tuple[bool, bool], said: str
) -> None:
    rules, privacy = standing
    town.sandbox.telegram.group_privacy = privacy
    try:
        town.sandbox.let_in(ada.id, room, rules=rules)
        told = await ada.hears(said, room)
    finally:
        town.sandbox.telegram.group_privacy = True
    assert "/add Water the plants" in words(told)
    assert told.silent
    await ada.does("add Water the plants", "Water the plants", room)


async def test_it_says_so_once_and_again_when_it_comes_back(
    town: Town, ada: Somebody, room: str
) -> None:
    update = town.sandbox.let_in(ada.id, room)
    await ada.hears(LITTLE, room)
    await ada.says("", room, again=update)
    await ada.does("add Water the plants", "Water the plants", room)
    assert ada.count(LITTLE, room) == 1
    town.sandbox.put_out(ada.id, room)
    await town.sandbox.settled()
    town.sandbox.let_in(ada.id, room)
    await ada.until(lambda: ada.count(LITTLE, room) == 2)


async def test_to_be_promoted_or_let_in_by_somebody_is_no_joining(
    town: Town, ada: Somebody, room: str
) -> None:
    town.sandbox.let_in(ada.id, room)
    await ada.hears(LITTLE, room)
    change = {
        "old_chat_member": {"status": "member"},
        "new_chat_member": {"status": "administrator"},
    }
    person = {"id": 1, "is_bot": False, "first_name": "Ada"}
    chat = town.sandbox.telegram.chat_json(town.sandbox.world.chats[room])
    town.sandbox.deliver_update({"my_chat_member": {"chat": chat, "from": person, **change}})
    await town.sandbox.settled()
    await asyncio.sleep(0.2)
    assert len(ada.seen(room)) == 1


async def test_by_the_link_that_adds_it_to_a_group_it_greets_once(
    town: Town, ada: Somebody, room: str
) -> None:
    town.sandbox.let_in(ada.id, room)
    await ada.says("/start@fluxbot hello", room)  # Telegram says it in their name
    await ada.hears(LITTLE, room)
    await town.sandbox.settled()
    await asyncio.sleep(0.2)
    assert len(ada.seen(room)) == 1
    assert ada.count("Hello") == 1  # that of before
    helped = await ada.does("help groups", "In a group I hear")
    url = next(each["url"] for row in helped.buttons for each in row if each["url"])
    assert url == "https://t.me/fluxbot?startgroup=hello"


async def test_a_greeting_is_in_the_language_of_whoever_added_it(
    town: Town, ada: Somebody, room: str
) -> None:
    town.sandbox.world.people[ada.id].language = "de"
    town.sandbox.let_in(ada.id, room)
    told = await ada.until(lambda: ada.seen(room))
    assert "/add" in words(told[0])


async def test_in_a_forum_everything_stays_in_its_topic(
    town: Town, ada: Somebody, room: str
) -> None:
    chat = town.sandbox.world.chats[room]
    chat.with_bot, chat.forum, chat.topics = True, True, {"7": "Garden", "9": "Kitchen"}
    for topic, text in (("7", "Water the plants"), ("9", "Clean the oven")):
        await town.sandbox.say_in_topic(ada.id, room, topic, f"/add@fluxbot {text}")
        card = await ada.hears(text, room)
        assert card.sent["message_thread_id"] == int(topic)
        await ada.presses(card, "Done", then="Done by Ada")
    stranger = newcomer(town, "telegram", "Zoe")
    chat.members.append(stranger.id)
    await town.sandbox.say_in_topic(stranger.id, room, "9", "/list@fluxbot")
    way_in = await stranger.hears("My answer is for you alone", room)
    assert labels(way_in) == ["Open our chat"]
    assert way_in.sent["message_thread_id"] == 9


async def test_a_topic_that_is_gone_is_no_reason_to_be_silent(
    town: Town, ada: Somebody, room: str
) -> None:
    chat = town.sandbox.world.chats[room]
    chat.with_bot, chat.forum, chat.topics = True, True, {"7": "Garden"}
    await town.sandbox.say_in_topic(ada.id, room, "7", "/add@fluxbot Water the plants")
    chat.topics = {}  # before it is answered
    card = await ada.hears("Water the plants", room)
    assert "message_thread_id" not in card.sent
