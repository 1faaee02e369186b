"""For a day whoever came to an account takes nobody along, lets nobody in and sends nobody away:
all that they did is mended by taking their coming back (`promises.md` T2, T10, T14).

Vera has a chat, a sign-in and a task; Mal's chat came to her account, by somebody's mistake."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from core import newcomers
from core.connecting import connect
from core.errors import LinkRefused
from core.export import everything
from core.forgetting import forget
from core.joining import Way, add_login, join, login, logins, move
from core.link import Item
from core.offer import State
from core.ports import SignedIn
from core.signing_off import unlink_login
from core.store import Store
from core.taking_back import move_back, undo
from core.unlinking import unlink
from core.web_links import Finished
from core.work import Work
from tests.core.joining import ISSUER, joined, joins, mal, settled, vera
from tests.core.people import Person, add, identity_of, meet, person
from tests.core.rows import numbers
from tests.databases import Database

__all__ = ["mal", "vera"]
Act = Callable[[Work], object]


@pytest.fixture
async def third(store: Store) -> Person:
    """Mal's, and with a sign-in."""
    who = await person(store, "Mal", "slack", "T1")
    await store.mutate(lambda work: add_login(work, who.account, ISSUER, "mal", "Mal"))
    return who


Three = tuple[Person, Person, Person]


@pytest.fixture
def three(vera: Person, mal: Person, third: Person) -> Three:
    return vera, mal, third


async def refused(store: Store, act: Act) -> str:
    with pytest.raises(LinkRefused) as why:
        await store.mutate(act)
    return why.value.reason


async def account_of(store: Store, who: Person) -> int:
    return await store.mutate(lambda work: meet(work, who.sender).account)


def signs_in(work: Work, who: Person, subject: str) -> object:
    """On the web, from a chat of theirs, and types the letters there."""
    _, name = work.web_links.start(identity_of(work, who))
    attempt = work.web_links.find(name)
    assert attempt is not None
    work.web_links.begin(attempt.id, "state", "session")
    work.web_links.claim("state", "session")
    work.web_links.signed_in(attempt.id, SignedIn(ISSUER, subject, subject), "session")
    work.web_links.consent(attempt.id, "session", "BCDFGHJK")
    done = work.web_links.finish(identity_of(work, who), "BCDFGHJK")
    assert isinstance(done, Finished)
    return done


def asks_by_the_app(work: Work, who: Person, subject: str) -> object:
    """Opens a link of the app's in a chat, and says yes."""
    code, _ = work.app_links.issue(ISSUER, subject, subject)
    asked = work.app_links.redeem(identity_of(work, who), code)
    assert asked is not None
    work.app_links.end(identity_of(work, who), asked.public_id, State.DONE)
    said = {"issuer": ISSUER, "subject": subject, "name": subject}
    return connect(work, identity_of(work, who), Way.APP, **said)


def by_a_code(work: Work, who: Person, third: Person) -> object:
    return joins(work, third, who)


def on_the_web(work: Work, who: Person, third: Person) -> object:
    return signs_in(work, who, "mal")


def by_the_app(work: Work, who: Person, third: Person) -> object:
    return asks_by_the_app(work, who, "mal")


def straight(work: Work, who: Person, third: Person) -> object:
    """Whatever was asked before, and agreed to meanwhile."""
    return join(work, identity_of(work, who), third.account, Way.APP)


WAYS = (by_a_code, on_the_web, by_the_app, straight)
Carry = Callable[[Work, Person, Person], object]


@pytest.mark.parametrize("way", WAYS)
async def test_nobody_is_taken_along_to_another_account(
    store: Store, vera: Person, mal: Person, third: Person, way: Carry
) -> None:
    assert await refused(store, lambda work: way(work, mal, third)) == "newcomer"
    for who in (vera, mal):
        assert await account_of(store, who) == vera.account


@pytest.mark.parametrize("way", WAYS)
async def test_the_control_all_would_be_taken_along(
    store: Store, three: Three, way: Carry, monkeypatch: pytest.MonkeyPatch
) -> None:
    vera, mal, third = three
    monkeypatch.setattr(newcomers, "may_connect", lambda *_: None)
    await store.mutate(lambda work: way(work, mal, third))
    assert await account_of(store, vera) == third.account


