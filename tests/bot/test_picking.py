"""What is said of no task is not lost when one of them is picked."""

from __future__ import annotations

import pytest

from bot.dispatch import dispatch
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Reply
from tests.memory import Memory

ADA = Sender("telegram", "", "1", "Ada")
HOME = Address("telegram", "", "1", private=True)


def says(memory: Memory, line: str) -> Reply:
    inbound = Inbound(line, Kind.COMMAND, ADA, HOME, line)
    return memory.run(lambda work: dispatch(work, inbound, lambda *_: True)).reply


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("due", "tomorrow"),
        ("snooze", "2h"),
        ("remind", "30m"),
        ("nag", "15m"),
        ("repeat", "weekdays"),
        ("label", "~home"),
    ],
)
def test_its_words_are_in_each_button_as_far_as_there_is_room(
    memory: Memory, verb: str, words: str
) -> None:
    says(memory, "add Milk")
    [row] = says(memory, f"{verb} {words}").items
    assert row.button
    assert row.button.line.startswith(f"{verb} t:")
    assert row.button.line.endswith(f" {words}")


def test_without_room_the_task_alone_is_picked(memory: Memory) -> None:
    says(memory, "add Milk")
    [row] = says(memory, f"due {'x' * 60}").items
    assert row.button
    assert row.button.line.count(" ") == 1
