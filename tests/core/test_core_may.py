"""Who may do what to a task, cell by cell."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest

from core.rights import Actor, Right, may
from core.task import Priority, Status, Task

OWNER, ASSIGNEE, STRANGER = 1, 2, 3
HERE, ELSEWHERE = 70, 71
AT = datetime(2026, 1, 5, 9, tzinfo=UTC)


def task(assignee: int | None) -> Task:
    """A task of the owner's, made in the chat `HERE`."""
    given: dict[str, Any] = {
        "status": Status.PENDING, "priority": Priority.LOW, "owner": OWNER, "assignee": assignee,
        "chat": HERE, "created_at": AT, "updated_at": AT, "due": None, "completed_at": None,
    }  # fmt: skip
    hints = {each.name: 0 if "int" in str(each.type) else "" for each in fields(Task)}
    return Task(**(hints | given))


def rights(account: int, assignee: int | None, *, chat: int = ELSEWHERE, private: bool) -> set[str]:
    """What somebody may, from a chat."""
    actor = Actor(account, "A", 5, chat, private)
    return {right.name for right in Right if may(task(assignee), actor, right)}


@pytest.mark.parametrize("private", [True, False])
def test_whose_it_is_may_whatever_the_chat(private: bool) -> None:
    assert rights(OWNER, None, private=private) == {"SEE", "WORK", "CLAIM", "OWN"}
    assert rights(OWNER, ASSIGNEE, private=private) == {"SEE", "WORK", "CLAIM", "OWN"}
    assert rights(OWNER, OWNER, private=private) == {"SEE", "WORK", "ACCEPT", "DECLINE", "OWN"}
    assert rights(ASSIGNEE, ASSIGNEE, private=private) == {"SEE", "WORK", "ACCEPT", "DECLINE"}


@pytest.mark.parametrize("assignee", [None, ASSIGNEE])
def test_strangers_may_only_in_the_group_it_was_made_in(assignee: int | None) -> None:
    assert rights(STRANGER, assignee, chat=HERE, private=False) == {"SEE", "CLAIM"}
    assert rights(STRANGER, assignee, chat=HERE, private=True) == set()
    assert rights(STRANGER, assignee, chat=ELSEWHERE, private=False) == set()
    assert rights(STRANGER, assignee, chat=ELSEWHERE, private=True) == set()
