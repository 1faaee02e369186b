"""Reminding again and again until it is done: by choice of whoever does it, task by task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select

from core import schema
from core.errors import NotAllowed, NotUnderstood, TooMany
from core.rights import Actor, Right
from core.task import NAG_LEAST, NAG_MOST, NEVER, Ref, Task
from core.writing import Writer

if TYPE_CHECKING:
    from core.work import Work

NAGS_LIMIT = 20
"""Tasks that nag one person: against flooding the chat and those who wait behind it."""

_t, _n = schema.task.c, schema.concern.c
_NAGGING = (
    select(func.count())
    .select_from(schema.task)
    .join(schema.concern, _n.task_id == _t.id)
    .where(
        _n.account_id == bindparam("account"),
        _n.open,
        _t.nag.is_not(None),
        func.coalesce(_t.assignee_id, _t.owner_id) == bindparam("account"),
    )
)


def set_nag(work: Work, actor: Actor, ref: Ref, minutes: int | None) -> Task:
    """Remind whoever does a task every so many minutes from its first reminder on, or from now on
    where that has passed; None for once. Can be undone. Raises `NotAllowed` for anybody else, and
    `NotUnderstood` for less than `NAG_LEAST` or more than `NAG_MOST` minutes, `TooMany`."""
    task = work.tasks.held(actor, ref, Right.WORK)
    if actor.account != (task.assignee or task.owner):
        raise NotAllowed("nag", task.assignee_name)
    if minutes is not None and not NAG_LEAST <= minutes <= NAG_MOST:
        raise NotUnderstood("length of time", f"{minutes} min", "5m up to 1d")
    if minutes and not task.nag:
        _check(work, actor.account)
    columns: dict[str, Any] = {"nag": minutes}
    if minutes and task.remind == NEVER:
        columns["remind"] = None
    Writer(work).write(actor, task, columns)
    return work.tasks.get(actor, Ref(public_id=task.public_id))


def _check(work: Work, account: int) -> None:
    """Whether one more may nag them. Raises `TooMany`."""
    nagging: int = work.run(_NAGGING, {"account": account}).scalar_one()
    if nagging >= NAGS_LIMIT:
        raise TooMany("tasks that remind again and again", NAGS_LIMIT)
