"""On Slack a thread stays a thread: what is asked there is answered there, and nowhere else."""

from __future__ import annotations

import pytest

from adapters.sandbox import Message
from tests.service_kit import Town
from tests.stories.cast import Somebody, group_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def ada(town: Town) -> Somebody:
    return newcomer(town, "slack", "Ada")


@pytest.fixture
def ben(town: Town) -> Somebody:
    return newcomer(town, "slack", "Ben")


async def replies(who: Somebody, to: Message, text: str, answer: str) -> Message:
    """Write in the thread of a message, and wait for a new answer."""
    before = who.ids(to.chat)
    await who.says(text, to.chat, reply_to=to.id)
    return await who.hears(answer, to.chat, but=before)


async def test_a_mention_in_a_thread_is_answered_there(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    shown = await ben.says("The plants look sad", room)
    assert shown.message
    card = await replies(ada, shown.message, "@fluxbot Water the plants", "Water the plants")
    assert card.reply_to == shown.message.id
    assert "reply_broadcast" not in card.sent
    listed = await replies(ada, shown.message, "@fluxbot list", "Water the plants")
    assert listed.ephemeral_for == ada.id
    assert listed.reply_to == shown.message.id


async def test_a_reply_to_a_card_is_about_its_task(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    card = await ada.does("add Water the plants", "Water the plants", room)
    await ada.does("list", "Water the plants")  # by now it is known which message the card is
    await replies(ada, card, "@fluxbot done", "Done")
    await ada.until(lambda: "Done by" in words(card))


async def test_who_hears_that_it_is_done_hears_it_below_the_card(
    ada: Somebody, ben: Somebody
) -> None:
    room = group_of(ada.town, ada, ben)
    await ben.writes("Buy milk", "Added ")
    shared = await ada.does("add Water the plants", "Water the plants", room)
    mine = await ada.does("show 1", "Water the plants")
    await ben.presses(shared, "Claim", then=f"@{ben.name}")
    await ben.presses(shared, "Done", "Done by")
    told = await ada.hears("Water the plants", but={mine.id})
    assert told.reply_to == mine.id
    assert "reply_broadcast" not in told.sent


async def test_what_is_said_in_a_thread_of_the_private_chat_stays_there(ada: Somebody) -> None:
    shown = await ada.says("Buy milk")
    assert shown.message
    await ada.hears("Buy milk")
    card = await replies(ada, shown.message, "Call Ben", "Call Ben")
    assert card.reply_to == shown.message.id


async def test_other_talk_in_a_thread_is_not_heard(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    card = await ada.does("add Water the plants", "Water the plants", room)
    before = ada.ids(room)
    await ben.says("I did that yesterday", room, reply_to=card.id)
    await ada.town.sandbox.settled()
    await ada.does("list", "Water the plants", room)
    assert len(ada.ids(room) - before) == 1  # the list
