"""All tasks of a list at once: the button names their number, and means those that were shown."""

from __future__ import annotations

import pytest

from tests.service_kit import labels
from tests.stories.cast import Somebody, line_of, newcomer, words
from tests.stories.lists import writes_in_list

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def add(ada: Somebody, *lines: str) -> None:
    for line in lines:
        await writes_in_list(ada, line)


async def test_delete_all_of_a_list(ada: Somebody) -> None:
    await add(ada, "a #home", "b #home", "c")
    page = await ada.does("list #home", "Open tasks, #home 1-2 of 2")
    await ada.presses(page, "Change all", then="What shall I do with all of them?")
    assert labels(page) == ["Done 2", "Snooze 2", "Delete 2", "Back"]
    await ada.presses(page, "Delete 2", then="Delete 2 tasks? This cannot be undone after 10 min")
    assert labels(page) == ["Delete 2", "Keep"]
    await ada.presses(page, "Delete 2", then="Deleted 2 tasks.")
    await ada.does("list", "Open tasks 1-1 of 1")
    await ada.presses(page, "Undo", then="Undone: 2 tasks as before.")
    await ada.does("list", "Open tasks 1-3 of 3")


async def test_keep_keeps(ada: Somebody) -> None:
    await add(ada, "a #home", "b #home")
    asked = await ada.does("bulk delete #home", "Delete 2 tasks?")
    await ada.presses(asked, "Keep", then="Open tasks, #home 1-2 of 2")


async def test_of_other_tasks_than_were_shown_it_is_asked_again(ada: Somebody) -> None:
    await add(ada, "a #home", "b #home")
    asked = await ada.does("bulk delete #home", "Delete 2 tasks?")
    await add(ada, "c #home")
    await ada.presses(asked, "Delete 2", then="Delete 3 tasks?")
    await ada.does("edit 1 another", "Saved.")
    old = asked.press("Delete 3")
    shown = await ada.town.sandbox.press(ada.id, asked.chat, asked.id, old)
    assert not shown.error
    await ada.does("list #home", "1-3 of 3")
    await ada.presses(asked, "Delete 3", then="Deleted 3 tasks.")


async def test_done_and_snooze(ada: Somebody) -> None:
    await add(ada, "a #home", "b #home")
    for title in ("c", "d"):
        await ada.does(f"add category:work {title}", "#work")
    await ada.does("bulk done #home", "Done: 2 tasks.")
    await ada.does("list done", "Finished tasks 1-2 of 2")
    asked = await ada.does("bulk snooze #work", "Snooze 2 tasks until when?")
    assert labels(asked)[-1] == "Keep"
    await ada.presses(asked, "In 1 h", then="I will remind you of 2 tasks")
    assert "reminds you" in words(await ada.does("show 3", "#3 c"))
    await ada.does("bulk done #home", "There is nothing there with which I could do that.")
    await ada.does("bulk delete done", "Delete 2 completed tasks?")


async def test_more_than_ten_are_asked_about(ada: Somebody) -> None:
    await ada.writes("\n".join(f"task {number}" for number in range(12)), "12 tasks")
    asked = await ada.does("bulk done open", "Complete 12 tasks?")
    await ada.presses(asked, "Done 12", then="Done: 12 tasks.")
    await ada.presses(asked, "Undo", then="Undone: 12 tasks")


async def test_only_what_is_theirs_to_delete(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    await ada.writes(f"Coffee @{ben.handle}", "Coffee")
    await ben.hears("assigned a task to you")
    await add(ben, "Tea")
    menu = await ben.does("bulk", "What shall I do with all of them?")
    assert labels(menu) == ["Done 2", "Snooze 2", "Delete 1", "Back"]
    await ben.presses(menu, "Done 2", then="Done: 2 tasks.")
    await ada.hears(f"{ben.name} completed the task: Coffee")


async def test_several_by_number(ada: Somebody) -> None:
    await add(ada, "a", "b", "c")
    asked = await ada.does("delete 1 3 3", "Delete 2 tasks? This cannot be undone")
    assert "#1 a" in words(asked)
    assert "#3 c" in words(asked)
    await ada.presses(asked, "Delete 2", then="Deleted 2 tasks.")
    await ada.presses(asked, "Undo", then="Undone: 2 tasks")
    await ada.does("delete 1 99", "I can't find a task #99.")
    await ada.does("delete " + " ".join(map(str, range(1, 30))), "Up to 20 tasks in one line")


async def test_what_is_taken_back_is_what_was_done(ada: Somebody) -> None:
    """The next times of what repeats go, and nobody did those."""
    await add(ada, "a every day", "b every week", "c")
    said = await ada.does("bulk done open", "Done: 3 tasks.")
    await ada.presses(said, "Undo", then="Undone: 3 tasks as before.")
    said = await ada.does("done 1 2", "Done: #1 a")
    await ada.presses(said, "Undo", then="Undone: 2 tasks as before.")
    await ada.does("list", "Open tasks 1-3 of 3")


async def test_words_too_long_for_a_button(ada: Somebody) -> None:
    long = "x" * 40
    await add(ada, f"a #{long}")
    page = await ada.does(f"list #{long}", "1-1 of 1")
    if "Change all" in labels(page):
        await ada.presses(page, "Change all", then="What shall I do with all of them?")
    await ada.does(f"bulk delete #{long}", "These words are too long for that.")


async def test_an_old_question_is_asked_again(ada: Somebody) -> None:
    """Five minutes later nobody is sure any more what was asked."""
    await add(ada, "a #home", "b #home")
    asked = await ada.does("bulk delete #home", "Delete 2 tasks?")
    line = line_of(asked, "Delete 2")
    old = " ".join("at:1" if word.startswith("at:") else word for word in line.split())
    await ada.does(old, "Delete 2 tasks?")
    zoe = newcomer(ada.town, ada.platform, "Zoe")
    await zoe.does("start", "Hello")
    await zoe.does(line, "There is nothing there")
