"""Whoever came less than a day ago asks for a chat or a sign-in of before to be disconnected; those
who were there are told, and decide (issue 4, unlinking from any side).

Vera has a chat, a sign-in and a task; Mal's chat came to her account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from core import links, newcomers, partings
from core.carrying_out import carry_out
from core.errors import LinkRefused
from core.events import PartingAsked, PartingKept, Unlinked
from core.joining import login, logins, move
from core.link import Item
from core.signing_off import unlink_login
from core.store import Store
from core.taking_back import undo
from core.unlinking import leaving, unlink
from core.work import Work
from tests.core.joining import ISSUER, joined, joins, mal, settled, vera
from tests.core.people import Person, identity_of, meet, person
from tests.core.rows import numbers
from tests.databases import Database

__all__ = ["mal", "vera"]
Which = tuple[Item, int]


async def of(store: Store, who: Person, kind: Item) -> Which:
    if kind is Item.IDENTITY:
        return kind, who.identity
    (theirs,) = await store.query(lambda work: logins(work, who.account))
    return kind, theirs.id


async def there(store: Store, who: Person, which: Which) -> bool:
    """Whether it leads to their account."""
    if which[0] is Item.LOGIN:
        return await store.query(lambda work: login(work, ISSUER, "vera")) is not None
    return await store.mutate(lambda work: meet(work, who.sender).account) == who.account


async def asks(store: Store, who: Person, which: Which) -> None:
    await store.mutate(lambda work: partings.ask(work, identity_of(work, who), *which))


async def keeps(store: Store, who: Person, which: Which) -> None:
    await store.mutate(lambda work: partings.keep(work, identity_of(work, who), *which))


async def refused(store: Store, act: Callable[[Work], object]) -> str:
    with pytest.raises(LinkRefused) as why:
        await store.mutate(act)
    return why.value.reason


async def told(store: Store, who: Person, *kinds: type) -> list[object]:
    page = await store.query(lambda work: work.notices.page(who.account, most=20))
    return [each.event for each in page if isinstance(each.event, kinds)]


async def waiting(store: Store, who: Person) -> int:
    return len(await store.query(lambda work: partings.waiting(work, who.account)))


async def a_day(store: Store, database: Database, *, but: timedelta = timedelta()) -> int:
    """A day goes by, and what was asked for is carried out; how much."""
    database.clock.advance(seconds=(timedelta(days=1, seconds=1) - but).total_seconds())
    done = 0
    while await store.mutate(carry_out):
        done += 1
    return done


@pytest.mark.parametrize("kind", [Item.IDENTITY, Item.LOGIN])
async def test_it_is_told_at_once_and_done_after_a_day(
    store: Store, database: Database, vera: Person, mal: Person, kind: Item
) -> None:
    which = await of(store, vera, kind)
    await asks(store, mal, which)
    await asks(store, mal, which)  # again: nothing more
    (event,) = await told(store, vera, PartingAsked)
    assert isinstance(event, PartingAsked)
    assert event.asker == mal.identity
    named = (which[1], "Vera", 0) if kind is Item.IDENTITY else (0, "", which[1])
    assert (event.identity, event.name, event.login) == named
    assert await a_day(store, database, but=timedelta(seconds=2)) == 0
    assert await there(store, vera, which)
    assert await a_day(store, database, but=timedelta(days=1) - timedelta(seconds=2)) == 1
    assert not await there(store, vera, which)
    assert await there(store, mal, (Item.IDENTITY, mal.identity)) or kind is Item.LOGIN
    assert await store.query(lambda work: numbers(work, vera.account)) == [1]
    assert len(await told(store, vera, Unlinked)) == 1


@pytest.mark.parametrize("kind", [Item.IDENTITY, Item.LOGIN])
async def test_it_stays_where_one_of_before_says_so(
    store: Store, database: Database, vera: Person, mal: Person, kind: Item
) -> None:
    which = await of(store, vera, kind)
    await asks(store, mal, which)
    await keeps(store, vera, which)
    await keeps(store, vera, which)  # again: nothing more
    assert len(await told(store, vera, PartingKept)) == 1
    assert await waiting(store, vera) == 0
    again = await refused(store, lambda work: partings.ask(work, identity_of(work, mal), *which))
    assert again == "kept"
    await a_day(store, database)
    assert await there(store, vera, which)
    act = unlink if kind is Item.IDENTITY else unlink_login
    await store.mutate(lambda work: act(work, vera.account, which[1], by=mal.identity))
    assert not await there(store, vera, which)  # their day is over


async def test_one_of_before_disconnects_it_at_once(
    store: Store, database: Database, vera: Person, mal: Person
) -> None:
    which = await of(store, vera, Item.IDENTITY)
    phone = await person(store, "Vera")
    phone = await settled(store, database, vera, phone)
    third = await joined(store, vera, await person(store, "Third"))
    await asks(store, third, which)
    await store.mutate(lambda work: unlink(work, vera.account, vera.identity, by=phone.identity))
    assert await waiting(store, third) == 0
    assert await a_day(store, database) == 0


@pytest.mark.parametrize("how", ["sent away", "taken back", "left"])
async def test_it_ends_with_whoever_asked(
    store: Store, database: Database, vera: Person, how: str
) -> None:
    mal = await person(store, "Mal")
    done = await store.mutate(lambda work: joins(work, vera, mal))
    for kind in (Item.IDENTITY, Item.LOGIN):
        await asks(store, mal, await of(store, vera, kind))
    if how == "taken back":
        await store.mutate(lambda work: undo(work, identity_of(work, vera), done.link))
    else:
        by = vera.identity if how == "sent away" else mal.identity
        await store.mutate(lambda work: unlink(work, vera.account, mal.identity, by=by))
    assert await waiting(store, vera) == 0
    await joined(store, vera, mal)  # who comes again asks again
    assert await a_day(store, database) == 0
    for kind in (Item.IDENTITY, Item.LOGIN):
        assert await there(store, vera, await of(store, vera, kind))


async def test_who_else_came_today_keeps_nobody(
    store: Store, vera: Person, mal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await joined(store, vera, await person(store, "Mal"))
    which = await of(store, vera, Item.IDENTITY)
    await asks(store, mal, which)
    act: Callable[[Work], object] = lambda w: partings.keep(w, identity_of(w, other), *which)  # noqa: E731  # twice
    assert await refused(store, act) == "newcomer"
    monkeypatch.setattr(newcomers, "may_part", lambda *_: None)  # the control
    await store.mutate(act)
    assert await waiting(store, vera) == 0


async def test_who_asked_lets_it_be(
    store: Store, database: Database, vera: Person, mal: Person
) -> None:
    which = await of(store, vera, Item.IDENTITY)
    await asks(store, mal, which)
    await keeps(store, mal, which)
    assert len(await told(store, vera, PartingKept)) == 1
    await a_day(store, database)
    assert await there(store, vera, which)


async def test_who_asked_too_does_not_answer_for_others(
    store: Store, vera: Person, mal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await joined(store, vera, await person(store, "Mal"))
    which = await of(store, vera, Item.IDENTITY)
    for each in (mal, other):
        await asks(store, each, which)
    await keeps(store, other, which)
    (left,) = await store.query(lambda work: partings.waiting(work, vera.account))
    assert left.asker == mal.identity
    third = await joined(store, vera, await person(store, "Mal"))
    await asks(store, third, which)
    monkeypatch.setattr(partings, "_KEEP_OWN", partings._KEEP)  # the control
    await keeps(store, third, which)
    assert await waiting(store, vera) == 0


async def test_only_who_is_new_asks_and_only_in_their_account(
    store: Store, database: Database, vera: Person, mal: Person
) -> None:
    stranger = await person(store, "Eve")
    for who, which in (
        (vera, (Item.IDENTITY, mal.identity)),
        (mal, (Item.IDENTITY, mal.identity)),
        (mal, (Item.IDENTITY, stranger.identity)),
        (mal, (Item.LOGIN, 99)),
        (stranger, (Item.IDENTITY, vera.identity)),
    ):
        act = lambda w, who=who, which=which: partings.ask(w, identity_of(w, who), *which)  # noqa: E731  # of each
        assert await refused(store, act) == "gone"
    which = await of(store, vera, Item.IDENTITY)
    assert await refused(store, lambda w: partings.keep(w, identity_of(w, vera), *which)) == "gone"
    await asks(store, mal, which)
    why = await refused(store, lambda w: partings.keep(w, identity_of(w, stranger), *which))
    assert why == "gone"


async def test_tasks_that_came_today_go_back_with_whom_they_came(
    store: Store, database: Database, mal: Person, vera: Person
) -> None:
    """As where another chat disconnects it at once: nobody takes them by sending somebody away."""
    host = await person(store, "Host")
    done = await store.mutate(lambda work: joins(work, host, vera))
    database.clock.advance(hours=1)
    new = await joined(store, host, await person(store, "New"))
    await asks(store, new, (Item.IDENTITY, vera.identity))
    database.clock.advance(hours=23, minutes=30)
    await store.mutate(lambda work: move(work, identity_of(work, vera), done.link))
    database.clock.advance(minutes=30, seconds=1)
    assert await store.mutate(carry_out)
    assert await store.query(lambda work: links.tasks(work, host.account)) == 0
    assert await store.query(lambda work: numbers(work, vera.account)) == [1]


async def test_what_stops_is_known_before(store: Store, vera: Person, mal: Person) -> None:
    found = await store.query(
        lambda work: leaving(work, vera.account, vera.identity, by=mal.identity)
    )
    assert found.asks_until is not None
    found = await store.query(
        lambda work: leaving(work, vera.account, mal.identity, by=mal.identity)
    )
    assert found.asks_until is None
