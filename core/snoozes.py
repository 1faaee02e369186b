"""Taking back that somebody snoozed a task, or snoozed it no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from core import schema
from core.moments import Moment, Why
from core.rights import Actor
from core.task import Task
from core.undo import SNOOZED, Undo

if TYPE_CHECKING:
    from core.work import Work

_r = schema.reminder.c
_THEIRS = select(_r.zone, _r.at).where(
    _r.task_id == bindparam("task"),
    _r.account_id == bindparam("account"),
    _r.why == Why.SNOOZE,
)


def note(work: Work, actor: Actor, task: Task, *, ends: bool = False) -> None:
    """Let what becomes of the actor's snooze be undone. `ends`: it ends, if there is one."""
    row = work.run(_THEIRS, {"task": task.id, "account": actor.account}).first()
    if row is None and ends:
        return
    before = {"zone": row.zone, "at": row.at.isoformat()} if row is not None else None
    Undo(work).changed(actor, task.id, {SNOOZED: before}, task.revision)


def put_back(work: Work, actor: Actor, task: Task, before: Mapping[str, str] | None) -> None:
    """The actor's snooze as it was, as far as it is still to come."""
    was = Moment.of(datetime.fromisoformat(before["at"]), before["zone"]) if before else None
    work.reminders.put_off(task.id, actor.account, was if was and was.at > work.now else None)
