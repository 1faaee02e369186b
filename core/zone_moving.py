"""Somebody is in another time zone: what becomes of the dates of the tasks that they have."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from core import schema
from core.columns import due_columns
from core.reading import TASK, read_task
from core.rights import Actor
from core.task import Due, Task
from core.undo import Undo
from core.writing import Writer
from core.zones import COUNTED

if TYPE_CHECKING:
    from core.work import Work

AT_ONCE = 100
"""Tasks of one step: others wait for it on SQLite, 0.8 ms for each on a machine that had much else
to do."""

_t, _n = schema.task.c, schema.concern.c
_DATED = (
    _n.account_id == bindparam("viewer", type_=schema.Id),
    _n.open.is_(True),
    _t.owner_id == bindparam("viewer", type_=schema.Id),
    _t.deleted_at.is_(None),
    _t.due_on != "",
    _t.due_zone == bindparam("old"),
)
_COUNT = (
    select(func.count())
    .select_from(schema.task)
    .join(schema.concern, _n.task_id == _t.id)
    .where(*_DATED)
)
_SOME = (
    TASK.join(schema.concern, _n.task_id == _t.id)
    .where(*_DATED)
    .order_by(_t.due_time == "", _t.due_at, _t.id)
    .limit(bindparam("most"))
)


def dated_in(work: Work, account: int, zone: str) -> tuple[int, Task | None]:
    """How many open tasks of somebody have a date in this zone; one of them, with a time if any
    has one."""
    values = {"viewer": account, "old": zone}
    first = work.run(_SOME, values | {"most": 1}).first()
    total: int = work.run(_COUNT, values).scalar_one() if first is not None else 0
    return total, read_task(first) if first is not None else None


def bring_along(work: Work, account: int, old: str) -> int:
    """As `move`, without a word: nobody did it, so it is nobody's last change, and what was done
    before can still be undone. How many are left."""
    who = work.accounts.get(account)
    actor = Actor(who.id, who.name, identity=0, chat=0, private=True)
    return move(work, actor, old, undoable=False)[1]


def place_counted(work: Work, account: int) -> None:
    """The account had no zone and has one now: what was counted from an instant until then stays at
    its own, by the new clock. Of very many the rest stays as it is, which is as right."""
    who = work.accounts.get(account)
    zone = who.timezone
    if not zone:
        return
    actor, writer = Actor(who.id, who.name, identity=0, chat=0, private=True), Writer(work)
    for row in work.run(_SOME, {"viewer": account, "old": COUNTED, "most": AT_ONCE}):
        task = read_task(row)
        if task.due is not None and task.due.time is not None:  # a day is no instant
            at = task.due.instant.astimezone(ZoneInfo(zone))
            placed = Due(at.date(), at.time(), zone)
            writer.write(actor, task, due_columns(placed), undoable=False)
            Undo(work).follow(task.id, task.revision)


def move(work: Work, actor: Actor, old: str, *, undoable: bool = True) -> tuple[int, int]:
    """Open tasks with a date in the zone `old` are due on the same day at the same time of the
    actor's zone of now: how many were moved, `AT_ONCE` at the most, and how many are left. It is
    one change, which can be undone where it is `undoable`."""
    new = work.accounts.get(actor.account).timezone or "UTC"
    if new == old:
        return 0, 0
    values = {"viewer": actor.account, "old": old}
    tasks = [read_task(row) for row in work.run(_SOME, values | {"most": AT_ONCE})]
    writer = Writer(work)
    for task in tasks:
        writer.write(actor, task, _moved(task, new), undoable=undoable)
        if not undoable:
            Undo(work).follow(task.id, task.revision)
    left: int = work.run(_COUNT, values).scalar_one()
    return len(tasks), left


def _moved(task: Task, zone: str) -> dict[str, Any]:
    return due_columns(replace(task.due, zone=zone) if task.due else None)
