"""Joining identities to one account by a code from another chat.

A code is issued in one private chat and redeemed in another. Then both sides are asked, each seeing
who the other is: only two yeses join them (`promises.md` T2). Attempts to guess are limited by
`core/limits.py`; this module never counts, so that what it refuses can be rolled back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, bindparam, delete, func, insert, select, update

from core import schema
from core.codes import normalise
from core.errors import CodeRefused, LinkRefused
from core.events import LinkAsked, LinkDenied, Linked
from core.identity import Identity
from core.merge import merge
from core.offer import Offer, State

if TYPE_CHECKING:
    from core.work import Work

VALID_FOR = timedelta(minutes=10)
"""Of a code, and again of the questions after it was redeemed (`product.md` 1.7)."""


_l, _n = schema.link_attempt.c, schema.concern.c
_LIVE = (_l.expires_at > bindparam("now")) & _l.state.in_((State.ISSUED, State.ASKED))
_VOID = (
    update(schema.link_attempt)
    .where(_l.account_id == bindparam("account"), _l.state.in_((State.ISSUED, State.ASKED)))
    .values(state=State.VOID)
)
_ISSUE = insert(schema.link_attempt)
_BY_CODE = select(schema.link_attempt).where(_l.code_hash == bindparam("digest"), _LIVE)
_BY_ID = select(schema.link_attempt).where(_l.id == bindparam("attempt"))
_BY_PUBLIC_ID = select(schema.link_attempt).where(_l.public_id == bindparam("public_id"), _LIVE)
_REDEEM = (
    update(schema.link_attempt)
    .where(_l.id == bindparam("attempt"), _l.state == State.ISSUED)
    .values(state=State.ASKED, target_id=bindparam("target"), expires_at=bindparam("until"))
    .returning(_l.id)
)
_AGREE = (
    update(schema.link_attempt)
    .where(_l.id == bindparam("attempt"), _l.state == State.ASKED, _l.target_agreed.is_(False))
    .values(target_agreed=True, expires_at=bindparam("until"))
    .returning(_l.id)
)
_FINISH = (
    update(schema.link_attempt)
    .where(_l.id == bindparam("attempt"), _l.state == State.ASKED, _l.target_agreed)
    .values(state=State.DONE, source_agreed=True)
    .returning(_l.id)
)
_DENY = (
    update(schema.link_attempt)
    .where(_l.id == bindparam("attempt"), _l.state.in_((State.ISSUED, State.ASKED)))
    .values(state=State.DENIED)
    .returning(_l.id)
)
_VOID_CODE = (
    update(schema.link_attempt)
    .where(_l.code_hash == bindparam("digest"), _l.state.in_((State.ISSUED, State.ASKED)))
    .values(state=State.VOID)
    .returning(_l.id)
)
_MOVING = select(func.count()).select_from(
    select(_n.task_id).where(_n.account_id == bindparam("account")).limit(1001).subquery()
)
_FORGET_OLD = delete(schema.link_attempt).where(_l.expires_at < bindparam("before"))


class Linking:
    """Link attempts, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def issue(self, identity: Identity) -> str:
        """A new code for this account, shown 4-4-4; the one before it is void."""
        self._work.lock_accounts(identity.account_id)
        self._work.run(_VOID, {"account": identity.account_id})
        code = self._work.ids.code()
        self._work.run(
            _ISSUE,
            {
                "public_id": self._work.ids.public(12),
                "code_hash": self._work.ids.digest(code),
                "account_id": identity.account_id,
                "source_id": identity.id,
                "state": State.ISSUED.value,
                "created_at": self._work.now,
                "expires_at": self._work.now + VALID_FOR,
            },
        )
        return "-".join((code[:4], code[4:8], code[8:]))

    def redeem(self, identity: Identity, code: str) -> Offer:
        """Spend a code; what it offers. Raises `CodeRefused` for a code that is unknown, spent or
        expired alike, `LinkRefused` for one's own."""
        digest = self._work.ids.digest(normalise(code))
        row = self._work.run(_BY_CODE, {"digest": digest, "now": self._work.now}).first()
        if row is None or row.state != State.ISSUED:
            raise CodeRefused
        if row.account_id == identity.account_id:
            raise LinkRefused("own-code")
        values = {
            "attempt": row.id,
            "target": identity.id,
            "until": self._work.now + VALID_FOR,
        }
        if self._work.run(_REDEEM, values).first() is None:
            raise CodeRefused  # somebody else was faster
        return self.offer(row.id)

    def offer(self, attempt: int) -> Offer:
        """An attempt as its two sides see it. Raises `LinkRefused` when a side is gone."""
        row = self._work.run(_BY_ID, {"attempt": attempt}).one()
        source = self._work.accounts.identity(row.source_id)
        target = self._work.accounts.identity(row.target_id) if row.target_id else None
        if source is None or source[1].account_id != row.account_id:
            raise LinkRefused("gone")
        moving, joining = 0, 1
        if target is not None:
            moving = self._work.run(_MOVING, {"account": target[0].id}).scalar_one()
            joining = len(self._work.accounts.identities(target[0].id))
        return Offer(
            id=row.id,
            public_id=row.public_id,
            source=source[1],
            account=source[0],
            target=target[1] if target else None,
            moving=moving,
            joining=joining,
            expires_at=row.expires_at,
        )

    def agree(self, identity: Identity, public_id: str) -> tuple[Offer, bool]:
        """One side says yes: the redeemer first, then the chat that issued the code is asked; its
        yes joins them. The offer, and whether they are joined now. Raises `LinkRefused`."""
        row = self._attempt(public_id)
        if identity.id == row.target_id:
            values = {"attempt": row.id, "until": self._work.now + VALID_FOR}
            if self._work.run(_AGREE, values).first():
                self._ask_source(row)
            return self.offer(row.id), False
        if identity.id != row.source_id:
            raise LinkRefused("other-chat")
        offer = self.offer(row.id)
        if offer.target is None or not self._work.run(_FINISH, {"attempt": row.id}).first():
            raise LinkRefused("gone")
        merge(self._work, offer.target.account_id, row.account_id)
        event = Linked(row.id, offer.target.id)
        self._work.notices.tell(event, row.account_id, actor=offer.target.name, but=identity.id)
        return offer, True

    def deny(self, identity: Identity, public_id: str) -> Offer:
        """One side says no: the attempt ends, and the other side is told. Raises `LinkRefused`."""
        row = self._attempt(public_id)
        if identity.id not in {row.source_id, row.target_id}:
            raise LinkRefused("other-chat")
        offer = self.offer(row.id)
        self._work.run(_DENY, {"attempt": row.id})
        other = offer.source if identity.id == row.target_id else offer.target
        if other is not None and (row.target_agreed or other is not offer.source):
            event = LinkDenied(row.id)
            self._work.notices.tell(event, other.account_id, actor=identity.name)
        return offer

    def void(self, code: str) -> bool:
        """A code was shown where others read: it is worth nothing any more. Whether it was live."""
        digest = self._work.ids.digest(normalise(code))
        return self._work.run(_VOID_CODE, {"digest": digest}).first() is not None

    def forget(self) -> None:
        """Drop attempts that ended over a day ago."""
        self._work.run(_FORGET_OLD, {"before": self._work.now - timedelta(days=1)})

    def _attempt(self, public_id: str) -> Row[Any]:
        values = {"public_id": public_id, "now": self._work.now}
        row = self._work.run(_BY_PUBLIC_ID, values).first()
        if row is None:
            raise LinkRefused("gone")
        return row

    def _ask_source(self, row: Row[Any]) -> None:
        """Only the chat that issued the code is asked: it knows whether it did."""
        offer = self.offer(row.id)
        name = offer.target.name if offer.target else ""
        self._work.notices.tell(LinkAsked(row.id), row.account_id, actor=name, only=row.source_id)
