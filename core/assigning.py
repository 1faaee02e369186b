"""Giving a task to somebody else is an offer: they take it or not, and its owner hears which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select, update

from core import schema
from core.errors import TakesNoTasks
from core.events import OfferUnanswered, TaskAccepted, TaskAssigned, TaskDeclined
from core.reading import TASK, read_task
from core.rights import Actor
from core.task import Offer, Status, Task

if TYPE_CHECKING:
    from core.work import Work

_t, _n, _a = schema.task.c, schema.concern.c, schema.account.c
_OFFERED = (
    TASK.join(schema.concern, (_n.task_id == _t.id) & (_n.account_id == bindparam("viewer")))
    .where(
        _n.open,
        _t.assignee_id == bindparam("viewer"),
        _t.offer == Offer.OFFERED.value,
        _t.deleted_at.is_(None),
    )
    .order_by(_n.task_id.desc())
    .limit(bindparam("most"))
)
_OFFERS = select(_t.offers).where(_t.id == bindparam("task"))
_SET_TAKES = (
    update(schema.account).where(_a.id == bindparam("account")).values(takes_tasks=bindparam("on"))
)


class Assigning:
    """Offers of tasks, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def check(self, actor: Actor, assignee: int | None) -> None:
        """Whether a task may be given to somebody. Raises `TakesNoTasks`."""
        if assignee is None or assignee == actor.account:
            return
        person = self._work.accounts.get(assignee)
        if not person.takes_tasks:
            raise TakesNoTasks(person.name)

    def check_change(self, actor: Actor, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """The same of a task that changes. Raises `TakesNoTasks`."""
        if new["assignee_id"] != old["assignee_id"]:
            self.check(actor, new["assignee_id"])

    def set_takes(self, account: int, on: bool) -> None:
        """Whether others may give tasks to this account from now on; those that they gave stay."""
        self._work.run(_SET_TAKES, {"account": account, "on": on})

    def offered(self, account: int, *, most: int) -> list[Task]:
        """The newest open tasks that others gave to somebody who has not answered yet."""
        rows = self._work.run(_OFFERED, {"viewer": account, "most": most})
        return [read_task(row) for row in rows]

    def tell_given(self, actor: Actor, event: TaskAssigned, assignee: int, title: str) -> None:
        """Tell somebody that a task is offered to them."""
        self._work.notices.tell(event, assignee, task=event.task, subject=title, actor=actor.name)

    def tell_unanswered(self, task: int, owner: int) -> None:
        """Tell whoever made a task that it was offered, and nobody said yes or no. It stays
        offered: an answer is as good as before."""
        found = self._work.tasks.for_account(owner, task)
        if found is None or found.owner != owner or not is_unanswered(found):
            return
        offers: int = self._work.run(_OFFERS, {"task": task}).scalar_one()
        event = OfferUnanswered(task, offers, found.assignee or 0)
        self._work.notices.tell(
            event, owner, task=task, subject=found.title, actor=found.assignee_name
        )

    def tell_answer(
        self,
        actor: Actor,
        task: Task,
        revision: int,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
    ) -> None:
        """Tell the owner what became of their offer. Who completes a task has taken it, and that
        is told by itself."""
        if actor.account != old["assignee_id"] or actor.account == task.owner:
            return
        answer: TaskAccepted | TaskDeclined
        if new["assignee_id"] is None:
            taken = old["offer"] != Offer.OFFERED
            answer = TaskDeclined(task.id, revision, actor.account, taken)
        elif old["offer"] != new["offer"] == Offer.ACCEPTED and new["status"] != Status.COMPLETED:
            answer = TaskAccepted(task.id, new["offers"], actor.account)
        else:
            return
        self._work.notices.tell(
            answer, task.owner, task=task.id, subject=new["title"], actor=actor.name
        )


def is_unanswered(task: Task) -> bool:
    """Whether somebody else than whoever made it was offered a task that is still open, and has
    not said anything."""
    asked = task.offer is Offer.OFFERED and task.assignee not in {None, task.owner}
    return asked and task.status.open


def asking(actor: Actor, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The columns by which the assignee is asked, where it becomes somebody else; nobody has to be
    asked who takes it by themselves. Who left a group did not leave the one that it goes to."""
    if new["assignee_id"] == old["assignee_id"]:
        left = old["offer"] == Offer.LEFT and new["chat_id"] != old["chat_id"]
        return {"offer": Offer.NONE.value} if left else {}
    if new["assignee_id"] in {None, actor.account}:
        return {"offer": Offer.NONE.value}
    return {"offer": Offer.OFFERED.value, "offers": old["offers"] + 1}


def taking(task: Task, actor: Actor, status: Status) -> dict[str, Any]:
    """Who begins or completes what was offered to them takes it."""
    does = status in {Status.IN_PROGRESS, Status.COMPLETED} and actor.account == task.assignee
    return {"offer": Offer.ACCEPTED.value} if does and task.offer is Offer.OFFERED else {}
