"""What a joining and a move refuse, where a sign-in then leads, what is recorded, who is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from core.errors import LinkRefused
from core.events import Event, Linked, MoveOffered, TasksMoved
from core.identity import Identity
from core.joining import Joined, Way, add_login, join, login, move
from core.store import Store
from core.taking_back import undo
from core.unlinking import unlink
from core.work import Work
from tests.core.joining import ISSUER, settled
from tests.core.paying import bought, external_id, hear, selling
from tests.core.people import Person, add, identity_of, meet, person, sender
from tests.databases import Database


@pytest.fixture
def store(database: Database) -> Store:
    return database.open(selling())


@pytest.fixture
async def cleo(store: Store, ada: Person) -> Person:
    """Somebody with a handle, who came after Ada."""
    who = sender("Cleo", "slack", "T1", handle="cleo")
    return await store.mutate(lambda work: meet(work, who))


async def goes(store: Store, who: Person, to: Person, way: Way = Way.APP, **more: Any) -> Joined:
    """Who decides that two belong together says that `who` belongs to the account of `to`."""
    return await store.mutate(
        lambda work: join(work, identity_of(work, who), to.account, way, **more)
    )


async def moves(store: Store, who: Identity, link: str) -> str:
    """Why the tasks do not come along at the word of this identity; empty where they do."""
    try:
        await store.mutate(lambda work: move(work, who, link))
    except LinkRefused as refused:
        return refused.reason
    return ""


async def now(store: Store, who: Person) -> Identity:
    return await store.query(lambda work: identity_of(work, who))


async def recorded(store: Store, who: Person) -> dict[str, str]:
    """What was recorded last of somebody's account."""
    return dict((await store.query(lambda work: work.audit.of(who.account)))[0].facts)


async def told(store: Store, database: Database) -> Counter[tuple[type[Event], object]]:
    """Of what which identities are told, and how often."""
    jobs = [job.payload for job in database.jobs.pending() if job.name == "tell"]

    def read(work: Work) -> Counter[tuple[type[Event], object]]:
        found = [(work.notices.get(int(str(each["notice"]))), each["identity"]) for each in jobs]
        return Counter((type(notice.event), who) for notice, who in found if notice)

    return await store.query(read)


async def newest(store: Store, who: Person) -> tuple[object, str]:
    """What somebody was told last, and who did it."""
    notice = (await store.query(lambda work: work.notices.page(who.account)))[0]
    return notice.event, notice.actor


@pytest.mark.parametrize("way", list(Way))
async def test_both_records_say_who_came_where_and_how(
    store: Store, ada: Person, cleo: Person, way: Way
) -> None:
    await goes(store, cleo, ada, way)
    said = {"platform": "slack", "name": "Cleo", "handle": "cleo", "account": "Ada"}
    for who in (ada, cleo):
        assert await recorded(store, who) == {"way": way.value, **said}


@pytest.mark.parametrize("answered", ["nobody", "who came", "who was there"])
async def test_whoever_is_not_answered_is_told_who_came(
    store: Store, database: Database, ada: Person, cleo: Person, answered: str
) -> None:
    everybody = {"who came": cleo.identity, "who was there": ada.identity}
    but: dict[str, Any] = {"answered": everybody.pop(answered)} if answered in everybody else {}
    done = await goes(store, cleo, ada, **but)
    assert await told(store, database) == Counter((Linked, each) for each in everybody.values())
    assert await newest(store, ada) == (Linked(cleo.identity, done.link), "Cleo")


