"""What somebody has from Polar, and has had, from our rows alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from core import billing_facts as facts
from core import subscription_rows as sql
from core import subscriptions
from core.billing_facts import Product, Subscription
from core.entitlements import Usage
from core.granting import gives, grace_until, runs
from core.outcomes import Outcome
from core.plans import Plan

if TYPE_CHECKING:
    from core.work import Work

__all__ = ["Billing", "Held", "Standing", "Trial", "Usage"]
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Held:
    """A subscription that somebody has, or had."""

    subscription: Subscription
    product: Product | None
    """None while Polar has not told of it yet."""
    plan: Plan
    gives: bool
    """Whether it gives that plan now."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial that goes on."""

    started_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands."""

    plan: Plan
    current: Held | None
    others: int
    """Further subscriptions that run: paid for, and of no use."""
    usage: Usage
    grace_until: datetime | None
    """A payment failed: until then nothing changes."""
    trial: Trial | None


class Billing:
    """Subscriptions, in one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def standing(self, account: int) -> Standing:
        """All that `/plan` shows."""
        running = self.running(account)
        current = running[0] if running else None
        held = current.subscription if current is not None else None
        return Standing(
            self._work.entitlements.plan(account),
            current,
            max(0, len(running) - 1),
            self._work.entitlements.usage(account),
            grace_until(held) if held and held.status == facts.PAST_DUE else None,
            Trial(held.trial_start or held.started_at, held.trial_end or held.period_end)
            if held and held.status == facts.TRIALING
            else None,
        )

    def held(self, account: int) -> list[Held]:
        """All that an account has or had, the newest period first."""
        products = {each.id: each for each in self._work.products.all()}
        found = [sql.read(row) for row in self._work.run(sql.OF_ACCOUNT, {"account": account})]
        return [
            Held(
                each,
                products.get(each.product_id),
                self._work.sales.plan(each.product_id),
                gives(each, self._work.now),
            )
            for each in found
        ]

    def running(self, account: int) -> list[Held]:
        """Those that go on at Polar, the one that counts first: one that gives its plan, the
        highest plan, the longest period, then by id. There may be several."""
        found = [each for each in self.held(account) if runs(each.subscription, self._work.now)]
        return sorted(found, key=_weight, reverse=True)

    def current(self, account: int) -> Held | None:
        """The one of those that counts."""
        return next(iter(self.running(account)), None)

    def configured(self) -> list[Product]:
        """What the operator sells, for everybody to see."""
        return [each for each in self.all_products() if each.id in self._work.sales.plans]

    def all_products(self) -> list[Product]:
        """All that Polar sells, but for what is archived."""
        return [each for each in self._work.products.all() if not each.archived]

    def external_id(self, account: int) -> str:
        """By what Polar knows the account: what its customer was made with, which stays when the
        account becomes another; its own public id where there is none yet."""
        ids = [each.subscription.customer.external_id for each in self.running(account)]
        ids += [each.subscription.customer.external_id for each in self.held(account)]
        own = self._work.customers.of_external
        found = next((each for each in ids if each and own(each) == account), None)
        return found or self._work.accounts.get(account).public_id

    def heard_at(self, account: int) -> datetime | None:
        """When Polar last told of something that is this account's."""
        found: datetime | None = self._work.run(sql.HEARD, {"account": account}).scalar()
        return found

    def apply(self, snapshot: Subscription) -> bool:
        """Keep what Polar says, if nothing newer is known; False where it is. Of two of one time
        the one that ended stays, else the later one is kept. The plan of its account follows."""
        return subscriptions.take(self._work, snapshot) in {Outcome.APPLIED, Outcome.NOBODY}

    def repair(self, snapshot: Subscription) -> bool:
        """The same; whether it was something that nobody had told us."""
        known = self._work.run(sql.BEFORE, {"polar_id": snapshot.id}).first()
        news = known is None or known.modified_at < snapshot.version
        return self.apply(snapshot) and news

    def expire(self) -> int:
        """Look again at the plans that time has changed, some at a time; how many. To be called
        until there are none."""
        return subscriptions.expire(self._work)

    def look_again(self, after: int) -> int:
        """Derive the plans anew of some who have one, behind the account `after`: other products
        may be sold than before. The last one's account; 0 at the end."""
        return subscriptions.look_again(self._work, after)

    def remind(self) -> int:
        """Tell of trials that end in three days, each once, some at a time; how many."""
        return subscriptions.remind(self._work)


def _weight(each: Held) -> tuple[bool, int, datetime, str]:
    held = each.subscription
    return each.gives, each.plan.rank, held.period_end or _LONG_AGO, held.id
