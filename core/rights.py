"""Who may do what to a task."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from core.quick import quick
from core.task import Task


@quick
@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and where."""

    account: int
    name: str
    identity: int
    chat: int
    private: bool
    """Whether that chat is private."""
    replaces: str = ""
    """The message of that chat that the answer replaces: the one whose button was pressed."""


class Right(StrEnum):
    """What somebody may want to do to a task."""

    SEE = "see"
    WORK = "work on"
    """Complete, reopen, begin."""
    CLAIM = "claim"
    ACCEPT = "accept"
    DECLINE = "decline"
    OWN = "change"
    """Everything else."""


def may(task: Task, actor: Actor, right: Right) -> bool:
    """Whether the actor has that right to a task they can see (`house.md` section 8)."""
    owner, assignee = actor.account == task.owner, actor.account == task.assignee
    match right:
        case Right.SEE:
            return owner or assignee or (not actor.private and actor.chat == task.chat)
        case Right.WORK:
            return owner or assignee
        case Right.CLAIM:
            return not assignee and may(task, actor, Right.SEE)
        case Right.ACCEPT | Right.DECLINE:
            return assignee
        case Right.OWN:
            return owner
