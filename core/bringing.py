"""Subscriptions go along with the people who pay for them.

When the account that pays joins another, that one has the plan; whoever leaves within a day, or is
taken back, has it again. After that it stays with the account, as the tasks that came along do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from core import bringing_times, links, schema
from core.link import UNDO_FOR, Item, Link
from core.subscriptions import derive

if TYPE_CHECKING:
    from core.work import Work

_s, _it, _l = schema.subscription.c, schema.link_item.c, schema.link.c
_BRING = (
    update(schema.subscription)
    .where(_s.account_id == bindparam("old"))
    .values(account_id=bindparam("new"))
    .returning(_s.id)
)
_BACK = (
    update(schema.subscription)
    .where(
        _s.account_id == bindparam("new"),
        _s.id.in_(
            select(_it.row_id).where(
                _it.link_id == bindparam("link"), _it.kind == Item.SUBSCRIPTION
            )
        ),
    )
    .values(account_id=bindparam("old"))
    .returning(_s.id)
)
_CAME_BY = (
    select(_l.id, _l.from_id)
    .join(schema.link_item, _it.link_id == _l.id)
    .where(
        _it.kind == Item.IDENTITY,
        _it.row_id == bindparam("identity"),
        _l.undone_at.is_(None),
        _l.from_id.is_not(None),
        _l.linked_at >= bindparam("since"),
    )
    .order_by(_l.id.desc())
)


def both_pay(work: Work, one: int, other: int) -> bool:
    """Whether both accounts have a subscription that runs: who would pay twice then, and for what,
    is theirs to decide."""
    return bool(work.billing.running(one)) and bool(work.billing.running(other))


def bring(work: Work, link: Link, origin: int) -> None:
    """All that `origin` pays for goes to the account that it joins."""
    for row in work.run(_BRING, {"old": origin, "new": link.account}).scalars():
        links.note(work, link, Item.SUBSCRIPTION, row)
    for each in (origin, link.account):
        derive(work, each)


def take_back(work: Work, link: int, account: int, origin: int) -> None:
    """What came by a linking and is of this account still goes back."""
    bringing_times.take_back(work, link, account, origin)
    if work.run(_BACK, {"link": link, "new": account, "old": origin}).all():
        for each in (origin, account):
            derive(work, each)


def leave(work: Work, identity: int, account: int) -> None:
    """Somebody leaves who came less than a day ago: so does what came with them."""
    values = {"identity": identity, "since": work.now - UNDO_FOR}
    for row in work.run(_CAME_BY, values).all():
        take_back(work, row.id, account, row.from_id)
        account = row.from_id
