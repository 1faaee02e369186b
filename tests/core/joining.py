"""Linking, as two people do it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.joining import Joined, add_login, move
from core.store import Store
from core.work import Work
from tests.core.people import Person, add, identity_of, person
from tests.databases import Database

ISSUER = "https://id.example.org"


def joins(work: Work, source: Person, target: Person) -> Joined:
    """The identity of `target` joins the account of `source`: a code, and two yeses."""
    code = work.linking.issue(identity_of(work, source)).code
    offer = work.linking.redeem(identity_of(work, target), code)
    work.linking.agree(identity_of(work, target), offer.public_id)
    joined = work.linking.agree(identity_of(work, source), offer.public_id)[1]
    assert joined is not None
    return joined


async def joined(store: Store, source: Person, target: Person) -> Person:
    """The same; `target` as they are now. What they had stays apart."""
    await store.mutate(lambda work: joins(work, source, target))
    return replace(target, account=source.account)


@pytest.fixture
async def vera(store: Store) -> Person:
    """Somebody on Slack who has a task, and a sign-in."""
    who = await person(store, "Vera", "slack", "T1")
    await add(store, who)
    await store.mutate(lambda work: add_login(work, who.account, ISSUER, "vera", "Vera"))
    return who


@pytest.fixture
async def mal(store: Store, vera: Person) -> Person:
    """Who joined her today."""
    return await joined(store, vera, await person(store, "Mal"))


async def settled(store: Store, database: Database, source: Person, target: Person) -> Person:
    """The same, a day ago and more: it can't be taken back, and `target` does as others do."""
    there = await joined(store, source, target)
    database.clock.advance(days=1, seconds=1)
    return there


async def merged(store: Store, source: Person, target: Person) -> Person:
    """The same, and what they had comes along."""

    def both(work: Work) -> None:
        done = joins(work, source, target)
        move(work, identity_of(work, target), done.link)

    await store.mutate(both)
    return replace(target, account=source.account)
