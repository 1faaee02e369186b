"""A task is added, in every way there is."""

from __future__ import annotations

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, in_days, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPEN = {"Done", "Edit", "Assign", "Snooze"}
"""Buttons of an open task, however a platform lays them out."""


async def test_the_first_line_is_a_greeting_and_a_task(ada: Somebody) -> None:
    card = await ada.writes("Buy milk !high due tomorrow", "Buy milk")
    assert ", nice to meet you." in words(card)
    for said in ("Added #1 Buy milk", "Open", "high", f"due: {in_days(1)}"):
        assert said in words(card)
    assert {*labels(card)} >= OPEN | {"Undo"}
    second = await ada.writes("Walk the dog", "#2 Walk the dog")
    assert "Hello" not in words(second)


async def test_start(ada: Somebody) -> None:
    hello = await ada.does("start", f"Hello {ada.name}.")
    assert "Send me a line of text and it becomes a task." in words(hello)
    assert ada.spelled("link") in words(hello)
    await ada.writes("Buy milk", "Added ")
    again = await ada.does("start", "Good to see you again.")
    assert "You have 1 open task." in words(again)
    await ada.presses(again, "Open tasks")
    await ada.hears("Open tasks 1-1 of 1")


async def test_typed_pressed_and_filled_are_equal(ada: Somebody) -> None:
    await ada.does("add category:home Sweep the floor", "#1 Sweep the floor")
    typed = await ada.does("add Pay rent !low #home due 2031-05-04", "#2 Pay rent")
    if ada.platform == "slack":
        await ada.says("/task add")
        await ada.fills(title="Pay rent", priority="low", category="home", due="2031-05-04")
        filled = await ada.hears("#3 Pay rent")
    else:
        await ada.does("add", "What should be done?")
        filled = await ada.writes("Pay rent !low #home due 2031-05-04", "#3 Pay rent")
    first, second = (words(each).split("Pay rent", 1)[1] for each in (typed, filled))
    assert first == second
    assert labels(typed) == labels(filled)

    await ada.presses(typed, "Done", then="Done by ")
    done = await ada.does("done 3", "Done by ")
    assert labels(typed) == labels(done) == ["Undo"]


async def test_the_answer_to_add_ends_the_question(town: Town) -> None:
    ada = newcomer(town, "telegram")
    await ada.does("add", "What should be done?")
    await ada.writes("Buy milk", "#1 Buy milk")
    card = await ada.writes("Buy bread !high", "#2 Buy bread")
    assert "- high" in words(card)


async def test_words_that_say_nothing_but_a_title_are_asked_for_a_date(ada: Somebody) -> None:
    card = await ada.writes("Call the bank", "Saved the whole text as the title. Want a due date?")
    assert labels(card)[-3:] == ["Today", "Tomorrow", "Next Mon"]
    await ada.presses(card, "Tomorrow", then=f"due: {in_days(1)}")
    assert "Want a due date?" not in words(card)
    said = await ada.writes("Call the bank !high", "high")
    assert "Want a due date?" not in words(said)


async def test_a_date_that_could_be_two_is_asked(ada: Somebody) -> None:
    card = await ada.writes("Pay rent due 03/04/2031", "#1 Pay rent")
    assert '"03/04/2031" could be 3 April or 4 March. Saved without a date - which one?' in words(
        card
    )
    assert labels(card) == ["Thu 3 Apr 2031", "Tue 4 Mar 2031", "No date"]
    await ada.presses(card, "Thu 3 Apr 2031", then="due: Thu 3 Apr 2031")
    assert {*labels(card)} >= OPEN


async def test_what_is_too_long_for_a_title_is_kept_as_notes(ada: Somebody) -> None:
    long = "milk " * 150
    card = await ada.writes(long, "too long for a title")
    assert "notes: milk milk" in words(card)
    refused = await ada.does(f"edit 1 {long}", "500 fit")
    assert "Nothing was changed" in words(refused)


async def test_five_thousand_characters(town: Town) -> None:
    ada = newcomer(town, "slack")
    card = await ada.writes("word " * 1000, "I kept the first 4,000 characters as notes.")
    assert len(words(card)) < 4000


