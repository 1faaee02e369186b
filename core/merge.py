"""Two accounts become one: everything of the one goes to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BindParameter, bindparam, delete, func, select, update

from core import schema

if TYPE_CHECKING:
    from core.work import Work

_a, _t, _n = schema.account.c, schema.task.c, schema.concern.c
_no, _c, _ct, _l = (
    schema.notice.c,
    schema.change.c,
    schema.change_task.c,
    schema.link_attempt.c,
)
_OLD: BindParameter[int] = bindparam("old")
_NEW: BindParameter[int] = bindparam("new")

_MOVE = (
    update(schema.identity).where(schema.identity.c.account_id == _OLD).values(account_id=_NEW),
    update(schema.task).where(_t.owner_id == _OLD).values(owner_id=_NEW),
    update(schema.task).where(_t.assignee_id == _OLD).values(assignee_id=_NEW),
    update(schema.task).where(_t.completed_by == _OLD).values(completed_by=_NEW),
    # What both were told is told once.
    delete(schema.notice).where(
        _no.account_id == _OLD,
        _no.once.in_(select(_no.once).where(_no.account_id == _NEW)),
    ),
    update(schema.notice).where(_no.account_id == _OLD).values(account_id=_NEW),
    # A change of before the merge names people who are one now: it can't be undone any more.
    delete(schema.change_task).where(_ct.change_id.in_(select(_c.id).where(_c.account_id == _OLD))),
    delete(schema.change).where(_c.account_id == _OLD),
    update(schema.link_attempt).where(_l.account_id == _OLD).values(account_id=_NEW),
)
_SHARED = delete(schema.concern).where(
    _n.account_id == _OLD,
    _n.task_id.in_(select(_n.task_id).where(_n.account_id == _NEW)),
)
_THEIRS = select(_n.task_id, _n.number).where(_n.account_id == _OLD).order_by(_n.number)
_RENUMBER = (
    update(schema.concern)
    .where(_n.account_id == _OLD, _n.task_id == bindparam("task"))
    .values(account_id=_NEW, number=bindparam("n"))
)
_TAKE_NUMBERS = (
    update(schema.account)
    .where(_a.id == _NEW)
    .values(next_number=_a.next_number + bindparam("many"))
    .returning(_a.next_number)
)
_COUNT = (
    update(schema.account)
    .where(_a.id == bindparam("account"))
    .values(
        open_tasks=select(func.count())
        .select_from(schema.task)
        .where(
            _t.owner_id == bindparam("account"),
            _t.status.in_(("pending", "in progress")),
            _t.deleted_at.is_(None),
        )
        .scalar_subquery()
    )
)
_FILL = (
    update(schema.account)
    .where(_a.id == _NEW)
    .values(
        timezone=func.coalesce(func.nullif(_a.timezone, ""), bindparam("zone")),
        language=func.coalesce(func.nullif(_a.language, ""), bindparam("tongue")),
    )
)
_GONE = update(schema.account).where(_a.id == _OLD).values(merged_into=_NEW)


def merge(work: Work, old: int, new: int) -> None:
    """Move identities, tasks and notices of `old` to `new`, with new short numbers after those of
    `new`; a task that concerned both keeps the number of `new`. `old` stays as a mark."""
    if old == new:
        return
    work.lock_accounts(old, new)
    work.linking.void_of(old)
    both = {"old": old, "new": new}
    before = work.accounts.get(old)
    for statement in _MOVE:
        work.run(statement, both)
    work.run(_SHARED, both)
    theirs = work.run(_THEIRS, {"old": old}).all()
    after = work.run(_TAKE_NUMBERS, {"new": new, "many": len(theirs)}).scalar_one()
    for number, row in enumerate(theirs, after - len(theirs)):
        work.run(_RENUMBER, both | {"task": row.task_id, "n": number})
    work.run(_COUNT, {"account": new})
    work.run(_COUNT, {"account": old})
    work.run(_FILL, {"new": new, "zone": before.timezone, "tongue": before.language})
    work.run(_GONE, both)
