"""Add, change, complete, assign, delete: every change of a task, with what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Update, bindparam, delete, insert, select, update

from core import schema
from core.errors import NoSuchTask, NotAllowed, Stale, TooMany
from core.events import TaskAssigned, TaskCompleted
from core.reading import BY_ID, BY_NUMBER, BY_PUBLIC_ID, FOR_UPDATE, read_task
from core.sql import LAST_INTEGER, Overtaken, insert_or_ignore
from core.task import (
    OPEN_LIMIT,
    Actor,
    Draft,
    Due,
    Ref,
    Right,
    Status,
    Task,
    clean_category,
    clean_description,
    clean_title,
    may,
)
from core.undo import UNDO_FOR, Undo

if TYPE_CHECKING:
    from core.work import Work

_t, _a, _n = schema.task.c, schema.account.c, schema.concern.c
_ADD = insert(schema.task).returning(_t.id)
# The limit, the count and the owner's next number are one statement: nobody can slip between.
_TAKE_OPEN = (
    update(schema.account)
    .where(_a.id == bindparam("account"), _a.open_tasks < OPEN_LIMIT)
    .values(open_tasks=_a.open_tasks + 1, next_number=_a.next_number + 1)
    .returning(_a.next_number - 1, _a.merged_into)
)
_TAKE_NUMBER = (
    update(schema.account)
    .where(_a.id == bindparam("account"))
    .values(next_number=_a.next_number + 1)
    .returning(_a.next_number - 1, _a.merged_into)
)
_COUNT_OPEN = (
    update(schema.account)
    .where(_a.id == bindparam("account"), _a.open_tasks + bindparam("more") <= bindparam("most"))
    .values(open_tasks=_a.open_tasks + bindparam("more"))
    .returning(_a.id)
)
_CONCERN = insert_or_ignore(schema.concern, ("account_id", "task_id"), "number")
_NUMBERED = schema.concern.select().where(
    _n.account_id == bindparam("account"), _n.task_id == bindparam("task")
)
_UNCONCERN = delete(schema.concern).where(
    _n.account_id == bindparam("account"), _n.task_id == bindparam("task")
)
_OPEN = (
    update(schema.concern).where(_n.task_id == bindparam("task")).values(open=bindparam("is_open"))
)
_DELETED = select(_t.id).where(_t.deleted_at < bindparam("before")).limit(500)
_PURGE = (
    delete(schema.notice).where(schema.notice.c.task_id == bindparam("task")),
    delete(schema.card).where(schema.card.c.task_id == bindparam("task")),
    delete(schema.change_task).where(schema.change_task.c.task_id == bindparam("task")),
    delete(schema.concern).where(_n.task_id == bindparam("task")),
    delete(schema.task).where(_t.id == bindparam("task")),
)
FIELDS = (
    "title",
    "description",
    "status",
    "priority",
    "category",
    "assignee_id",
    "due_on",
    "due_time",
    "due_zone",
    "due_at",
    "completed_at",
    "completed_by",
    "completions",
    "deleted_at",
)
_WRITE = (
    update(schema.task)
    .where(_t.id == bindparam("task"))
    .values(
        {name: bindparam(f"new_{name}", type_=_t[name].type) for name in FIELDS}
        | {"revision": _t.revision + 1, "updated_at": bindparam("now", type_=_t.updated_at.type)}
    )
    .returning(_t.revision)
)


def due_columns(due: Due | None) -> dict[str, Any]:
    """How a due date stands in the table."""
    if due is None:
        return {"due_on": "", "due_time": "", "due_zone": "", "due_at": None}
    return {
        "due_on": due.on.isoformat(),
        "due_time": due.time.strftime("%H:%M") if due.time else "",
        "due_zone": due.zone,
        "due_at": due.instant,
    }


class Tasks:
    """Tasks, in one transaction. Every function checks who acts."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._undo = Undo(work)

    # -- reading ---------------------------------------------------------------------------------

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
            names = [task.assignee_name, task.owner_name]
            who = task.owner_name if right is Right.OWN else " or ".join(filter(None, names))
            raise NotAllowed(right.value, who)
        if ref.revision and ref.revision != task.revision:
            raise Stale(task.public_id)
        return task

    def again(self, actor: Actor, task: Task) -> Task:
        """The same task after a change."""
        return self.get(actor, Ref(public_id=task.public_id))

    def _held(self, actor: Actor, ref: Ref, right: Right, also: int | None = None) -> Task:
        """The task to change, as it is while nobody else can change it: with the rows of those it
        concerns, and of `also`, locked before it."""
        task = self.get(actor, ref, right)
        if not self._work.shared:
            return task
        self._work.lock_accounts(task.owner, *filter(None, [task.assignee, also]))
        self._work.run(FOR_UPDATE, {"task": task.id})
        return self.get(actor, ref, right)

    def for_account(self, account: int, task: int) -> Task | None:
        """A task as somebody sees it from their private chat, by its row; None when it is gone or
        no longer concerns them."""
        row = self._work.run(BY_ID, {"viewer": account, "task": task}).first()
        if row is None or row.deleted_at is not None:
            return None
        found = read_task(row)
        return found if account in {found.owner, found.assignee} else None

    # -- changing --------------------------------------------------------------------------------

    def add(self, actor: Actor, draft: Draft) -> Task:
        """Add a task of the actor's, made in the chat where they act. Created as completed it
        tells nobody, as in the original. Raises `Blank`, `TooLong`, `TooMany`."""
        opened, title = draft.status.open, clean_title(draft.title)
        self._work.lock_accounts(actor.account, *filter(None, [draft.assignee]))
        number = self._take_number(actor.account, _TAKE_OPEN if opened else _TAKE_NUMBER)
        now, done = self._work.now, draft.status is Status.COMPLETED
        public_id = self._work.ids.public()
        task = self._work.run(
            _ADD,
            {
                "public_id": public_id,
                "owner_id": actor.account,
                "assignee_id": draft.assignee,
                "chat_id": actor.chat,
                "title": title,
                "description": clean_description(draft.description),
                "status": draft.status.value,
                "priority": draft.priority.value,
                "category": clean_category(draft.category),
                "created_at": now,
                "updated_at": now,
                "completed_at": now if done else None,
                "completed_by": actor.account if done else None,
                **due_columns(draft.due),
            },
        ).scalar_one()
        self._number(actor.account, task, opened, number=number)
        self._undo.added(actor, task)
        if draft.assignee is not None and draft.assignee != actor.account:
            self._number(draft.assignee, task, opened)
            self._tell_assigned(actor, task, 1, draft.assignee, title)
        return self.get(actor, Ref(public_id=public_id))

    def update(self, actor: Actor, ref: Ref, values: Mapping[str, Any]) -> Task:
        """Change some fields; what is absent from `values` stays, what is empty is cleared.

        Keys: `title`, `description`, `status`, `priority`, `category`, `assignee` (account id or
        None), `due` (`Due` or None). Values equal to what is there change nothing."""
        task = self._held(actor, ref, Right.OWN, values.get("assignee"))
        columns = self._columns(values)
        status = values.get("status", task.status)
        if status is not task.status:
            columns |= self._status_columns(actor, task, status)
        return self._change(actor, task, columns)

    def complete(self, actor: Actor, ref: Ref) -> Task:
        """Complete a task: the notice follows once, however often and from wherever this is
        asked at the same time. Completing the completed is an answer, not an effect."""
        return self.set_status(actor, ref, Status.COMPLETED)

    def set_status(self, actor: Actor, ref: Ref, status: Status) -> Task:
        """Move a task to a status; the actor works on it, or owns it to cancel it."""
        right = Right.OWN if status is Status.CANCELLED else Right.WORK
        task = self._held(actor, Ref(ref.number, ref.public_id), right)
        if task.status is status:
            return task
        task = self.get(actor, ref, right)
        return self._change(actor, task, self._status_columns(actor, task, status))

    def assign(self, actor: Actor, ref: Ref, assignee: int | None) -> Task:
        """Give a task to somebody, or to nobody."""
        task = self._held(actor, ref, Right.OWN, assignee)
        return self._change(actor, task, {"assignee_id": assignee})

    def claim(self, actor: Actor, ref: Ref) -> Task:
        """Take a task of this group. Raises `NotAllowed` when somebody else has it."""
        task = self._held(actor, Ref(ref.number, ref.public_id), Right.SEE, actor.account)
        if task.assignee == actor.account:
            return task
        task = self.get(actor, ref, Right.CLAIM)
        if task.assignee is not None:
            raise NotAllowed(Right.CLAIM.value, task.assignee_name)
        return self._change(actor, task, {"assignee_id": actor.account})

    def decline(self, actor: Actor, ref: Ref) -> str:
        """Give an assigned task back; its title, since the actor may not see it any more."""
        task = self._held(actor, ref, Right.DECLINE)
        self._write(actor, task, {"assignee_id": None})
        return task.title

    def delete(self, actor: Actor, ref: Ref) -> Task:
        """Delete a task; it can be brought back while its change can be undone."""
        task = self._held(actor, ref, Right.OWN)
        self._write(actor, task, {"deleted_at": self._work.now})
        return task

    def undo(self, actor: Actor, change: int = 0) -> list[str]:
        """Take back the actor's last change, or that one if it is their last; the public ids of
        the tasks that it concerns. Raises `NothingToUndo`."""
        back = self._undo.take(actor, change)
        people = {task.owner for task, _ in back} | {task.assignee for task, _ in back}
        people |= {before.get("assignee_id") for _, before in back}
        self._work.lock_accounts(*filter(None, people))
        for task, before in back:
            if task.status is Status.COMPLETED and before.get("status") != task.status.value:
                event = TaskCompleted(task.id, task.completions, actor.account)
                self._work.notices.take_back(task.id, event)
            self._write(actor, task, before, undoable=False)
        return [task.public_id for task, _ in back]

    def forget(self) -> None:
        """Delete for good what was deleted and can't be brought back."""
        self._undo.forget()
        before = self._work.now - 2 * UNDO_FOR
        gone = [row.id for row in self._work.run(_DELETED, {"before": before}).all()]
        for task in gone:
            for statement in _PURGE:
                self._work.run(statement, {"task": task})

    @property
    def change(self) -> int:
        """The id of the change that this transaction made, for an Undo button; 0 for none."""
        return self._work.change

    # -- the one way to write --------------------------------------------------------------------

    def _columns(self, values: Mapping[str, Any]) -> dict[str, Any]:
        columns: dict[str, Any] = {}
        if "title" in values:
            columns["title"] = clean_title(values["title"])
        if "description" in values:
            columns["description"] = clean_description(values["description"] or "")
        if "priority" in values:
            columns["priority"] = values["priority"].value
        if "category" in values:
            columns["category"] = clean_category(values["category"] or "")
        if "assignee" in values:
            columns["assignee_id"] = values["assignee"]
        if "due" in values:
            columns |= due_columns(values["due"])
        return columns

    def _status_columns(self, actor: Actor, task: Task, status: Status) -> dict[str, Any]:
        if status is not Status.COMPLETED:
            return {"status": status.value, "completed_at": None, "completed_by": None}
        return {
            "status": status.value,
            "completed_at": self._work.now,
            "completed_by": actor.account,
            "completions": task.completions + 1,
        }

    def _change(self, actor: Actor, task: Task, columns: Mapping[str, Any]) -> Task:
        self._write(actor, task, columns)
        return self.again(actor, task)

    def _write(
        self, actor: Actor, task: Task, columns: Mapping[str, Any], *, undoable: bool = True
    ) -> None:
        """Write columns that differ, once, and let follow what follows."""
        row = self._work.run(FOR_UPDATE, {"task": task.id}).one()
        if row.revision != task.revision:
            raise Overtaken  # another process came between
        old = {name: getattr(row, name) for name in FIELDS}
        new = old | dict(columns)
        if new == old:
            return
        values = {f"new_{name}": new[name] for name in FIELDS}
        values |= {"task": task.id, "now": self._work.now}
        revision = self._work.run(_WRITE, values).scalar_one()
        if undoable:
            self._undo.changed(actor, task.id, old, revision)
        self._recount(task, old, new)
        self._reassign(actor, task, old, new, revision)
        if new["status"] == Status.COMPLETED != old["status"] and undoable:
            self._tell_completed(actor, task, new)
        self._work.cards.redraw(task.id, revision, but=actor.chat if actor.draws else None)

    def _recount(self, task: Task, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        was, now = _is_open(old), _is_open(new)
        if was == now:
            return
        more = 1 if now else -1
        # Two accounts that became one may have more: closing a task is never refused.
        most = OPEN_LIMIT if now else LAST_INTEGER
        values = {"account": task.owner, "more": more, "most": most}
        if self._work.run(_COUNT_OPEN, values).first() is None:
            raise TooMany("open tasks", OPEN_LIMIT)
        self._work.run(_OPEN, {"task": task.id, "is_open": now})

    def _reassign(
        self,
        actor: Actor,
        task: Task,
        old: Mapping[str, Any],
        new: Mapping[str, Any],
        revision: int,
    ) -> None:
        before, after = old["assignee_id"], new["assignee_id"]
        if before == after:
            return
        if before is not None and before != task.owner:
            self._work.run(_UNCONCERN, {"account": before, "task": task.id})
        if after is not None:
            self._number(after, task.id, _is_open(new))
            if after != actor.account:
                self._tell_assigned(actor, task.id, revision, after, new["title"])

    def _number(self, account: int, task: int, opened: bool, *, number: int = 0) -> None:
        """Give somebody their short number for a task that concerns them from now on."""
        if not number:
            if self._work.run(_NUMBERED, {"account": account, "task": task}).first():
                return
            number = self._take_number(account, _TAKE_NUMBER)
        values = {"account_id": account, "number": number, "task_id": task, "open": opened}
        self._work.run(_CONCERN, values)

    def _take_number(self, account: int, statement: Update) -> int:
        row = self._work.run(statement, {"account": account}).first()
        if row is None:
            raise TooMany("open tasks", OPEN_LIMIT)
        if row.merged_into is not None:
            raise Overtaken  # it became another account since this transaction began
        number: int = row[0]
        return number

    def _tell_assigned(
        self, actor: Actor, task: int, revision: int, assignee: int, title: str
    ) -> None:
        event = TaskAssigned(task, revision, actor.account)
        self._work.notices.tell(event, assignee, task=task, subject=title, actor=actor.name)

    def _tell_completed(self, actor: Actor, task: Task, new: Mapping[str, Any]) -> None:
        """Everybody concerned, once (`product.md` 1.9)."""
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


def _is_open(row: Mapping[str, Any]) -> bool:
    return row["deleted_at"] is None and Status(row["status"]).open