async def test_text_arrives_inert(ada: Somebody) -> None:
    text = "<b>x</b> *bold* _it_ `c` & <!channel> <!everyone> \u202eevil"
    card = await ada.writes(text, "#1 <b>x</b>")
    assert "<b>x</b> *bold* _it_ `c` & <!channel> <!everyone> evil" in words(card)
    assert "\u202e" not in words(card)
    runs = [run for block in card.blocks for run in block.get("runs", ())]
    assert not [run for run in runs if run.get("mention") or run.get("italic") or run.get("code")]


async def test_what_a_sentence_that_begins_like_a_command_becomes(town: Town) -> None:
    ada = newcomer(town, "slack")
    for text in ("close the window", "ask Bob about rent", "start the car", "drop the parcel"):
        await ada.does(text, text)  # a task: only buttons say these
    refused = await ada.does("cancel the newspaper", 'I can\'t read "the" there')
    assert "/task add cancel the newspaper" in words(refused)
    await ada.does("add cancel the newspaper", "#5 cancel the newspaper")


async def test_no_date_gives_the_words_back(ada: Somebody) -> None:
    card = await ada.writes("Watch the series Friday Night tomorrow", "#1 Watch the series")
    assert "tomorrow" not in words(card)
    assert "Not a date" in labels(card)
    await ada.presses(card, "Not a date", then="#1 Watch the series Friday Night tomorrow")
    assert "due" not in words(card)
    card = await ada.writes("Tonight call Ben", "#2 call Ben")
    await ada.presses(card, "Not a date", then="#2 Tonight call Ben")


async def test_a_date_that_was_chosen_takes_its_words_along(ada: Somebody) -> None:
    card = await ada.writes("Pay rent by 03/04/2031", "#1 Pay rent by 03/04/2031")
    await ada.presses(card, "Thu 3 Apr 2031", then="due: Thu 3 Apr 2031")
    assert "#1 Pay rent\n" in words(card)
    await ada.presses(card, "Undo", then="#1 Pay rent by 03/04/2031")
    card = await ada.writes("March 5 apples", "could be a date, 5 March. Saved without a date - is")
    await ada.presses(card, "No date", then="#2 March 5 apples")


async def test_what_was_not_taken_as_it_was_written_is_said(ada: Somebody) -> None:
    card = await ada.writes("Buy milk #home #shop !high", "Buy milk #shop #home")
    assert "There is no list #home yet. Create it?" in words(card)
    assert "#shop stayed in the title: a task has one list." in words(card)
    await ada.does("timezone Europe/Berlin", "Europe/Berlin")
    card = await ada.writes("Call the bank 00:00", "#2 Call the bank")
    assert "00:00 has passed today, so it is due tomorrow." in words(card)
    card = await ada.writes('"Call @nobody_there tomorrow"', "#3 Call @nobody_there tomorrow")
    assert "stayed" not in words(card)


async def test_several_lines_are_several_tasks_with_one_undo(ada: Somebody) -> None:
    text = "- Buy milk tomorrow\n- Call mom !high\n\n- Pay rent 3/4/2031"
    summary = await ada.writes(text, "Added 3 tasks.")
    shown = " ".join(words(summary).replace(" - ", " ").split())
    for said in ("#1 Buy milk tomorrow", "#2 Call mom high", "#3 Pay rent 3/4/2031"):
        assert said in shown
    assert "In #3 I was not sure of the date: it stayed in the title." in shown
    assert labels(summary)[-1] == "Undo"
    await ada.does("show 2", "#2 Call mom")
    await ada.presses(summary, "Undo", then="Undone: 3 tasks are gone.")
    await ada.does("show 2", "I can't find a task #2.")


async def test_many_lines_are_one_task_with_notes(town: Town) -> None:
    ada = newcomer(town, "telegram")
    card = await ada.writes("\n".join(f"line {each}" for each in range(21)), "#1 line 0")
    assert "It is one task, with all lines as notes" in words(card)
    assert "line 20" in words(card)


async def test_several_lines_in_a_group(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    await ada.says(ada.spelled("add Milk\nBread !high", group=True), room)
    summary = await ben.hears("Added 2 tasks.", room)
    assert "Bread" in words(summary)
    assert "#" not in words(summary)
    assert labels(summary) == ["Undo"]
