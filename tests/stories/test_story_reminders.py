"""Somebody is reminded, snoozes, and does it in the end."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from core import schema
from tests.service_kit import labels
from tests.stories.cast import Somebody, words

pytestmark = pytest.mark.asyncio(loop_scope="module")
_BEGAN = datetime.now(UTC)
_seconds = itertools.count(1)
ROW = ["Done", "+1 h", "Tomorrow", "Snooze more", "Nag until done", "Fewer of these"]


async def comes_due(who: Somebody, title: str) -> None:
    """Nobody waits for hours in a test: the time of the reminder of this title is now."""
    task = schema.task.c
    of_title = schema.task.select().where(task.title == title).with_only_columns(task.id)
    # Each at a second of its own: one instant of a task is told once.
    now = {"at": _BEGAN - timedelta(seconds=next(_seconds))}
    moved = update(schema.reminder).where(schema.reminder.c.task_id.in_(of_title)).values(now)
    await who.town.service.store.mutate(lambda work: work.run(moved) and None)


async def test_a_reminder_whose_time_is_past_is_not_lost_silently(ada: Somebody) -> None:
    await ada.is_met()
    card = await ada.writes("Call Lisa tomorrow remind 5d", "Call Lisa")
    assert "The time to remind you is past already" in words(card)
    card = await ada.writes("Call Ben in 9 days remind 5d", "Call Ben")
    assert "past already" not in words(card)


async def test_a_reminder_is_told_snoozed_and_done(ada: Somebody) -> None:
    await ada.does("timezone Europe/Berlin", "Europe/Berlin")
    title = f"Call Ben {ada.id}"
    card = await ada.writes(f"{title} 2031-05-04 17:00 remind 30m", f"#1 {title}")
    assert "reminds you: Sun 4 May 2031 16:30 (Europe/Berlin)" in words(card)
    assert "Snooze" in labels(card)
    await comes_due(ada, title)
    told = await ada.hears("is due Sun 4 May 2031 17:00 (Europe/Berlin)")
    assert labels(told) == ROW
    await ada.presses(told, "+1 h", then="reminds you")
    assert "due: Sun 4 May 2031 17:00 (Europe/Berlin)" in words(told)
    await comes_due(ada, title)
    again = await ada.hears(f"#1 {title} is due Sun 4 May 2031")
    await ada.presses(again, "Snooze more", then="When shall I remind you?")
    assert [each for each in labels(again) if each.startswith(("In", "Next", "Back"))] == [
        "In 1 h",
        "Next Mon",
        "Back",
    ]
    await ada.does("snooze 1 2h", "I will remind you")
    await ada.does("done 1", "Done by")
    await comes_due(ada, title)
    await ada.does("remind 1 1d", "It is finished, so there is nothing to remind you of.")
