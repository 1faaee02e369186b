"""The count of open tasks, which a limit goes by, against the tasks (`promises.md` T34)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, func, select

from core import merge_rows, schema

if TYPE_CHECKING:
    from core.work import Work

_a, _t = schema.account.c, schema.task.c
_ACTUAL = (
    select(func.count())
    .select_from(schema.task)
    .where(
        _t.owner_id == _a.id,
        and_(_t.status.in_(("pending", "in progress")), _t.deleted_at.is_(None)),
    )
    .scalar_subquery()
)
_WRONG = select(_a.id).where(_a.open_tasks != _ACTUAL).order_by(_a.id).limit(bindparam("most"))
_COUNTED = select(_a.open_tasks).where(_a.id == bindparam("account"))


def miscounted(work: Work, most: int = 1000) -> list[int]:
    """The accounts whose count is not what they have, some at a time. Only reads."""
    return list(work.run(_WRONG, {"most": most}).scalars())


def recount(work: Work, account: int) -> bool:
    """Count anew, while nobody adds; whether it was wrong."""
    work.lock_accounts(account)
    before = work.run(_COUNTED, {"account": account}).scalar()
    work.run(merge_rows.COUNT, {"account": account})
    return bool(work.run(_COUNTED, {"account": account}).scalar() != before)
