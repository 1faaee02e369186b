"""Inline mode: tasks from any chat of Telegram's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot import suggesting
from core import schema
from core.addresses import Address, Sender
from core.limits import INLINE
from core.work import Work
from tests.service_kit import Town
from tests.stories.cast import (
    Somebody,
    group_of,
    in_days,
    labels,
    link_long_ago,
    newcomer,
    words,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def ada(town: Town) -> Somebody:
    """Somebody who has said hello."""
    who = newcomer(town, "telegram", "Ada")
    await who.does("start", "Hello")
    return who


@pytest.fixture
def ben(town: Town) -> Somebody:
    """Somebody whom the bot does not know."""
    return newcomer(town, "telegram", "Ben")


@pytest.fixture
def room(town: Town, ada: Somebody, ben: Somebody) -> Iterator[str]:
    """A group of these two, without the bot."""
    group = group_of(town, ada, ben)
    town.sandbox.world.chats[group].with_bot = False
    yield group
    town.sandbox.telegram.feedback = True


async def types(who: Somebody, text: str, chat: str) -> tuple[str, list[dict[str, Any]]]:
    """What is offered to somebody who types this to the bot in a chat, and the query's name."""
    answer = await who.town.sandbox.inline(who.id, chat, text)
    return answer["query"], answer["results"]


def said_in(who: Somebody, chat: str) -> list[str]:
    return [words(each) for each in who.town.sandbox.world.messages(chat)]


async def test_what_is_typed_can_be_added_and_the_card_comes_in_private(
    ada: Somebody, room: str
) -> None:
    query, offered = await types(ada, "Bring salad tomorrow !high #party", room)
    assert offered[0]["id"] == "add"
    assert offered[0]["title"] == "Add: Bring salad"
    assert in_days(1) in offered[0]["detail"]
    assert said_in(ada, room) == []  # nothing is said until it is picked
    ada.town.sandbox.pick(ada.id, room, query, "add")
    [said] = said_in(ada, room)
    assert "Bring salad" in said
    assert "A new task of Ada" in said
    card = await ada.hears("#1 Bring salad")
    assert "There is no list #party yet. Create it?" in words(card)
    await ada.presses(card, "Create #party", then="high - #party")
    await ada.until(lambda: "A new task" not in said_in(ada, room)[0])
    assert len(said_in(ada, room)) == 1
    await ada.does("list", "Open tasks 1-1 of 1")  # the message by way of the bot added no second
    await ada.does("done 1", "Done")
    await ada.until(lambda: "Done by Ada" in said_in(ada, room)[0])


async def test_ones_tasks_are_found_and_shown_as_others_may_see_them(
    ada: Somebody, room: str
) -> None:
    await ada.writes("Water the plants !high", "Water the plants")
    await ada.does("edit 1 description:secret", "Saved")
    await ada.writes("Call the plumber", "Call the plumber")
    query, offered = await types(ada, "plan", room)
    assert [each["title"] for each in offered] == ["Add: plan", "#1 Water the plants"]
    ada.town.sandbox.pick(ada.id, room, query, offered[1]["id"])
    [said] = said_in(ada, room)
    assert "Water the plants" in said
    assert "- high" in said
    assert "As of " in said  # until it is known that it was picked
    assert "secret" not in said
    assert "#1" not in said
    [message] = ada.town.sandbox.world.messages(room)
    url = message.buttons[0][0]["url"]
    opened = await ada.does(f"start {url.partition('start=')[2]}", "Water the plants")
    assert "secret" in words(opened)
    await ada.until(lambda: "As of " not in said_in(ada, room)[0])
    assert "secret" not in said_in(ada, room)[0]
    await ada.does("edit 1 description:secret2", "Saved")
    await ada.does("edit 1 Water all plants", "Saved")
    await ada.until(lambda: "Water all plants" in said_in(ada, room)[0])
    [said] = said_in(ada, room)
    assert "secret" not in said
    assert "- high" in said
    assert "#1" not in said


async def test_what_was_picked_follows_the_task(ada: Somebody, room: str) -> None:
    card = await ada.writes("Water the plants !high", "Water the plants")
    query, offered = await types(ada, "plants", room)
    ada.town.sandbox.pick(ada.id, room, query, offered[1]["id"])
    await ada.until(lambda: "As of " not in said_in(ada, room)[0])
    await ada.presses(card, "Done")
    await ada.until(lambda: "Done by Ada" in said_in(ada, room)[0])
    await ada.does("edit 1 Water all plants", "Saved")
    await ada.until(lambda: "Water all plants" in said_in(ada, room)[0])
    [message] = ada.town.sandbox.world.messages(room)
    assert "start=t_" in message.buttons[0][0]["url"]
    await ada.does("undo", "Undone")
    await ada.until(lambda: "all plants" not in said_in(ada, room)[0])
    asked = await ada.does("delete 1", "Delete #1")
    await ada.presses(asked, "Delete #1")
    await ada.until(lambda: said_in(ada, room)[0].endswith("not shared here any more."))
    assert not message.buttons


