"""Words that were written before, as tasks: replied to with a command on Telegram, or forwarded."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from adapters.sandbox import Message
from tests.service_kit import Town
from tests.stories.cast import Somebody, group_of, in_days, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def ada(town: Town) -> Somebody:
    """Somebody who has said hello."""
    who = newcomer(town, "telegram", "Ada")
    await who.does("start", "Hello")
    return who


@pytest_asyncio.fixture(loop_scope="module")
async def ben(town: Town) -> Somebody:
    who = newcomer(town, "telegram", "Ben")
    await who.does("start", "Hello")
    return who


@pytest.fixture
def group(town: Town, ada: Somebody, ben: Somebody) -> str:
    return group_of(town, ada, ben)


async def said(who: Somebody, text: str, chat: str) -> Message:
    shown = await who.says(text, chat)
    assert shown.message is not None
    return shown.message


async def replies(who: Somebody, to: Message, text: str, answer: str) -> Message:
    before = who.ids(to.chat)
    await who.says(text, to.chat, reply_to=to.id)
    return await who.hears(answer, to.chat, but=before)


async def test_what_is_replied_to_becomes_the_task(
    ada: Somebody, ben: Somebody, group: str
) -> None:
    talk = await said(ben, "The sink drips !high", group)
    card = await replies(ada, talk, "/add@fluxbot", "The sink drips")
    assert "- high" in words(card)
    number = f"{group.removeprefix('telegram:-100')}/{talk.id}"
    assert f"From Ben: https://t.me/c/{number}" in words(card)


async def test_what_is_typed_beside_it_says_more_of_it(
    ada: Somebody, ben: Somebody, group: str
) -> None:
    talk = await said(ben, "The sink drips\nIt began on Monday.", group)
    card = await replies(ada, talk, "/add@fluxbot tomorrow !high", "The sink drips")
    assert in_days(1) in words(card)
    assert "It began on Monday." in words(card)
    named = await replies(ada, talk, "/add@fluxbot Call the plumber tomorrow", "Call the plumber")
    assert "The sink drips" in words(named)
    assert in_days(1) in words(named)


async def test_the_bots_name_alone_is_enough(ada: Somebody, ben: Somebody, group: str) -> None:
    talk = await said(ben, "Water the plants", group)
    await replies(ada, talk, "@fluxbot", "Water the plants")
    await ada.says("@fluxbot help", group, reply_to=talk.id)
    await ada.hears("Send me a line of text")


async def test_a_forwarded_message_is_a_task_and_never_a_command(
    town: Town, ada: Somebody, ben: Somebody, group: str
) -> None:
    await ada.writes("Buy milk", "Buy milk")
    for text, title in (("Call mum tomorrow", "Call mum"), ("/delete 1", "/delete 1")):
        talk = await said(ben, text, group)
        before = ada.ids()
        town.sandbox.forward(ada.id, group, talk.id, ada.chat)
        card = await ada.hears(title, but=before)
        assert "From Ben" in words(card)
    await ada.does("list", "Open tasks 1-3 of 3")


async def test_what_is_quoted_gives_nobody_a_task(
    town: Town, ada: Somebody, ben: Somebody, group: str
) -> None:
    """Whoever wrote it said nothing to the bot; who adds it may."""
    await ada.writes(f"Water the plants @{ben.handle}", "Water the plants")  # she knows him
    await ben.hears("Water the plants")
    talk = await said(ben, f"Paint the door @{ben.handle}", group)
    before = ben.ids()
    town.sandbox.forward(ada.id, group, talk.id, ada.chat)
    card = await ada.hears("Paint the door")
    assert "offered to" not in words(card)
    await replies(ada, talk, "/add@fluxbot", f"Paint the door @{ben.handle}")
    await town.sandbox.settled()
    assert ben.ids() == before
    given = await replies(ada, talk, f"/add@fluxbot @{ben.handle}", "Paint the door")
    assert "offered to @Ben" in words(given)
    await ben.hears("Paint the door", but=before)


async def test_a_forwarded_message_answers_no_question(
    town: Town, ada: Somebody, ben: Somebody, group: str
) -> None:
    await ada.does("name", "How should others see you?")
    talk = await said(ben, "Mallory", group)
    town.sandbox.forward(ada.id, group, talk.id, ada.chat)
    await ada.hears("From Ben")
    await ada.does("whoami", "You are Ada")


async def test_a_forwarded_code_is_neither_kept_nor_entered(
    town: Town, ada: Somebody, ben: Somebody, group: str
) -> None:
    for code in ("7K3F-92AB-CD34", "link 7k3f92abcd34", "7K3F 92AB CD34"):
        talk, before = await said(ben, code, group), ada.ids()
        town.sandbox.forward(ada.id, group, talk.id, ada.chat)
        await ada.hears("I made no task of that", but=before)
    await ada.does("list", "No open tasks")
    talk = await said(ben, "Plan Thanksgiving", group)  # a word as long as a code is none
    town.sandbox.forward(ada.id, group, talk.id, ada.chat)
    await ada.hears("Plan Thanksgiving")


async def test_forwarded_into_a_group_it_is_talk(town: Town, ada: Somebody, group: str) -> None:
    mine = await said(ada, "Buy milk", ada.chat)
    await ada.hears("Buy milk")
    town.sandbox.forward(ada.id, ada.chat, mine.id, group)
    await town.sandbox.settled()
    await asyncio.sleep(0.1)
    assert ada.seen(group) == []
