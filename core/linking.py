"""Joining identities to one account by a code from another chat.

A code is issued in one private chat and redeemed in another. Then both sides are asked, each seeing
who the other is: only two yeses join them (`promises.md` T2). Attempts to guess are limited by
whoever calls: this module counts nothing that failed, so that what it refuses can be rolled back.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Executable, Row

from core import attempts as sql
from core import links, newcomers
from core.codes import normalise
from core.errors import CodeRefused, LinkRefused
from core.events import LinkAsked, LinkDenied
from core.identity import Identity
from core.joining import Joined, join
from core.limits import ASKED
from core.link import Way
from core.offer import Issued, Offer, State
from core.sides import offered

if TYPE_CHECKING:
    from core.work import Work

VALID_FOR = timedelta(minutes=10)
"""Of a code, and again of the questions after it was redeemed (`product.md` 1.7)."""


class Linking:
    """Link attempts, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def issue(self, identity: Identity) -> Issued:
        """A new code for this account, shown 4-4-4; the one before it is void. Raises
        `LinkRefused` as `newcomers.may_connect` does: whoever entered it would be let in."""
        self._work.lock_accounts(identity.account_id)
        newcomers.may_connect(self._work, identity)
        self.void_of(identity.account_id)
        code, public_id = self._work.ids.code(), self._work.ids.public(12)
        self._work.run(
            sql.ISSUE,
            {
                "public_id": public_id,
                "code_hash": self._work.ids.digest(code),
                "account_id": identity.account_id,
                "source_id": identity.id,
                "state": State.ISSUED.value,
                "created_at": self._work.now,
                "expires_at": self._work.now + VALID_FOR,
            },
        )
        return Issued("-".join((code[:4], code[4:8], code[8:])), public_id)

    def redeem(self, identity: Identity, code: str) -> Offer:
        """Spend a code; what it offers. What this chat had entered before is over. Raises
        `CodeRefused` for a code that is unknown, spent, expired or of an account that blocked them
        alike, `LinkRefused` for one's own, and as `newcomers.may_connect` does."""
        digest = self._work.ids.digest(normalise(code))
        row = self._work.run(sql.BY_CODE, {"digest": digest, "now": self._work.now}).first()
        if row is None or row.state != State.ISSUED:
            raise CodeRefused
        if row.account_id == identity.account_id:
            raise LinkRefused("own-code")
        who = {"account": row.account_id, "identity": identity.id}
        if self._work.run(sql.BLOCKED, who).first() is not None:
            raise CodeRefused
        newcomers.may_connect(self._work, identity)
        self._end(sql.VOID_ENTERED, State.VOID, {"identity": identity.id})
        values = {"attempt": row.id, "target": identity.id, "until": self._work.now + VALID_FOR}
        if self._work.run(sql.REDEEM, values).first() is None:
            raise CodeRefused  # somebody else was faster
        self._work.prompts.redraw(row.public_id, State.ASKED)
        return self.offer(row.id)

    def offer(self, attempt: int) -> Offer:
        """An attempt as its two sides see it. Raises `LinkRefused` when it, or a side, is gone."""
        row = self._work.run(sql.BY_ID, {"attempt": attempt}).first()
        if row is None:
            raise LinkRefused("gone")
        return offered(self._work, row)

    def find(self, public_id: str) -> Offer | None:
        """An attempt in whatever state; None when it, or a side of it, is gone."""
        row = self._work.run(sql.ANY_STATE, {"public_id": public_id}).first()
        try:
            return self.offer(row.id) if row is not None else None
        except LinkRefused:
            return None

    def agree(
        self, identity: Identity, public_id: str, *, replaces: str = ""
    ) -> tuple[Offer, Joined | None]:
        """One side says yes: the redeemer first, then the chat that issued the code is asked; its
        yes joins them. The offer, and what joining did, once it is done. `replaces`: the message
        in their private chat that the answer takes the place of. Raises `LinkRefused`."""
        row = self._attempt(public_id)
        if identity.id == row.target_id:
            values = {"attempt": row.id, "until": self._work.now + VALID_FOR}
            if self._work.run(sql.AGREE, values).first():
                self._ask_source(row)
            return self.offer(row.id), None
        if identity.id != row.source_id:
            raise sql.elsewhere(identity, row)
        offer = self.offer(row.id)
        if offer.target is None:
            raise LinkRefused("gone")
        joining = offer.target.identity
        self._work.lock_accounts(row.account_id, joining.account_id)  # before the attempt's row
        if not self._work.run(sql.FINISH, {"attempt": row.id}).first():
            raise LinkRefused("gone")
        joined = join(self._work, joining, row.account_id, Way.CODE, answered=identity.id)
        self._work.prompts.redraw(public_id, State.DONE, but=(identity.chat_id, replaces))
        return offer, joined

    def deny(self, identity: Identity, public_id: str, *, replaces: str = "") -> Offer:
        """One side says no: the attempt ends, and the other side is told; `replaces` as for
        `agree`. Raises `LinkRefused`."""
        row = self._attempt(public_id)
        if identity.id not in {row.source_id, row.target_id}:
            raise sql.elsewhere(identity, row)
        offer = self.offer(row.id)
        if not self._work.run(sql.DENY, {"attempt": row.id}).first():
            raise LinkRefused("gone")
        self._work.prompts.redraw(public_id, State.DENIED, but=(identity.chat_id, replaces))
        other = offer.source if identity.id == row.target_id else offer.target
        if other is not None and (row.target_agreed or other is not offer.source):
            self._work.notices.tell(LinkDenied(row.id), other.account.id, actor=identity.name)
        return offer

    def block(self, identity: Identity, public_id: str, *, replaces: str = "") -> Offer:
        """As `deny`, of the chat that issued the code; and whoever entered it enters no other code
        of this account, from any of their chats. Raises `LinkRefused`."""
        row = self._attempt(public_id)
        if identity.id != row.source_id:
            raise sql.elsewhere(identity, row)
        offer = self.deny(identity, public_id, replaces=replaces)
        theirs = self._work.accounts.identities(offer.target.account.id) if offer.target else []
        for each in theirs:
            self._work.run(sql.BLOCK, {"account_id": identity.account_id, "identity_id": each.id})
        return offer

    def void(self, code: str) -> bool:
        """A code was shown where others read: it is worth nothing any more. Whether it was live."""
        digest = self._work.ids.digest(normalise(code))
        return self._end(sql.VOID_CODE, State.VOID, {"digest": digest}) > 0

    def void_shown(self, identity: int) -> bool:
        """End the code that a chat shows and nobody has entered yet; whether there was one."""
        return self._end(sql.VOID_SHOWN, State.VOID, {"identity": identity}) > 0

    def void_of(self, account: int) -> None:
        """End what is open of the codes of an account."""
        self._end(sql.VOID, State.VOID, {"account": account})

    def void_of_identity(self, identity: int) -> None:
        """End whatever an identity has a part in."""
        self._end(sql.VOID_OF_IDENTITY, State.VOID, {"identity": identity})

    def leave(self, identity: int) -> None:
        """An identity leaves its account: whatever it has a part in ends, and is forgotten."""
        self.void_of_identity(identity)
        self._work.run(sql.FORGET_IDENTITY, {"identity": identity})

    def expire(self) -> int:
        """End what nobody answered in time; how many."""
        return self._end(sql.EXPIRE, State.EXPIRED, {"now": self._work.now})

    def forget(self) -> None:
        """Drop attempts that ended over a day ago."""
        self._work.run(sql.FORGET_OLD, {"before": self._work.now - timedelta(days=1)})
        self._work.prompts.forget()
        links.forget(self._work)

    def _end(self, statement: Executable, state: State, values: dict[str, Any]) -> int:
        ended = self._work.run(statement, values).scalars().all()
        for public_id in ended:
            self._work.prompts.redraw(public_id, state)
        return len(ended)

    def _attempt(self, public_id: str) -> Row[Any]:
        values = {"public_id": public_id, "now": self._work.now}
        row = self._work.run(sql.BY_PUBLIC_ID, values).first()
        if row is None:
            raise LinkRefused("gone")
        return row

    def _ask_source(self, row: Row[Any]) -> None:
        """Only the chat that issued the code is asked: it knows whether it did; and not too often,
        however many got at its codes."""
        self._work.limits.use(ASKED, f"account:{row.account_id}")
        target = self.offer(row.id).target
        name = target.identity.name if target else ""
        self._work.notices.tell(LinkAsked(row.id), row.account_id, actor=name, only=row.source_id)
