"""A task that somebody shows to a group becomes the group's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.rights import Actor, Right
from core.task import Ref, Task
from core.undo import Undo
from core.writing import Writer

if TYPE_CHECKING:
    from core.work import Work


def share(work: Work, actor: Actor, ref: Ref) -> Task:
    """Make a task of the actor's one of the group's in which they act: its people see it and may
    claim it, as if it had been made there. What group it was in before sees it no more."""
    task = work.tasks.held(actor, ref, Right.OWN)
    Writer(work).write(actor, task, {"chat_id": actor.chat})
    return work.tasks.get(actor, Ref(public_id=task.public_id))


def was_sharing(work: Work, change: int) -> bool:
    """Whether that change, which is taken back by now, gave a task to a group."""
    return Undo(work).moved(change)
