"""Being connected to the wrong person is no way to take what was theirs (`promises.md` T2, T10)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core import forgetting_rows, link_rows, links, schema, taking_back, unlinking
from core.app_links import AppLinks
from core.errors import LinkRefused
from core.events import Returned, pack
from core.forgetting import forget, holdings
from core.joining import add_login, move
from core.offer import State
from core.ports import SignedIn
from core.store import Store
from core.taking_back import undo
from core.unlinking import unlink
from core.work import Work
from tests.core.joining import joins, merged
from tests.core.people import Person, add, identity_of, meet, person
from tests.core.rows import numbers
from tests.databases import Database

ISSUER = "https://id.example.org"


@pytest.fixture
async def mal(store: Store) -> Person:
    return await person(store, "Mal")


@pytest.fixture
async def vera(store: Store) -> Person:
    """Who connects a chat of hers to Mal's account, by mistake."""
    found = await person(store, "Vera", "slack", "T1")
    await add(store, found)
    return found


async def account_of(store: Store, who: Person) -> int:
    return await store.mutate(lambda work: work.accounts.recognise(who.sender)[0].id)


async def leaves(store: Store, who: Person) -> int:
    """A chat disconnects itself; the account that it has then."""
    account = await account_of(store, who)
    await store.mutate(lambda work: unlink(work, account, who.identity, by=who.identity))
    return await account_of(store, who)


async def told(store: Store, account: int, kind: str) -> int:
    n = schema.notice.c
    found = select(n.id).where(n.account_id == account, n.kind == kind)
    return len(await store.query(lambda work: work.run(found).all()))


async def refused(store: Store, who: Person, act: object, link: str) -> str:
    with pytest.raises(LinkRefused) as why:
        await store.mutate(lambda w: act(w, identity_of(w, who), link))  # type: ignore[operator]  # of any kind
    return why.value.reason


# -- going home ----------------------------------------------------------------------------------


async def test_who_leaves_is_alone_also_after_the_account_joined_another(
    store: Store, mal: Person, vera: Person
) -> None:
    """Mal connects the account that Vera came to with one more of his: going back to it would put
    her where he comes back to."""
    third = await person(store, "Mal")
    await store.mutate(lambda work: joins(work, mal, vera))
    await store.mutate(lambda work: joins(work, third, mal))
    assert await leaves(store, vera) == vera.account
    assert await leaves(store, mal) == mal.account
    assert await store.query(lambda work: numbers(work, vera.account)) == [1]


