"""A digest and quiet hours that were set before two accounts became one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import pytest
from sqlalchemy import select

from core import schema
from core.digests import Days
from core.link import UNDO_FOR
from core.store import Store
from core.taking_back import undo
from core.unlinking import unlink
from core.work import Work
from tests.core.joining import joins
from tests.core.people import Person, identity_of, person
from tests.databases import Database

BERLIN, TOKYO = "Europe/Berlin", "Asia/Tokyo"
EIGHT, NINE = time(8), time(9)
Part = Callable[[Work, Person, Person, str], object]
"""How somebody who joined, the second one, leaves again; the linking's name."""


def both(work: Work, who: Person, wall: time, zone: str) -> None:
    """A digest at this time, and quiet hours until then."""
    if zone:
        work.profile.set_timezone(who.account, zone)
    work.digests.set(who.account, who.identity, Days.DAILY, wall)
    work.quiet.set(who.account, time(22), wall)


async def joined(store: Store, ada: Person, office: Person) -> str:
    return (await store.mutate(lambda work: joins(work, ada, office))).link


async def has(store: Store, who: Person) -> tuple[time | None, time | None]:
    """The times of the digest and of the end of quiet hours of the account that was theirs."""

    def find(work: Work) -> tuple[time | None, time | None]:
        rule, hours = work.digests.of(who.account), work.quiet.of(who.account)
        assert not rule or not hours or rule.zone == hours.zone
        return rule.wall if rule else None, hours.until if hours else None

    return await store.query(find)


async def pair(store: Store) -> tuple[Person, Person]:
    return await person(store, "Ada"), await person(store, "Ada", "slack", "T1")


async def test_the_account_that_goes_on_keeps_its_own(database: Database) -> None:
    store = database.open()
    ada, office = await pair(store)
    await store.mutate(lambda work: both(work, ada, EIGHT, BERLIN))
    await store.mutate(lambda work: both(work, office, NINE, TOKYO))
    link = await joined(store, ada, office)
    assert await has(store, ada) == (EIGHT, EIGHT)
    await store.mutate(lambda work: undo(work, identity_of(work, ada), link) and None)
    assert [await has(store, each) for each in (ada, office)] == [(EIGHT, EIGHT), (NINE, NINE)]


async def taken_back(store: Store, ada: Person, office: Person, link: str) -> None:
    await store.mutate(lambda work: undo(work, identity_of(work, ada), link) and None)


async def left(store: Store, ada: Person, office: Person, link: str) -> None:
    await store.mutate(lambda work: unlink(work, ada.account, office.identity) and None)


@pytest.mark.parametrize("parts", [taken_back, left])
async def test_what_it_has_none_of_comes_and_goes_back(
    database: Database, parts: Callable[[Store, Person, Person, str], object]
) -> None:
    store, clock = database.open(), database.clock
    ada, office = await pair(store)
    await store.mutate(lambda work: both(work, office, NINE, BERLIN))
    link = await joined(store, ada, office)
    assert await has(store, ada) == (NINE, NINE)
    clock.advance(hours=23)
    assert await store.mutate(lambda work: work.digests.fire()) == 2
    told = [each for each in database.jobs.pending() if each.name == "digest"]
    assert [each.payload["chat"] for each in told] == [office.chat]  # once, where it was asked for
    await parts(store, ada, office, link)  # type: ignore[misc]  # a coroutine
    assert await has(store, ada) == (None, None)
    assert await has(store, office) == (NINE, NINE)
    clock.advance(days=1)
    assert not [each for each in database.jobs.pending() if each.name == "digest"]  # of both, gone
    await store.mutate(lambda work: work.digests.fire())
    told = [each for each in database.jobs.pending() if each.name == "digest"]
    assert [each.payload["chat"] for each in told] == [office.chat]


async def test_what_was_changed_meanwhile_stays(database: Database) -> None:
    store = database.open()
    ada, office = await pair(store)
    await store.mutate(lambda work: both(work, office, NINE, BERLIN))
    link = await joined(store, ada, office)
    await store.mutate(lambda work: both(work, ada, EIGHT, ""))
    await taken_back(store, ada, office, link)
    assert [await has(store, each) for each in (ada, office)] == [(EIGHT, EIGHT), (NINE, NINE)]


async def test_after_a_day_it_is_the_accounts(database: Database) -> None:
    store, clock = database.open(), database.clock
    ada, office = await pair(store)
    await store.mutate(lambda work: both(work, office, NINE, BERLIN))
    link = await joined(store, ada, office)
    clock.advance(seconds=UNDO_FOR.total_seconds() + 1)
    await left(store, ada, office, link)
    assert [await has(store, each) for each in (ada, office)] == [(NINE, NINE), (NINE, NINE)]


async def test_a_zone_that_comes_along_holds_for_what_was_there(database: Database) -> None:
    store = database.open()
    ada, office = await pair(store)
    await store.mutate(lambda work: both(work, ada, EIGHT, ""))
    await store.mutate(lambda work: work.profile.set_timezone(office.account, TOKYO))
    zone = select(schema.digest.c.zone).where(schema.digest.c.account_id == ada.account)
    link = await joined(store, ada, office)
    assert await store.query(lambda work: work.run(zone).scalar()) == TOKYO
    assert await has(store, ada) == (EIGHT, EIGHT)
    await taken_back(store, ada, office, link)
    assert await store.query(lambda work: work.run(zone).scalar()) == "UTC"
    assert await has(store, ada) == (EIGHT, EIGHT)
