"""Task rows as a reader sees them, for `core/tasks.py` and `core/lists.py` alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, bindparam, func, literal_column, select

from core import schema
from core.columns import due_of
from core.task import Offer, Priority, Status, Task

_t, _n = schema.task.c, schema.concern.c
_owner = schema.account.alias("owner")
_assignee = schema.account.alias("assignee")
_completer = schema.account.alias("completer")
_r = schema.reminder.c
_REMINDS_AT = (
    select(func.min(_r.at))
    .where(
        _r.task_id == _t.id,
        _r.account_id == bindparam("viewer"),
        _r.why.not_in([literal_column(f"'{each}'") for each in ("due", "offer", "left")]),
    )
    .correlate(schema.task)
    .scalar_subquery()
)

TASK = (
    select(
        schema.task,
        _n.number,
        _owner.c.name.label("owner_name"),
        _assignee.c.name.label("assignee_name"),
        _completer.c.name.label("completed_by_name"),
        _REMINDS_AT.label("reminds_at"),
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
    names = ("due_on", "due_time", "due_zone", "due_at")
    return Task(
        id=row.id,
        public_id=row.public_id,
        number=row.number or 0,
        title=row.title,
        description=row.description,
        status=Status(row.status),
        priority=Priority(row.priority),
        category=row.category,
        due=due_of({each: getattr(row, each) for each in names}),
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
        remind=row.remind,
        reminds_at=row.reminds_at,
        labels=tuple(row.labels.split()),
        rule=row.rule,
        occurrence=row.occurrence,
        nag=row.nag,
        notes=row.notes,
        offer=Offer(row.offer),
    )