async def test_only_the_chat_that_came_is_asked_for_its_tasks(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    tablet = await settled(store, database, cleo, await person(store, "Cleo"))
    for title in ("Buy milk", "Report"):
        await add(store, cleo, title)
    before = await told(store, database)
    done = await goes(store, tablet, ada, answered=tablet.identity)
    others = {(Linked, ada.identity): 1, (Linked, cleo.identity): 1}
    assert await told(store, database) - before == others | {(MoveOffered, tablet.identity): 1}
    assert await newest(store, ada) == (MoveOffered(done.link, 2), "")


async def test_the_sign_in_by_which_it_came_leads_there(
    store: Store, ada: Person, cleo: Person
) -> None:
    await goes(store, cleo, ada, Way.WEB, login=(ISSUER, "s", "ada@x"))
    found = await store.query(lambda work: login(work, ISSUER, "s"))
    assert found is not None
    assert (found.account, found.name) == (ada.account, "ada@x")


async def test_by_the_sign_in_of_somebody_else_nobody_comes(
    store: Store, ada: Person, cleo: Person, ben: Person
) -> None:
    await store.mutate(lambda work: add_login(work, ben.account, ISSUER, "s", "ben"))
    with pytest.raises(LinkRefused, match=r"^elsewhere$"):
        await goes(store, cleo, ada, login=(ISSUER, "s", "ada"))
    assert (await now(store, cleo)).account_id == cleo.account


@pytest.mark.parametrize("answered", [True, False])
async def test_where_they_are_already_only_the_sign_in_is_new(
    store: Store, database: Database, ada: Person, answered: bool
) -> None:
    but: dict[str, Any] = {"answered": ada.identity} if answered else {}
    done = await goes(store, ada, ada, login=(ISSUER, "s", "ada@x"), **but)
    assert (bool(done.link), done.offer_tasks, done.identities) == (True, 0, ())
    assert await recorded(store, ada) == {"way": "app", "issuer": ISSUER, "name": "ada@x"}
    assert await told(store, database) == ({} if answered else {(Linked, ada.identity): 1})
    assert await newest(store, ada) == (Linked(0, done.link, "ada@x"), "")
    again = await goes(store, ada, ada, login=(ISSUER, "s", "ada@x"))
    assert again == Joined("", 0, ())


async def test_two_that_pay_stay_two(store: Store, ada: Person, cleo: Person) -> None:
    for each in (ada, cleo):
        await hear(store, bought(await external_id(store, each)))
    with pytest.raises(LinkRefused, match=r"^both-pay$"):
        await goes(store, cleo, ada)
    assert (await now(store, cleo)).account_id == cleo.account


# -- the tasks come along ------------------------------------------------------------------------


async def test_whoever_did_not_say_so_is_told_whose_tasks_came_along(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    for title in ("Buy milk", "Report"):
        await add(store, cleo, title)
    done = await goes(store, cleo, ada)
    assert await moves(store, await now(store, cleo), done.link) == ""
    assert await recorded(store, ada) == {"tasks": "2"}
    heard = await told(store, database)
    assert [who for what, who in heard if what is TasksMoved] == [ada.identity]
    at = int(database.clock.now().timestamp())
    assert await newest(store, ada) == (TasksMoved(done.link, 2, at), "Cleo")


async def test_with_a_sign_in_no_tasks_come(store: Store, ada: Person) -> None:
    link = await store.mutate(lambda work: add_login(work, ada.account, ISSUER, "s", "ada"))
    assert await moves(store, await now(store, ada), link) == "gone"


async def test_what_was_taken_back_moves_no_tasks(store: Store, ada: Person, cleo: Person) -> None:
    await add(store, cleo)
    done = await goes(store, cleo, ada)
    await store.mutate(lambda work: undo(work, identity_of(work, ada), done.link))
    assert await moves(store, await now(store, ada), done.link) == "undone"
    assert await moves(store, await now(store, cleo), done.link) == "gone"  # it is not theirs


async def test_what_is_not_there_or_not_theirs_moves_no_tasks(
    store: Store, ada: Person, ben: Person, cleo: Person
) -> None:
    await add(store, cleo)
    done = await goes(store, cleo, ada)
    assert await moves(store, await now(store, ada), "nonsense") == "gone"
    assert await moves(store, await now(store, ben), done.link) == "gone"
    claimed = replace(await now(store, ben), account_id=ada.account)  # was of it, as they think
    assert await moves(store, claimed, done.link) == "gone"


@pytest.mark.parametrize("forgotten", [False, True])
async def test_whoever_left_meanwhile_moves_no_tasks(
    store: Store, ada: Person, cleo: Person, forgotten: bool
) -> None:
    """Back where it was, or nowhere: what it was a part of is its word no more."""
    await add(store, cleo)
    done = await goes(store, cleo, ada)
    before = await now(store, cleo)
    if forgotten:  # all that it had came along: it has nowhere to return to
        assert await moves(store, before, done.link) == ""
    await store.mutate(lambda work: unlink(work, ada.account, cleo.identity))
    found = await store.query(lambda work: work.accounts.identity(cleo.identity))
    assert (found is None) is forgotten
    assert await moves(store, before, done.link) == "gone"
    with pytest.raises(LinkRefused, match=r"^elsewhere$"):
        await store.mutate(lambda work: join(work, before, cleo.account, Way.APP))