async def test_what_was_picked_and_is_gone_holds_up_nothing(ada: Somebody, room: str) -> None:
    await ada.writes("Water the plants", "Water the plants")
    query, offered = await types(ada, "plants", room)
    ada.town.sandbox.pick(ada.id, room, query, offered[1]["id"])
    await ada.until(lambda: "As of " not in said_in(ada, room)[0])
    [message] = ada.town.sandbox.world.messages(room)
    ada.town.sandbox.world.delete(message)
    await ada.does("done 1", "Done")

    name = list(ada.town.sandbox.telegram.picked)[-1]

    def followed(work: Work) -> bool:
        rows = work.run(select(schema.preview.c.message)).scalars()
        return any(each.endswith(name) for each in rows)

    async with asyncio.timeout(5):
        while await ada.town.service.store.query(followed):  # noqa: ASYNC110  # it is a row
            await asyncio.sleep(0.02)
    await ada.does("list done", "Water the plants")  # their own chat is as reachable as before


async def test_what_is_deleted_before_it_is_picked_is_not_shown(ada: Somebody, room: str) -> None:
    await ada.writes("Water the plants", "Water the plants")
    query, offered = await types(ada, "plants", room)
    asked = await ada.does("delete 1", "Delete #1")
    await ada.presses(asked, "Delete #1", "Deleted")
    ada.town.sandbox.pick(ada.id, room, query, offered[1]["id"])
    await ada.until(lambda: said_in(ada, room)[0].endswith("not shared here any more."))
    assert "plants" not in said_in(ada, room)[0]


async def test_what_was_picked_follows_the_task_also_where_the_bot_is_blocked(
    ada: Somebody, ben: Somebody, room: str
) -> None:
    await ben.does("start", "Hello")
    await ada.writes(f"Water the plants @{ben.handle}", "Water the plants")
    query, offered = await types(ada, "plants", room)
    ada.town.sandbox.pick(ada.id, room, query, offered[1]["id"])
    await ada.until(lambda: "As of " not in said_in(ada, room)[0])
    ada.town.sandbox.block(ada.id)
    await ben.does("done 1", "Done")
    await ada.until(lambda: "Done by Ben" in said_in(ada, room)[0])


async def test_what_was_picked_is_taken_away_also_where_no_link_can_be_made(
    ada: Somebody, room: str
) -> None:
    site = await ada.town.service.store.query(lambda work: work.site)
    await ada.writes("Water the plants", "Water the plants")
    query, offered = await types(ada, "plants", room)
    ada.town.sandbox.pick(ada.id, room, query, offered[1]["id"])
    await ada.until(lambda: "As of " not in said_in(ada, room)[0])
    name, site.telegram = site.telegram, ""
    try:
        asked = await ada.does("delete 1", "Delete #1")
        await ada.presses(asked, "Delete #1")
        await ada.until(lambda: said_in(ada, room)[0].endswith("not shared here any more."))
    finally:
        site.telegram = name


async def test_what_was_picked_says_nothing_of_whoever_is_forgotten(
    ada: Somebody, room: str
) -> None:
    await ada.writes("Water the plants", "Water the plants")
    query, offered = await types(ada, "plants", room)
    ada.town.sandbox.pick(ada.id, room, query, offered[1]["id"])
    await ada.until(lambda: "As of " not in said_in(ada, room)[0])
    await ada.does("forget_me", "forget ada")
    await ada.writes("forget ada", "forgotten")
    await ada.until(lambda: said_in(ada, room)[0].endswith("not shared here any more."))


async def test_nor_where_they_ask_for_it_in_another_chat(ada: Somebody, room: str) -> None:
    """Whatever waits in their chats is erased then (`bot/records.py`): after this."""
    office = newcomer(ada.town, "slack", "Ada")
    await office.does("start", "Hello")
    await link_long_ago(ada, office)
    for title in ("Water the plants", "Feed the fish"):
        await ada.writes(title, title)
        query, offered = await types(ada, title, room)
        ada.town.sandbox.pick(ada.id, room, query, offered[1]["id"])
    await ada.until(lambda: "As of " not in "".join(said_in(ada, room)))
    await office.does("forget_me", "forget ada")
    await office.writes("forget ada", "forgotten")
    await ada.until(lambda: all(each.endswith("here any more.") for each in said_in(ada, room)))


