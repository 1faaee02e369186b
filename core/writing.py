"""The one way to write a task, with what follows from it: numbers, counts, notices, cards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, update

from core import schema
from core.assigning import asking
from core.columns import DATED, FIELDS, follow_on, is_open
from core.events import TaskAssigned, TaskCompleted
from core.numbers import Numbers
from core.presets import News
from core.reading import FOR_UPDATE
from core.rights import Actor
from core.sql import Overtaken
from core.task import Status, Task
from core.undo import Undo

if TYPE_CHECKING:
    from core.work import Work

_t = schema.task.c
_WRITE = (
    update(schema.task)
    .where(_t.id == bindparam("task"))
    .values(
        {name: bindparam(f"new_{name}", type_=_t[name].type) for name in FIELDS}
        | {"revision": _t.revision + 1, "updated_at": bindparam("now", type_=_t.updated_at.type)}
    )
)


@dataclass(frozen=True, slots=True)
class _Step:
    """A task from one revision to the next."""

    task: Task
    old: Mapping[str, Any]
    new: Mapping[str, Any]
    revision: int


class Writer:
    """Writes tasks, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._undo = Undo(work)
        self._numbers = Numbers(work)

    def write(
        self, actor: Actor, task: Task, columns: Mapping[str, Any], *, undoable: bool = True
    ) -> None:
        """Write the columns that differ, once, and let follow what follows. What is taken back
        (not `undoable`) tells nobody, and is never refused. Raises `TooMany`, `PlanLimit`,
        `TakesNoTasks`."""
        row = self._work.run(FOR_UPDATE, {"task": task.id}).one()
        if row.revision != task.revision:
            raise Overtaken  # another process came between
        old = {name: getattr(row, name) for name in FIELDS}
        new = old | dict(columns)
        if new == old:
            return
        if undoable:
            new |= self._allowed(actor, task, old, new)
        values = {f"new_{name}": new[name] for name in FIELDS}
        values |= {"task": task.id, "now": self._work.now}
        self._work.run(_WRITE, values)
        # Its row is held, as it was read: nobody has to be asked which revision it is now.
        self._follow(actor, _Step(task, old, new, row.revision + 1), undoable)

    def _allowed(
        self, actor: Actor, task: Task, old: Mapping[str, Any], new: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """What else changes with it. Raises `TakesNoTasks`, `PlanLimit`."""
        self._work.assigning.check_change(actor, old, new)
        if self._work.sales.on:
            self._entitled(task, old, new)
        return asking(actor, old, new) | follow_on(old, new)

    def _follow(self, actor: Actor, step: _Step, undoable: bool) -> None:
        """What follows from a task that was written."""
        task, old, new = step.task, step.old, step.new
        if is_open(old) != is_open(new):
            opened = {"now_open": is_open(new), "undoing": not undoable}
            self._numbers.opened(task.owner, task.id, **opened)
        if old["assignee_id"] != new["assignee_id"]:
            self._reassigned(actor, step, tell=undoable)
        if new["notes"] < old["notes"]:
            self._work.notes.drop(task.id, new["notes"])
        self._work.reminders.follow_change(task.id, task.owner, old, new)
        if any(old[name] != new[name] for name in DATED):
            self._work.group_presets.expect(actor, new)
        if undoable:
            self._undo.changed(actor, task.id, _before(old, new), step.revision)
            self._tell(actor, step)
        here = (actor.chat, actor.replaces)
        self._work.cards.redraw(task.id, step.revision, but=here, fewer=_hides(old, new))
        self._work.homes.changed(task.owner, old["assignee_id"], new["assignee_id"])

    def _tell(self, actor: Actor, step: _Step) -> None:
        self._work.assigning.tell_answer(actor, step.task, step.revision, step.old, step.new)
        if step.new["status"] == Status.COMPLETED != step.old["status"]:
            self._tell_completed(actor, step)
            if step.old["rule"]:
                self._work.recurring.follow(actor, step.task, step.old, step.new)

    def _entitled(self, task: Task, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        """Whether the owner's plan allows what is new of an open task. Raises `PlanLimit`."""
        if not is_open(new):
            return
        was = old if is_open(old) else {"category": "", "assignee_id": None}
        category = new["category"] if new["category"] != was["category"] else ""
        assignee = new["assignee_id"] if new["assignee_id"] != was["assignee_id"] else None
        self._work.entitlements.check(task.owner, category, assignee, task.id)

    def _reassigned(self, actor: Actor, step: _Step, *, tell: bool) -> None:
        before, after = step.old["assignee_id"], step.new["assignee_id"]
        if before is not None and before != step.task.owner:
            self._numbers.drop(before, step.task.id)
        if after is not None:
            self._numbers.give(after, step.task.id, opened=is_open(step.new))
            if after == actor.account and tell:
                self._work.group_presets.happened(actor, step.task, News.TAKEN)
            if after != actor.account and tell:
                event = TaskAssigned(step.task.id, step.revision, actor.account)
                self._work.assigning.tell_given(actor, event, after, step.new["title"])
                self._work.reminders.expect(step.task.id, step.task.owner, step.new)

    def _tell_completed(self, actor: Actor, step: _Step) -> None:
        """Everybody concerned, once (`product.md` 1.9)."""
        task, new = step.task, step.new
        self._work.group_presets.happened(actor, task, News.DONE)
        event = TaskCompleted(task.id, new["completions"], actor.account)
        for account in sorted({actor.account, task.owner, new["assignee_id"]} - {None}):
            mine = account == actor.account
            self._work.notices.tell(
                event,
                account,
                task=task.id,
                subject=new["title"],
                actor="" if mine else actor.name,
                but=actor.identity if mine else None,
            )


def _hides(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether somebody who may have seen the task does not any more."""
    return new["deleted_at"] is not None or old["assignee_id"] not in {None, new["assignee_id"]}


def _before(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that an Undo restores. A chat only where the task went to another one: meanwhile
    its group may have become another group, and the task with it. The offer only where it changed:
    meanwhile who left may be back."""
    stays = {name for name in ("chat_id", "offer") if old[name] == new[name]}
    return {name: value for name, value in old.items() if name not in stays}
