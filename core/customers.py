"""Who it is that pays: identity of payment (`promises.md` T33).

A payment is an account's by what we said ourselves: the checkout that we made for it, else the
external id that we gave. Then by what we know of the customer from before. Never by metadata, which
whoever opens a link writes into it, nor by an e-mail address, which anybody types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, or_, select

from core import links, schema
from core.audit import Deed
from core.billing_facts import Customer
from core.sql import Statement
from core.subscriptions import claim

if TYPE_CHECKING:
    from core.work import Work

_a, _s, _l = schema.account.c, schema.subscription.c, schema.link.c
_BY_PUBLIC_ID = select(_a.id).where(_a.public_id == bindparam("public_id"))
_OF_CUSTOMER = (
    select(_s.account_id)
    .where(_s.customer_id == bindparam("customer"), _s.account_id.is_not(None))
    .distinct()
    .limit(2)
)
_LED_TO = (
    select(_l.account_id)
    .where(_l.from_id == bindparam("account"), _l.undone_at.is_(None))
    .order_by(_l.id.desc())
    .limit(1)
)
_UNKNOWN = (
    select(
        _s.customer_id,
        func.max(_s.external_id).label("external_id"),
        func.count().label("subscriptions"),
        func.min(_s.seen_at).label("since"),
    )
    .where(_s.account_id.is_(None))
    .group_by(_s.customer_id)
    .order_by(func.min(_s.seen_at), _s.customer_id)
    .limit(bindparam("most"))
)
_BURIED = select(schema.tombstone.c.digest).where(
    or_(
        schema.tombstone.c.digest == bindparam("one"), schema.tombstone.c.digest == bindparam("two")
    )
)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Somebody who paid, and nobody knows who."""

    customer_id: str
    external_id: str
    subscriptions: int
    since: datetime


class Customers:
    """Who pays, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def whose(self, customer: Customer, checkout_id: str = "") -> int | None:
        """The account of whoever paid; None where nobody knows."""
        return self.payer(customer, checkout_id)[0]

    def payer(self, customer: Customer, checkout_id: str = "") -> tuple[int | None, int | None]:
        """The same, with the identity that began it here, where one did."""
        begun = self._work.checkouts.find(checkout_id) if checkout_id else None
        if begun is not None:
            return self.heir(begun.account), begun.identity
        return self.of_external(customer.external_id) or self._of_before(customer), None

    def of_external(self, external_id: str) -> int | None:
        """The account to which an external id of ours leads, through all that became of it."""
        found = self._one(_BY_PUBLIC_ID, public_id=external_id) if external_id else None
        return self.heir(found) if found is not None else None

    def heir(self, account: int) -> int:
        """Who answers for an account: itself, unless it became another, or all who were there
        joined another."""
        seen: set[int] = set()
        while account not in seen:
            seen.add(account)
            account = self._work.accounts.current(account)
            led = (
                None if links.anybody(self._work, account) else self._one(_LED_TO, account=account)
            )
            account = led or account
        return account

    def unknown(self, most: int = 100) -> list[Unknown]:
        """Whoever paid and is nobody, the oldest first: for the operator."""
        return [Unknown(*row) for row in self._work.run(_UNKNOWN, {"most": most})]

    def attach(self, customer_id: str, account_public_id: str) -> int:
        """What this customer has is that account's, by the operator's word; how many
        subscriptions. Raises `LookupError` where there is no such account, or nothing unknown."""
        account = self.of_external(account_public_id)
        if account is None:
            raise LookupError("no such account")
        count = self._claim(customer_id, account)
        if not count:
            raise LookupError("nothing of that customer is unknown")
        facts = {"customer": customer_id, "subscriptions": str(count)}
        self._work.audit.record(Deed.ATTACHED, account, facts)
        return count

    def seen(self, customer: Customer) -> bool:
        """Polar tells of a customer. Whether something of theirs that was nobody's is somebody's
        now: an external id may come later."""
        account = self.of_external(customer.external_id)
        if account is None:
            return False
        return self._claim(customer.id, account) > 0

    def forgotten(self, customer: Customer) -> bool:
        """Whether it is somebody who was forgotten: nothing of them is kept any more."""
        keyed, external = self._work.ids.keyed, customer.external_id or customer.id
        names = {"one": keyed(tombstone(customer.id)), "two": keyed(tombstone(external))}
        return self._work.run(_BURIED, names).first() is not None

    def _claim(self, customer_id: str, account: int) -> int:
        self._work.lock_accounts(account)
        count = claim(self._work, customer_id, account)
        if count:
            self._work.hooks.settled(customer_id)
        return count

    def _of_before(self, customer: Customer) -> int | None:
        """By what they paid for before, if that is all of one account."""
        found = self._work.run(_OF_CUSTOMER, {"customer": customer.id}).scalars().all()
        return found[0] if len(found) == 1 else None

    def _one(self, statement: Statement, **values: Any) -> int | None:
        found: int | None = self._work.run(statement, values).scalar()
        return found


def tombstone(name: str) -> str:
    """What is kept of a customer who was forgotten, before it is made a keyed digest."""
    return f"customer:{name}"