async def test_nor_of_a_chat_that_is_disconnected_and_leaves_its_tasks_behind(
    ada: Somebody, room: str
) -> None:
    office = newcomer(ada.town, "slack", "Ada")
    await office.does("start", "Hello")
    await ada.writes("A task of old", "A task of old")
    await link_long_ago(office, ada)
    await ada.writes("Water the plants", "Water the plants")
    query, offered = await types(ada, "plants", room)
    ada.town.sandbox.pick(ada.id, room, query, offered[1]["id"])
    await ada.until(lambda: "As of " not in said_in(ada, room)[0])
    asked = await office.does("unlink", "Which chat")
    telegram = next(each for each in labels(asked) if "Telegram" in each)
    await office.presses(asked, telegram, then="Disconnect")
    sure = next(each for each in labels(asked) if each.startswith("Disconnect"))
    await office.presses(asked, sure, then="Disconnected")
    await ada.until(lambda: said_in(ada, room)[0].endswith("not shared here any more."))
    await office.does("edit 1 Plans of the office", "Saved")
    await ada.town.sandbox.settled()
    [said] = said_in(ada, room)
    assert said.endswith("not shared here any more."), "nor is what they change later"


async def test_without_a_word_the_newest_are_offered(ada: Somebody, room: str) -> None:
    await ada.writes("Milk", "Milk")
    await ada.writes("Bread", "Bread")
    _, offered = await types(ada, "", room)
    assert [each["title"] for each in offered] == ["#2 Bread", "#1 Milk"]


async def test_nobody_is_offered_what_is_somebody_elses(
    ada: Somebody, ben: Somebody, room: str
) -> None:
    await ada.writes("Water the plants", "Water the plants")
    _, offered = await types(ben, "plants", room)
    assert [each["id"] for each in offered] == ["add"]
    assert (await types(ben, "", room))[1] == []
    query, offered = await types(ada, "plants", room)
    with pytest.raises(LookupError):
        ben.town.sandbox.pick(ben.id, room, query, offered[1]["id"])
    given = ada.town.sandbox.telegram.asked[query].given
    assert str(given["is_personal"]).lower() == "true"
    assert str(given["cache_time"]) == "0"


async def test_typing_makes_nobody_known_and_picking_does(ben: Somebody, room: str) -> None:
    user = ben.town.sandbox.world.people[ben.id].user_id
    home = Address("telegram", "", user, private=True)

    def known(work: Work) -> bool:
        return work.accounts.known(Sender("telegram", "", user)) is not None

    def waits(work: Work) -> bool:
        """Whether it was noted that they may not be written to yet."""
        chat = work.chats.find(home)
        return chat is not None and bool(chat.gone)

    query, _ = await types(ben, "Bring bread", room)
    assert not await ben.town.service.store.query(known)
    ben.town.sandbox.pick(ben.id, room, query, "add")
    await ben.town.sandbox.settled()
    assert await ben.town.service.store.query(known)
    async with asyncio.timeout(5):
        while not await ben.town.service.store.query(waits):  # noqa: ASYNC110  # it is a row
            await asyncio.sleep(0.02)
    await ben.does("start", "Hello")  # they may be written to from now on
    await ben.hears("Bring bread")


async def test_where_the_bot_is_not_told_of_picks_nothing_is_added(
    ada: Somebody, room: str
) -> None:
    """The operator did not ask for it: then the words are said, and that is all."""
    ada.town.sandbox.telegram.feedback = False
    query, _ = await types(ada, "Bring salad", room)
    ada.town.sandbox.pick(ada.id, room, query, "add")
    await ada.town.sandbox.settled()
    await ada.does("list", "No open tasks")


async def test_what_people_wrote_stays_text_in_the_list_and_in_the_chat(
    ada: Somebody, room: str
) -> None:
    await ada.writes("<b>Bold</b> & *stars* @ben", "Bold")
    query, offered = await types(ada, "<b>Bold", room)
    assert offered[0]["title"] == "Add: <b>Bold"
    for each in offered:
        ada.town.sandbox.pick(ada.id, room, query, each["id"])
    first, second = said_in(ada, room)
    assert "<b>Bold" in first
    assert "<b>Bold</b> & *stars*" in second


async def test_who_asks_too_often_is_offered_nothing_and_a_way_on(
    ada: Somebody, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = replace(INLINE, name="inline.few", times=2)
    monkeypatch.setattr(suggesting, "INLINE", few)
    ben = newcomer(ada.town, "telegram", "Ben")
    for _ in range(few.times):
        assert (await types(ada, "milk", room))[1]
    answer = await ada.town.sandbox.inline(ada.id, room, "milk")
    assert answer["results"] == []
    assert answer["button"] == "Too fast: again in 1 min, or write to me"
    offered = await ada.town.sandbox.inline(ben.id, ben.chat, "milk")
    assert (len(offered["results"]), offered["button"]) == (1, ""), "everybody has their own"
    await ada.does("start inline", "Hello")  # where the button leads


async def test_without_the_allowance_there_is_no_end(
    ada: Somebody, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggesting, "INLINE", replace(INLINE, name="inline.off", times=10**6))
    for _ in range(5):
        assert (await types(ada, "milk", room))[1]
