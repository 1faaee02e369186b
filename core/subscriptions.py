"""What Polar says of a subscription, and the plan that follows from it.

Snapshots come twice, late and in any order: the newest one counts, whichever event brought it. An
account's plan is derived from all that gives one, each time, and kept in its row."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, or_, select, update

from core import schema
from core import subscription_rows as sql
from core.billing_facts import Subscription
from core.events import PlanChanged, PlanRenewed, PlanStarted, TrialEnding
from core.granting import FOREVER, gives, until
from core.outcomes import Outcome
from core.plan_news import PlanEvent, Shift, ended, news, seconds, tell
from core.plans import FREE, NONE
from core.sql import Overtaken

if TYPE_CHECKING:
    from core.work import Work

SOON = timedelta(days=3)
"""How long before a trial ends somebody is told."""

_a = schema.account.c
_PLAN: Any = bindparam("plan")
_UNTIL: Any = bindparam("until", type_=schema.UtcTime)
_DERIVED = (
    update(schema.account)
    .where(
        _a.id == bindparam("account"),
        or_(_a.plan != _PLAN, _a.plan_until.is_distinct_from(_UNTIL)),
    )
    .values(plan=_PLAN, plan_until=_UNTIL)
)
_DUE = (
    select(_a.id)
    .where(_a.plan_until <= bindparam("now", type_=schema.UtcTime))
    .order_by(_a.plan_until)
    .limit(bindparam("most"))
)
_PAYERS = (
    select(_a.id)
    .where(_a.plan != FREE.name, _a.id > bindparam("after"))
    .order_by(_a.id)
    .limit(bindparam("most"))
)


def take(work: Work, snapshot: Subscription) -> Outcome:
    """Keep what Polar says, and let follow what follows: `applied`; `stale` where something newer
    is known; `nobody` where it is kept, and nobody knows whose it is; `ignored` where that wanted
    to be forgotten."""
    before = _before(work, snapshot)
    account, starter = _whose(work, snapshot, before)
    if work.shared and account is not None:
        work.lock_accounts(account)
        before = _before(work, snapshot)  # as it is while nobody else can change it
        if _whose(work, snapshot, before)[0] != account:
            raise Overtaken
    if account is None and work.customers.forgotten(snapshot.customer):
        return Outcome.IGNORED
    end = until(snapshot)
    live = end is not None and work.now < end
    ours = {"account_id": account, "identity_id": starter, "live": live, "gives_until": end}
    ours |= {"seen_at": work.now, "heard_at": work.now}
    kept = work.run(sql.KEEP, sql.values(snapshot) | ours).first()
    if kept is None:
        return Outcome.STALE
    if account is None:
        if kept.account_id is not None:  # it became somebody's while we looked
            raise Overtaken
        return Outcome.NOBODY
    known = before if before is not None and before.account_id is not None else None
    _tell_all(work, Shift(kept.id, known, snapshot, live, work.now), account, starter)
    derive(work, account)
    return Outcome.APPLIED


def derive(work: Work, account: int) -> None:
    """An account's plan from what gives one now: the highest, until one of them has to be looked at
    again. For whoever holds the account's lock."""
    giving = work.run(sql.GIVING, {"account": account, "now": work.now}).all()
    plans = [work.sales.plan(each.product_id) for each in giving]
    best = max(plans, key=lambda each: each.rank, default=FREE)
    end = min((each.gives_until for each in giving), default=FOREVER)
    values = {"plan": best.name, "until": None if end == FOREVER else end, "account": account}
    work.run(_DERIVED, values)


def expire(work: Work, most: int = 200) -> int:
    """Derive the plans anew that time has changed, at most so many; how many there were."""
    due = work.run(_DUE, {"now": work.now, "most": most}).scalars().all()
    work.lock_accounts(*due)
    for account in due:
        for row in work.run(sql.OVERDUE, {"account": account, "now": work.now}).all():
            work.run(sql.QUIETEN, {"row": row.id})
            event = ended(row.id, work.sales.plan(row.product_id).name, sql.read(row), work.now)
            _tell(work, event, account, row.identity_id)
        derive(work, account)
    return len(due)


def look_again(work: Work, after: int, most: int = 200) -> int:
    """Derive the plans anew of those who have one, at most so many behind the account `after`:
    other products may be sold than before. The last one's account; 0 at the end."""
    accounts = work.run(_PAYERS, {"after": after, "most": most}).scalars().all()
    work.lock_accounts(*accounts)
    for account in accounts:
        derive(work, account)
    return accounts[-1] if accounts else 0


def claim(work: Work, customer_id: str, account: int) -> int:
    """What a customer has that was nobody's is this account's from now on; how many. For whoever
    holds the account's lock."""
    count = 0
    for each in work.run(sql.NOBODYS, {"customer": customer_id}).all():
        held = sql.read(each)
        live = gives(held, work.now)
        values = {"row": each.id, "account": account, "gives": live}
        if work.run(sql.CLAIM, values).first() is not None:
            count += 1
            _tell_all(work, Shift(each.id, None, held, live, work.now), account, None)
    if count:
        derive(work, account)
    return count


def remind(work: Work, most: int = 200) -> int:
    """Tell of trials that end within `SOON`, each once, at most so many; how many there were."""
    values = {"now": work.now, "soon": work.now + SOON, "most": most}
    found = work.run(sql.TRIALS, values).all()
    for row in found:
        plan = work.sales.plan(row.product_id).name
        event = TrialEnding(row.id, plan, seconds(row.trial_end))
        _tell(work, event, row.account_id, row.identity_id)
    return len(found)


def _before(work: Work, snapshot: Subscription) -> Any:
    return work.run(sql.BEFORE, {"polar_id": snapshot.id}).first()


def _whose(work: Work, snapshot: Subscription, before: Any) -> tuple[int | None, int | None]:
    """The account whose it is, and the identity that began it."""
    if before is not None and before.account_id is not None:
        return before.account_id, before.identity_id
    return work.customers.payer(snapshot.customer, snapshot.checkout_id)


def _tell_all(work: Work, shift: Shift, account: int, starter: int | None) -> None:
    for event in news(shift, work.sales):
        _tell(work, event, account, starter)
        if isinstance(event, PlanStarted):
            work.steps.paid(account)


def _tell(work: Work, event: PlanEvent | TrialEnding, account: int, starter: int | None) -> None:
    if isinstance(event, PlanRenewed) and not work.profile.tells_renewals(account):
        return
    if event.plan != NONE or (isinstance(event, PlanChanged) and event.was != NONE):
        tell(work, event, account, starter)  # else it is of something that is no plan of ours
