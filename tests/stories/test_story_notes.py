"""Notes: by a reply to the card, by a command, by a button."""

from __future__ import annotations

import asyncio

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_reply_to_the_card_is_a_note(ada: Somebody) -> None:
    card = await ada.writes("Buy milk", "#1 Buy milk")
    before = ada.ids()
    await ada.says("the one with the blue cap", reply_to=card.id)
    said = await ada.hears("Noted: #1 Buy milk", but=before)
    await ada.until(lambda: "1 note" in words(card))
    assert labels(said) == ["Undo", "Notes", "Open"]
    await ada.presses(said, "Notes", then="the one with the blue cap")
    assert f"{ada.name}, today" in words(said)
    await ada.presses(said, "Back", then="1 note")
    await ada.does("list", "Open tasks 1-1 of 1")  # and no task was made of it


async def test_a_note_is_taken_back(ada: Somebody) -> None:
    card = await ada.writes("Buy milk", "#1 Buy milk")
    said = await ada.does("note 1 two litres", "Noted: #1 Buy milk")
    await ada.until(lambda: "1 note" in words(card))
    await ada.presses(said, "Undo", then="#1 Buy milk")
    assert "1 note" not in words(said)
    await ada.does("notes 1", "No notes yet.")


async def test_typed_pressed_and_filled(ada: Somebody) -> None:
    card = await ada.writes("Buy milk", "#1 Buy milk")
    if ada.platform == "telegram":
        await ada.presses(card, "More")
        await ada.until(lambda: "Note" in labels(card))
    await ada.presses(card, "Note")
    if ada.platform == "slack":
        await ada.fills(text="two litres")
    else:
        await ada.hears("Note?")
        await ada.writes("two litres", "Noted")
    await ada.hears("1 note")
    await ada.does("note 1 of oat", "Noted: #1 Buy milk")
    shown = words(await ada.does("notes 1", "two litres"))
    assert shown.index("of oat") < shown.index("two litres")


async def test_many_notes_have_pages(ada: Somebody) -> None:
    await ada.writes("Buy milk", "#1 Buy milk")
    for number in range(1, 8):
        await ada.does(f"note 1 number {number}", "Noted")
    shown = await ada.does("notes 1", "number 7")
    assert "number 3" in words(shown)
    assert "number 2" not in words(shown)
    await ada.presses(shown, "Older", then="number 2")
    assert "Older" not in labels(shown)


async def test_a_command_below_a_card_is_a_command(ada: Somebody) -> None:
    card = await ada.writes("Buy milk", "#1 Buy milk")
    await ada.says("done", reply_to=card.id)
    await ada.hears("Done by")


async def test_note_to_self_is_a_task(town: Town) -> None:
    ada = newcomer(town, "slack")
    await ada.does("note to self: call Ben", "note to self: call Ben")
    await ada.does("list", "Open tasks 1-1 of 1")


async def test_below_a_card_in_a_group(ada: Somebody, ben: Somebody, town: Town) -> None:
    """What its owner writes there is a note, and what others say is talk."""
    group = group_of(town, ada, ben)
    await ada.does("start", "Hello")
    card = await ada.does("add Water the plants", "Water the plants", group)
    spoken = "@fluxbot only the ferns" if ada.platform == "slack" else "only the ferns"
    await ben.says("oh well", group, reply_to=card.id)
    await ada.says(spoken, group, reply_to=card.id)
    await ada.until(lambda: "1 note" in words(card))
    await asyncio.sleep(0.2)
    assert [each.id for each in ben.seen(group)] == [card.id]
    assert not ben.seen()  # nor was he entered for talking
    await ada.presses(card, "Notes", then="only the ferns")
    await ben.presses(card, "Back", then="1 note")


async def test_an_assignee_notes_and_a_stranger_does_not(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    await ada.writes(f"Coffee @{ben.handle}", "Coffee")
    card = await ben.hears("assigned a task to you")
    assert "Note" in labels(card)
    await ben.does("note 1 with sugar", "Noted: #1 Coffee")
    assert "with sugar" in words(await ada.does("notes 1", "with sugar"))
    await ben.does("note 77 x", "I can't find a task #77.")


async def test_what_is_too_long_is_said(ada: Somebody) -> None:
    await ada.writes("Buy milk", "#1 Buy milk")
    await ada.does("note 1 " + "x" * 4050, "4,000 fit")
