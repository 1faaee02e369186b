"""Deleting is confirmed, and every change can be taken back for a while."""

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
    card = await ada.writes(f"Buy milk @{ben.handle}", "Added ")
    await ben.hears("assigned a task to you")
    await ben.does("done 1", "Done by")
    await ada.does("undo", "That task was changed again since, so I left it as it is.")

    def long_ago(work: Work) -> None:
        work.run(update(schema.change).values(made_at=work.now - timedelta(minutes=11)), {})

    card = await ada.writes("Walk the dog", "Added ")
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
