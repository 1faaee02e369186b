"""Reminding again and again until it is done: by choice of whoever does it, task by task."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, exists, func, select

from core import schema
from core.errors import NotAllowed, NotUnderstood, TooMany
from core.moments import NOT_OF_DATES
from core.rights import Actor, Right
from core.task import NAG_LEAST, NAG_MOST, NEVER, Ref, Task
from core.writing import Writer

if TYPE_CHECKING:
    from core.work import Work

NAGS_LIMIT = 20
"""Tasks that nag one person: against flooding the chat and those who wait behind it."""

_t, _n, _r = schema.task.c, schema.concern.c, schema.reminder.c
_i, _c = schema.identity.c, schema.chat.c
_ACCOUNT = bindparam("account", type_=schema.Id)
_THEIRS = (
    (_n.account_id == _ACCOUNT) & _n.open,
    _t.nag.is_not(None),
    func.coalesce(_t.assignee_id, _t.owner_id) == _ACCOUNT,
)
_OF_CONCERN = schema.task.join(schema.concern, _n.task_id == _t.id)
_NAGGING = select(func.count()).select_from(_OF_CONCERN).where(*_THEIRS)
# Where a task nags, the next time is there; a snooze is one, too.
_WAITS = exists().where(
    (_r.task_id == _t.id) & (_r.account_id == _ACCOUNT), _r.why.not_in(NOT_OF_DATES)
)
_ENDED = select(_t.id).select_from(_OF_CONCERN).where(*_THEIRS, ~_WAITS).order_by(_t.id)
_OF_THEM = (_i.account_id == _ACCOUNT) & (_i.user_id != "")
_REACHED = select(exists().where(_OF_THEM, (_c.id == _i.chat_id) & (_c.gone == "")))
_HOLD = (
    select(_c.id)
    .join(schema.identity, _c.id == _i.chat_id)
    .where(_OF_THEM)
    .order_by(_c.id)
    .with_for_update(read=True, of=schema.chat)
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


def reaches(work: Work, account: int) -> bool:
    """Whether somebody has a chat that can be written to. Where all are lost, nagging would go on
    for ever, and nobody would be there to end it.

    Where there is none, it stays so until this transaction ends: whoever is back meanwhile, in
    another process, finds that it ended (`begin_again`)."""
    who = {"account": account}
    reached = bool(work.run(_REACHED, who).scalar())
    if not reached and work.shared:
        work.tell(_HOLD, who)
        reached = bool(work.run(_REACHED, who).scalar())
    return reached


def begin_again(work: Work, account: int) -> None:
    """Somebody can be written to again: what is still to do nags as it did, from now on."""
    for task in work.run(_ENDED, {"account": account}).scalars().all():
        work.reminders.follow_anew(task)


def _check(work: Work, account: int) -> None:
    """Whether one more may nag them. Raises `TooMany`."""
    nagging: int = work.run(_NAGGING, {"account": account}).scalar_one()
    if nagging >= NAGS_LIMIT:
        raise TooMany("tasks that remind again and again", NAGS_LIMIT)
