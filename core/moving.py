"""A group became another one (Telegram makes it a supergroup): its history follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import BindParameter, bindparam, delete, exists, select, update

from core import schema

if TYPE_CHECKING:
    from core.work import Work

_c, _q, _t = schema.card.c, schema.question.c, schema.task.c
_g = schema.group_digest.c
_p, _w = schema.group_preset.c, schema.group_news.c
_other, _said = schema.group_digest.alias(), schema.group_preset.alias()
_OLD: BindParameter[int] = bindparam("old")
_NEW: BindParameter[int] = bindparam("new")

_FOLLOW = (
    update(schema.task).where(_t.chat_id == _OLD).values(chat_id=_NEW),
    # What both chats have, the new one keeps: it is the later.
    delete(schema.card).where(
        _c.chat_id == _OLD, _c.task_id.in_(select(_c.task_id).where(_c.chat_id == _NEW))
    ),
    # The messages stay behind, and the numbers of the new chat's begin anew: a card that comes
    # along has no message until it is drawn again.
    update(schema.card).where(_c.chat_id == _OLD).values(chat_id=_NEW, message=""),
    delete(schema.question).where(
        _q.chat_id == _OLD, _q.identity_id.in_(select(_q.identity_id).where(_q.chat_id == _NEW))
    ),
    update(schema.question).where(_q.chat_id == _OLD).values(chat_id=_NEW),
    delete(schema.group_digest).where(_g.chat_id == _OLD, exists().where(_other.c.chat_id == _NEW)),
    update(schema.group_digest).where(_g.chat_id == _OLD).values(chat_id=_NEW, thread=""),
    delete(schema.group_preset).where(_p.chat_id == _OLD, exists().where(_said.c.chat_id == _NEW)),
    update(schema.group_preset).where(_p.chat_id == _OLD).values(chat_id=_NEW, thread=""),
    # Tasks came along: look at what is due.
    update(schema.group_preset).where(_p.chat_id == _NEW).values(at=_p.since),
    delete(schema.group_news).where(
        _w.chat_id == _OLD, _w.task_id.in_(select(_w.task_id).where(_w.chat_id == _NEW))
    ),
    update(schema.group_news).where(_w.chat_id == _OLD).values(chat_id=_NEW),
    update(schema.message_key).where(schema.message_key.c.chat_id == _OLD).values(chat_id=_NEW),
)
_OUTDATED = (
    select(_t.id, _t.revision)
    .join(schema.card, _c.task_id == _t.id)
    .where(_c.chat_id == bindparam("chat"), _c.message == "", _c.revision < _t.revision)
    .order_by(_t.id)
)


def follow(work: Work, old: int, new: int) -> None:
    """Give everything of the chat `old` to the chat `new`. Repeating it changes nothing."""
    for statement in _FOLLOW:
        work.run(statement, {"old": old, "new": new})
    # A job that was to draw such a card in the old chat finds none there any more.
    for row in work.run(_OUTDATED, {"chat": new}).all():
        work.put_in_chat(
            new,
            name="redraw",
            id=f"redraw:{row.id}:{new}:moved:{row.revision}",
            payload={"task": row.id, "message": ""},
        )
