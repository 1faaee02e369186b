"""What one message changed, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import bindparam, delete, insert, select, update

from core import schema
from core.errors import NothingToUndo
from core.reading import BY_ID, read_task
from core.rights import Actor
from core.sql import Overtaken
from core.task import Task

if TYPE_CHECKING:
    from core.work import Work

UNDO_FOR = timedelta(minutes=10)
"""How long a change can be taken back (`product.md` 1.4)."""

SNOOZED = "snoozed"
"""Stands among the columns to restore for a snooze, which is no column (`core/snoozes.py`)."""

_c, _ct, _t = schema.change.c, schema.change_task.c, schema.task.c
_BEGIN = insert(schema.change).returning(_c.id)
_ADD = insert(schema.change_task)
_LAST = (
    select(_c.id, _c.made_at)
    .where(_c.account_id == bindparam("account"), _c.undone_at.is_(None))
    .order_by(_c.id.desc())
    .limit(1)
)
# One statement, so that both revisions are of one moment: who follows (`Undo.follow`) moves both.
_TASKS = (
    select(_ct.task_id, _ct.before, _ct.revision, _t.revision.label("now"))
    .join(schema.task, _t.id == _ct.task_id)
    .where(_ct.change_id == bindparam("change"))
    .order_by(_ct.task_id)
)
_UNDONE = (
    update(schema.change)
    .where(_c.id == bindparam("change"), _c.undone_at.is_(None))
    .values(undone_at=bindparam("now"))
    .returning(_c.id)
)
_FOLLOW = (
    update(schema.change_task)
    .where(
        _ct.task_id == bindparam("task"),
        _ct.revision == bindparam("seen"),
        _ct.before.not_like('%"due_zone"%'),  # which would bring the date of before back
    )
    .values(revision=_ct.revision + 1)
)
_OLD = select(_c.id).where(_c.made_at < bindparam("before"))
_FORGET_TASKS = delete(schema.change_task).where(_ct.change_id.in_(_OLD))
_FORGET = delete(schema.change).where(_c.made_at < bindparam("before"))
_INSTANTS = {"due_at", "completed_at", "deleted_at"}
_PEOPLE = {"assignee_id", "completed_by"}


class Undo:
    """The changes, in one transaction: what this transaction changes is one of them."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def added(self, actor: Actor, task: int) -> None:
        """Undoing it deletes the task."""
        self._note(actor, task, {"deleted_at": self._work.now}, 1)

    def changed(self, actor: Actor, task: int, before: Mapping[str, Any], revision: int) -> None:
        """Undoing it restores these columns, unless somebody changed the task after."""
        self._note(actor, task, before, revision)

    def follow(self, task: int, revision: int) -> None:
        """Something moved a task of this revision to the next one, by which nobody changed what
        they would undo: that it was added can be undone as before."""
        self._work.run(_FOLLOW, {"task": task, "seen": revision})

    def _note(self, actor: Actor, task: int, before: Mapping[str, Any], revision: int) -> None:
        if not self._work.change:
            values = {"account_id": actor.account, "made_at": self._work.now}
            self._work.change = self._work.ahead.insert(_BEGIN, values)
        self._work.run(
            _ADD,
            {
                "change_id": self._work.change,
                "task_id": task,
                "before": orjson.dumps(dict(before)).decode(),
                "revision": revision,
            },
        )

    def take(self, actor: Actor, change: int = 0) -> list[tuple[Task, dict[str, Any]]]:
        """The tasks of the actor's last change with the columns to restore, marked as undone.

        Raises `NothingToUndo` with the reason: `none`, `late`, `changed`."""
        last = self._work.run(_LAST, {"account": actor.account}).first()
        if last is None or (change and last.id != change):
            raise NothingToUndo("none")
        if self._work.now - last.made_at > UNDO_FOR:
            raise NothingToUndo("late")
        back = []
        for row in self._work.run(_TASKS, {"change": last.id}).all():
            if row.now != row.revision:
                raise NothingToUndo("changed")
            values = {"task": row.task_id, "viewer": actor.account}
            task = read_task(self._work.run(BY_ID, values).one())
            if task.revision != row.now:
                raise Overtaken  # since a moment ago
            back.append((task, self._load(row.before)))
        done = {"change": last.id, "now": self._work.now}
        if self._work.run(_UNDONE, done).first() is None:
            raise NothingToUndo("none")
        return back

    def standing(self, account: int, task: int) -> int:
        """The id of somebody's last change, where it is of this task alone and can be undone; else
        0."""
        last = self._work.run(_LAST, {"account": account}).first()
        if last is None or self._work.now - last.made_at > UNDO_FOR:
            return 0
        rows = self._work.run(_TASKS, {"change": last.id}).all()
        alone = [row.task_id for row in rows] == [task]
        return int(last.id) if alone and rows[0].now == rows[0].revision else 0

    def moved(self, change: int) -> bool:
        """Whether that change brought a task to another chat."""
        rows = self._work.run(_TASKS, {"change": change}).all()
        return any("chat_id" in orjson.loads(row.before) for row in rows)

    def _load(self, before: str) -> dict[str, Any]:
        columns: dict[str, Any] = orjson.loads(before)
        # How often it was completed or offered is never taken back: it names what was told.
        columns.pop("completions", None)
        columns.pop("offers", None)
        for name in _INSTANTS & columns.keys():
            if columns[name] is not None:
                columns[name] = datetime.fromisoformat(columns[name])
        for name in _PEOPLE & columns.keys():
            if columns[name] is not None:
                columns[name] = self._work.accounts.current(columns[name])
        return columns

    def forget(self) -> None:
        """Drop changes that can no longer be undone."""
        before = {"before": self._work.now - 2 * UNDO_FOR}
        self._work.run(_FORGET_TASKS, before)
        self._work.run(_FORGET, before)
