"""Subscriptions as rows: the newest snapshot of each."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from sqlalchemy import Boolean, and_, bindparam, func, not_, or_, select, update

from core import schema
from core.billing_facts import ENDED, Customer, Subscription
from core.sql import upsert

_s = schema.subscription.c
_OURS = {"id", "account_id", "identity_id", "trial_told", "seen_at"}
_CHANGING = [each.name for each in schema.subscription.c if each.name not in _OURS]
_STRAIGHT = [
    each.name
    for each in fields(Subscription)
    if each.name not in {"id", "customer", "created_at", "modified_at"}
]
_OVER = or_(_s.ended_at.is_not(None), *(_s.status == each for each in sorted(ENDED)))
_VERSION = bindparam("version", type_=schema.UtcTime)

# Whether a snapshot is newer is decided where it is written: of two that come at the same time one
# waits for the other. Those of one version say the same, but where it ended: the end stays.
KEEP = upsert(
    schema.subscription,
    ("polar_id",),
    lambda new: {
        **{name: new[name] for name in _CHANGING},
        # Whose it is stays: somebody's e-mail, typed at a checkout, takes nothing from them.
        **{name: func.coalesce(_s[name], new[name]) for name in ("account_id", "identity_id")},
    },
    where=or_(
        _s.modified_at < _VERSION,
        and_(_s.modified_at == _VERSION, or_(bindparam("over", type_=Boolean), not_(_OVER))),
    ),
    returning=("id", "account_id"),
)
BEFORE = select(
    _s.id,
    _s.account_id,
    _s.identity_id,
    _s.live,
    _s.product_id,
    _s.status,
    _s.period_end,
    _s.cancel_at_period_end,
    _s.modified_at,
).where(_s.polar_id == bindparam("polar_id"))
GIVING = select(_s.product_id, _s.gives_until).where(
    _s.account_id == bindparam("account"), _s.gives_until > bindparam("now", type_=schema.UtcTime)
)
OVERDUE = (
    select(schema.subscription)
    .where(
        _s.account_id == bindparam("account"),
        _s.live,
        _s.gives_until <= bindparam("now", type_=schema.UtcTime),
    )
    .order_by(_s.id)
)
NOBODYS = (
    select(schema.subscription)
    .where(_s.customer_id == bindparam("customer"), _s.account_id.is_(None))
    .order_by(_s.id)
    .with_for_update()  # so that none says something else before it is claimed
)
CLAIM = (
    update(schema.subscription)
    .where(_s.id == bindparam("row"), _s.account_id.is_(None))
    .values(account_id=bindparam("account"), live=bindparam("gives"))
    .returning(*schema.subscription.c)
)
OF_ACCOUNT = (
    select(schema.subscription)
    .where(_s.account_id == bindparam("account"))
    .order_by(_s.period_start.desc().nulls_last(), _s.created_at.desc(), _s.polar_id)
)
HEARD = select(func.max(_s.heard_at)).where(_s.account_id == bindparam("account"))
QUIETEN = update(schema.subscription).where(_s.id == bindparam("row")).values(live=False)
_SOON = (
    select(_s.id)
    .where(
        schema.ON_TRIAL,
        _s.trial_end > bindparam("now", type_=schema.UtcTime),
        _s.trial_end <= bindparam("soon", type_=schema.UtcTime),
        _s.trial_told.is_distinct_from(_s.trial_end),
        _s.account_id.is_not(None),
        _s.cancel_at_period_end.is_(False),
        _s.live,
    )
    .limit(bindparam("most"))
)
TRIALS = (
    update(schema.subscription)
    .where(_s.id.in_(_SOON), _s.trial_told.is_distinct_from(_s.trial_end))
    .values(trial_told=_s.trial_end)
    .returning(*schema.subscription.c)
)


def values(snapshot: Subscription) -> dict[str, Any]:
    """The columns of a snapshot, and the values by which `KEEP` decides."""
    return {name: getattr(snapshot, name) for name in _STRAIGHT} | {
        "polar_id": snapshot.id,
        "customer_id": snapshot.customer.id,
        "external_id": snapshot.customer.external_id,
        "created_at": snapshot.created_at,
        "modified_at": snapshot.version,
        "version": snapshot.version,
        "over": snapshot.ended,
    }


def read(row: Any) -> Subscription:
    """A whole row as the snapshot that it is."""
    return Subscription(
        id=row.polar_id,
        customer=Customer(row.customer_id, row.external_id),
        created_at=row.created_at,
        modified_at=row.modified_at,
        **{name: getattr(row, name) for name in _STRAIGHT},
    )
