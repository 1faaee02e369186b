"""The statements of `core/leaving.py`."""

from __future__ import annotations

from sqlalchemy import (
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    literal,
    literal_column,
    not_,
    or_,
    select,
    update,
)

from core import schema
from core.moments import Why
from core.reading import TASK
from core.task import Offer, Status

BEARERS = 3
"""Rows of one person, for each group that they leave: any of them is enough, and one of its tasks
may be another group's by then."""

_t, _c, _n, _r = schema.task.c, schema.chat.c, schema.concern.c, schema.reminder.c
# To the letter, as their indexes have them: a database plans before it knows a bound value.
_GONE = _r.why == literal_column(f"'{Why.LEFT.value}'")
_TOLD = _t.offer == literal_column(f"'{Offer.LEFT.value}'")
_OPEN = _t.status.in_([each.value for each in Status if each.open])
_DOER = func.coalesce(_t.assignee_id, _t.owner_id)
_ACCOUNT = bindparam("account", type_=schema.Id)
_PLACE = select(_c.id).where(
    _c.platform == bindparam("platform"),
    _c.scope == bindparam("scope"),
    or_(bindparam("chat", "") == "", _c.chat == bindparam("chat", "")),
    _c.private.is_(False),
)
_RANKED = (
    select(
        _t.id,
        func.row_number().over(partition_by=_t.chat_id, order_by=_t.id.desc()).label("place"),
    )
    .join(schema.concern, _n.task_id == _t.id)
    .where(
        _n.account_id == _ACCOUNT,
        _n.open,
        _t.chat_id.in_(_PLACE),
        _DOER == _ACCOUNT,
        _t.deleted_at.is_(None),
        _t.offer != Offer.LEFT.value,
    )
    .subquery()
)
THEIRS = select(_RANKED.c.id).where(_RANKED.c.place <= BEARERS).order_by(_RANKED.c.id)
# Each reminder asks for its task, and not each task of the place for a reminder: a group's tasks
# are many, and so are its people's.
_IN_PLACE = exists().where(_t.id == _r.task_id, _t.chat_id.in_(_PLACE))
_WAITS = and_(_r.account_id == _ACCOUNT, _GONE, _IN_PLACE)
STAY = delete(schema.reminder).where(_WAITS)
_OF_CONCERN = select(_n.task_id).where(_n.account_id == _ACCOUNT)
_TOLD_OF = and_(
    _t.id.in_(_OF_CONCERN),
    _t.chat_id.in_(_PLACE),
    _TOLD,
    _DOER == _ACCOUNT,
)
_CHANGED = {
    "revision": _t.revision + 1,
    "updated_at": bindparam("now", type_=_t.updated_at.type),
}
_WHAT = (_t.id, _t.revision, _t.owner_id, _t.assignee_id)
_SEEN = and_(_OPEN, _t.deleted_at.is_(None))
RETURN = (
    update(schema.task)
    .where(_TOLD_OF, _SEEN)
    .values(offer=Offer.NONE.value, **_CHANGED)
    .returning(*_WHAT)
)
# They may be opened again, or brought back; until then nobody sees it of them, and an Undo finds
# them as they were left.
RETURN_UNSEEN = update(schema.task).where(_TOLD_OF, not_(_SEEN)).values(offer=Offer.NONE.value)
AWAY = select(or_(exists().where(_WAITS), exists().where(_TOLD_OF)))
_DUE = and_(_GONE, _r.at <= bindparam("now", type_=schema.UtcTime))
WAITING = select(_r.id).where(_DUE).limit(1)
NEXT = (
    select(_t.chat_id)
    .join(schema.reminder, _r.task_id == _t.id)
    .where(_DUE)
    .order_by(_r.at, _r.id)
    .limit(1)
)
# Over several processes the rows go to one of them.
TAKE = (
    delete(schema.reminder)
    .where(
        _GONE,
        _r.at <= bindparam("soon", type_=schema.UtcTime),
        exists().where(_t.id == _r.task_id, _t.chat_id == bindparam("group")),
    )
    .returning(_r.id, _r.account_id)
)
_GROUP = bindparam("group", type_=schema.Id)
_PEOPLE = bindparam("people", expanding=True, type_=schema.Id)
_SHARED_PLACE = select(_c.id).where(_c.id == _GROUP, _c.private.is_(False))
_OPEN_OF_THEM = select(_n.task_id).where(_n.account_id.in_(_PEOPLE), _n.open)
# Once: what was told of stands as left.
MARK = (
    update(schema.task)
    .where(
        _t.id.in_(_OPEN_OF_THEM),
        _t.chat_id.in_(_SHARED_PLACE),
        _DOER.in_(_PEOPLE),
        _OPEN,
        _t.deleted_at.is_(None),
        _t.offer != Offer.LEFT.value,
    )
    .values(offer=Offer.LEFT.value, **_CHANGED)
    .returning(*_WHAT)
)
_LEFT = (_t.chat_id == _GROUP, _TOLD, _OPEN, _t.deleted_at.is_(None))
_OF_ANYBODY = or_(literal(1) == bindparam("anybody"), _DOER.in_(_PEOPLE))
COUNT = select(func.count()).select_from(schema.task).where(*_LEFT, _OF_ANYBODY)
SOME = (
    TASK.outerjoin(schema.concern, and_(_n.task_id == _t.id, _n.account_id == bindparam("viewer")))
    .where(*_LEFT, _OF_ANYBODY)
    .order_by(_t.due_at.is_(None), _t.due_at, _t.id)
    .limit(bindparam("most"))
    .offset(bindparam("skip"))
)
_a = schema.account.c
NAMES = (
    select(_a.name)
    .where(_a.id.in_(select(_DOER).where(*_LEFT, _OF_ANYBODY)))
    .order_by(case((_a.name == "", 1), else_=0), _a.name, _a.id)
)
