"""Whoever came to an account by a linking that can be taken back still.

For that day it is not sure that they are the same person as those who were there before. So they
use the account as everybody does, but do nothing to it that taking back their coming would not
mend: they take nobody along to another account, let nobody in, and send nobody away who did not
come with them; and what came apart with somebody is theirs to move (`promises.md` T2, T10, T14).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, or_, select

from core import schema
from core.errors import LinkRefused
from core.identity import Identity
from core.link import UNDO_FOR, Item, Link

if TYPE_CHECKING:
    from core.work import Work

_l, _i, _lo = schema.link.c, schema.identity.c, schema.login.c
_own, _with = schema.link_item.alias(), schema.link_item.alias()
_ACCOUNT: BindParameter[int] = bindparam("account")
_NEW = (
    select(_l.id)
    .join(_own, _own.c.link_id == _l.id)
    .where(
        _own.c.kind == Item.IDENTITY,
        _own.c.row_id == bindparam("who"),
        _l.from_id != _ACCOUNT,
        _l.undone_at.is_(None),
        _l.linked_at >= bindparam("since"),
    )
    .limit(1)
)


def _came_too(kind: Any, row: Any) -> ColumnElement[bool]:
    """Whether a row came by the same linking."""
    came = exists().where(_with.c.link_id == _l.id, _with.c.kind == kind, _with.c.row_id == row)
    return came.correlate_except(_with)


_AMONG_OTHERS = _NEW.where(
    or_(
        exists().where(
            _i.account_id == _ACCOUNT, _i.user_id != "", ~_came_too(Item.IDENTITY, _i.id)
        ),
        exists().where(_lo.account_id == _ACCOUNT, ~_came_too(Item.LOGIN, _lo.id)),
    )
)
_AFTER = _NEW.where(~_came_too(bindparam("kind"), bindparam("row")))
_BROUGHT = select(_own.c.row_id).where(
    _own.c.link_id == bindparam("link"),
    _own.c.kind == Item.IDENTITY,
    _own.c.row_id == bindparam("who"),
)
_APART = select(_l.from_id).where(
    _l.account_id.in_(bindparam("accounts", expanding=True)),
    _l.from_id.is_not(None),
    _l.undone_at.is_(None),
    _l.moved_at.is_(None),
    _l.linked_at >= bindparam("since"),
    ~_came_too(Item.IDENTITY.value, bindparam("who")),
)


def may_connect(work: Work, identity: Identity) -> None:
    """Whether an identity may join its account with another, or let others in. Raises
    `LinkRefused`."""
    _refuse(work, _AMONG_OTHERS, identity.id, identity.account_id)


def may_part(work: Work, by: int, account: int, kind: Item, row: int) -> None:
    """Whether an identity may let a chat or a sign-in of its account go. Raises `LinkRefused`."""
    if kind is Item.LOGIN or row != by:
        _refuse(work, _AFTER, by, account, kind=kind.value, row=row)


def may_move(work: Work, identity: Identity, link: Link) -> None:
    """Whether `moves`. Raises `LinkRefused`."""
    if not moves(work, identity, link):
        raise LinkRefused("theirs")


def moves(work: Work, identity: Identity, link: Link) -> bool:
    """Whether the tasks that stayed apart come along at the word of this identity: for a day, of
    those who came with them."""
    if work.now - link.linked_at > UNDO_FOR:
        return True
    return work.run(_BROUGHT, {"link": link.id, "who": identity.id}).first() is not None


def apart_of_others(work: Work, accounts: Collection[int], reader: int) -> set[int]:
    """The accounts whose tasks stayed apart when others than this identity came to `accounts`, for
    a day."""
    values = {"accounts": list(accounts), "who": reader, "since": work.now - UNDO_FOR}
    return set(work.run(_APART, values).scalars())


def _refuse(work: Work, statement: Any, who: int, account: int, **more: Any) -> None:
    since = work.now - UNDO_FOR
    if work.run(statement, {"who": who, "account": account, "since": since, **more}).first():
        raise LinkRefused("newcomer")
