"""A task from the first line to the last, alone: add, show, change, complete, delete, undo."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from core import schema
from core.work import Work
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPEN = ["Done", "Due", "Edit"]


async def test_the_first_line_is_a_greeting_and_a_task(ada: Somebody) -> None:
    card = await ada.writes("Buy milk !high #home due tomorrow", "Buy milk")
    assert ", nice to meet you. Added." in words(card)
    for said in ("#1 Buy milk", "Open", "priority: high", "#home", "due: tomorrow"):
        assert said in words(card)
    assert labels(card) == [*OPEN, "Undo", "Assign", "More"]
    second = await ada.writes("Walk the dog", "#2 Walk the dog")
    assert "Hello" not in words(second)


async def test_start(ada: Somebody) -> None:
    hello = await ada.does("start", f"Hello {ada.name}.")
    assert "Send me a line of text and it becomes a task." in words(hello)
    assert ada.spelled("link") in words(hello)
    await ada.writes("Buy milk", "Added.")
    again = await ada.does("start", "Good to see you again.")
    assert "You have 1 open task." in words(again)
    await ada.presses(again, "Open tasks")
    await ada.hears("Open tasks 1-1 of 1")


async def test_typed_pressed_and_filled_are_equal(ada: Somebody) -> None:
    typed = await ada.does("add Pay rent !low #home due 2031-05-04", "#1 Pay rent")
    if ada.platform == "slack":
        await ada.says("/task add")
        await ada.fills(title="Pay rent", priority="low", category="home", due="2031-05-04")
        filled = await ada.hears("#2 Pay rent")
    else:
        await ada.does("add", "What should be done?")
        filled = await ada.writes("Pay rent !low #home due 2031-05-04", "#2 Pay rent")
    first, second = (words(each).split("Added.", 1)[1] for each in (typed, filled))
    assert first == second
    assert labels(typed) == labels(filled)

    await ada.presses(typed, "Done", then="Done by ")
    done = await ada.does("done 2", "Done by ")
    assert labels(typed) == labels(done) == ["Undo"]


async def test_the_answer_to_add_ends_the_question(town: Town) -> None:
    ada = newcomer(town, "telegram")
    await ada.does("add", "What should be done?")
    await ada.writes("Buy milk", "#1 Buy milk")
    card = await ada.writes("Buy bread !high", "#2 Buy bread")
    assert "priority: high" in words(card)


async def test_a_date_that_could_be_two_is_asked(ada: Somebody) -> None:
    card = await ada.writes("Pay rent due 03/04/2031", "#1 Pay rent")
    assert '"03/04/2031" could be 3 April or 4 March. Added without a date - which one?' in words(
        card
    )
    assert labels(card) == ["Thu 3 Apr 2031", "Tue 4 Mar 2031", "No date"]
    await ada.presses(card, "Thu 3 Apr 2031", then="due: Thu 3 Apr 2031")
    assert labels(card)[:3] == OPEN


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


# -- state ---------------------------------------------------------------------------------------


async def test_done_reopened_begun_and_cancelled(ada: Somebody) -> None:
    card = await ada.writes("Buy milk", "#1 Buy milk")
    await ada.presses(card, "More", then="#1")
    await ada.until(lambda: labels(card) == ["Start", "Cancel task", "Delete", "Back"])
    await ada.presses(card, "Start", then="In progress")
    await ada.presses(card, "Done", then="Done by ")
    assert "Already done." in words(await ada.does("done 1", "Already done."))
    card = await ada.does("reopen 1", "Reopened.")
    await ada.does("begin 1", "Started.")
    card = await ada.does("cancel 1", "Cancelled")
    assert labels(card) == ["Undo"]
    card = await ada.does("show 1", "Cancelled")
    assert labels(card) == ["Reopen", "More"]
    await ada.presses(card, "Reopen", then="Open")


async def test_several_at_once(ada: Somebody) -> None:
    for number in (1, 2, 3):
        await ada.writes(f"Task {number}", f"#{number} Task")
    said = await ada.does("done 1, #3 9", "Done: #1 Task 1")
    assert words(said).splitlines()[:3] == [
        "Done: #1 Task 1",
        "Done: #3 Task 3",
        "I can't find a task #9.",
    ]
    await ada.presses(said, "Undo", then="Undone: 2 tasks as before.")
    await ada.does("list", "Open tasks 1-3 of 3")


async def test_which_one_is_asked(ada: Somebody) -> None:
    await ada.does("done", "You have no open tasks.")
    await ada.writes("Buy milk", "#1 Buy milk")
    asked = await ada.does("done", "Which one is done?")
    assert labels(asked) == ["1"]
    await ada.presses(asked, "1", then="Done by ")


async def test_a_reply_to_a_card_means_its_task(town: Town) -> None:
    ada = newcomer(town, "telegram")
    card = await ada.writes("Buy milk", "#1 Buy milk")
    await ada.says("/done", reply_to=card.id)
    await ada.hears("Done by ")


async def test_a_stale_card_is_redrawn_and_nothing_is_done(ada: Somebody) -> None:
    card = await ada.writes("Buy milk", "#1 Buy milk")
    await ada.does("edit 1 Buy oat milk", "Saved.")
    await ada.is_told(card, "Done", "This card was out of date - refreshed.")
    await ada.until(lambda: "Buy oat milk" in words(card))
    assert "Open" in words(card)
    await ada.presses(card, "Done", then="Done by ")


# -- fields --------------------------------------------------------------------------------------


async def test_edit_on_slack_is_a_form(town: Town) -> None:
    ada = newcomer(town, "slack")
    card = await ada.writes("Buy milk #home due 2031-05-04 17:00", "#1 Buy milk")
    await ada.presses(card, "Edit")
    form = await ada.form()
    shown = {each["name"]: each["value"] for each in form["blocks"] if each["kind"] == "field"}
    assert shown["title"] == "Buy milk"
    assert (shown["due"], shown["time"], shown["category"]) == ("2031-05-04", "17:00", "home")
    await ada.fills(title="Buy oat milk", category="food", status="in progress", priority="high")
    await ada.until(lambda: "Buy oat milk" in words(card))
    for said in ("In progress", "priority: high", "#food", "Sun 4 May 2031 17:00"):
        assert said in words(card)


async def test_edit_on_telegram_is_a_menu_of_fields(town: Town) -> None:
    ada = newcomer(town, "telegram")
    card = await ada.writes("Buy milk", "#1 Buy milk")
    await ada.presses(card, "Edit", then="What should change?")
    assert labels(card)[-1] == "Back"
    await ada.presses(card, "Title", then="Now: Buy milk")
    card = await ada.writes("Buy oat milk", "#1 Buy oat milk")
    for field, answer, said in (
        ("Notes", "Two bottles", "notes: Two bottles"),
        ("Due date", "2031-05-04", "due: Sun 4 May 2031"),
        ("Due time", "17:00", "due: Sun 4 May 2031 17:00"),
        ("Due date", "2031-05-05", "due: Mon 5 May 2031 17:00"),
        ("Category", "food", "#food"),
    ):
        await ada.presses(card, "Edit", then="What should change?")
        await ada.presses(card, field, then=f"{field}?")
        card = await ada.writes(answer, said)
    for field, choice, said in (
        ("Priority", "High", "priority: high"),
        ("Status", "In progress", "In progress"),
        ("Due time", "Clear it", "due: Mon 5 May 2031"),
    ):
        await ada.presses(card, "Edit", then="What should change?")
        await ada.presses(card, field, then=f"{field}?")
        await ada.presses(card, choice, then=said)
    assert "17:00" not in words(card)


async def test_a_wrong_answer_is_another_try_and_a_question_can_be_left(town: Town) -> None:
    ada = newcomer(town, "telegram")
    card = await ada.writes("Buy milk", "#1 Buy milk")
    await ada.presses(card, "Due", then="When is it due?")
    await ada.presses(card, "Another day", then="For example")
    await ada.writes("one of these days", 'I can\'t read "one of these days" as a date')
    card = await ada.writes("2031-05-04", "due: Sun 4 May 2031")
    await ada.presses(card, "Edit", then="What should change?")
    await ada.presses(card, "Title", then="Now:")
    await ada.presses(card, "Leave it", then="Open")  # the card again
    await ada.presses(card, "Edit", then="What should change?")
    await ada.presses(card, "Title", then="Now:")
    await ada.does("cancel", "All right, I wait for no answer.")
    await ada.writes("Buy bread", "#2 Buy bread")  # no title of the first


async def test_due_typed_and_by_the_usual_days(ada: Somebody) -> None:
    card = await ada.writes("Buy milk", "#1 Buy milk")
    await ada.presses(card, "Due")
    await ada.until(lambda: "Tomorrow" in labels(card))
    await ada.presses(card, "Tomorrow", then="due: tomorrow")
    card = await ada.does("due 1 2031-05-04 5pm", "due: Sun 4 May 2031 17:00 (UTC)")
    assert ada.spelled("timezone Berlin") in words(card)
    await ada.does("due 1 none", "No date any more.")
    await ada.does("due 1 9999-12-31", "I can't read")
    asked = await ada.does("due 1 03/04/2031", "could be 3 April or 4 March. Which one?")
    await ada.presses(asked, "No date", then="Open")


# -- delete and undo -----------------------------------------------------------------------------


async def test_delete_is_confirmed(ada: Somebody) -> None:
    card = await ada.writes("Buy milk", "#1 Buy milk")
    asked = await ada.does(
        "delete 1", "Delete #1 Buy milk? This cannot be undone after 10 minutes."
    )
    assert labels(asked) == ["Delete #1", "Keep"]
    await ada.presses(asked, "Keep", then="Open")
    asked = await ada.does("delete 1", "Delete #1 Buy milk?")
    await ada.presses(asked, "Delete #1", then="Deleted #1 Buy milk.")
    await ada.does("show 1", "I can't find a task #1.")
    await ada.is_told(card, "Done", "I can't find that task any more.")
    await ada.presses(asked, "Undo", then="Open")
    await ada.does("show 1", "#1 Buy milk")


async def test_an_old_question_is_asked_again(town: Town) -> None:
    ada = newcomer(town, "telegram")
    card = await ada.writes("Buy milk", "#1 Buy milk")
    done = card.press("Done")["data"]
    an_hour_ago = int((datetime.now(UTC) - timedelta(hours=1)).timestamp()) // 60
    old = {"data": re.sub("^done", "delete-now", done) + f" at:{an_hour_ago}"}
    shown = await town.sandbox.press(ada.id, card.chat, card.id, old)
    assert shown.text == "That question was old, so I ask again."
    await ada.until(lambda: "Delete #1 Buy milk?" in words(card))
    await ada.presses(card, "Keep", then="Open")


async def test_undo(ada: Somebody) -> None:
    await ada.does("undo", "There is nothing of yours to undo.")
    card = await ada.writes("Buy milk", "#1 Buy milk")
    await ada.does("edit 1 Buy bread", "Saved.")
    await ada.does("undo", "#1 Buy milk")
    card = await ada.writes("Walk the dog", "#2 Walk the dog")
    await ada.presses(card, "Undo", then="Undone: the task is gone.")
    await ada.does("list", "Open tasks 1-1 of 1")


async def test_undo_comes_too_late_or_after_another_change(town: Town) -> None:
    ada, ben = newcomer(town, "telegram"), newcomer(town, "telegram", "Ben")
    await ben.does("start", "Hello")
    card = await ada.writes(f"Buy milk @{ben.handle}", "Added.")
    await ben.hears("assigned a task to you")
    await ben.does("done 1", "Done by")
    await ada.does("undo", "That task was changed again since, so I left it as it is.")

    def long_ago(work: Work) -> None:
        work.run(update(schema.change).values(made_at=work.now - timedelta(minutes=11)), {})

    card = await ada.writes("Walk the dog", "Added.")
    await ada.presses(card, "Done", then="Done by")
    await town.service.store.mutate(long_ago)
    await ada.is_told(card, "Undo", "Too late: a change can be undone for 10 minutes.")
    await ada.until(lambda: labels(card) == ["Reopen", "More"])  # another way on


async def test_only_who_did_it_can_undo_it(town: Town) -> None:
    ada, ben = newcomer(town, "telegram"), newcomer(town, "telegram", "Ben")
    await ben.does("start", "Hello")
    card = await ada.does("add Buy milk", "Buy milk", group_of(town, ada, ben))
    await ada.presses(card, "Done", then="Done by Ada")
    await ben.is_told(card, "Undo", "There is nothing of yours to undo.")
    assert "Done by Ada" in words(card)
