"""Nobody is worn down with questions until they say yes (`promises.md` T13): an attempt tells
nobody but who began it until somebody else did their part, once, and at most five times an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.errors import RateLimited
from core.events import LinkAsked
from core.limits import ASKED, Limits
from core.store import Store
from core.work import Work
from tests.core.people import Person, identity_of, person
from tests.databases import Database

CODES = 20
"""As many as a person can ask for in an hour (`core.limits.ISSUE_CODE`); all of them get about."""


@pytest.fixture
async def victim(store: Store) -> Person:
    return await person(store, "Vera")


async def questions(store: Store, who: Person) -> int:
    page = await store.query(lambda work: work.notices.page(who.account, most=1000))
    return len([each for each in page if isinstance(each.event, LinkAsked)])


def enters(work: Work, victim: Person, attacker: Person) -> str:
    code = work.linking.issue(identity_of(work, victim)).code
    return work.linking.redeem(identity_of(work, attacker), code).public_id


async def yes(store: Store, eve: Person, attempt: str) -> str:
    """Pressed three times, which asks nobody again."""
    try:
        for _ in range(3):
            await store.mutate(lambda work: work.linking.agree(identity_of(work, eve), attempt))
    except RateLimited as refusal:
        return "limited" if refusal.wait <= ASKED.per else "for ever"
    return "asked"


async def flood(store: Store, database: Database, victim: Person) -> list[str]:
    """For an hour, from a new account each time; what became of each: `asked` or `limited`."""
    came = []
    for number in range(CODES):
        eve = await person(store, f"Eve{number}")
        attempt = await store.mutate(lambda work, e=eve: enters(work, victim, e))
        before = await questions(store, victim)
        came.append(await yes(store, eve, attempt))
        assert await questions(store, victim) - before <= 1
        database.clock.advance(seconds=ASKED.per.total_seconds() / CODES)
    return came


async def test_a_flood_asks_five_times_an_hour(
    store: Store, database: Database, victim: Person
) -> None:
    came = await flood(store, database, victim)
    assert came == ["asked"] * ASKED.times + ["limited"] * (CODES - ASKED.times)
    assert await questions(store, victim) == ASKED.times == 5
    assert ASKED.per == timedelta(hours=1)
    tells = [each for each in database.jobs.pending() if each.name == "tell"]
    assert len(tells) == ASKED.times
    eve = await person(store, "Eve")  # an hour after the first
    attempt = await store.mutate(lambda work: enters(work, victim, eve))
    await store.mutate(lambda work: work.linking.agree(identity_of(work, eve), attempt))
    assert await questions(store, victim) == ASKED.times + 1


async def test_the_control_all_of_it_would_be_asked(
    store: Store, database: Database, victim: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Limits, "use", lambda *_: None)
    await flood(store, database, victim)
    assert await questions(store, victim) == CODES


async def test_nothing_is_told_before_somebody_else_did_their_part(
    store: Store, database: Database, victim: Person
) -> None:
    eve = await person(store, "Eve")
    await store.mutate(lambda work: enters(work, victim, eve))
    for _ in range(10):
        await store.mutate(lambda work: work.web_links.start(identity_of(work, eve)))
    assert [each for each in database.jobs.pending() if each.name == "tell"] == []


async def test_whoever_floods_one_keeps_nobody_else_from_connecting(
    store: Store, database: Database, victim: Person
) -> None:
    await flood(store, database, victim)
    ada, phone = await person(store, "Ada"), await person(store, "Ada", "slack", "T1")
    attempt = await store.mutate(lambda work: enters(work, ada, phone))
    await store.mutate(lambda work: work.linking.agree(identity_of(work, phone), attempt))
    assert await questions(store, ada) == 1
