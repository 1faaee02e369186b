"""A task is changed: a form on Slack, a menu and questions on Telegram, lines on both."""

from __future__ import annotations

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, in_days, newcomer, words
from tests.stories.lists import writes_in_list

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_edit_on_slack_is_a_form(town: Town) -> None:
    ada = newcomer(town, "slack")
    card = await writes_in_list(ada, "Buy milk #home due 2031-05-04 17:00", "#1 Buy milk")
    await ada.presses(card, "Edit")
    form = await ada.form()
    shown = {each["name"]: each["value"] for each in form["blocks"] if each["kind"] == "field"}
    assert shown["title"] == "Buy milk"
    assert (shown["due"], shown["time"], shown["category"]) == ("2031-05-04", "17:00", "home")
    await ada.fills(title="Buy oat milk", category="food", status="in progress", priority="high")
    await ada.until(lambda: "Buy oat milk" in words(card))
    for said in ("In progress", "high", "#food", "Sun 4 May 2031 17:00"):
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
        ("Priority", "High", "- high"),
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
    await ada.presses(card, "Pick a day", then="Due on which day?")
    await ada.presses(card, "Type it", then="For example")
    await ada.writes("one of these days", 'I can\'t read "one of these days" as a date')
    card = await ada.writes("2031-05-04", "due: Sun 4 May 2031")
    await ada.presses(card, "Edit", then="What should change?")
    await ada.presses(card, "Title", then="Now:")
    await ada.presses(card, "Leave it", then="Open")  # the card again
    await ada.presses(card, "Edit", then="What should change?")
    await ada.presses(card, "Title", then="Now:")
    await ada.does("cancel", "All right, nothing waits for your answer.")
    await ada.writes("Buy bread", "#2 Buy bread")  # no title of the first


async def test_due_typed_and_by_the_usual_days(ada: Somebody) -> None:
    card = await ada.writes("Buy milk", "#1 Buy milk")
    await ada.presses(card, "Due")
    await ada.until(lambda: "Tomorrow" in labels(card))
    await ada.presses(card, "Tomorrow", then=f"due: {in_days(1)}")
    card = await ada.does("due 1 2031-05-04 5pm", "due: Sun 4 May 2031 17:00 (")
    if ada.platform == "telegram":  # Slack tells where they are, sooner or later
        assert "(UTC)" in words(card)
        assert "Which is your time zone?" in words(card)
    card = await ada.does("due 1 2031-05-06", "due: Tue 6 May 2031 17:00 (")  # its time stays
    await ada.does("due 1 none", "No date any more.")
    await ada.does("due 1 9999-12-31", "I can't read")
    asked = await ada.does("due 1 03/04/2031", "could be 3 April or 4 March. Which one?")
    await ada.presses(asked, "No date", then="Open")


async def test_a_form_that_came_too_late_gives_back_what_was_written(town: Town) -> None:
    ada = newcomer(town, "slack")
    card = await ada.writes("Buy milk", "#1 Buy milk")
    await ada.presses(card, "Edit")
    await ada.form()
    await ada.does("edit 1 Buy bread", "Saved.")
    await ada.fills(title="Buy oat milk")
    told = await ada.hears("Not saved: the task changed while you were editing it.")
    assert "title: Buy oat milk" in words(told)
    await ada.presses(told, "Open it", then="#1 Buy bread")
    await ada.until(lambda: "#1 Buy bread" in words(card))


async def test_each_field_by_its_name(ada: Somebody) -> None:
    card = await ada.does('add priority:high due:2031-05-04 category:"at home" Buy milk', "Added ")
    for said in ("#1 Buy milk", "high", "#at home", "Sun 4 May 2031"):
        assert said in words(card)
    card = await ada.does('edit 1 priority:low time:17:00 category:""', "Saved.")
    for said in ("#1 Buy milk", "low", "Sun 4 May 2031 17:00"):
        assert said in words(card)
    assert "at home" not in words(card)
    assert "high" not in words(card)
    card = await ada.does("edit 1 due:none", "Saved.")
    assert "2031" not in words(card)
    await ada.does("edit 1 status:perhaps", 'I can\'t read "perhaps" as a status.')
    await ada.does("edit 1 title:Buy", "#1 Buy")
    await ada.does("edit 1 Buy", "Nothing changed.")
