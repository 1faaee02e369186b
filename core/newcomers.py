"""Whoever came to an account by a linking that can be taken back still.

For that day it is not sure that they are the same person as those who were there before. So they
use the account as everybody does, but do nothing to it that taking back their coming would not
mend: they take nobody along to another account, let nobody in, and send nobody away who did not
come with them, but ask for it (`core/partings.py`); what came apart with somebody is theirs to
move, and what is paid for is managed by those with whom it came (`promises.md` T2, T10, T14, T35).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, exists, func, or_, select

from core import schema
from core.errors import LinkRefused
from core.identity import Identity
from core.link import UNDO_FOR, Item, Link

if TYPE_CHECKING:
    from core.logins import Login
    from core.work import Work

_l, _i, _lo, _s = schema.link.c, schema.identity.c, schema.login.c, schema.subscription.c
_own, _with = schema.link_item.alias(), schema.link_item.alias()
_ACCOUNT: BindParameter[int] = bindparam("account")
_NEW = (
    select(_l.id)
    .join(_own, _own.c.link_id == _l.id)
    .where(
        _own.c.kind == bindparam("what"),
        _own.c.row_id == bindparam("who"),
        _l.from_id != _ACCOUNT,
        _l.undone_at.is_(None),
        _l.linked_at >= bindparam("since"),
    )
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
_AFTER = _NEW.where(~_came_too(bindparam("kind"), bindparam("row"))).with_only_columns(
    func.max(_l.linked_at)
)
_LATER = _NEW.where(_l.id > bindparam("link"))
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
_PAID = select(_s.id, _s.polar_id).where(
    _s.account_id == _ACCOUNT, func.coalesce(_s.identity_id, 0) != bindparam("who")
)


def may_connect(work: Work, identity: Identity) -> None:
    """Whether an identity may join its account with another, or let others in. Raises
    `LinkRefused`."""
    _refuse(work, _AMONG_OTHERS, identity.id, identity.account_id)


def may_let_in(work: Work, login: Login) -> None:
    """Whether somebody may join the account of a sign-in by it. Raises `LinkRefused`
    (`new-sign-in`)."""
    values = _values(work, Item.LOGIN, login.id, login.account)
    if work.run(_AMONG_OTHERS, values).first():
        raise LinkRefused("new-sign-in")


def may_copy_all(work: Work, identity: Identity) -> None:
    """Whether an identity may have every row of its account as a file: sign-ins and payments of
    whoever was there before are among them. Raises `LinkRefused` (`everything`)."""
    values = _values(work, Item.IDENTITY, identity.id, identity.account_id)
    if work.run(_AMONG_OTHERS, values).first():
        raise LinkRefused("everything")


def may_hide(work: Work, identity: Identity) -> None:
    """Whether an identity may delete what its account is told for security. Raises `LinkRefused`
    (`told`)."""
    values = _values(work, Item.IDENTITY, identity.id, identity.account_id)
    if work.run(_AMONG_OTHERS, values).first():
        raise LinkRefused("told")


def may_part(work: Work, by: int, account: int, kind: Item, row: int) -> None:
    """Whether an identity may let a chat or a sign-in of its account go. Raises `LinkRefused`."""
    if asks_until(work, by, account, kind, row) is not None:
        raise LinkRefused("newcomer")


def asks_until(work: Work, by: int, account: int, kind: Item, row: int) -> datetime | None:
    """Until when an identity can only ask for a chat or a sign-in of its account to be disconnected
    (`core/partings.py`); None where it may do it."""
    if kind is Item.IDENTITY and row == by:
        return None
    values = _values(work, Item.IDENTITY, by, account)
    came = work.run(_AFTER, {**values, "kind": kind.value, "row": row}).scalar()
    return came + UNDO_FOR if came is not None else None


def may_take_back(work: Work, identity: Identity, link: Link) -> None:
    """Whether an identity may take back a linking, or what it moved: nobody who came after it.
    Raises `LinkRefused`."""
    _refuse(work, _LATER, identity.id, identity.account_id, link=link.id)


def may_pay(work: Work, identity: Identity) -> None:
    """Whether an identity may change what its account pays for, and see the pages of whoever pays:
    whoever began it, and those who came with it, or as it were there before. Raises `LinkRefused`
    (`pays`)."""
    account = identity.account_id
    held = work.billing.running(account)[:1] or work.billing.held(account)
    counts = {each.subscription.id for each in held}
    mine = _comings(work, Item.IDENTITY, identity.id, account)
    for row in work.run(_PAID, {"account": account, "who": identity.id}).all():
        if row.polar_id in counts and _comings(work, Item.SUBSCRIPTION, row.id, account) != mine:
            raise LinkRefused("pays")


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


def _comings(work: Work, kind: Item, row: int, account: int) -> set[int]:
    """The linkings of the last day by which a row came to an account."""
    return set(work.run(_NEW, _values(work, kind, row, account)).scalars())


def _refuse(work: Work, statement: Any, who: int, account: int, **more: Any) -> None:
    values = _values(work, Item.IDENTITY, who, account)
    if work.run(statement, values | more).first():
        raise LinkRefused("newcomer")


def _values(work: Work, kind: Item, row: int, account: int) -> dict[str, Any]:
    since = work.now - UNDO_FOR
    return {"what": kind.value, "who": row, "account": account, "since": since}
