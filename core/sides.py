"""The two who would be one, as each has to know the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Row

from core import links
from core.attempts import SIDE
from core.errors import LinkRefused
from core.identity import Account, Identity
from core.offer import Offer, Side, State

if TYPE_CHECKING:
    from core.work import Work


def side(work: Work, account: Account, identity: Identity) -> Side:
    """One of them, as things stand now."""
    row = work.run(SIDE, {"account": account.id}).one()
    mine = work.accounts.identities(account.id)
    return Side(
        identity,
        account,
        work.installs.place(identity.scope),
        row.joined_at or row.created_at,
        row.open_tasks,
        links.tasks(work, account.id),
        len([each for each in mine if each.user_id]),
    )


def sides(work: Work, account: int) -> list[Side]:
    """An account by each of its chats, as somebody has to know it who is to join it."""
    whole = work.accounts.get(account)
    mine = work.accounts.identities(account)
    return [side(work, whole, each) for each in mine if each.user_id]


def offered(work: Work, row: Row[Any]) -> Offer:
    """A link attempt as its two sides see it. Raises `LinkRefused` when a side is gone."""
    source = work.accounts.identity(row.source_id)
    target = work.accounts.identity(row.target_id) if row.target_id else None
    if source is None or source[1].account_id != row.account_id:
        raise LinkRefused("gone")
    return Offer(
        id=row.id,
        public_id=row.public_id,
        state=State(row.state),
        source=side(work, *source),
        target=side(work, *target) if target else None,
        expires_at=row.expires_at,
    )
