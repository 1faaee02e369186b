"""Task rows as a reader sees them, for `core/tasks.py` and `core/lists.py` alike."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from sqlalchemy import and_, bindparam, select

from core import schema
from core.task import Due, Priority, Status, Task

_t, _n = schema.task.c, schema.concern.c
_owner = schema.account.alias("owner")
_assignee = schema.account.alias("assignee")
_completer = schema.account.alias("completer")

TASK = (
    select(
        schema.task,
        _n.number,
        _owner.c.name.label("owner_name"),
        _assignee.c.name.label("assignee_name"),
        _completer.c.name.label("completed_by_name"),
    )
    .select_from(schema.task)
    .join(_owner, _owner.c.id == _t.owner_id)
    .outerjoin(_assignee, _assignee.c.id == _t.assignee_id)
    .outerjoin(_completer, _completer.c.id == _t.completed_by)
)
_WITH_NUMBER = TASK.outerjoin(
    schema.concern, and_(_n.task_id == _t.id, _n.account_id == bindparam("viewer"))
)
BY_PUBLIC_ID = _WITH_NUMBER.where(_t.public_id == bindparam("public_id"), _t.deleted_at.is_(None))
BY_NUMBER = TASK.join(
    schema.concern, and_(_n.task_id == _t.id, _n.account_id == bindparam("viewer"))
).where(_n.number == bindparam("number"), _t.deleted_at.is_(None))
BY_ID = _WITH_NUMBER.where(_t.id == bindparam("task"))
FOR_UPDATE = select(schema.task).where(_t.id == bindparam("task")).with_for_update(key_share=True)


def read_task(row: Any) -> Task:
    """A row of `TASK`, or what has all of its names, as a task."""
    due = None
    if row.due_on:
        wall = time.fromisoformat(row.due_time) if row.due_time else None
        due = Due(date.fromisoformat(row.due_on), wall, row.due_zone)
    return Task(
        id=row.id,
        public_id=row.public_id,
        number=row.number or 0,
        title=row.title,
        description=row.description,
        status=Status(row.status),
        priority=Priority(row.priority),
        category=row.category,
        due=due,
        owner=row.owner_id,
        owner_name=row.owner_name,
        assignee=row.assignee_id,
        assignee_name=row.assignee_name or "",
        completed_by_name=row.completed_by_name or "",
        chat=row.chat_id,
        created_at=row.created_at,
        updated_at=row.updated_at,
        completed_at=row.completed_at,
        completions=row.completions,
        revision=row.revision,
    )
