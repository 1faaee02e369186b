"""Made-up streams of webhooks, with duplicates and in any order, end in the state that the newest
of each subscription gives (`promises.md` T36)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, make_url

from core import schema
from core.billing_facts import Subscription
from core.plans import FREE, PLANS
from core.sqlite_file import sqlite_engine
from core.store import Tools
from core.work import Work
from tests.core.linking_weaknesses import Weakness, weakened
from tests.core.paying import NOW, bought, hook, selling
from tests.core.paying import PLANS as SOLD
from tests.core.people import meet, sender
from tests.fakes import MemoryEngine, SettableClock

PEOPLE, EACH = 2, 2
GIVES = ("active", "trialing", "past_due")
STATES = (*GIVES, "paused", "unpaid", "canceled", "incomplete", "hibernating")


@dataclass(frozen=True)
class Said:
    """One webhook: of which subscription, of which of its versions; whether it is the one of that
    instant that says that it ended."""

    of: int
    version: int
    over: bool


said = st.builds(Said, st.integers(0, PEOPLE * EACH - 1), st.integers(0, 4), st.booleans())
versions = st.lists(
    st.tuples(st.sampled_from(STATES), st.sampled_from([*SOLD, "p-mug"]), st.booleans()),
    min_size=PEOPLE * EACH * 5,
    max_size=PEOPLE * EACH * 5,
)
streams = st.lists(said, min_size=1, max_size=40)


def snapshot(facts: list[Any], each: Said, external_id: str) -> Subscription:
    """What Polar says: of one version always the same, but for its end."""
    status, product, cancelled = facts[each.of * 5 + each.version]
    at = NOW + timedelta(seconds=each.version)
    found = bought(
        external_id,
        id=f"s{each.of}",
        status=status,
        product_id=product,
        cancel_at_period_end=cancelled,
        modified_at=at if each.version else None,
    )
    return replace(found, status="canceled", ended_at=at) if each.over else found


def expected(facts: list[Any], stream: list[Said], who: int) -> str:
    """The plan, as the promise has it: by the newest of each that was heard of."""
    best = FREE
    for of in range(who * EACH, who * EACH + EACH):
        heard = [(each.version, each.over) for each in stream if each.of == of]
        if not heard:
            continue
        newest, over = max(heard)
        status, product, _ = facts[of * 5 + newest]
        if status in GIVES and not over:
            best = max(best, PLANS[SOLD.get(product, "")], key=lambda plan: plan.rank)
    return best.name


class World:
    """A database that forgets each story."""

    def __init__(self, engine: Engine, url: str) -> None:
        self._engine = engine
        self._tools = Tools(SettableClock(), MemoryEngine(url), sales=selling())

    def play(self, facts: list[Any], stream: list[Said]) -> None:
        with self._engine.connect() as connection:
            outer = connection.begin()
            self._tools.run(connection, lambda work: self._story(work, facts, stream))
            outer.rollback()

    @staticmethod
    def _story(work: Work, facts: list[Any], stream: list[Said]) -> None:
        people = [meet(work, sender(f"{n}")) for n in range(PEOPLE)]
        ids = [work.accounts.get(each.account).public_id for each in people]
        for each in stream:
            work.hooks.receive(hook(snapshot(facts, each, ids[each.of // EACH])))
        for n, who in enumerate(people):
            plan = work.entitlements.plan(who.account).name
            assert plan == expected(facts, stream, n)
            once = [each.event.once for each in work.notices.page(who.account, most=500)]
            assert len(once) == len(set(once))
            assert len([each for each in once if each.startswith("plan-started")]) <= EACH


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    url = f"sqlite:///{tmp_path_factory.mktemp('billing')}/one.db"
    engine = sqlite_engine(make_url(url))
    with engine.begin() as connection:
        schema.metadata.create_all(connection)
    yield World(engine, url)
    engine.dispose()


def streams_end_well(world: World, *, shrink: bool) -> None:
    phases = [Phase.generate, *([Phase.shrink] if shrink else [])]

    @settings(max_examples=200, deadline=None, derandomize=True, database=None, phases=phases)
    @given(facts=versions, stream=streams)
    def play(facts: list[Any], stream: list[Said]) -> None:
        world.play(facts, stream)

    play()


def test_a_stream_ends_as_the_newest_say(world: World) -> None:
    streams_end_well(world, shrink=True)


WEAKNESSES = (
    Weakness(
        "what comes last counts",
        "core.subscription_rows",
        "KEEP",
        "_s.modified_at < _VERSION,",
        "_s.modified_at.is_not(None),",
    ),
    Weakness(
        "an end is overwritten by what was said in the same instant",
        "core.subscription_rows",
        "KEEP",
        'or_(bindparam("over", type_=Boolean), not_(_OVER))',
        "_s.id > 0",
    ),
    Weakness(
        "of one instant only the first counts",
        "core.subscription_rows",
        "KEEP",
        "and_(_s.modified_at == _VERSION, or_",
        "and_(_s.modified_at < _VERSION, or_",
    ),
    Weakness(
        "of several plans any counts",
        "core.subscriptions",
        "derive",
        "max(plans,",
        "min(plans,",
    ),
)


@pytest.mark.parametrize("weakness", WEAKNESSES, ids=lambda each: each.what)
def test_a_weakness_is_found(world: World, weakness: Weakness) -> None:
    with weakened(weakness), pytest.raises(AssertionError):
        streams_end_well(world, shrink=False)