@pytest.mark.parametrize("way", WAYS)
async def test_whoever_was_there_before_may(
    store: Store, vera: Person, mal: Person, third: Person, way: Carry
) -> None:
    await store.mutate(lambda work: way(work, vera, third))
    assert await account_of(store, mal) == third.account


@pytest.mark.parametrize("way", WAYS)
async def test_after_a_day_everybody_may(
    store: Store, database: Database, three: Three, way: Carry
) -> None:
    vera, mal, third = three
    database.clock.advance(days=1, seconds=1)
    await store.mutate(lambda work: way(work, mal, third))
    assert await account_of(store, vera) == third.account


async def test_somebody_alone_may(store: Store, vera: Person, mal: Person, third: Person) -> None:
    """Whoever was there before left; and nobody's sign-in leads there."""

    def leave(work: Work) -> None:
        (theirs,) = logins(work, vera.account)
        unlink_login(work, vera.account, theirs.id, by=vera.identity)
        unlink(work, vera.account, vera.identity, by=vera.identity)
        joins(work, third, mal)

    await store.mutate(leave)
    assert await account_of(store, mal) == third.account


async def test_who_only_has_a_sign_in_there_is_somebody_too(
    store: Store, vera: Person, mal: Person, third: Person
) -> None:
    await store.mutate(lambda w: unlink(w, vera.account, vera.identity, by=vera.identity))
    assert await refused(store, lambda work: joins(work, third, mal)) == "newcomer"


@pytest.mark.parametrize("asks", [signs_in, asks_by_the_app])
async def test_no_other_sign_in_is_let_in(
    store: Store, vera: Person, mal: Person, asks: Callable[[Work, Person, str], object]
) -> None:
    assert await refused(store, lambda work: asks(work, mal, "other")) == "newcomer"
    assert await store.query(lambda work: login(work, ISSUER, "other")) is None
    await store.mutate(lambda work: asks(work, vera, "other"))


async def test_the_control_a_sign_in_would_stay_when_the_chat_is_gone(
    store: Store, vera: Person, mal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, "may_connect", lambda *_: None)
    await store.mutate(lambda work: signs_in(work, mal, "other"))
    await store.mutate(lambda work: unlink(work, vera.account, mal.identity, by=vera.identity))
    found = await store.query(lambda work: login(work, ISSUER, "other"))
    assert found is not None
    assert found.account == vera.account


