"""Allowances: exact, in the database, and told with the wait."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import bindparam, insert, select, update

from bot.language import catalogue
from core import limits, schema
from core.errors import CodeRefused, RateLimited
from core.limits import REDEEM_CODE, Limit
from core.store import Store
from core.work import Work
from tests.core.people import identity_of, person
from tests.core.races import barrier, gather
from tests.core.rows import total
from tests.databases import Database

FIVE = Limit("test", 5, timedelta(minutes=15), "tries")


ALLOWANCES = {
    "chart": (20, timedelta(hours=1)),
    "install.address": (30, timedelta(minutes=15)),
    "inline": (60, timedelta(minutes=1)),
    "invite": (10, timedelta(days=1)),
    "link.app": (5, timedelta(minutes=15)),
    "link.app.address": (60, timedelta(minutes=1)),
    "link.asked": (5, timedelta(hours=1)),
    "link.issue": (5, timedelta(minutes=15)),
    "link.page.address": (300, timedelta(minutes=15)),
    "link.redeem": (5, timedelta(minutes=15)),
    "link.redeem.all": (100, timedelta(minutes=1)),
    "link.redeem.hour": (10, timedelta(hours=1)),
    "link.redeem.team": (20, timedelta(hours=1)),
    "masked": (5, timedelta(minutes=1)),
    "react": (60, timedelta(hours=1)),
    "sign-in": (5, timedelta(hours=1)),
    "sign-in.address": (30, timedelta(minutes=15)),
    "unfurl": (1, timedelta(minutes=30)),
    "unfurl.details": (60, timedelta(minutes=10)),
    "unfurl.introduce": (1, timedelta(days=1)),
}


def test_the_allowances_are_what_they_are_said_to_be() -> None:
    """By the names that the rows have: under another one everybody's would begin anew."""
    defined = [each for each in vars(limits).values() if isinstance(each, Limit)]
    assert {each.name: (each.times, each.per) for each in defined} == ALLOWANCES
    assert len(defined) == len(ALLOWANCES)


def test_what_there_was_too_much_of_is_said_in_german_too() -> None:
    said = {each.what for each in vars(limits).values() if isinstance(each, Limit)}
    assert said <= catalogue("de").said.keys()


async def use(store: Store, key: str = "a", limit: Limit = FIVE) -> bool:
    try:
        await store.mutate(lambda work: work.limits.use(limit, key))
    except RateLimited:
        return False
    return True


async def test_so_many_and_no_more_and_then_the_wait(store: Store, database: Database) -> None:
    assert [await use(store) for _ in range(7)] == [True] * 5 + [False] * 2
    database.clock.advance(minutes=4)
    with pytest.raises(RateLimited) as refused:
        await store.mutate(lambda work: work.limits.use(FIVE, "a"))
    assert (refused.value.what, refused.value.wait) == ("tries", timedelta(minutes=11))
    database.clock.advance(minutes=10, seconds=59)
    assert not await use(store)  # and hammering did not prolong it
    database.clock.advance(seconds=1)
    assert [await use(store) for _ in range(6)] == [True] * 5 + [False]


async def test_everybody_has_their_own(store: Store) -> None:
    assert [await use(store, "a") for _ in range(6)][-1] is False
    assert await use(store, "b")
    assert await use(store, "a", Limit("other", 1, timedelta(1), "x"))


async def test_everybody_is_told_their_own_wait(store: Store, database: Database) -> None:
    for key in "ab":
        assert [await use(store, key) for _ in range(6)][-1] is False
        database.clock.advance(minutes=1)
    for key, minutes in (("a", 13), ("b", 14)):
        with pytest.raises(RateLimited) as refused:
            await store.mutate(lambda work, k=key: work.limits.use(FIVE, k))
        assert refused.value.wait == timedelta(minutes=minutes)


async def test_what_is_given_back_is_nobody_else_s(store: Store) -> None:
    other = Limit("other", 1, timedelta(1), "x")
    assert [await use(store, each) for each in "aaaaabbbbb"] == [True] * 10
    assert await use(store, "a", other)
    await store.mutate(lambda work: work.limits.give_back(FIVE, "a"))
    assert not await use(store, "b")
    assert not await use(store, "a", other)
    assert await use(store, "a")


async def test_what_succeeded_is_given_back(store: Store) -> None:
    for _ in range(20):
        assert await use(store)
        await store.mutate(lambda work: work.limits.give_back(FIVE, "a"))
    assert [await use(store) for _ in range(6)] == [True] * 5 + [False]
    for _ in range(9):  # never below nothing
        await store.mutate(lambda work: work.limits.give_back(FIVE, "a"))
    assert [await use(store) for _ in range(6)] == [True] * 5 + [False]


async def test_a_failed_attempt_counts_though_it_is_rolled_back(store: Store) -> None:
    eve = await person(store, "Eve")

    def attempt(work: Work) -> str:
        work.limits.use(REDEEM_CODE, str(eve.identity))
        try:
            with work.savepoint():
                work.linking.redeem(identity_of(work, eve), "0000-0000-0000")
        except CodeRefused:
            return "refused"
        raise AssertionError("guessed")

    assert [await store.mutate(attempt) for _ in range(5)] == ["refused"] * 5
    with pytest.raises(RateLimited):
        await store.mutate(attempt)


async def test_a_restart_forgets_nothing(store: Store, database: Database) -> None:
    for _ in range(5):
        await use(store)
    await store.close()
    assert not await use(database.open())


async def test_what_is_old_is_dropped(store: Store, database: Database) -> None:
    await use(store)
    database.clock.advance(hours=24)
    await store.mutate(lambda work: work.limits.forget())
    assert await total(store, "rate") == 1  # not before it is over
    database.clock.advance(seconds=1)
    await use(store, "b")
    await store.mutate(lambda work: work.limits.forget())
    assert await total(store, "rate") == 1
    assert [await use(store, "b") for _ in range(5)] == [True] * 4 + [False]


async def test_fifty_at_once_get_exactly_what_there_is(database: Database) -> None:
    stores = [database.open(), database.open()]
    for limit in (FIVE, Limit("most", 49, timedelta(hours=1), "x")):
        allowed = await asyncio.gather(*(use(stores[n % 2], "all", limit) for n in range(50)))
        assert sum(allowed) == limit.times


_COUNT = select(schema.rate.c.used).where(schema.rate.c.key == "all")
_COUNTED = update(schema.rate).where(schema.rate.c.key == "all").values(used=bindparam("n"))


async def test_counting_first_and_writing_after_would_let_more_through(postgres: Database) -> None:
    stores = [postgres.open(), postgres.open()]
    row = {"name": "test", "key": "all", "used": 0, "since": postgres.clock.now()}
    await stores[0].mutate(lambda work: work.run(insert(schema.rate), row) and None)
    together = barrier(4)

    def naive(work: Work) -> bool:
        used = work.run(_COUNT).scalar_one()
        together.wait()
        if used >= 1:
            return False
        work.run(_COUNTED, {"n": used + 1})
        return True

    assert sum(await gather(stores, [naive] * 4)) > 1
