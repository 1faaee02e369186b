"""Plans stay true though Polar's calls never come, or Polar cannot be asked (B30, F24)."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import insert, select

from bot import reconciling
from bot.billing_watch import BillingWatch
from bot.metrics import Metrics
from bot.reconciling import Reconciler
from core import schema
from core.billing_facts import Hook
from core.sales import Sales
from core.store import Store, Tools, open_store
from core.work import Work
from tests.databases import Database, core_postgres, database, sqlite
from tests.polar_fake import PLANS, FakePolar

__all__ = ["core_postgres", "database", "sqlite"]

RIGHT_WITHIN = timedelta(minutes=15)
ALARM_WITHIN = timedelta(hours=1)
CALLS = 500
"""A minute, the most that Polar allows."""


@dataclass
class Shop:
    """Accounts that pay, the Polar that they pay, and the service's own view of it."""

    database: Database
    store: Store
    polar: FakePolar
    watch: BillingWatch
    reconciler: Reconciler
    random: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311  # no secret
    _told: int = 0

    async def open(self, accounts: int) -> None:
        """Everybody has paid, and Polar's calls came."""
        names = [f"account{n:05d}" for n in range(accounts)]
        now = self.database.clock.now()
        rows = [{"public_id": name, "name": "Ada", "created_at": now} for name in names]

        def move_in(work: Work) -> None:
            for row in rows:
                work.connection.execute(insert(schema.account).values(row))

        await self.store.mutate(move_in)
        for name in names:
            await self.tell(self.polar.sell(name))
        await self.minute()

    async def tell(self, snapshot: object) -> None:
        """A call of Polar's that comes."""
        self._told += 1
        at = self.database.clock.now()
        hook = Hook(f"hook-{self._told}", "subscription.updated", at, "{}", snapshot)  # type: ignore[arg-type]  # a snapshot
        await self.store.mutate(lambda work: work.hooks.receive(hook))

    async def minute(self) -> None:
        """One goes by."""
        self.database.clock.advance(minutes=1)
        await self.reconciler.tick()
        await self.watch.look()

    def happens(self, changes: int) -> None:
        """So many things change at Polar, of which nobody is told."""
        for id in self.random.sample(list(self.polar.all), changes):
            self.polar.change(id, self.random)

    async def wrong(self) -> int:
        """How many accounts have another plan than they pay for."""
        account = schema.account.c
        statement = select(account.public_id, account.plan)
        rows = await self.store.query(lambda work: work.run(statement).all())
        ours = {row.public_id: row.plan for row in rows}
        return sum(ours[name] != plan for name, plan in self.polar.plans().items())

    @property
    def alarmed(self) -> bool:
        return self.watch.numbers["alarm"] == 1


@asynccontextmanager
async def opened(database: Database) -> AsyncIterator[Shop]:
    tools = Tools(database.clock, database.jobs, sales=Sales(on=True, plans=PLANS))
    store, polar = open_store(database.url, tools), FakePolar(database.clock)
    reconciler = Reconciler(store=store, gateway=polar, process="one")  # type: ignore[arg-type]  # the two methods of a sweep
    yield Shop(database, store, polar, BillingWatch(store, Metrics()), reconciler)
    await store.close()


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    """On either database."""
    async with opened(database) as made:
        yield made


@pytest.fixture
async def quick(sqlite: Database) -> AsyncIterator[Shop]:
    """For what takes many minutes by its own clock."""
    async with opened(sqlite) as made:
        yield made


async def day_without_calls(shop: Shop, accounts: int, hours: int, changes: int) -> list[str]:
    """Polar switched the webhook off; what does not hold, in words."""
    await shop.open(accounts)
    assert await shop.wrong() == 0
    found, alarm = set[str](), None
    for minute in range(hours * 60):
        if minute % 20 == 0:
            shop.happens(changes)
        await shop.minute()
        alarm = alarm if alarm is not None else (minute if shop.alarmed else None)
    for _ in range(int(RIGHT_WITHIN / timedelta(minutes=1))):
        await shop.minute()
    found |= {"plans"} if await shop.wrong() else set()
    found |= {"calls"} if max(shop.polar.calls.values()) > CALLS else set()
    found |= {"alarm"} if alarm is None or timedelta(minutes=alarm) > ALARM_WITHIN else set()
    return sorted(found)


