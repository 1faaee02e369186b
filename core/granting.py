"""How long a subscription gives its plan: by its state and the time, never by what an event is
called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from core import billing_facts as billing
from core.billing_facts import Subscription

NEWS = timedelta(hours=72)
"""How long a plan goes on after its period, or its trial, while Polar says nothing of what comes
next: it may be out of order (`promises.md` F24)."""
GRACE = timedelta(days=7)
"""How long a plan stays after a payment failed. Polar tries again after 2, 5, 7 and 7 days: the
first two fall into it."""
FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_BEFORE_IT_BEGAN = frozenset({"incomplete", "incomplete_expired"})


def until(held: Subscription) -> datetime | None:
    """Until when it gives its plan if nothing more is heard of it; None where it gives nothing."""
    if held.ended:
        return None
    match held.status:
        case billing.ACTIVE:
            end = _later(held.period_end)
        case billing.TRIALING:
            end = _later(held.trial_end or held.period_end)
        case billing.PAST_DUE:
            end = grace_until(held)
        case _:
            return None
    return min(end, scheduled(held))


def grace_until(held: Subscription) -> datetime:
    """Until when a payment that failed changes nothing."""
    return (held.past_due_at or held.period_start or held.version) + GRACE


def scheduled(held: Subscription) -> datetime:
    """When it ends by what was said already: no more news is needed for that."""
    by_period = held.period_end if held.cancel_at_period_end else None
    return held.ends_at or by_period or FOREVER


def gives(held: Subscription, now: datetime) -> bool:
    """Whether it gives its plan now."""
    end = until(held)
    return end is not None and now < end


def runs(held: Subscription, now: datetime) -> bool:
    """Whether it goes on at Polar, and would be charged again: paused ones and those that wait for
    a payment, too; not a trial of which nothing was heard since it was over."""
    if held.ended or held.status in _BEFORE_IT_BEGAN:
        return False
    return held.status != billing.TRIALING or gives(held, now)


def _later(end: datetime | None) -> datetime:
    return FOREVER if end is None else end + NEWS
