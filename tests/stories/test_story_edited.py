"""A message that said a task, edited: Telegram's own way to say it better."""

from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from adapters.sandbox import Message, Shown
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, in_days, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def ada(town: Town) -> Somebody:
    """Somebody who has said hello."""
    who = newcomer(town, "telegram", "Ada")
    await who.does("start", "Hello")
    return who


async def wrote(who: Somebody, text: str, answer: str, chat: str = "") -> tuple[Message, Message]:
    """What somebody wrote, and the answer to it."""
    before = who.ids(chat)
    shown = await who.says(text, chat)
    assert shown.message is not None
    return shown.message, await who.hears(answer, chat, but=before)


def edits(who: Somebody, message: Message, text: str) -> Shown:
    return who.town.sandbox.edit(who.id, message.chat, message.id, text)


async def settled(who: Somebody) -> None:
    """Time for what must not happen to happen."""
    await who.town.sandbox.settled()
    await asyncio.sleep(0.2)


async def test_the_task_follows_its_message_and_its_card_is_the_answer(ada: Somebody) -> None:
    mine, card = await wrote(ada, "Buy milk", "Buy milk")
    said = len(ada.seen())
    edits(ada, mine, "Buy oat milk !high #home tomorrow")
    await ada.until(lambda: "Buy oat milk" in words(card))
    for each in ("Open - high", "#home", "Changed, as your message was."):
        assert each in words(card)
    assert in_days(1) in words(card)
    assert len(ada.seen()) == said
    await ada.presses(card, "Undo", then="#1 Buy milk")
    assert "#home" not in words(card)


async def test_what_was_set_with_a_button_stays(ada: Somebody) -> None:
    mine, _ = await wrote(ada, "Buy milk !high", "Buy milk")
    await ada.does("due 1 2030-01-05", "5 Jan 2030")
    await ada.does("edit 1 priority:low", "low")
    edits(ada, mine, "Buy oat milk !high")
    newest = await ada.hears("Buy oat milk")
    await ada.until(lambda: "Buy oat milk" in words(newest))
    assert "Open - low" in words(newest)
    assert "5 Jan 2030" in words(newest)
    edits(ada, mine, "Buy oat milk")  # the mark is taken back, and with it what it said
    await ada.until(lambda: "- low" not in words(newest))


async def test_a_date_taken_out_of_the_message_is_taken_off(ada: Somebody) -> None:
    mine, card = await wrote(ada, "Buy milk tomorrow", in_days(1))
    edits(ada, mine, "Buy milk")
    await ada.until(lambda: in_days(1) not in words(card))


async def test_the_same_words_again_say_nothing(ada: Somebody) -> None:
    mine, card = await wrote(ada, "Buy milk", "Buy milk")
    edits(ada, mine, "Buy milk")
    await settled(ada)
    assert card.edited == 0
    assert card.id == ada.seen()[-1].id


async def test_an_edit_of_a_command_runs_nothing(ada: Somebody) -> None:
    await wrote(ada, "Buy milk", "Buy milk")
    asked, _ = await wrote(ada, "/list", "Open tasks")
    before = ada.ids()
    for text in ("/done 1", "/delete 1", "Buy beer", "/forget_me", "/add Buy beer"):
        edits(ada, asked, text)
    await settled(ada)
    assert ada.ids() == before
    await ada.does("list", "Open tasks 1-1 of 1")


async def test_a_task_edited_into_a_command_stays_a_task(ada: Somebody) -> None:
    mine, card = await wrote(ada, "Buy milk", "Buy milk")
    edits(ada, mine, "/delete 1")
    await settled(ada)
    assert "Buy milk" in words(card)
    assert card.edited == 0


async def test_several_lines_are_several_tasks_still(ada: Somebody) -> None:
    mine, _ = await wrote(ada, "Milk\nBread\nTea", "Added 3 tasks.")
    edits(ada, mine, "Milk\nRye bread tomorrow\nTea\nJam")
    told = await ada.hears("Changed: #2 Rye bread")
    assert "Added: #4 Jam" in words(told)
    assert "Milk" not in words(told)
    edits(ada, mine, "Rye bread tomorrow\nTea\nJam")
    assert "Stays as it is: #1 Milk" in words(await ada.hears("Stays as it is"))
    edits(ada, mine, "Rye bread tomorrow\nGreen tea\nJam")
    await ada.hears("Changed: #3 Green tea")
    listed = words(await ada.does("list", "Open tasks 1-4 of 4"))
    assert all(each in listed for each in ("Milk", "Rye bread", "Green tea", "Jam"))


async def test_a_deleted_task_does_not_come_back(ada: Somebody) -> None:
    mine, card = await wrote(ada, "Buy milk", "Buy milk")
    asked = await ada.does("delete 1", "Delete #1")
    await ada.presses(asked, next(each for each in labels(asked) if "Delete" in each))
    await ada.until(lambda: "Deleted" in words(card))
    before = ada.ids()
    edits(ada, mine, "Buy oat milk")
    await settled(ada)
    assert ada.ids() == before
    assert "oat" not in words(card)


async def test_an_unclear_date_is_asked(ada: Somebody) -> None:
    mine, _ = await wrote(ada, "Buy milk", "Buy milk")
    edits(ada, mine, "Buy milk 03/04")
    asked = await ada.hears("could be")
    assert "No date" in labels(asked)


async def test_an_edit_is_no_answer_to_a_question(ada: Somebody) -> None:
    mine, card = await wrote(ada, "Buy milk", "Buy milk")
    await ada.does("name", "How should others see you?")
    edits(ada, mine, "Buy oat milk")
    await ada.until(lambda: "Buy oat milk" in words(card))
    await ada.writes("Adele", "Adele")


async def test_in_a_group_the_shared_card_changes_and_others_cannot_edit_it(
    town: Town, ada: Somebody
) -> None:
    ben = newcomer(town, "telegram", "Ben")
    await ben.does("start", "Hello")
    group = group_of(town, ada, ben)
    mine, card = await wrote(ada, "/add@fluxbot Water the plants", "Water the plants", group)
    with pytest.raises(ValueError, match="only what one wrote"):
        edits(ben, mine, "/add@fluxbot Water nothing")
    edits(ada, mine, "/add@fluxbot Water the ferns")
    await ben.until(lambda: "Water the ferns" in words(card))
    assert [each.id for each in ben.seen(group)] == [card.id]
    # Somebody else's message of the same number, in a chat of their own, is another message.
    theirs, other = await wrote(ben, "Call mum", "Call mum")
    edits(ben, theirs, "Call dad")
    await ben.until(lambda: "Call dad" in words(other))
    assert "ferns" in words(card)
