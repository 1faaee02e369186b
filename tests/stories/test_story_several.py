"""Several tasks, named by their numbers: more than ten are asked about, with their number."""

from __future__ import annotations

import re

import pytest

from tests.service_kit import labels
from tests.stories.cast import Somebody, line_of, words

pytestmark = pytest.mark.asyncio(loop_scope="module")
ALL = " ".join(str(number) for number in range(1, 13))


async def add(who: Somebody) -> None:
    await who.writes("\n".join(f"Task {number}" for number in range(1, 13)), "Added 12 tasks.")


async def test_ten_are_done_at_once_and_more_are_asked_about(ada: Somebody) -> None:
    await add(ada)
    asked = await ada.does(f"done {ALL}", "Complete 12 tasks?")
    assert labels(asked) == ["Done 12", "Keep"]
    assert "#10 Task 10\nand 2 more" in words(asked)
    await ada.does("list", "Open tasks 1-8 of 12")
    await ada.presses(asked, "Done 12", then="Done: 12 tasks.")
    await ada.does("list", "No open tasks.")
    await ada.presses(asked, "Undo", then="Undone: 12 tasks as before.")
    few = " ".join(ALL.split()[:10])
    assert "Complete" not in words(await ada.does(f"done {few}", "Done: #10 Task 10"))


@pytest.mark.parametrize(
    ("line", "question", "button", "then"),
    [
        ("cancel {all}", "Cancel 12 tasks?", "Cancel 12", "Cancelled: 12 tasks."),
        ("delete {all}", "Delete 12 tasks? This can", "Delete 12", "Deleted 12 tasks."),
        ("snooze {all} 2h", "Remind you of 12 tasks ", "Snooze 12", "I will remind you of 12"),
        ("snooze {all}", "Snooze 12 tasks until when?", "In 1 h", "I will remind you of 12"),
    ],
)
async def test_what_else_is_asked(
    ada: Somebody, line: str, question: str, button: str, then: str
) -> None:
    await add(ada)
    asked = await ada.does(line.format(all=ALL), question)
    await ada.presses(asked, button, then=then)
    assert "Undo" in labels(asked)


async def test_others_than_were_shown_are_asked_about_again(ada: Somebody) -> None:
    await add(ada)
    asked = await ada.does(f"done {ALL}", "Complete 12 tasks?")
    await ada.does("done 3", "Done by")
    old = line_of(asked, "Done 12")
    await ada.presses(asked, "Done 12")
    await ada.until(lambda: line_of(asked, "Done 12") != old)
    await ada.does("list", "Open tasks 1-8 of 11")
    await ada.presses(asked, "Done 12", then="Done: 11 tasks.")  # one was done already
    again = await ada.does(f"cancel {ALL}", "Cancel 12 tasks?")
    await ada.presses(again, "Keep", then="Left as it was.")


async def test_a_few_are_snoozed_at_once(ada: Somebody) -> None:
    await add(ada)
    await ada.does("snooze 1 2, 3 2h", "I will remind you of 3 tasks ")
    line = "snooze 4 5 dec 2031 9:00"  # a date, no number
    await ada.does(line, "I will remind you Fri 5 Dec 2031")
    await ada.does("snooze 1 2 off", "Snoozed no more.")
    refused = await ada.does("snooze 1 99 2h", "I will remind you of 1 task ")
    assert "I can't find a task #99." in words(refused)
    await ada.does("done 5", "Done by")
    left = await ada.does("snooze 5 6 2h", "I will remind you of 1 task ")
    assert "#5 Task 5: It is finished, so there is nothing to remind you of." in words(left)


async def test_nobody_else_answers_the_question(ada: Somebody, ben: Somebody) -> None:
    await add(ada)
    asked = await ada.does(f"done {ALL}", "Complete 12 tasks?")
    await ben.does("start", "Hello")
    line = line_of(asked, "Done 12")
    if ben.platform == "telegram":
        await ben.does(line, "That question is no longer open.")
        old = re.sub(r"at:\d+", "at:0", line)
        await ada.does(old, "Complete 12 tasks?")
    await ada.does("list", "Open tasks 1-8 of 12")
