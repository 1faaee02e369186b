"""What follows from each kind of thing that Polar tells of."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from core import subscriptions
from core.billing_facts import (
    Checkout,
    Customer,
    Grant,
    Order,
    Product,
    Subscription,
    What,
)
from core.events import Refunded
from core.outcomes import Outcome
from core.plan_news import tell
from core.subscription_rows import BEFORE

if TYPE_CHECKING:
    from core.work import Work

SETTLED = timedelta(minutes=1)
"""All webhooks of one change come within it."""


def hear(work: Work, what: What | None) -> Outcome:
    """Do what follows; what became of it."""
    match what:
        case Subscription():
            return subscriptions.take(work, what)
        case Product():
            return Outcome.APPLIED if work.products.seen(what) else Outcome.STALE
        case Checkout():
            done = work.checkouts.changed(what)
        case Customer():
            done = work.customers.seen(what)
        case Order() if what.refunded > 0:  # told with each `Refund`, and has the sum of all
            return _refunded(work, what)
        case Grant():
            done = _granted(work, what)
        case _:
            done = False
    return Outcome.APPLIED if done else Outcome.IGNORED


def whom(what: What | None) -> Customer | None:
    """Whom it is about."""
    return what if isinstance(what, Customer) else getattr(what, "customer", None)


def _refunded(work: Work, order: Order) -> Outcome:
    of = work.run(BEFORE, {"polar_id": order.subscription_id}).first()
    if of is not None and of.account_id is not None:
        account, starter = of.account_id, of.identity_id
    else:
        account, starter = work.customers.payer(order.customer, order.checkout_id)
    if account is None:
        forgotten = work.customers.forgotten(order.customer)
        return Outcome.IGNORED if forgotten else Outcome.NOBODY
    work.lock_accounts(account)
    tell(work, Refunded(order.id, order.refunded, order.currency), account, starter)
    return Outcome.APPLIED


def _granted(work: Work, grant: Grant) -> bool:
    """A benefit came or went. Where that is not as we know the subscriptions, they are looked
    through once all webhooks of that change should have come."""
    account = work.customers.whose(grant.customer)
    if account is None or grant.granted == bool(work.billing.running(account)):
        return False
    work.reconciliation.due(work.now + SETTLED)
    return True
