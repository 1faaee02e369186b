"""Whatever order the webhooks of a change come in, the end is the same (`promises.md` T36).

Each sequence is what Polar sends, as its documentation and server have it (`platform-facts.md` 1.5,
`parity.md` 2.8): the snapshots, of which several carry the same state. All orders of five are tried
on SQLite, a few of each on PostgreSQL."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from core.billing_facts import Customer, Order, Refund, Subscription, What
from core.store import Store
from core.work import Work
from tests.core.paying import MONTH, NOW, bought, hook, news, product, selling
from tests.core.people import Person, meet, sender
from tests.databases import Database

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def at(held: Subscription, when: timedelta, **fields: Any) -> Subscription:
    """The same, changed so long after the beginning."""
    return replace(held, modified_at=NOW + when, **fields)


@dataclass(frozen=True)
class Sequence5:
    """What happens, what the plan is in the end, and what is told in the order that Polar means."""

    what: tuple[What, ...]
    plan: str
    told: tuple[str, ...]


# Whose it is stands in each: `{me}` is put in by the test.
ME = "{me}"
FIRST = bought(ME)
TRIAL = bought(
    ME, status="trialing", trial_start=NOW, trial_end=NOW + 7 * DAY, period_end=NOW + 7 * DAY
)
ENDING = at(FIRST, HOUR, cancel_at_period_end=True, canceled_at=NOW + HOUR, ends_at=NOW + MONTH)
REVOKED = at(ENDING, MONTH, status="canceled", ended_at=NOW + MONTH)
AT_ONCE = at(FIRST, HOUR, status="canceled", canceled_at=NOW + HOUR, ended_at=NOW + HOUR)
CYCLED = at(FIRST, DAY, period_start=NOW + DAY, period_end=NOW + DAY + MONTH)
OWED = at(CYCLED, 2 * DAY, status="past_due", past_due_at=NOW + 2 * DAY)
PAUSED = at(FIRST, HOUR, status="paused")
ORDER = Order("o1", "paid", "subscription_cycle", FIRST.id, "", FIRST.customer, 900, 0, "usd")
BACK = replace(ORDER, status="refunded", refunded=900)
REFUND = Refund("r1", "o1", FIRST.id, FIRST.customer, 900, "usd")

SEQUENCES: dict[str, Sequence5] = {
    "first purchase": Sequence5(
        (at(FIRST, timedelta(0), status="incomplete"), at(FIRST, HOUR), at(FIRST, HOUR), ORDER,
         product()),
        "pro", ("PlanStarted",),
    ),
    "cancel at period end": Sequence5(
        (FIRST, ENDING, ENDING, REVOKED, REVOKED), "", ("PlanStarted", "PlanEnding", "PlanEnded")
    ),
    "immediate revoke": Sequence5(
        (FIRST, FIRST, AT_ONCE, AT_ONCE, AT_ONCE), "", ("PlanStarted", "PlanEnded")
    ),
    "revoke within one instant": Sequence5(
        (FIRST, at(FIRST, HOUR), AT_ONCE, AT_ONCE, ORDER), "", ("PlanStarted", "PlanEnded")
    ),
    "renewal": Sequence5(
        (FIRST, CYCLED, CYCLED, ORDER, ORDER), "pro", ("PlanStarted", "PlanRenewed")
    ),
    "pause and resume": Sequence5(
        (FIRST, PAUSED, at(CYCLED, DAY), at(CYCLED, DAY), ORDER), "pro",
        ("PlanStarted", "PlanEnded", "PlanResumed"),
    ),
    "paused": Sequence5(
        (FIRST, at(FIRST, HOUR / 2), PAUSED, PAUSED, ORDER), "", ("PlanStarted", "PlanEnded")
    ),
    "past due, recovered": Sequence5(
        (FIRST, CYCLED, OWED, OWED, at(OWED, 3 * DAY, status="active", past_due_at=None)), "pro",
        ("PlanStarted", "PlanRenewed", "PaymentFailed", "PlanResumed"),
    ),
    "past due, given up": Sequence5(
        (FIRST, OWED, OWED, *[at(OWED, 9 * DAY, status="unpaid", ended_at=NOW + 9 * DAY)] * 2), "",
        ("PlanStarted", "PaymentFailed", "PlanEnded"),
    ),
    "refund": Sequence5(
        (FIRST, ORDER, BACK, REFUND, REFUND), "pro", ("PlanStarted", "Refunded")
    ),
    "change of plan": Sequence5(
        (FIRST, *[at(FIRST, HOUR, product_id="p-teams", amount=2900)] * 2, ORDER, ORDER), "teams",
        ("PlanStarted", "PlanChanged"),
    ),
    "cancelled and resumed": Sequence5(
        (FIRST, ENDING, ENDING,
         *[at(FIRST, 2 * HOUR, canceled_at=None)] * 2), "pro",
        ("PlanStarted", "PlanEnding", "PlanResumed"),
    ),
    "reinstated": Sequence5(
        (FIRST, AT_ONCE, AT_ONCE, *[at(FIRST, DAY)] * 2), "pro",
        ("PlanStarted", "PlanEnded", "PlanResumed"),
    ),
    "trial, then paid": Sequence5(
        (TRIAL, TRIAL, *[at(TRIAL, 7 * DAY, status="active", period_end=NOW + 7 * DAY + MONTH)] * 2,
         ORDER), "pro", ("PlanStarted", "PlanRenewed"),
    ),
}  # fmt: skip


def mine(what: What, me: str) -> What:
    customer = Customer(f"c-{me}", me)
    if isinstance(what, Subscription):
        return replace(what, id=f"s-{me}", customer=customer)
    if isinstance(what, Order | Refund):
        return replace(what, customer=customer)
    return what


def lives(work: Work, order: Iterable[What]) -> tuple[Person, Any]:
    """Somebody pays, and Polar tells of it in this order; who, and what is kept of it."""
    who = meet(work, sender("Ada"))
    work.profile.set_tells_renewals(who.account, True)
    me = work.accounts.get(who.account).public_id
    for each in order:
        work.hooks.receive(hook(mine(each, me)))
    held = [
        replace(each.subscription, customer=FIRST.customer)
        for each in work.billing.held(who.account)
    ]
    end = [replace(each, id=FIRST.id) for each in held]
    return who, (work.entitlements.plan(who.account).name, end)


async def check(store: Store, sequence: Sequence5, orders: Sequence[Sequence[What]]) -> None:
    _, expected = await store.mutate(lambda work: lives(work, sequence.what))
    assert expected[0] == sequence.plan
    for order in orders:
        who, end = await store.mutate(lambda work, order=order: lives(work, order))  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        assert end == expected
        told = await news(store, who)
        assert len(told) == len(set(told))
        assert set(told) <= {*sequence.told, "PlanRenewed"}
        if tuple(order) == sequence.what:
            assert tuple(told) == sequence.told


@pytest.mark.parametrize("name", SEQUENCES)
async def test_all_orders_end_alike(sqlite: Database, name: str) -> None:
    sequence = SEQUENCES[name]
    orders = [*itertools.permutations(sequence.what)]
    assert len(orders) == 120
    await check(sqlite.open(selling()), sequence, [*dict.fromkeys(orders)])  # those that differ


async def test_so_they_do_on_postgresql(postgres: Database) -> None:
    store, chance = postgres.open(selling()), random.Random(7)  # noqa: S311  # no secret
    for sequence in SEQUENCES.values():
        orders = [sequence.what] + [chance.sample(sequence.what, 5) for _ in range(4)]
        await check(store, sequence, orders)
