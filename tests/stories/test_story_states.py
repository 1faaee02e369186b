"""What becomes of a task: done, reopened, begun, cancelled; one, several, a stale card."""

from __future__ import annotations

import asyncio

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_done_reopened_begun_and_cancelled(ada: Somebody) -> None:
    card = await ada.writes("Buy milk", "#1 Buy milk")
    if ada.platform == "telegram":
        await ada.presses(card, "More", then="#1")
        await ada.until(
            lambda: {"Note", "Share", "Start", "Cancel task", "Delete", "Back"} <= {*labels(card)}
        )
        await ada.presses(card, "Start", then="In progress")
    else:
        assert {"Note", "\u22ef", "Cancel task", "Delete", "Copy link"} <= {*labels(card)}
        assert "More" not in labels(card)  # the three dots are
        card = await ada.does("begin 1", "Started.")
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
    await asyncio.sleep(0.3)  # until the service knows which message its card is
    await ada.says("/done", reply_to=card.id)
    await ada.hears("Done by ")


async def test_a_stale_card_is_redrawn_and_nothing_is_done(ada: Somebody) -> None:
    card = await ada.writes("Buy milk", "#1 Buy milk")
    old = card.press("Done")
    await ada.does("edit 1 Buy oat milk", "Saved.")
    await ada.is_told(card, "Done", "This card was out of date - refreshed.", old=old)
    await ada.until(lambda: "Buy oat milk" in words(card))
    assert "Open" in words(card)
    await ada.presses(card, "Done", then="Done by ")
