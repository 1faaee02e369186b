"""What a list can be narrowed down by: the lists, labels and people of somebody's open tasks."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from core import schema

if TYPE_CHECKING:
    from core.work import Work

_t, _n, _a = schema.task.c, schema.concern.c, schema.account.c
_MINE = (_n.account_id == bindparam("viewer")) & _n.open & _t.deleted_at.is_(None)
_LISTS = (
    select(_t.category)
    .join(schema.concern, _n.task_id == _t.id)
    .where(_MINE, _t.category != "")
    .group_by(_t.category)
    .order_by(func.count().desc(), _t.category)
    .limit(bindparam("most"))
)
_NEWEST_IN = (  # newest first: whoever names a list does so again soon
    select(_n.task_id)
    .join(schema.task, _t.id == _n.task_id)
    .where(
        _n.account_id == bindparam("viewer"),
        _t.deleted_at.is_(None),
        func.lower(_t.category) == bindparam("category"),
    )
    .order_by(_n.number.desc())
    .limit(1)
)
_KNOWN = (
    select(_t.category)
    .join(schema.concern, _n.task_id == _t.id)
    .where(_n.account_id == bindparam("viewer"), _t.deleted_at.is_(None), _t.category != "")
    .group_by(_t.category)
    .order_by(func.count().desc(), _t.category)
    .limit(bindparam("most"))
)
_LABELS = (
    select(_t.labels, func.count().label("tasks"))
    .join(schema.concern, _n.task_id == _t.id)
    .where(_MINE, _t.labels != "")
    .group_by(_t.labels)
)
_PEOPLE = (
    select(_a.name)
    .join(schema.task, _t.assignee_id == _a.id)
    .join(schema.concern, _n.task_id == _t.id)
    .where(_MINE, _a.id != bindparam("viewer"))
    .group_by(_a.id, _a.name)
    .order_by(func.count().desc(), _a.name)
    .limit(bindparam("most"))
)


def lists(work: Work, viewer: int, *, most: int) -> list[str]:
    """Those with the most open tasks first."""
    return [row.category for row in work.run(_LISTS, {"viewer": viewer, "most": most})]


def is_list(work: Work, viewer: int, name: str) -> bool:
    """Whether a task of theirs is in a list of that name, finished ones too; in small letters."""
    values = {"viewer": viewer, "category": name.lower()}
    return work.run(_NEWEST_IN, values).first() is not None


def known_lists(work: Work, viewer: int, *, most: int) -> list[str]:
    """Those that finished tasks are in, too; with the most tasks first."""
    return [row.category for row in work.run(_KNOWN, {"viewer": viewer, "most": most})]


def labels(work: Work, viewer: int, *, most: int) -> list[str]:
    """Those on the most open tasks first."""
    counts: Counter[str] = Counter()
    for row in work.run(_LABELS, {"viewer": viewer}):
        for label in row.labels.split():
            counts[label] += row.tasks
    return [label for label, _ in sorted(counts.items(), key=lambda each: (-each[1], each[0]))][
        :most
    ]


def people(work: Work, viewer: int, *, most: int) -> list[str]:
    """The names of others who are to do the most of them first."""
    return [row.name for row in work.run(_PEOPLE, {"viewer": viewer, "most": most})]
