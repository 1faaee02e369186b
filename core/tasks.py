"""Add, change, complete, assign, delete: every change of a task, with what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from core import schema, snoozes
from core.assigning import asking, taking
from core.cleaning import clean_title
from core.columns import columns_of, draft_columns, status_columns
from core.errors import NoSuchTask, NotAllowed, Stale
from core.events import TaskAssigned, TaskCompleted
from core.moments import elsewhere
from core.numbers import Numbers
from core.reading import BY_ID, BY_NUMBER, BY_PUBLIC_ID, FOR_UPDATE, read_task
from core.rights import Actor, Right, may
from core.sql import LAST_INTEGER
from core.task import Draft, Ref, Status, Task
from core.undo import SNOOZED, Undo
from core.writing import Writer

if TYPE_CHECKING:
    from core.work import Work

_ADD = insert(schema.task).returning(schema.task.c.id)


class Tasks:
    """Tasks, in one transaction. Every function checks who acts."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._undo = Undo(work)
        self._writer = Writer(work)
        self._numbers = Numbers(work)

    def get(self, actor: Actor, ref: Ref, right: Right = Right.SEE) -> Task:
        """Raises `NoSuchTask` for what is missing or foreign alike, `NotAllowed` for what the
        actor sees but may not touch, `Stale` when they saw an older revision."""
        if abs(ref.number) > LAST_INTEGER:
            row = None
        elif ref.number:
            by_number = {"viewer": actor.account, "number": ref.number}
            row = self._work.run(BY_NUMBER, by_number).first()
        else:
            by_public_id = {"viewer": actor.account, "public_id": ref.public_id}
            row = self._work.run(BY_PUBLIC_ID, by_public_id).first()
        task = read_task(row) if row is not None else None
        if task is None or not may(task, actor, Right.SEE):
            raise NoSuchTask(str(ref))
        if not may(task, actor, right):
            who = task.assignee_name if right is not Right.OWN else task.owner_name
            raise NotAllowed(right.value, who if right is Right.WORK else who or task.owner_name)
        if ref.revision and ref.revision != task.revision:
            raise Stale(task.public_id)
        return task

    def held(self, actor: Actor, ref: Ref, right: Right, also: int | None = None) -> Task:
        """The task to change, as it is while nobody else can change it: with the rows of those it
        concerns, and of `also`, locked before it."""
        task = self.get(actor, ref, right)
        if not self._work.shared:
            return task
        self._work.lock_accounts(task.owner, *filter(None, [task.assignee, also]))
        self._work.tell(FOR_UPDATE, {"task": task.id})
        return self.get(actor, ref, right)

    def for_account(self, account: int, task: int) -> Task | None:
        """A task as somebody sees it from their private chat, by its row; None when it is gone or
        no longer concerns them."""
        row = self._work.run(BY_ID, {"viewer": account, "task": task}).first()
        if row is None or row.deleted_at is not None:
            return None
        found = read_task(row)
        return found if account in {found.owner, found.assignee} else None

    def add(self, actor: Actor, draft: Draft) -> Task:
        """Add a task of the actor's, made in the chat where they act. Created as completed it
        tells nobody, as in the original. Raises `Blank`, `TooLong`, `TooMany`, `PlanLimit`,
        `TakesNoTasks`."""
        opened, title = draft.status.open, clean_title(draft.title)
        self._work.assigning.check(actor, draft.assignee)
        self._work.lock_accounts(actor.account, *filter(None, [draft.assignee]))
        number = self._numbers.take(actor.account, opened=opened)
        now, done = self._work.now, draft.status is Status.COMPLETED
        row = {
            "public_id": self._work.ids.public(),
            "owner_id": actor.account,
            "chat_id": actor.chat,
            "title": title,
            "created_at": now,
            "updated_at": now,
            "completed_at": now if done else None,
            "completed_by": actor.account if done else None,
            **draft_columns(draft),
        }
        row |= {"offer": "", "offers": 0}
        row |= asking(actor, row | {"assignee_id": None}, row)
        if opened and self._work.sales.on:
            self._work.entitlements.check(actor.account, row["category"], draft.assignee)
        task = self._work.ahead.insert(_ADD, row)
        self._numbers.give(actor.account, task, opened=opened, number=number)
        self._undo.added(actor, task)
        self._work.homes.changed(actor.account, draft.assignee)
        if draft.assignee is not None and draft.assignee != actor.account:
            self._numbers.give(draft.assignee, task, opened=opened)
            event = TaskAssigned(task, 1, actor.account)
            self._work.assigning.tell_given(actor, event, draft.assignee, title)
            self._work.reminders.expect(task, actor.account, row)
        self._work.group_presets.expect(actor, row)
        reminder = self._work.reminders.follow(task, actor.account, row) if draft.due else None
        at = elsewhere(reminder) if draft.assignee in {None, actor.account} else None
        return self._as_added(actor, row | {"id": task, "number": number, "reminds_at": at})

    def _as_added(self, actor: Actor, row: Mapping[str, Any]) -> Task:
        """A task by the row that was written, which need not be read."""
        assignee = row["assignee_id"]
        names = {
            "owner_name": actor.name,
            "assignee_name": self._work.accounts.get(assignee).name if assignee else "",
            "completed_by_name": actor.name if row["completed_by"] else "",
        }
        return read_task(SimpleNamespace(**row, **names, completions=0, revision=1, notes=0))

    def update(self, actor: Actor, ref: Ref, values: Mapping[str, Any]) -> Task:
        """Change some fields; what is absent from `values` stays, what is empty is cleared.

        Keys: `title`, `description`, `status`, `priority`, `category`, `labels` (names), `remind`,
        `assignee` (account id or None), `due` (`Due` or None), `rule` (with its first time as
        `due`). Values equal to what is there change nothing."""
        task = self.held(actor, ref, Right.OWN, values.get("assignee"))
        columns = columns_of(values)
        status = values.get("status", task.status)
        if status is not task.status:
            columns |= self._status(actor, task, status)
        return self._change(actor, task, columns)

    def complete(self, actor: Actor, ref: Ref) -> Task:
        """Complete a task: the notice follows once, however often and from wherever this is
        asked at the same time. Completing the completed is an answer, not an effect."""
        return self.set_status(actor, ref, Status.COMPLETED)

    def set_status(self, actor: Actor, ref: Ref, status: Status) -> Task:
        """Move a task to a status; the actor works on it, or owns it to cancel it."""
        right = Right.OWN if status is Status.CANCELLED else Right.WORK
        task = self.held(actor, Ref(ref.number, ref.public_id), right)
        if task.status is status:
            return task
        if ref.revision and ref.revision != task.revision:
            raise Stale(task.public_id)
        return self._change(actor, task, self._status(actor, task, status))

    def assign(self, actor: Actor, ref: Ref, assignee: int | None) -> Task:
        """Give a task to somebody, or to nobody."""
        task = self.held(actor, ref, Right.OWN, assignee)
        return self._change(actor, task, {"assignee_id": assignee})

    def delete(self, actor: Actor, ref: Ref) -> Task:
        """Delete a task; it can be brought back while its change can be undone."""
        task = self.held(actor, ref, Right.OWN)
        self._writer.write(actor, task, {"deleted_at": self._work.now})
        return task

    def undo(self, actor: Actor, change: int = 0) -> list[str]:
        """Take back the actor's last change, or that one if it is their last; the public ids of
        the tasks that are as before, or of those that were added, if that is all that it did. What
        comes next of one that is not done after all goes uncounted. Raises `NothingToUndo`."""
        back = self._undo.take(actor, change)
        people = {task.owner for task, _ in back} | {task.assignee for task, _ in back}
        people |= {before.get("assignee_id") for _, before in back}
        self._work.lock_accounts(*filter(None, people))
        for task, before in back:
            if SNOOZED in before:
                snoozes.put_back(self._work, actor, task, before[SNOOZED])
                continue
            if task.status is Status.COMPLETED and before.get("status") != task.status.value:
                event = TaskCompleted(task.id, task.completions, actor.account)
                self._work.notices.take_back(task.id, event)
            self._writer.write(actor, task, before, undoable=False)
        kept = [task.public_id for task, before in back if not before.get("deleted_at")]
        return kept or [task.public_id for task, _ in back]

    @property
    def change(self) -> int:
        """The id of the change that this transaction made, for an Undo button; 0 for none."""
        return self._work.change

    def _change(self, actor: Actor, task: Task, columns: Mapping[str, Any]) -> Task:
        self._writer.write(actor, task, columns)
        return self.get(actor, Ref(public_id=task.public_id))

    def _status(self, actor: Actor, task: Task, status: Status) -> dict[str, Any]:
        columns = status_columns(task, status, actor.account, self._work.now)
        return columns | taking(task, actor, status)