async def test_what_the_others_are_told_for_security_is_not_theirs_to_delete(
    store: Store, vera: Person, mal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notice that is deleted before its turn in another chat would never be told there."""

    async def newest() -> int:
        return (await store.query(lambda work: work.notices.page(vera.account, most=1)))[0].id

    async def deletes(who: Person, notice: int) -> None:
        await store.mutate(lambda work: work.notices.delete(identity_of(work, who), notice))

    linked = await newest()
    act: Act = lambda work: work.notices.delete(identity_of(work, mal), linked)  # noqa: E731  # as the others
    assert await refused(store, act) == "told"
    assert await newest() == linked
    await deletes(vera, linked)
    added = await newest()  # of her sign-in
    monkeypatch.setattr(newcomers, "may_hide", lambda *_: None)  # the control
    await deletes(mal, added)
    assert await store.query(lambda work: work.notices.get(added)) is None


async def test_no_code_is_shown_there_for_others(store: Store, vera: Person, mal: Person) -> None:
    why = await refused(store, lambda work: work.linking.issue(identity_of(work, mal)))
    assert why == "newcomer"
    await store.mutate(lambda work: work.linking.issue(identity_of(work, vera)))


async def test_nobody_is_sent_away(store: Store, vera: Person, mal: Person) -> None:
    (theirs,) = await store.query(lambda work: logins(work, vera.account))
    by = mal.identity
    acts: tuple[Act, ...] = (
        lambda work: unlink(work, vera.account, vera.identity, by=by),
        lambda work: unlink_login(work, vera.account, theirs.id, by=by),
    )
    for act in acts:
        assert await refused(store, act) == "newcomer"
    assert await account_of(store, vera) == vera.account
    await store.mutate(lambda work: unlink(work, vera.account, by, by=by))  # but oneself
    assert await account_of(store, mal) != vera.account
    assert await store.query(lambda work: numbers(work, vera.account)) == [1]


async def test_the_control_she_would_begin_afresh_without_her_tasks(
    store: Store, vera: Person, mal: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, "may_part", lambda *_: None)
    await store.mutate(lambda work: unlink(work, vera.account, vera.identity, by=mal.identity))
    assert await account_of(store, vera) != vera.account
    assert await account_of(store, mal) == vera.account
    assert await store.query(lambda work: numbers(work, vera.account)) == [1]


async def test_who_came_along_is_theirs_to_send_away(
    store: Store, database: Database, vera: Person
) -> None:
    """Two chats and a sign-in came together."""
    mal, phone = await person(store, "Mal"), await person(store, "Mal")
    await settled(store, database, mal, phone)
    await store.mutate(lambda work: add_login(work, mal.account, ISSUER, "mal", "Mal"))
    await joined(store, vera, mal)
    found = await store.query(lambda work: login(work, ISSUER, "mal"))
    assert found is not None
    await store.mutate(lambda w: unlink_login(w, vera.account, found.id, by=phone.identity))
    assert await store.query(lambda work: login(work, ISSUER, "mal")) is None
    await store.mutate(lambda work: unlink(work, vera.account, mal.identity, by=phone.identity))
    assert await account_of(store, mal) == mal.account


async def test_the_day_is_that_of_the_own_coming(
    store: Store, database: Database, vera: Person
) -> None:
    """Who came long ago, and then with others to a third account, is new there, and to nobody who
    came with them."""
    mal = await settled(store, database, vera, await person(store, "Mal"))
    host = await person(store, "Host")
    await joined(store, host, vera)
    await store.mutate(lambda w: newcomers.may_part(w, mal.identity, host.account, *of(vera)))
    why = await refused(
        store, lambda w: newcomers.may_part(w, mal.identity, host.account, *of(host))
    )
    assert why == "newcomer"


def of(who: Person) -> tuple[Item, int]:
    return Item.IDENTITY, who.identity


async def test_taken_back_it_is_over(store: Store, vera: Person, third: Person) -> None:
    mal = await person(store, "Mal")
    done = await store.mutate(lambda work: joins(work, vera, mal))
    await store.mutate(lambda work: undo(work, identity_of(work, vera), done.link))
    await store.mutate(lambda work: joins(work, third, mal))
    assert await account_of(store, mal) == third.account
    assert await account_of(store, vera) == vera.account


# -- what came apart -----------------------------------------------------------------------------


@pytest.fixture
async def host(store: Store) -> Person:
    """To whose account Vera came, by mistake."""
    return await person(store, "Host")


async def test_what_stayed_apart_is_theirs_to_move_for_a_day(
    store: Store, database: Database, vera: Person, host: Person
) -> None:
    done = await store.mutate(lambda work: joins(work, host, vera))
    act: Act = lambda work: move(work, identity_of(work, host), done.link)  # noqa: E731  # twice
    assert await refused(store, act) == "theirs"
    database.clock.advance(days=1)
    assert await refused(store, act) == "theirs"
    database.clock.advance(seconds=1)
    assert await store.mutate(act) == 1


async def test_the_control_whom_they_came_to_would_read_it(
    store: Store, vera: Person, host: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, "may_move", lambda *_: None)
    done = await store.mutate(lambda work: joins(work, host, vera))
    assert await store.mutate(lambda work: move(work, identity_of(work, host), done.link)) == 1


async def exported(store: Store, who: Person, account: int) -> str:
    return str(await store.query(lambda work: everything(work, account, who.identity)))


async def test_for_a_day_no_export_of_others_has_what_stayed_apart(
    store: Store, database: Database, vera: Person, host: Person
) -> None:
    await add(store, vera, "Her secret")
    await joined(store, host, vera)
    assert "Her secret" not in await exported(store, host, host.account)
    assert "Her secret" in await exported(store, vera, host.account)
    database.clock.advance(days=1, seconds=1)
    assert "Her secret" in await exported(store, host, host.account)


async def test_the_control_it_would_be_in_it(
    store: Store, vera: Person, host: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(newcomers, "apart_of_others", lambda *_: set())
    await add(store, vera, "Her secret")
    await joined(store, host, vera)
    assert "Her secret" in await exported(store, host, host.account)


# -- what came along late ------------------------------------------------------------------------


async def late(store: Store, database: Database, host: Person, vera: Person) -> str:
    """The tasks come along two days after the chat, and two hours go by."""
    done = await store.mutate(lambda work: joins(work, host, vera))
    database.clock.advance(days=2)
    await store.mutate(lambda work: move(work, identity_of(work, host), done.link))
    database.clock.advance(hours=2)
    return done.link


Leave = Callable[[Store, Person, Person], Awaitable[None]]


async def her_chat(store: Store, host: Person, vera: Person) -> None:
    await store.mutate(lambda work: unlink(work, host.account, vera.identity, by=host.identity))


async def her_sign_in(store: Store, host: Person, vera: Person) -> None:
    (found,) = await store.query(lambda work: logins(work, host.account))
    await store.mutate(lambda work: unlink_login(work, host.account, found.id, by=host.identity))


@pytest.mark.parametrize("leaves", [her_chat, her_sign_in])
async def test_for_a_day_after_they_came_along_tasks_go_with_whom_they_came(
    store: Store, database: Database, host: Person, vera: Person, leaves: Leave
) -> None:
    await late(store, database, host, vera)
    await leaves(store, host, vera)
    assert await store.query(lambda work: numbers(work, vera.account)) == [1]


@pytest.mark.parametrize("leaves", [her_chat, her_sign_in])
async def test_after_that_day_they_stay(
    store: Store, database: Database, host: Person, vera: Person, leaves: Leave
) -> None:
    await late(store, database, host, vera)
    database.clock.advance(hours=23)
    await leaves(store, host, vera)
    assert await store.query(lambda work: numbers(work, host.account)) == [1]


async def test_moving_alone_is_taken_back_for_a_day_after_it(
    store: Store, database: Database, host: Person, vera: Person
) -> None:
    link = await late(store, database, host, vera)
    assert await refused(store, lambda work: undo(work, identity_of(work, vera), link)) == "late"
    await store.mutate(lambda work: move_back(work, identity_of(work, vera), link))
    assert await store.query(lambda work: numbers(work, vera.account)) == [1]


async def test_a_sign_in_that_is_sent_away_leads_to_what_was_hers(
    store: Store, host: Person, vera: Person
) -> None:
    done = await store.mutate(lambda work: joins(work, host, vera))
    await store.mutate(lambda work: move(work, identity_of(work, vera), done.link))
    await her_sign_in(store, host, vera)
    found = await store.query(lambda work: login(work, ISSUER, "vera"))
    assert found is not None
    assert found.account == vera.account
    assert await store.query(lambda work: numbers(work, vera.account)) == [1]


async def test_who_is_forgotten_leaves_no_name_of_a_sign_in_that_was_sent_away(
    store: Store, database: Database, host: Person, vera: Person
) -> None:
    async def named() -> bool:
        page = await store.query(lambda work: work.notices.page(host.account, most=20))
        return "Vera" in str([each.event for each in page])

    await joined(store, host, vera)
    await her_sign_in(store, host, vera)
    assert await named()
    await her_chat(store, host, vera)
    database.clock.advance(days=1, seconds=1)
    await store.mutate(lambda work: forget(work, vera.account))
    assert not await named()


async def test_who_lets_their_own_sign_in_go_leaves_the_tasks(
    store: Store, host: Person, vera: Person
) -> None:
    done = await store.mutate(lambda work: joins(work, host, vera))
    await store.mutate(lambda work: move(work, identity_of(work, vera), done.link))
    (found,) = await store.query(lambda work: logins(work, host.account))
    await store.mutate(lambda work: unlink_login(work, host.account, found.id, by=vera.identity))
    assert await store.query(lambda work: login(work, ISSUER, "vera")) is None
    assert await store.query(lambda work: numbers(work, host.account)) == [1]
