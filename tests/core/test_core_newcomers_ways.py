"""Ways round what whoever came to an account less than a day ago may not do: a sign-in that came
along, a linking of before, and what is paid for (`promises.md` T2, T10, T14, T35).

Vera was there before; Mal's chat came to her account, by somebody's mistake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import update

from core import newcomers, schema
from core.connecting import connect
from core.errors import LinkRefused
from core.joining import Joined, Way, add_login, move
from core.store import Store
from core.taking_back import move_back, undo
from core.work import Work
from tests.core.joining import joined, joins, settled
from tests.core.paying import bought
from tests.core.people import Person, add, identity_of, meet, person
from tests.core.rows import numbers
from tests.databases import Database

ISSUER = "https://id.example.org"
Act = Callable[[Work], object]


@pytest.fixture
async def vera(store: Store) -> Person:
    return await person(store, "Vera", "slack", "T1")


@pytest.fixture
async def mal(store: Store) -> Person:
    """With a sign-in, and not connected yet."""
    who = await person(store, "Mal")
    await store.mutate(lambda work: add_login(work, who.account, ISSUER, "mal", "Mal"))
    return who


async def refused(store: Store, act: Act) -> str:
    with pytest.raises(LinkRefused) as why:
        await store.mutate(act)
    return why.value.reason


async def account_of(store: Store, who: Person) -> int:
    return await store.mutate(lambda work: meet(work, who.sender).account)


# -- a sign-in that came along -------------------------------------------------------------------


def signs_in(work: Work, who: Person) -> object:
    """From a chat of theirs, with Mal's sign-in."""
    chat = identity_of(work, who)
    return connect(work, chat, Way.WEB, issuer=ISSUER, subject="mal", name="Mal")


async def test_a_sign_in_that_came_along_lets_nobody_in(
    store: Store, database: Database, vera: Person, mal: Person
) -> None:
    await joined(store, vera, mal)
    third = await person(store, "Third")
    assert await refused(store, lambda work: signs_in(work, third)) == "new-sign-in"
    assert await account_of(store, third) == third.account
    database.clock.advance(days=1, seconds=1)
    await store.mutate(lambda work: signs_in(work, third))
    assert await account_of(store, third) == vera.account


async def test_the_control_they_would_stay_when_it_is_taken_back(
    store: Store, vera: Person, mal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, "may_let_in", lambda *_: None)
    done = await store.mutate(lambda work: joins(work, vera, mal))
    third = await person(store, "Third")
    await store.mutate(lambda work: signs_in(work, third))
    await store.mutate(lambda work: undo(work, identity_of(work, vera), done.link))
    assert await account_of(store, mal) == mal.account
    assert await account_of(store, third) == vera.account


async def test_a_sign_in_of_before_lets_in(store: Store, vera: Person, mal: Person) -> None:
    """Also one that was added a moment ago, by somebody whose account it is."""
    await joined(store, mal, vera)
    third = await person(store, "Third")
    await store.mutate(lambda work: signs_in(work, third))
    assert await account_of(store, third) == mal.account


# -- a linking of before -------------------------------------------------------------------------


async def before(store: Store, vera: Person) -> tuple[Person, Joined]:
    """Vera's phone came with a task, which came along; then Mal came."""
    phone = await person(store, "Vera")
    await add(store, phone)

    def both(work: Work) -> Joined:
        done = joins(work, vera, phone)
        move(work, identity_of(work, phone), done.link)
        return done

    return phone, await store.mutate(both)


@pytest.mark.parametrize("taken", [undo, move_back])
async def test_who_came_later_takes_nothing_of_before_back(
    store: Store, vera: Person, mal: Person, taken: Callable[..., object]
) -> None:
    phone, done = await before(store, vera)
    await joined(store, vera, mal)
    act: Act = lambda work: taken(work, identity_of(work, mal), done.link)  # noqa: E731  # twice
    assert await refused(store, act) == "newcomer"
    assert await account_of(store, phone) == vera.account
    assert await store.query(lambda work: numbers(work, vera.account)) == [1]
    await store.mutate(lambda work: taken(work, identity_of(work, phone), done.link))
    assert await store.query(lambda work: numbers(work, vera.account)) == []


async def test_the_control_he_would_send_her_phone_away(
    store: Store, vera: Person, mal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, "may_take_back", lambda *_: None)
    phone, done = await before(store, vera)
    await joined(store, vera, mal)
    await store.mutate(lambda work: undo(work, identity_of(work, mal), done.link))
    assert await account_of(store, phone) == phone.account


async def test_the_own_coming_is_theirs_to_take_back(
    store: Store, vera: Person, mal: Person
) -> None:
    await before(store, vera)
    done = await store.mutate(lambda work: joins(work, vera, mal))
    await store.mutate(lambda work: undo(work, identity_of(work, mal), done.link))
    assert await account_of(store, mal) == mal.account


# -- what is paid for ----------------------------------------------------------------------------


async def pays(store: Store, who: Person, by: int | None = None) -> None:
    def told(work: Work) -> None:
        known = work.accounts.get(who.account).public_id
        work.billing.apply(bought(known))
        work.run(update(schema.subscription).values(identity_id=by))

    await store.mutate(told)


def may_pay(who: Person) -> Act:
    return lambda work: newcomers.may_pay(work, identity_of(work, who))


async def test_who_came_today_has_no_say_in_what_was_paid_before(
    store: Store, database: Database, vera: Person, mal: Person
) -> None:
    await pays(store, vera)
    await joined(store, vera, mal)
    assert await refused(store, may_pay(mal)) == "pays"
    await store.mutate(may_pay(vera))
    database.clock.advance(days=1, seconds=1)
    await store.mutate(may_pay(mal))


async def test_nor_has_whoever_was_there_in_what_came_today(
    store: Store, database: Database, vera: Person, mal: Person
) -> None:
    await pays(store, mal)
    await joined(store, vera, mal)
    assert await refused(store, may_pay(vera)) == "pays"
    await store.mutate(may_pay(mal))
    database.clock.advance(days=1, seconds=1)
    await store.mutate(may_pay(vera))


async def test_who_began_it_has(store: Store, vera: Person, mal: Person) -> None:
    """Bought after they came."""
    here = await joined(store, vera, mal)
    await store.mutate(may_pay(here))  # nobody pays yet
    await pays(store, vera, by=mal.identity)
    await store.mutate(may_pay(here))
    await store.mutate(may_pay(vera))


async def test_who_came_along_with_it_has_on_the_next_day_of_travel_too(
    store: Store, database: Database, vera: Person, mal: Person
) -> None:
    """Two chats and what they pay for go on together."""
    phone = await settled(store, database, mal, await person(store, "Mal"))
    await pays(store, mal)
    there = replace(await joined(store, vera, mal), account=vera.account)
    for each in (phone, there):
        await store.mutate(may_pay(each))


# -- everything as a file ------------------------------------------------------------------------


async def test_everything_is_given_out_where_it_was_before(
    store: Store, database: Database, vera: Person, mal: Person
) -> None:
    def copies(who: Person) -> Act:
        return lambda work: newcomers.may_copy_all(work, identity_of(work, who))

    await store.mutate(copies(mal))  # alone, it is all their own
    await joined(store, vera, mal)
    await store.mutate(copies(vera))
    assert await refused(store, copies(mal)) == "everything"
    database.clock.advance(days=1, seconds=1)
    await store.mutate(copies(mal))
