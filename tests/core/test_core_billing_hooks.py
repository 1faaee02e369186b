"""Each webhook is kept, and done once, whatever it says (`promises.md` T17)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import DBAPIError

from core import schema, subscriptions
from core.outcomes import Outcome
from core.postgres_driver import PostgresDriver
from core.sql import Overtaken
from core.store import Store
from core.work import Work
from tests.core.paying import MONTH, NOW, bought, external_id, hear, hook, news, plan_of, selling
from tests.core.people import Person, person
from tests.core.races import gather
from tests.databases import Database

HOUR = timedelta(hours=1)


@pytest.fixture
def store(database: Database) -> Store:
    return database.open(selling())


async def outcomes(store: Store) -> list[tuple[str, str]]:
    rows = select(schema.hook.c.outcome, schema.hook.c.why).order_by(schema.hook.c.id)
    return [tuple(row) for row in await store.query(lambda work: work.run(rows).all())]


async def test_what_comes_twice_is_done_once(store: Store, ada: Person) -> None:
    told = hook(bought(await external_id(store, ada)))
    assert await store.mutate(lambda work: work.hooks.receive(told)) is Outcome.APPLIED
    assert await store.mutate(lambda work: work.hooks.receive(told)) is Outcome.KNOWN
    assert await outcomes(store) == [("applied", "")]
    assert await news(store, ada) == ["PlanStarted"]


async def test_what_comes_twice_at_once_is_done_once(database: Database) -> None:
    stores = [database.open(selling()) for _ in range(2)]
    ada = await person(stores[0], "Ada")
    told = bought(await external_id(stores[0], ada))
    same = [hook(told, id="h-same")] * 6
    others = [hook(replace(told, modified_at=NOW + n * HOUR)) for n in range(6)]
    functions = [lambda work, each=each: work.hooks.receive(each) for each in [*same, *others]]
    found = await gather(stores, functions)
    assert found[:6].count(Outcome.APPLIED) + found[:6].count(Outcome.STALE) == 1
    assert found[:6].count(Outcome.KNOWN) == 5
    held = await stores[0].query(lambda work: work.billing.held(ada.account))
    assert [each.subscription.modified_at for each in held] == [NOW + 5 * HOUR]
    assert await news(stores[0], ada) == ["PlanStarted"]


async def test_two_of_one_subscription_at_first_sight(database: Database) -> None:
    """Both find nothing, and one of them waits for the other."""
    stores = [database.open(selling()) for _ in range(2)]
    ada = await person(stores[0], "Ada")
    begun = bought(await external_id(stores[0], ada))
    ended = replace(begun, status="canceled", ended_at=NOW)
    both = [hook(each) for each in (begun, ended) * 4]
    await gather(stores, [lambda work, each=each: work.hooks.receive(each) for each in both])
    held = await stores[0].query(lambda work: work.billing.held(ada.account))
    assert [each.subscription.ended_at for each in held] == [NOW]
    assert await plan_of(stores[0], ada) == ""
    assert await news(stores[0], ada) in (["PlanStarted", "PlanEnded"], [])


async def test_what_breaks_our_code_is_kept_and_undone_and_done_later(
    store: Store, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = hook(bought(await external_id(store, ada)))

    def breaks(*_: Any) -> None:
        raise ZeroDivisionError("x" * 500)

    with monkeypatch.context() as broken:
        broken.setattr(subscriptions, "derive", breaks)
        assert await store.mutate(lambda work: work.hooks.receive(told)) is Outcome.FAILED
    assert await outcomes(store) == [("failed", "ZeroDivisionError")]
    assert await store.query(lambda work: work.billing.held(ada.account)) == []
    assert await news(store, ada) == []
    again = lambda work: work.hooks.again("polar", told.id, told)  # noqa: E731  # said twice
    assert await store.mutate(again) is Outcome.APPLIED
    assert await outcomes(store) == [("applied", "")]
    assert await plan_of(store, ada) == "pro"
    assert await store.mutate(again) is Outcome.APPLIED
    assert await news(store, ada) == ["PlanStarted"]
    with pytest.raises(LookupError):
        await store.mutate(lambda work: work.hooks.again("polar", "none", told))


async def test_what_does_not_fit_its_column_is_kept(postgres: Database) -> None:
    store = postgres.open(selling())
    ada = await person(store, "Ada")
    told = bought(await external_id(store, ada), status="x" * 30)
    assert await hear(store, told) is Outcome.FAILED
    assert await plan_of(store, ada) == ""


async def refused_unheard(
    postgres: Database, monkeypatch: pytest.MonkeyPatch, *, then: Callable[[], None] = lambda: None
) -> Outcome:
    """What becomes of a webhook whose last write PostgreSQL refuses, and nobody asks what it gave
    back, before our code does something else."""
    store = postgres.open(selling())
    ada = await person(store, "Ada")
    told = bought(await external_id(store, ada))

    def write(work: Work, *_: Any) -> None:
        row = {"name": "x" * 40, "key": "k", "used": 1, "since": NOW}
        work.run(insert(schema.rate), row)
        then()

    monkeypatch.setattr(subscriptions, "derive", write)
    return await hear(store, told)


def breaks() -> None:
    raise ZeroDivisionError


async def test_what_is_refused_unheard_is_kept_too(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await refused_unheard(postgres, monkeypatch) is Outcome.FAILED


async def test_the_control_it_would_break_what_writes_it_down(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Work, "flush", lambda _: None)
    with pytest.raises(DBAPIError, match="too long"):
        await refused_unheard(postgres, monkeypatch)


async def test_what_breaks_our_code_is_kept_whatever_waited(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await refused_unheard(postgres, monkeypatch, then=breaks) is Outcome.FAILED


async def test_the_control_what_waited_would_be_sent_and_break_it(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sent(driver: PostgresDriver, savepoint: str) -> None:
        driver.execute(f"ROLLBACK TO SAVEPOINT {savepoint}")

    monkeypatch.setattr(PostgresDriver, "take_back", sent)
    with pytest.raises(DBAPIError, match="too long"):
        await refused_unheard(postgres, monkeypatch, then=breaks)


async def test_the_stores_own_trouble_is_not_taken_for_a_defect(
    store: Store, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = hook(bought(await external_id(store, ada)))

    def overtaken(*_: Any) -> None:
        raise Overtaken

    monkeypatch.setattr(subscriptions, "derive", overtaken)
    with pytest.raises(Overtaken):
        await store.mutate(lambda work: work.hooks.receive(told))
    assert await outcomes(store) == []


async def test_a_lost_claim_is_taken_over(store: Store, database: Database) -> None:
    """One process looks through the subscriptions, until its time is over."""
    claim = lambda work, who: work.reconciliation.claim(who, work.now + HOUR)  # noqa: E731  # said often
    assert await store.query(lambda work: work.reconciliation.state()) is None
    assert await store.mutate(lambda work: claim(work, "one"))
    assert not await store.mutate(lambda work: claim(work, "two"))
    assert await store.mutate(lambda work: claim(work, "one"))
    database.clock.advance(hours=1)
    assert await store.mutate(lambda work: claim(work, "two"))
    await store.mutate(lambda work: work.reconciliation.ended(3))
    await store.mutate(lambda work: work.reconciliation.due(NOW + 3 * HOUR))
    await store.mutate(lambda work: work.reconciliation.due(NOW + MONTH))
    state = await store.query(lambda work: work.reconciliation.state())
    assert state is not None
    assert (state.repaired, state.claimed_until, state.due_at) == (3, None, NOW + 3 * HOUR)
