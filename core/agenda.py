"""What a person has before them, by when it is due, and what they did today."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, case, func, select

from core import schema
from core.reading import TASK, read_task
from core.task import Status, Task
from core.undo import UNDO_FOR

if TYPE_CHECKING:
    from core.work import Work

_t, _n, _c, _ct = schema.task.c, schema.concern.c, schema.change.c, schema.change_task.c
_VIEWER = bindparam("viewer", type_=schema.Id)
_AHEAD = (
    TASK.join(schema.concern, _n.task_id == _t.id)
    .where(_n.account_id == _VIEWER, _n.open.is_(True), _t.deleted_at.is_(None))
    .order_by(_t.due_at.is_(None), _t.due_at, _t.id.desc())
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_LATE = case((_t.due_at < bindparam("now", type_=_t.due_at.type), 1), else_=0)
_COUNT = (
    select(func.count().label("tasks"), func.coalesce(func.sum(_LATE), 0).label("late"))
    .select_from(schema.task)
    .join(schema.concern, _n.task_id == _t.id)
    .where(_n.account_id == _VIEWER, _n.open.is_(True), _t.deleted_at.is_(None))
)
_DID = (
    (_t.completed_by == _VIEWER)
    & (_t.completed_at >= bindparam("since", type_=_t.completed_at.type))
    & (_t.status == Status.COMPLETED)
    & _t.deleted_at.is_(None)
    & (_n.account_id == _VIEWER)
)
_DONE = (
    TASK.join(schema.concern, _n.task_id == _t.id)
    .where(_DID)
    .order_by(_t.completed_at.desc(), _t.id.desc())
    .limit(bindparam("most"))
)
_COUNT_DONE = (
    select(func.count())
    .select_from(schema.task)
    .join(schema.concern, _n.task_id == _t.id)
    .where(_DID)
)
_EVER = select(_n.task_id).where(_n.account_id == bindparam("account")).limit(1)
_LAST = (
    select(_c.id)
    .where(
        _c.account_id == bindparam("account"),
        _c.undone_at.is_(None),
        _c.made_at >= bindparam("since", type_=_c.made_at.type),
    )
    .order_by(_c.id.desc())
    .limit(1)
)
_OF_CHANGE = select(_ct.task_id).where(_ct.change_id == bindparam("change"))


@dataclass(frozen=True, slots=True)
class Ahead:
    """A page of what is open: what is due first comes first, what has no date last."""

    tasks: tuple[Task, ...]
    total: int
    late: int
    """How many are overdue."""


@dataclass(frozen=True, slots=True)
class Did:
    """What somebody completed since some time, the latest first."""

    tasks: tuple[Task, ...]
    total: int


@dataclass(frozen=True, slots=True)
class LastChange:
    """What somebody can take back; 0 for nothing."""

    id: int
    tasks: frozenset[int]


def ahead(work: Work, account: int, *, skip: int, most: int) -> Ahead:
    """The open tasks that concern somebody."""
    counted = work.run(_COUNT, {"viewer": account, "now": work.now}).one()
    values = {"viewer": account, "skip": skip, "most": most}
    found = tuple(read_task(row) for row in work.run(_AHEAD, values))
    return Ahead(found, counted.tasks, counted.late)


def did(work: Work, account: int, since: datetime, *, most: int) -> Did:
    """What they completed themselves."""
    values = {"viewer": account, "since": since}
    total = work.run(_COUNT_DONE, values).scalar_one()
    found = tuple(read_task(row) for row in work.run(_DONE, values | {"most": most}))
    return Did(found, total)


def had_any(work: Work, account: int) -> bool:
    """Whether they ever had a task."""
    return work.run(_EVER, {"account": account}).first() is not None


def last_change(work: Work, account: int) -> LastChange:
    """The newest change of theirs, while it can be undone. One whose tasks somebody else changed
    since can not: whoever tries is told so."""
    since = work.now - UNDO_FOR + timedelta(seconds=1)
    row = work.run(_LAST, {"account": account, "since": since}).first()
    if row is None:
        return LastChange(0, frozenset())
    return LastChange(row.id, frozenset(work.run(_OF_CHANGE, {"change": row.id}).scalars()))
