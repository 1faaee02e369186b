"""Linkings as rows."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, exists, func, insert, or_, select, update

from core import schema
from core.link import COUNTED, Item

_l, _it, _i, _n = schema.link.c, schema.link_item.c, schema.identity.c, schema.concern.c
_lo, _a = schema.login.c, schema.account.c
ADD = insert(schema.link).returning(_l.id)
NOTE = insert(schema.link_item)
FIND = select(schema.link).where(_l.public_id == bindparam("link"))
INTO = (
    select(schema.link)
    .where(_l.account_id == bindparam("account"), _l.undone_at.is_(None), _l.from_id.is_not(None))
    .order_by(_l.id)
)
AFTER = (
    select(schema.link)
    .where(
        _l.id > bindparam("link"),
        _l.undone_at.is_(None),
        or_(_l.from_id == bindparam("account"), _l.from_id == bindparam("origin")),
    )
    .order_by(_l.id.desc())
    .limit(1)
)
MOVED_AFTER = (
    select(schema.link)
    .where(
        _l.account_id == bindparam("account"),
        _l.undone_at.is_(None),
        _l.moved_at > bindparam("since"),
    )
    .order_by(_l.moved_at.desc())
)
MOVED = (
    update(schema.link)
    .where(_l.id == bindparam("link"), _l.moved_at.is_(None), _l.undone_at.is_(None))
    .values(moved_at=bindparam("now"))
    .returning(_l.id)
)
STAYED = (
    update(schema.link)
    .where(_l.id == bindparam("link"), _l.moved_at.is_not(None))
    .values(moved_at=None)
    .returning(_l.id)
)
UNDONE = (
    update(schema.link)
    .where(_l.id == bindparam("link"), _l.undone_at.is_(None))
    .values(undone_at=bindparam("now"))
    .returning(_l.id)
)
ANYBODY = select(
    or_(
        exists().where(_i.account_id == bindparam("account")),
        exists().where(_lo.account_id == bindparam("account")),
    )
)
TASKS = select(func.count()).select_from(
    select(_n.task_id).where(_n.account_id == bindparam("account")).limit(COUNTED + 1).subquery()
)
BROUGHT = (
    select(schema.link)
    .join(schema.link_item, _it.link_id == _l.id)
    .where(
        _it.kind == Item.IDENTITY,
        _it.row_id == bindparam("identity"),
        _l.undone_at.is_(None),
        _l.moved_at.is_not(None),
        _l.linked_at >= bindparam("since"),
    )
    .order_by(_l.id.desc())
    .limit(1)
)
FRESH = (
    select(_l.id)
    .join(schema.link_item, _it.link_id == _l.id)
    .join(schema.identity, _i.id == _it.row_id)
    .where(
        _it.kind == Item.IDENTITY,
        _i.account_id == bindparam("account"),
        _l.from_id != bindparam("account"),
        _l.undone_at.is_(None),
        _l.linked_at >= bindparam("since"),
    )
    .limit(1)
)
HOMES = (
    select(_l.from_id)
    .join(schema.link_item, _it.link_id == _l.id)
    .join(schema.account, _a.id == _l.from_id)
    .where(
        _it.kind == Item.IDENTITY,
        _it.row_id == bindparam("identity"),
        _l.from_id != bindparam("account"),
        _l.undone_at.is_(None),
        _a.merged_into.is_(None),
    )
    .order_by(_l.id)
    .limit(1)
)
OLD = select(_l.id).where(_l.undone_at < bindparam("before"))
FORGET = (
    # What both had been told: see `core.merge`.
    delete(schema.notice).where(
        schema.notice.c.account_id.in_(
            select(_l.from_id).where(_l.moved_at < bindparam("before"), _l.undone_at.is_(None))
        )
    ),
    delete(schema.link_item).where(
        _it.kind.not_in((Item.IDENTITY, Item.LOGIN)),
        _it.link_id.in_(select(_l.id).where(_l.moved_at < bindparam("before"))),
    ),
    delete(schema.link_item).where(_it.link_id.in_(OLD)),
    delete(schema.link).where(_l.undone_at < bindparam("before")),
)