async def test_hours_without_a_call_of_polar(shop: Shop) -> None:
    assert await day_without_calls(shop, accounts=30, hours=2, changes=10) == []


@pytest.mark.promise("B30", "F24")
@pytest.mark.faults
async def test_a_day_without_a_call_of_polar_for_a_thousand(shop: Shop) -> None:
    assert await day_without_calls(shop, accounts=1000, hours=24, changes=100) == []
    assert len(shop.polar.calls) >= 24 * 3


@pytest.mark.control("F24", "B30")
async def test_without_a_look_after_silence_plans_would_be_wrong(
    quick: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconciling, "SILENCE", timedelta(days=2))
    assert await day_without_calls(quick, accounts=10, hours=2, changes=5) == ["alarm", "plans"]


@pytest.mark.promise("F24")
async def test_while_polar_is_away_the_last_known_plan_holds(quick: Shop) -> None:
    await quick.open(10)
    before = quick.polar.plans()
    quick.polar.away = "timeout"
    quick.happens(10)
    called = sum(quick.polar.calls.values())
    for _ in range(4 * 60):
        await quick.minute()
    ours = await quick.store.query(
        lambda work: work.run(select(schema.account.c.public_id, schema.account.c.plan)).all()
    )
    assert {row.public_id: row.plan for row in ours} == before
    assert quick.alarmed
    assert sum(quick.polar.calls.values()) - called <= 4 * 12
    quick.polar.away = ""
    for _ in range(15):
        await quick.minute()
    assert await quick.wrong() == 0


async def test_where_calls_come_a_look_a_day_is_enough(quick: Shop) -> None:
    await quick.open(5)
    looks = len(quick.polar.calls)
    for _ in range(25 * 6):
        await quick.tell(quick.polar.change("sub-0", quick.random))
        quick.database.clock.advance(minutes=9)
        await quick.minute()
    assert len(quick.polar.calls) - looks == 1
    assert not quick.alarmed


async def test_one_process_of_several_looks(shop: Shop) -> None:
    await shop.open(5)
    other = Reconciler(store=shop.store, gateway=shop.polar, process="two")  # type: ignore[arg-type]  # as above
    await other.tick()  # its own start is the other's as well
    looks = sum(shop.polar.calls.values())
    for _ in range(60):
        shop.database.clock.advance(minutes=1)
        await shop.reconciler.tick()
        await other.tick()
    assert sum(shop.polar.calls.values()) - looks <= 2 * 5


async def test_a_subscription_that_breaks_our_code_keeps_no_other_from_being_right(
    quick: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await quick.open(3)
    quick.happens(3)
    repair = reconciling._repair

    def breaks(work: Work, snapshot: object) -> object:
        if snapshot.id == "sub-1":  # type: ignore[attr-defined]  # a snapshot
            raise ZeroDivisionError
        return repair(work, snapshot)  # type: ignore[arg-type]  # a snapshot

    with monkeypatch.context() as broken:
        broken.setattr(reconciling, "_repair", breaks)
        swept = await quick.reconciler.sweep()
    assert (swept.subscriptions, swept.broken) == (3, 1)
    assert "sub-1" in caplog.text
    for _ in range(16):
        await quick.minute()
    assert await quick.wrong() == 0


async def test_what_is_new_when_we_begin_is_no_alarm(quick: Shop) -> None:
    quick.polar.sell("nobody-here")
    await quick.minute()
    await quick.minute()
    assert not quick.alarmed
    assert quick.watch.numbers["unknown_payers"] == 1


async def test_what_is_not_sold_any_more_gives_nothing_after_a_start(quick: Shop) -> None:
    await quick.open(3)
    moved = FakePolar(quick.database.clock)  # another server of Polar's, with nobody there yet
    tools = Tools(
        quick.database.clock, quick.database.jobs, sales=Sales(on=True, plans={"x": "pro"})
    )
    store = open_store(quick.database.url, tools)
    await Reconciler(store=store, gateway=moved, process="new").tick()  # type: ignore[arg-type]  # as above
    plans = await store.query(lambda work: work.run(select(schema.account.c.plan)).scalars().all())
    await store.close()
    assert plans == ["", "", ""]
