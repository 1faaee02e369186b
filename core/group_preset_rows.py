"""The statements of `core/group_presets.py`."""

from __future__ import annotations

from sqlalchemy import bindparam, case, delete, exists, select, update

from core import schema
from core.group_ticks import claim, waiting
from core.presets import News, Preset, group_hears
from core.sql import upsert

_g, _n, _t = schema.group_preset.c, schema.group_news.c, schema.task.c
_CHAT = bindparam("chat", type_=schema.Id)
_NOW = bindparam("now", type_=schema.UtcTime)
_WHEN = bindparam("when", type_=schema.UtcTime)
OF = select(_g.preset, _g.language, _g.thread).where(_g.chat_id == _CHAT)
# Where one is set already, it goes on from what was told.
SET = upsert(
    schema.group_preset,
    ("chat_id",),
    lambda new: {"preset": new.preset, "language": new.language, "thread": new.thread},
)
_WITH_DUE = [each.value for each in Preset if group_hears(each, News.DUE)]
DROP = delete(schema.group_preset).where(_g.chat_id == _CHAT)
DROP_NEWS = delete(schema.group_news).where(_n.chat_id == _CHAT)
# It writes the row also where the time stays, and so holds it until what it follows from is kept.
_SOONEST = case((_g.rests > _WHEN, _g.rests), else_=_WHEN)
LOOK_BY = (
    update(schema.group_preset)
    .where(_g.chat_id == _CHAT, _g.preset.in_(_WITH_DUE))
    .values(at=case((_g.at > _SOONEST, _SOONEST), else_=_g.at))
    .returning(_g.preset)
)
_TASK = bindparam("task", type_=schema.Id)
# A savepoint may have taken the task back.
ADD_NEWS = upsert(
    schema.group_news,
    ("chat_id", "task_id"),
    lambda new: {"what": new.what},
    rows=select(
        _CHAT,
        _TASK,
        bindparam("news", type_=schema.group_news.c.what.type),
    ).where(exists().where(_t.id == _TASK)),
)
WAITING, CLAIM = waiting(schema.group_preset), claim(schema.group_preset)
# What is finished or deleted may be opened again by its time.
DATED = (
    select(
        _t.id,
        _t.due_on,
        _t.due_time,
        _t.due_zone,
        _t.due_at,
        _t.status,
        _t.deleted_at,
        _t.created_at,
    )
    .where(
        _t.chat_id == _CHAT,
        _t.due_at > bindparam("since", type_=schema.UtcTime),
        _t.due_at <= bindparam("until", type_=schema.UtcTime),
    )
    .order_by(_t.due_at, _t.id)
)
TAKE = DROP_NEWS.returning(_n.task_id, _n.what)
NEXT = (
    update(schema.group_preset)
    .where(_g.chat_id == _CHAT)
    .values(
        since=_NOW,
        at=bindparam("next", type_=schema.UtcTime),
        rests=bindparam("rest", type_=schema.UtcTime),
    )
)
