"""The people whom somebody may give a task by pressing their name: those with whom they share one,
and of a group's task those whom the tasks of that group concern. By the task, and not by the place
where it is asked, since a question from a group is answered in private."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, bindparam, case, func, select, union_all

from core import schema
from core.identity import Account, Identity
from core.task import Task

if TYPE_CHECKING:
    from core.work import Work

_a, _i, _n, _t = schema.account.c, schema.identity.c, schema.concern.c, schema.task.c
_c = schema.chat.c
# In one list: of two with an OR between them, PostgreSQL reads every task of everybody.
_SHARED = _n.task_id.in_(
    union_all(
        select(_n.task_id).where(_n.account_id == bindparam("viewer")),
        select(_t.id)
        .join(schema.chat, _c.id == _t.chat_id)
        .where(_c.id == bindparam("chat"), ~_c.private, _t.deleted_at.is_(None)),
    )
)
_GIVEN = (_t.owner_id == bindparam("viewer")) & (_t.assignee_id == _a.id)
_BESIDE = (_i.platform == bindparam("platform")) & (_i.scope == bindparam("scope"))
# What they are called elsewhere is theirs to tell.
_HANDLE = func.coalesce(func.min(case((_BESIDE, _i.handle))), "").label("handle")


def _they(*columns: Any) -> Select[Any]:
    return (
        select(*columns)  # built per call: once each, for the constants below
        .join(schema.concern, _n.account_id == _a.id)
        .join(schema.task, _t.id == _n.task_id)
        .join(schema.identity, _i.account_id == _a.id)  # nobody reads what one that left is given
        .where(_SHARED, _a.id != bindparam("viewer"), _a.takes_tasks)
        .group_by(_a.id, _a.name)
    )


_ALL = (
    _they(_a.id, _a.name, _HANDLE)
    .order_by(func.max(case((_GIVEN, _t.id), else_=0)).desc(), _a.name, _a.id)
    .limit(bindparam("most"))
)
_ONE = _they(_a.id).where(_a.id == bindparam("person"))


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody, and how to tell them from others of their name."""

    account: int
    name: str
    handle: str
    """Where whoever looks is; empty where they are not."""


def acquainted(work: Work, viewer: Identity, task: Task, *, most: int) -> list[Known]:
    """The last whom they gave a task first, of those who may get this one of theirs."""
    here = {"platform": viewer.platform, "scope": viewer.scope}
    asked = {"viewer": viewer.account_id, "chat": task.chat, "most": most}
    return [Known(row.id, row.name, row.handle) for row in work.run(_ALL, asked | here)]


def acquaintance(work: Work, viewer: int, task: Task, person: int) -> Account | None:
    """One of those; None where it is none of them, so that numbers tell nobody who there is."""
    found = work.run(_ONE, {"viewer": viewer, "chat": task.chat, "person": person}).first()
    return work.accounts.get(person) if found else None
