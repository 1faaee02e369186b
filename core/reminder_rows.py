"""The statements of `core/reminders.py`."""

from __future__ import annotations

from sqlalchemy import BindParameter, bindparam, delete, exists, func, select

from core import schema
from core.moments import NOT_OF_DATES, Why
from core.sql import insert_or_ignore, upsert

_r = schema.reminder.c
_NOW = bindparam("now", type_=schema.UtcTime)
_TASK: BindParameter[int] = bindparam("task")
_ACCOUNT: BindParameter[int] = bindparam("account")
_MINE = (_r.task_id == _TASK) & (_r.account_id == _ACCOUNT)
ADD = insert_or_ignore(schema.reminder, ("task_id", "account_id", "why"))
SET = upsert(
    schema.reminder,
    ("task_id", "account_id", "why"),
    lambda new: {"wall": new.wall, "zone": new.zone, "at": new.at},
)
DROP_ALL = delete(schema.reminder).where(_r.task_id == _TASK, _r.why.not_in(NOT_OF_DATES))
DROP_LEFT = delete(schema.reminder).where(_r.task_id == _TASK, _r.why == Why.LEFT)
DROP = DROP_ALL.where(_r.why != Why.SNOOZE)
DROP_OTHERS = DROP_ALL.where(
    _r.why == Why.SNOOZE, _r.account_id != bindparam("owner"), _r.account_id != _ACCOUNT
)
DROP_SNOOZE = delete(schema.reminder).where(_MINE, _r.why == Why.SNOOZE)
DROP_SOONER = DROP.where(_MINE, _r.at <= bindparam("at", type_=schema.UtcTime))
LATER = select(exists().where(_MINE, _r.why == Why.SNOOZE, _r.at > _NOW))
COLUMNS = select(schema.task).where(schema.task.c.id == _TASK)
_DUE = (_r.at <= _NOW) & (_r.why != Why.LEFT)
WAITING = select(_r.id).where(_DUE).limit(1)
# Over several processes each row is claimed by one: what another holds is passed over. A common
# table, since PostgreSQL may run a subquery with LIMIT more than once.
_CLAIMED = (
    select(_r.id, _r.account_id, _r.at)
    .where(_DUE)
    .order_by(_r.at, _r.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
    .cte("claimed")
)
_WHOSE = (
    select(_CLAIMED.c.account_id)
    .group_by(_CLAIMED.c.account_id)
    .order_by(func.min(_CLAIMED.c.at), _CLAIMED.c.account_id)
    .limit(bindparam("people"))
    .cte("whose")
)
CLAIM = (
    delete(schema.reminder)
    .where(
        _r.id.in_(
            select(_CLAIMED.c.id).where(_CLAIMED.c.account_id.in_(select(_WHOSE.c.account_id)))
        )
    )
    .returning(_r.id, _r.task_id, _r.account_id, _r.why, _r.at)
)
