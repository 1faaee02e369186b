"""Two processes on one PostgreSQL that sells plans: exactly the limit, and the newest state."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from core.plans import FREE
from tests.core.paying import NOW, external_id, news, plan_of, selling
from tests.core.people import person
from tests.core.rows import open_tasks, set_open_tasks
from tests.databases import Database, core_postgres, postgres
from tests.faults.test_postgres_races import ADDS, LEFT, ROUNDS, Racer, packed, racing

__all__ = ["core_postgres", "postgres"]  # fixtures
VERSIONS = 100


@pytest.fixture
async def racers(postgres: Database, tmp_path: Path) -> AsyncIterator[list[Racer]]:
    async with racing(postgres.url, tmp_path, "sells") as made:
        yield made


@pytest.mark.parametrize("rounds", ROUNDS)
async def test_adds_from_two_processes_stop_at_the_plan(
    postgres: Database, racers: list[Racer], rounds: int
) -> None:
    store = postgres.open(selling())
    for _ in range(rounds):
        ada = await person(store, "Ada")
        await set_open_tasks(store, ada, FREE.open_tasks - LEFT)
        order = {"add": packed(ada), "times": ADDS // 2}
        added = await asyncio.gather(*(each.run(order) for each in racers))
        assert sum(added) == LEFT
        counted = await store.query(partial(open_tasks, account=ada.account))
        assert counted == (FREE.open_tasks, LEFT)


async def test_webhooks_taken_by_two_processes_end_as_the_newest(
    postgres: Database, racers: list[Racer]
) -> None:
    """Each of them gets each webhook, in an order of its own."""
    store = postgres.open(selling())
    ada = await person(store, "Ada")
    me, chance = await external_id(store, ada), random.Random(7)  # noqa: S311  # no secret
    orders = []
    for _ in racers:
        order = chance.sample(range(VERSIONS), VERSIONS)
        ids = [f"h{each}" for each in order]
        orders.append({"hear": me, "ids": ids, "versions": order})
    taken = await asyncio.gather(*(r.run(o) for r, o in zip(racers, orders, strict=True)))
    assert sum(taken) == VERSIONS
    held = await store.query(lambda work: work.billing.held(ada.account))
    assert [each.subscription.amount for each in held] == [VERSIONS - 1]
    assert (held[0].subscription.modified_at or NOW) > NOW
    assert await plan_of(store, ada) == "pro"
    assert await news(store, ada) == ["PlanStarted"]
