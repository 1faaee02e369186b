"""A chat may have a time zone of its own: for what is read and shown there, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import bindparam, update

from core import profile
from core.digests import Days
from core.errors import NotUnderstood
from core.identity import Account
from core.schema import identity
from core.store import Store
from core.unlinking import unlink
from core.work import Work
from tests.core.joining import joined
from tests.core.people import Person, identity_of, person

BERLIN, TOKYO = "Europe/Berlin", "Asia/Tokyo"


def at(work: Work, who: Person) -> Account:
    """Somebody, as they are met in their chat."""
    found = work.accounts.identity(who.identity)
    assert found is not None
    return found[0]


async def travels(store: Store, who: Person, zone: str = TOKYO) -> None:
    done = await store.mutate(
        lambda work: work.profile.set_timezone_here(who.account, who.identity, zone)
    )
    assert done


@pytest.fixture
async def ada(store: Store) -> Person:
    """Somebody in Berlin."""
    who = await person(store, "Ada")
    await store.mutate(lambda work: work.profile.set_timezone(who.account, BERLIN))
    return who


async def test_one_chat_is_elsewhere_and_the_others_are_not(store: Store, ada: Person) -> None:
    phone = await joined(store, ada, await person(store, "Ada", "slack", "T1"))
    await travels(store, phone)

    def zones(work: Work) -> list[str]:
        met = work.accounts.recognise(phone.sender)[0]
        owner = work.accounts.of_chat(phone.chat)
        assert owner is not None
        found = (met, owner, at(work, phone), at(work, ada), work.accounts.get(ada.account))
        return [each.zone.key for each in found]

    assert await store.mutate(zones) == [TOKYO, TOKYO, TOKYO, BERLIN, BERLIN]
    await travels(store, phone, "")
    assert await store.mutate(zones) == [BERLIN] * 5


async def test_the_digest_and_the_quiet_hours_stay(store: Store, ada: Person) -> None:
    def rhythm(work: Work) -> tuple[str, str]:
        rule, hours = work.digests.of(ada.account), work.quiet.of(ada.account)
        assert rule is not None
        assert hours is not None
        return rule.zone, hours.zone

    await travels(store, ada)

    def sets(work: Work) -> None:
        work.digests.set(ada.account, ada.identity, Days.DAILY, time(8, 30))
        work.quiet.set(ada.account, time(22), time(8))

    await store.mutate(sets)
    assert await store.query(rhythm) == (BERLIN, BERLIN)
    await store.mutate(lambda work: work.profile.set_timezone(ada.account, "Europe/Rome"))
    assert await store.query(rhythm) == ("Europe/Rome", "Europe/Rome")
    assert await store.query(lambda work: at(work, ada).zone.key) == TOKYO


async def test_nobody_sets_it_for_somebody_else(store: Store, ada: Person) -> None:
    ben = await person(store, "Ben")
    assert not await store.mutate(
        lambda work: work.profile.set_timezone_here(ben.account, ada.identity, TOKYO)
    )
    assert await store.query(lambda work: at(work, ada).here) == ""


async def test_but_for_one_condition_they_would(
    store: Store, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control of the test before."""
    ids = identity.c.id
    anybody = update(identity).where(ids == bindparam("identity")).returning(ids)
    monkeypatch.setattr(profile, "_SET_HERE", anybody.values(timezone=bindparam("zone")))
    ben = await person(store, "Ben")
    await travels(store, replace(ben, identity=ada.identity))
    assert await store.query(lambda work: at(work, ada).here) == TOKYO


async def test_what_is_no_zone_is_refused(store: Store, ada: Person) -> None:
    with pytest.raises(NotUnderstood):
        await travels(store, ada, "Europe/Gotham")


async def test_what_a_platform_tells_is_the_accounts(store: Store) -> None:
    who = await person(store, "Cleo", "slack", "T1")
    await travels(store, who)
    told = replace(who.sender, timezone=BERLIN)
    await store.mutate(lambda work: work.accounts.learn(who.identity, told))
    cleo = await store.query(lambda work: at(work, who))
    assert (cleo.timezone, cleo.zone.key) == (BERLIN, TOKYO)


async def test_it_goes_with_the_chat(store: Store, ada: Person) -> None:
    cleo = await person(store, "Cleo", "slack", "T1")
    await travels(store, cleo)
    there = await joined(store, ada, cleo)
    joins = await store.query(lambda work: (at(work, there), at(work, ada)))
    assert [(each.id, each.zone.key) for each in joins] == [
        (ada.account, TOKYO),
        (ada.account, BERLIN),
    ]
    await store.mutate(lambda work: unlink(work, ada.account, cleo.identity))
    back = await store.query(lambda work: at(work, cleo))
    assert (back.id, back.zone.key) == (cleo.account, TOKYO)
    assert await store.query(lambda work: identity_of(work, ada).timezone) == ""