async def test_the_control_the_last_account_would_be_shared(
    store: Store, mal: Person, vera: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_last = link_rows.HOMES.order_by(None).order_by(schema.link.c.id.desc())
    monkeypatch.setattr(link_rows, "HOMES", by_last)
    third = await person(store, "Mal")
    await store.mutate(lambda work: joins(work, mal, vera))
    await store.mutate(lambda work: joins(work, third, mal))
    assert await leaves(store, vera) == await leaves(store, mal) == mal.account


async def test_who_is_there_already_is_told_who_comes_back(
    store: Store, mal: Person, vera: Person
) -> None:
    """Her tasks went to Mal's account, so she goes back there; he is not to come unseen."""
    third = await person(store, "Mal")
    await merged(store, mal, vera)
    await store.mutate(lambda work: joins(work, third, mal))
    assert await leaves(store, vera) == mal.account
    assert await told(store, mal.account, "Returned") == 0  # nobody was there
    assert await leaves(store, mal) == mal.account
    assert await told(store, mal.account, "Returned") == 1
    assert pack(Returned(mal.identity, 0))[0] == "Returned"


async def test_the_control_he_would_come_unseen(
    store: Store, mal: Person, vera: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unlinking, "_tell_who_is_there", lambda *_: None)
    third = await person(store, "Mal")
    await merged(store, mal, vera)
    await store.mutate(lambda work: joins(work, third, mal))
    assert await leaves(store, vera) == await leaves(store, mal) == mal.account
    assert await told(store, mal.account, "Returned") == 0


# -- taking back, and bringing along -------------------------------------------------------------


async def test_what_has_to_be_taken_back_first_is_named_to_who_may(
    store: Store, mal: Person, vera: Person
) -> None:
    third, fourth = await person(store, "Mal"), await person(store, "Mal")
    first = await store.mutate(lambda work: joins(work, mal, vera))
    second = await store.mutate(lambda work: joins(work, third, mal))
    last = await store.mutate(lambda work: joins(work, fourth, third))
    assert await refused(store, vera, undo, first.link) == "later"
    assert await refused(store, await person(store, "Eve"), undo, first.link) == "gone"
    for each in (last, second):
        found = await store.query(lambda work: links.last_after(work, first.link))
        assert found is not None
        assert found.public_id == each.link
        await store.mutate(lambda w, link=each.link: undo(w, identity_of(w, vera), link))
    await store.mutate(lambda work: undo(work, identity_of(work, vera), first.link))
    assert await account_of(store, vera) == vera.account


async def test_the_control_anybody_would_learn_of_it(
    store: Store, mal: Person, vera: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(taking_back, "_goes_on_to", lambda *_: True)
    first = await store.mutate(lambda work: joins(work, mal, vera))
    third = await person(store, "Mal")
    await store.mutate(lambda work: joins(work, third, mal))
    assert await refused(store, await person(store, "Eve"), undo, first.link) == "later"


async def sends_away(store: Store, mal: Person, vera: Person) -> None:
    """The tasks of Vera's chat come along, and Mal disconnects it."""
    done = await store.mutate(lambda work: joins(work, mal, vera))
    await store.mutate(lambda work: move(work, identity_of(work, vera), done.link))
    await store.mutate(lambda work: unlink(work, mal.account, vera.identity, by=mal.identity))


async def test_for_a_day_who_is_sent_away_takes_the_tasks_along(
    store: Store, mal: Person, vera: Person
) -> None:
    await sends_away(store, mal, vera)
    assert await account_of(store, vera) == vera.account
    assert await store.query(lambda work: numbers(work, vera.account)) == [1]
    assert await store.query(lambda work: numbers(work, mal.account)) == []


async def test_the_control_they_would_be_kept(
    store: Store, mal: Person, vera: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "brought", lambda *_: None)
    await sends_away(store, mal, vera)
    assert await account_of(store, vera) not in (vera.account, mal.account)
    assert await store.query(lambda work: numbers(work, mal.account)) == [1]


@pytest.mark.parametrize("later_on", [False, True])
async def test_who_leaves_by_itself_or_later_leaves_the_tasks(
    store: Store, database: Database, mal: Person, vera: Person, later_on: bool
) -> None:
    done = await store.mutate(lambda work: joins(work, mal, vera))
    await store.mutate(lambda work: move(work, identity_of(work, vera), done.link))
    if later_on:
        database.clock.advance(days=1, seconds=1)
    by = (mal if later_on else vera).identity
    await store.mutate(lambda work: unlink(work, mal.account, vera.identity, by=by))
    assert await store.query(lambda work: numbers(work, mal.account)) == [1]


# -- what was asked before -----------------------------------------------------------------------


async def test_a_question_of_the_app_ends_when_the_chat_joins_another_account(
    store: Store, mal: Person, vera: Person
) -> None:
    """Its yes was about one account, and would take another one along."""
    asked = await store.mutate(lambda work: asked_and_joined(work, mal, vera))
    with pytest.raises(LinkRefused):
        await store.mutate(lambda w: w.app_links.end(identity_of(w, vera), asked, State.DONE))


async def test_the_control_it_could_be_answered_still(
    store: Store, mal: Person, vera: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AppLinks, "void_of", lambda *_: None)
    asked = await store.mutate(lambda work: asked_and_joined(work, mal, vera))
    await store.mutate(lambda w: w.app_links.end(identity_of(w, vera), asked, State.DONE))


def asked_and_joined(work: Work, mal: Person, vera: Person) -> str:
    code, _ = work.app_links.issue(ISSUER, "s", "App")
    asked = work.app_links.redeem(identity_of(work, vera), code)
    assert asked is not None
    joins(work, mal, vera)
    return asked.public_id


async def test_who_is_forgotten_leaves_no_name_in_the_sign_in_of_somebody_else(
    store: Store, mal: Person, vera: Person
) -> None:
    """Vera signed in by a link that Mal sent her, and is forgotten."""
    assert "Vera" not in await left_of_her(store, mal, vera)
    assert await account_of(store, mal) == mal.account


async def test_the_control_it_would_be_there_for_a_day(
    store: Store, mal: Person, vera: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [each for each in forgetting_rows.DELETE if each.table is not schema.web_link]
    assert len(others) == len(forgetting_rows.DELETE) - 1
    monkeypatch.setattr(forgetting_rows, "DELETE", others)
    assert "Vera" in await left_of_her(store, mal, vera)


async def left_of_her(store: Store, mal: Person, vera: Person) -> str:
    """What the sign-ins say once she is forgotten."""

    def signs_in(work: Work) -> None:
        add_login(work, vera.account, ISSUER, "vera", "Vera V.")
        _, name = work.web_links.start(identity_of(work, mal))
        attempt = work.web_links.find(name)
        assert attempt is not None
        work.web_links.begin(attempt.id, "state", "session")
        work.web_links.signed_in(attempt.id, SignedIn(ISSUER, "vera", "Vera V."), "session")

    await store.mutate(signs_in)
    await store.mutate(lambda work: forget(work, vera.account))
    return repr(await store.query(lambda work: work.run(select(schema.web_link)).all()))


async def test_for_a_day_nobody_has_both_forgotten(
    store: Store, database: Database, mal: Person, vera: Person
) -> None:
    """All of it would be gone, also what was left apart, and a linking could not be taken back."""
    await store.mutate(lambda work: joins(work, mal, vera))
    for act in (holdings, forget):
        with pytest.raises(LinkRefused) as why:
            await store.mutate(lambda work, act=act: act(work, mal.account))
        assert why.value.reason == "fresh"
    await store.mutate(lambda work: unlink(work, mal.account, vera.identity, by=mal.identity))
    await store.mutate(lambda work: forget(work, mal.account))
    assert await store.query(lambda work: numbers(work, vera.account)) == [1]
    assert await account_of(store, vera) == vera.account
    await store.mutate(lambda work: joins(work, meet(work, mal.sender), vera))
    database.clock.advance(days=1, seconds=1)
    await store.mutate(lambda work: forget(work, meet(work, mal.sender).account))
    assert await store.query(lambda work: numbers(work, vera.account)) == []


async def test_the_control_hers_would_be_gone_with_his(
    store: Store, mal: Person, vera: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "fresh", lambda *_: False)
    await store.mutate(lambda work: joins(work, mal, vera))
    await store.mutate(lambda work: forget(work, mal.account))
    assert await store.query(lambda work: numbers(work, vera.account)) == []
