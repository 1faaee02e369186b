"""Search, and choosing what a list shows."""

from __future__ import annotations

import pytest

from tests.service_kit import labels
from tests.stories.cast import Somebody, words
from tests.stories.lists import writes_in_list

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_find(ada: Somebody) -> None:
    for line in ("Buy oat milk #home", "Milk the cow", "Something else"):
        await writes_in_list(ada, line)
    await ada.does("done 2", "Done by")
    found = await ada.does("find MIL", 'Tasks with "MIL" 1-2 of 2')
    said = words(found)
    assert said.index("#1 Buy oat milk") < said.index("#2 Milk the cow")  # what is open first
    await ada.presses(found, "1", then="#1 Buy oat milk")
    await ada.does("find home", "#1 Buy oat milk")
    nothing = await ada.does("find bread", 'No task of yours has "bread".')
    assert labels(nothing) == ["Open tasks"]
    await ada.does("note 3 the blue one", "Noted")
    await ada.does("search blue", "#3 Something else")


async def test_find_asks_for_what(ada: Somebody) -> None:
    await ada.writes("Buy milk", "#1 Buy milk")
    if ada.platform == "slack":
        await ada.says("/task find")
        await ada.fills(text="milk")
        await ada.hears('Tasks with "milk"')
    else:
        await ada.does("find", "What are you looking for?")
        await ada.writes("milk", 'Tasks with "milk"')


async def test_what_is_found_has_pages(ada: Somebody) -> None:
    for number in range(1, 11):
        await ada.writes(f"Milk {number}", f"#{number} Milk")
    found = await ada.does("find milk", "1-8 of 10")
    await ada.presses(found, "Next >", then="9-10 of 10")
    await ada.presses(found, "< Prev", then="1-8 of 10")


async def test_what_was_perhaps_a_task(ada: Somebody) -> None:
    said = words(await ada.does("find a dentist", 'No task of yours has "a dentist".'))
    assert ("/task add find a dentist" in said) == (ada.platform == "slack")


async def test_filter_alone_asks_and_with_words_behind_slacks_command_it_is_a_task(
    ada: Somebody,
) -> None:
    await writes_in_list(ada, "Milk #home")
    await ada.says(ada.spelled("filter"))
    if ada.platform == "slack":
        await ada.fills(list="#home")
        await ada.hears("#home 1-1 of 1")
        await ada.does("filter the coffee", "#2 filter the coffee")
    else:
        await ada.hears("What should the list show?")


async def test_choose_what_a_list_shows(ada: Somebody) -> None:
    for line in ("Milk #home !high ~errand", "Bread #home", "Report #work", 'Tea #"my office"'):
        await writes_in_list(ada, line)
    page = await ada.does("list", "Open tasks 1-4 of 4")
    if ada.platform == "slack":
        await ada.presses(page, "Filter")
        await ada.fills(list="#home", priority="!high")
        await ada.until(lambda: "#home, !high 1-1 of 1" in words(page))
        return
    await ada.presses(page, "Filter", then="What should the list show?")
    assert labels(page) == ["State", "List", "Person", "Priority", "Label", "Show all", "Back"]
    await ada.presses(page, "List", then="List?")
    await ada.presses(page, "#home", then="Open tasks, #home 1-2 of 2")
    await ada.presses(page, "Filter", then="Now: #home")
    await ada.presses(page, "Label", then="Label?")
    await ada.presses(page, "~errand", then="Open tasks, #home, ~errand 1-1 of 1")
    await ada.presses(page, "Filter", then="Now: #home ~errand")
    await ada.presses(page, "List", then="List?")
    await ada.presses(page, "Any", then="Open tasks, ~errand 1-1 of 1")
    await ada.presses(page, "Filter")
    await ada.until(lambda: "State" in labels(page))
    await ada.presses(page, "State", then="State?")
    await ada.presses(page, "All", then="All tasks, ~errand 1-1 of 1")


async def test_filters_of_several_words_and_labels(ada: Somebody) -> None:
    await ada.does('add title:"Tea" category:"my office"', "Tea")
    await ada.writes("Milk ~errand ~cheap", "Milk")
    await ada.does('list #"my office"', "Open tasks, #my office 1-1 of 1")
    await ada.does("list ~cheap", "Open tasks, ~cheap 1-1 of 1")
    await ada.does("list ~chea", 'Nothing matches "~chea".')
