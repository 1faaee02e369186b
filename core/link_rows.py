"""Linkings as rows."""

from __future__ import annotations

from functools import partial

from sqlalchemy import bindparam, delete, exists, func, insert, literal, or_, select

from core import schema
from core.link import COUNTED, Item
from core.steps import step

_l, _it, _i, _n = schema.link.c, schema.link_item.c, schema.identity.c, schema.concern.c
_lo, _a, _with = schema.login.c, schema.account.c, schema.link_item.alias()
_step = partial(step, schema.link)
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
# The end of what goes on from a linking, one newest after the other, in one statement: as many for
# a foreign one that goes on as for none (`promises.md` T26).
_chain = (
    select(
        _l.id,
        _l.account_id,
        func.coalesce(_l.from_id, 0).label("from_id"),
        literal(0).label("step"),
    )
    .where(_l.public_id == bindparam("link"))
    .cte("chain", recursive=True)
)
_after, _newer = schema.link.alias(), schema.link.alias()
_newest = (
    select(func.max(_newer.c.id))
    .where(
        _newer.c.id > _chain.c.id,
        _newer.c.undone_at.is_(None),
        or_(_newer.c.from_id == _chain.c.account_id, _newer.c.from_id == _chain.c.from_id),
    )
    .correlate(_chain)
    .scalar_subquery()
)
_chain = _chain.union_all(
    select(_after.c.id, _after.c.account_id, _after.c.from_id, _chain.c.step + 1)
    .select_from(_chain)
    .join(_after, _after.c.id == _newest)
)
LAST_AFTER = (
    select(schema.link)
    .join(_chain, _chain.c.id == _l.id)
    .where(_chain.c.step > 0)
    .order_by(_chain.c.step.desc())
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
MOVED = _step(
    _l.id == bindparam("link"),
    _l.moved_at.is_(None),
    _l.undone_at.is_(None),
    moved_at=bindparam("now"),
)
STAYED = _step(_l.id == bindparam("link"), _l.moved_at.is_not(None), moved_at=None)
UNDONE = _step(_l.id == bindparam("link"), _l.undone_at.is_(None), undone_at=bindparam("now"))
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
        _l.moved_at >= bindparam("since"),
    )
    .order_by(_l.id.desc())
    .limit(1)
)
BROUGHT_LOGIN = (
    select(schema.link)
    .join(schema.link_item, _it.link_id == _l.id)
    .join(schema.login, _lo.id == _it.row_id)
    .where(
        _it.kind == Item.LOGIN,
        _it.row_id == bindparam("login"),
        _lo.account_id == bindparam("account"),
        _l.undone_at.is_(None),
        _l.from_id.is_not(None),
        _l.from_id != bindparam("account"),
        or_(_l.moved_at >= bindparam("since"), _l.linked_at >= bindparam("since")),
        ~exists().where(
            _with.c.link_id == _l.id,
            _with.c.kind == Item.IDENTITY,
            _with.c.row_id == bindparam("by"),
        ),
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
