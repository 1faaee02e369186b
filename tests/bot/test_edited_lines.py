"""A message edited into another says what that one would have said from the beginning: over all
pairs of the lines in `quick_add.tsv`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import rewording
from bot.dispatch import dispatch
from core.addresses import Address, Sender
from core.chat import Inbound, Kind
from core.task import Draft
from tests.bot.quick_add_file import rows
from tests.memory import Memory

ADA = Sender("telegram", "", "1", "Ada", timezone="Europe/Berlin")
HOME = Address("telegram", "", "1", private=True)
LINES = sorted({each.text for each in rows() if each.who == "B" and set(each.text) - {"?"}})
"""`???` in a chat asks for help (`bot/small_talk.py`), and makes no task."""
COLUMNS = (
    "title, description, priority, category, assignee_id, due_on, due_time, due_zone, due_at, "
    "remind, rule, occurrence, labels"
)
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def memory() -> Iterator[Memory]:
    made = Memory()
    yield made
    made.close()


def says(memory: Memory, text: str, message: str, *, edited: bool = False) -> None:
    key = f"k{next(_numbers)}"
    told = Inbound(key, Kind.TEXT, ADA, HOME, text, said=message, edited=edited)
    memory.run(lambda work: dispatch(work, told, lambda *_: True))


def newest(memory: Memory) -> dict[str, Any]:
    """The newest task, but for what names it."""
    [row] = memory.rows(f"SELECT {COLUMNS} FROM task ORDER BY id DESC LIMIT 1")  # noqa: S608  # our own names
    return dict(zip(COLUMNS.split(", "), row, strict=True))


def edited_and_said(memory: Memory, first: str, then: str) -> tuple[Any, Any]:
    """The task of a message that was edited, and that of one which said so at once."""
    with memory.aside():
        message = f"m{next(_numbers)}"
        says(memory, first, message)
        says(memory, then, message, edited=True)
        edited = newest(memory)
        says(memory, then, f"m{next(_numbers)}")
        return edited, newest(memory)


@settings(max_examples=400, deadline=None)
@given(first=st.sampled_from(LINES), then=st.sampled_from(LINES))
def test_an_edited_line_means_what_it_says(memory: Memory, first: str, then: str) -> None:
    edited, said = edited_and_said(memory, first, then)
    assert edited == said


def test_the_control_a_field_that_is_passed_over_would_be_seen(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert [*map(len, edited_and_said(memory, "Buy milk", "Buy milk !high"))] == [13, 13]

    def no_priority(was: Draft, now: Draft) -> dict[str, Any]:
        return {"title": now.title}

    monkeypatch.setattr(rewording, "_differences", no_priority)
    edited, said = edited_and_said(memory, "Buy milk", "Buy milk !high")
    assert edited != said
