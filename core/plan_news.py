"""What a person learns when a subscription is not what it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core import billing_facts as billing
from core.billing_facts import Subscription
from core.events import (
    Event,
    PaymentFailed,
    PlanChanged,
    PlanEnded,
    PlanEnding,
    PlanRenewed,
    PlanResumed,
    PlanStarted,
)
from core.granting import grace_until, scheduled
from core.plans import NONE
from core.sales import Sales

if TYPE_CHECKING:
    from core.work import Work

PlanEvent = (
    PlanStarted | PlanChanged | PlanRenewed | PlanEnding | PlanResumed | PaymentFailed | PlanEnded
)
_NOT_BEGUN = "incomplete"
_REASONS = {"paused": "paused", "past_due": "unpaid", "unpaid": "unpaid"}


@dataclass(frozen=True, slots=True)
class Shift:
    """A subscription from what we knew to what Polar says now."""

    row: int
    before: Any
    """What was known of it, as the row of `core.subscription_rows.BEFORE`; None for nothing, or
    while nobody knew whose it is."""
    now: Subscription
    live: bool
    """Whether it gives its plan now."""
    at: datetime


def news(shift: Shift, sales: Sales) -> Iterator[PlanEvent]:
    """What there is to tell, in this order."""
    before, plan = shift.before, sales.plan(shift.now.product_id).name
    was_live = before is not None and before.live
    was = sales.plan(before.product_id).name if was_live else NONE
    if shift.live and not was_live:
        yield _began(shift, plan)
    if was_live and not shift.live:
        owed = before.status == billing.PAST_DUE
        yield ended(shift.row, was, shift.now, shift.at, owed=owed)
    if was_live and shift.live:
        yield from _went_on(shift, plan, was)
    if shift.live:
        yield from _ahead(shift, plan, before if was_live else None)


def ended(
    row: int, plan: str, held: Subscription, at: datetime, *, owed: bool = False
) -> PlanEnded:
    """It gives nothing any more. `owed`: a payment had failed before."""
    why = _REASONS.get(held.status, "ended")
    if held.ended and owed:
        why = "unpaid"
    elif held.status in {billing.ACTIVE, billing.TRIALING} and not held.ended:
        why = "ended" if scheduled(held) <= at else "silent"
    return PlanEnded(row, plan, why, seconds(at))


def seconds(at: datetime | None) -> int:
    """Since 1970-01-01 UTC; 0 where it is not known."""
    return int(at.timestamp()) if at is not None else 0


def tell(work: Work, event: Event, account: int, starter: int | None) -> None:
    """Tell it once, in one private chat among those that want notices: on the platform that they
    chose, else of whoever started the subscription, else the one that came last."""
    mine = [each for each in work.accounts.identities(account) if each.user_id and each.notify]
    place = work.profile.plan_news(account)
    mine.sort(
        key=lambda each: (each.platform == place, each.id == starter, each.linked_at, each.id)
    )
    work.notices.tell(event, account, only=mine[-1].id if mine else 0)


def _began(shift: Shift, plan: str) -> PlanEvent:
    until = seconds(_end(shift.now))
    if shift.before is None or shift.before.status == _NOT_BEGUN:
        trial = shift.now.status == billing.TRIALING
        return PlanStarted(shift.row, plan, until, trial)
    return PlanResumed(shift.row, plan, "back", until, seconds(shift.now.version))


def _went_on(shift: Shift, plan: str, was: str) -> Iterator[PlanEvent]:
    before, now = shift.before, shift.now
    until, at = seconds(_end(now)), seconds(now.version)
    if before.product_id != now.product_id:
        yield PlanChanged(shift.row, plan, was, at)
    elif now.status == billing.ACTIVE and _later(before.period_end, now.period_end):
        yield PlanRenewed(shift.row, plan, until)
    if before.status == billing.PAST_DUE and now.status == billing.ACTIVE:
        yield PlanResumed(shift.row, plan, "paid", until, at)
    elif before.cancel_at_period_end and not now.cancel_at_period_end:
        yield PlanResumed(shift.row, plan, "kept", until, at)


def _ahead(shift: Shift, plan: str, before: Any) -> Iterator[PlanEvent]:
    now = shift.now
    if now.cancel_at_period_end and not (before and before.cancel_at_period_end):
        at = seconds(now.canceled_at or now.version)
        yield PlanEnding(shift.row, plan, seconds(now.ends_at or _end(now)), at)
    if now.status == billing.PAST_DUE and not (before and before.status == billing.PAST_DUE):
        since = seconds(now.past_due_at or now.period_start or now.version)
        yield PaymentFailed(shift.row, plan, seconds(grace_until(now)), since)


def _end(now: Subscription) -> datetime | None:
    return now.trial_end if now.status == billing.TRIALING else now.period_end


def _later(before: datetime | None, now: datetime | None) -> bool:
    return before is not None and now is not None and before < now
