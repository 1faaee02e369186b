"""What somebody says to a task that they might do: it is mine, I take it, I do not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.errors import NotAllowed
from core.rights import Actor, Right
from core.task import Offer, Ref, Task
from core.writing import Writer

if TYPE_CHECKING:
    from core.work import Work


class Answers:
    """Claimed, accepted, declined, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._writer = Writer(work)

    def claim(self, actor: Actor, ref: Ref) -> Task:
        """Take an open task of this group. Raises `NotAllowed` when somebody else has it, who has
        not left the group."""
        task = self._work.tasks.held(actor, _as_it_is(ref), Right.SEE, actor.account)
        if task.assignee == actor.account or not task.status.open:
            return self._stays(actor, task)
        task = self._work.tasks.get(actor, ref, Right.CLAIM)
        if task.assignee is not None and task.offer is not Offer.LEFT:
            raise NotAllowed(Right.CLAIM.value, task.assignee_name)
        self._writer.write(actor, task, {"assignee_id": actor.account})
        return self._work.tasks.get(actor, _as_it_is(ref))

    def _stays(self, actor: Actor, task: Task) -> Task:
        """Theirs, also where it was thought that they left: nobody else may claim it."""
        if task.offer is not Offer.LEFT or not task.status.open:
            return task
        self._writer.write(actor, task, {"offer": Offer.NONE.value})
        return self._work.tasks.get(actor, Ref(public_id=task.public_id))

    def accept(self, actor: Actor, ref: Ref) -> Task:
        """Take what was offered to the actor; its owner is told, once. Accepting again, or what is
        finished, changes nothing."""
        task = self._work.tasks.held(actor, _as_it_is(ref), Right.ACCEPT)
        if task.offer is not Offer.OFFERED or not task.status.open:
            return task
        task = self._work.tasks.get(actor, ref, Right.ACCEPT)
        self._writer.write(actor, task, {"offer": Offer.ACCEPTED.value})
        return self._work.tasks.get(actor, _as_it_is(ref))

    def decline(self, actor: Actor, ref: Ref) -> Task:
        """Give a task back, taken or not, and its owner is told; as it was, since the actor may
        not see it any more. What is finished stays: it was theirs."""
        task = self._work.tasks.held(actor, ref, Right.DECLINE)
        if not task.status.open:
            return task
        self._writer.write(actor, task, {"assignee_id": None})
        return task


def _as_it_is(ref: Ref) -> Ref:
    """Whatever revision the person saw."""
    return Ref(ref.number, ref.public_id)
