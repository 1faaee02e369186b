"""What time alone changes of a plan (`promises.md` F24), and who is told when."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.addresses import Sender
from core.events import PlanEnded, PlanResumed, TrialEnding
from core.store import Store
from core.work import Work
from tests.core.paying import MONTH, NOW, bought, external_id, hear, news, plan_of, selling
from tests.core.people import Person, person
from tests.databases import Database

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PERIOD = NOW + MONTH
STATES: dict[str, tuple[dict[str, Any], timedelta | None, str]] = {
    "active, and no news of the next period": ({}, MONTH + 72 * HOUR, "silent"),
    "active, without an end": ({"period_end": None}, None, ""),
    "cancelled, to the end of the period": (
        {"cancel_at_period_end": True, "ends_at": PERIOD}, MONTH, "ended"
    ),
    "cancelled, and nobody says when it ends": ({"cancel_at_period_end": True}, MONTH, "ended"),
    "on trial, and no news of its end": (
        {"status": "trialing", "trial_end": NOW + 7 * DAY, "period_end": NOW + 7 * DAY},
        7 * DAY + 72 * HOUR, "silent",
    ),
    "on trial, cancelled": (
        {"status": "trialing", "trial_end": NOW + 7 * DAY, "period_end": NOW + 7 * DAY,
         "cancel_at_period_end": True, "ends_at": NOW + 7 * DAY}, 7 * DAY, "ended",
    ),
    "past due": ({"status": "past_due", "past_due_at": NOW + DAY}, 8 * DAY, "unpaid"),
    "past due, and nobody says since when": ({"status": "past_due"}, 7 * DAY, "unpaid"),
}  # fmt: skip
NOTHING: tuple[dict[str, Any], ...] = (
    {"ended_at": NOW},
    *({"status": each} for each in ("paused", "unpaid", "canceled", "new", "incomplete")),
)


@pytest.fixture
def store(sqlite: Database) -> Store:
    return sqlite.open(selling())


async def tick(store: Store) -> None:
    while await store.mutate(lambda work: work.billing.expire()):
        pass
    await store.mutate(lambda work: work.billing.remind() and None)


async def last(store: Store, who: Person) -> Any:
    return (await store.query(lambda work: work.notices.page(who.account)))[0].event


@pytest.mark.parametrize("name", STATES)
async def test_a_plan_lasts_as_long(store: Store, sqlite: Database, ada: Person, name: str) -> None:
    fields, lasts, why = STATES[name]
    await hear(store, bought(await external_id(store, ada), **fields))
    assert await plan_of(store, ada) == "pro"
    sqlite.clock.at = NOW + (lasts or 900 * DAY) - timedelta(seconds=1)
    await tick(store)
    assert await plan_of(store, ada) == "pro"
    if lasts is None:
        return
    sqlite.clock.advance(seconds=1)
    await tick(store)
    assert await plan_of(store, ada) == ""
    ended = await last(store, ada)
    assert (type(ended), ended.why, ended.plan) == (PlanEnded, why, "pro")
    sqlite.clock.advance(days=1)
    await tick(store)
    assert (await news(store, ada)).count("PlanEnded") == 1


@pytest.mark.parametrize("fields", NOTHING)
async def test_other_states_give_nothing(store: Store, ada: Person, fields: dict[str, Any]) -> None:
    await hear(store, bought(await external_id(store, ada), **fields))
    assert await plan_of(store, ada) == ""
    assert await news(store, ada) == []


async def test_news_that_comes_late_brings_it_back(
    store: Store, sqlite: Database, ada: Person
) -> None:
    begun = bought(await external_id(store, ada))
    await hear(store, begun)
    sqlite.clock.at = PERIOD + 80 * HOUR
    await tick(store)
    assert await plan_of(store, ada) == ""
    await hear(store, replace(begun, modified_at=PERIOD, period_end=PERIOD + MONTH))
    assert await plan_of(store, ada) == "pro"
    back = await last(store, ada)
    assert (type(back), back.why) == (PlanResumed, "back")


async def test_the_end_is_told_once_whether_time_or_polar_says_so(
    store: Store, sqlite: Database, ada: Person
) -> None:
    for n, first in enumerate(("time", "polar")):
        sqlite.clock.at = NOW
        who = await person(store, first)
        ending = bought(
            await external_id(store, who), id=f"s{n}", cancel_at_period_end=True, ends_at=PERIOD
        )
        await hear(store, ending)
        sqlite.clock.at = PERIOD + HOUR
        revoked = replace(ending, status="canceled", ended_at=PERIOD, modified_at=PERIOD)
        if first == "time":
            await tick(store)
        await hear(store, revoked)
        await tick(store)
        assert await news(store, who) == ["PlanStarted", "PlanEnding", "PlanEnded"]


async def test_the_lower_plan_is_left_when_the_higher_one_ends(
    store: Store, sqlite: Database, ada: Person
) -> None:
    me = await external_id(store, ada)
    await hear(store, bought(me, id="s1", period_end=PERIOD + MONTH))
    await hear(store, bought(me, id="s2", product_id="p-teams", ends_at=PERIOD))
    assert await plan_of(store, ada) == "teams"
    sqlite.clock.at = PERIOD
    await tick(store)
    assert await plan_of(store, ada) == "pro"


async def test_a_trial_is_told_of_three_days_before_its_end(
    store: Store, sqlite: Database, ada: Person
) -> None:
    trial = {"status": "trialing", "trial_end": NOW + 7 * DAY, "period_end": NOW + 7 * DAY}
    begun = bought(await external_id(store, ada), **trial)
    await hear(store, begun)
    ben = await person(store, "Ben")  # his will end, so that nothing is charged
    ends = {"cancel_at_period_end": True, "ends_at": NOW + 7 * DAY}
    await hear(store, bought(await external_id(store, ben), **trial, **ends))
    sqlite.clock.at = NOW + 4 * DAY - timedelta(seconds=1)
    await tick(store)
    assert await news(store, ada) == ["PlanStarted"]
    sqlite.clock.advance(seconds=1)
    for _ in range(3):
        await tick(store)
        sqlite.clock.advance(hours=1)
    assert await news(store, ada) == ["PlanStarted", "TrialEnding"]
    assert isinstance(await last(store, ada), TrialEnding)
    # It is longer by a week now, and told of again then.
    await hear(store, replace(begun, trial_end=NOW + 14 * DAY, modified_at=NOW + 5 * DAY))
    sqlite.clock.at = NOW + 12 * DAY
    await tick(store)
    assert (await news(store, ada)).count("TrialEnding") == 2
    assert "TrialEnding" not in await news(store, ben)


async def test_renewals_are_told_to_those_who_want_it(store: Store, ada: Person) -> None:
    begun = bought(await external_id(store, ada))
    await hear(store, begun)
    for n, wants in enumerate((False, True), 1):
        await store.mutate(lambda work, on=wants: work.profile.set_tells_renewals(ada.account, on))  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        period = {"period_start": NOW + n * MONTH, "period_end": NOW + (n + 1) * MONTH}
        await hear(store, replace(begun, modified_at=NOW + n * MONTH, **period))
    assert await news(store, ada) == ["PlanStarted", "PlanRenewed"]


async def test_what_is_no_plan_of_ours_is_not_told(store: Store, ada: Person) -> None:
    me = await external_id(store, ada)
    other = bought(me, product_id="p-mug")
    await hear(store, other)
    await hear(store, replace(other, status="canceled", ended_at=NOW, modified_at=NOW + DAY))
    assert await news(store, ada) == []


async def test_many_end_at_once(database: Database) -> None:
    """Some at a time, by two processes."""
    stores = [database.open(selling()) for _ in range(2)]

    def pay(work: Work) -> None:
        for n in range(250):
            who = work.accounts.mentioned(Sender("telegram", "", f"{n}", f"Person {n}"))
            ends = bought(who.public_id, id=f"s{n}", ends_at=NOW + DAY)
            assert work.billing.apply(ends)

    await stores[0].mutate(pay)
    database.clock.advance(days=1)
    counts = [await stores[n % 2].mutate(lambda work: work.billing.expire()) for n in range(3)]
    assert counts == [200, 50, 0]
