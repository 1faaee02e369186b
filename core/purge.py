"""Deleting for good what was deleted and can't be brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, select, update

from core import broadcasts, schema
from core.sources import Way
from core.undo import UNDO_FOR, Undo

if TYPE_CHECKING:
    from core.work import Work

_t, _s = schema.task.c, schema.source.c
_DELETED = select(_t.id).where(_t.deleted_at < bindparam("before")).limit(500)
_PURGE = (
    delete(schema.notice).where(schema.notice.c.task_id == bindparam("task")),
    delete(schema.reminder).where(schema.reminder.c.task_id == bindparam("task")),
    delete(schema.note).where(schema.note.c.task_id == bindparam("task")),
    # The other lines of a message keep their places.
    update(schema.source)
    .where(_s.task_id == bindparam("task"), _s.way == Way.TYPED.value)
    .values(task_id=None, text=""),
    delete(schema.source).where(_s.task_id == bindparam("task")),
    delete(schema.card).where(schema.card.c.task_id == bindparam("task")),
    delete(schema.change_task).where(schema.change_task.c.task_id == bindparam("task")),
    delete(schema.concern).where(schema.concern.c.task_id == bindparam("task")),
    delete(schema.task).where(_t.id == bindparam("task")),
)


def purge(work: Work) -> None:
    """Drop deleted tasks with all that hangs on them, changes too old to undo, and what everybody
    was told long ago."""
    broadcasts.forget(work)
    Undo(work).forget()
    before = work.now - 2 * UNDO_FOR
    gone = [row.id for row in work.run(_DELETED, {"before": before}).all()]
    for task in gone:
        for statement in _PURGE:
            work.run(statement, {"task": task})
