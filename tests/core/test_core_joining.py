"""Who joins whom: what goes over, what stays apart, and who is refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from core import links, schema
from core.errors import CodeRefused, LinkRefused, NoSuchTask
from core.identity import Identity
from core.joining import Joined, Way, add_login, join, login, logins, move
from core.signing_off import unlink_login
from core.store import Store
from core.taking_back import undo
from core.task import Ref
from core.unlinking import leaving, unlink
from core.work import Work
from tests.core.joining import joined, joins, merged, settled
from tests.core.people import Person, add, identity_of, meet, person, told
from tests.core.rows import numbers, total
from tests.databases import Database

ISSUER = "https://id.example.org"


@pytest.fixture
async def cleo(store: Store) -> Person:
    return await person(store, "Cleo", "slack", "T1")


async def came(store: Store, who: Person) -> Identity:
    return await store.query(lambda work: identity_of(work, who))


async def refused(store: Store, act: object) -> str:
    """Why it is refused."""
    with pytest.raises(LinkRefused) as why:
        await store.mutate(act)  # type: ignore[arg-type]  # a function of Work
    return why.value.reason


async def test_all_chats_and_logins_go_over_and_the_tasks_stay(
    store: Store, ada: Person, cleo: Person
) -> None:
    other = await joined(store, cleo, await person(store, "Cleo"))
    await store.mutate(lambda work: add_login(work, cleo.account, ISSUER, "c", "Cleo"))
    task = await add(store, cleo, "Report")
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    assert done.offer_tasks == 1
    assert [each.id for each in done.identities] == [cleo.identity, other.identity]
    for who in (cleo, other):
        found = await came(store, who)
        assert found.account_id == ada.account
    row = await store.query(
        lambda work: work.run(
            select(schema.identity.c.home_id).where(schema.identity.c.id == cleo.identity)
        ).scalar()
    )
    assert row == cleo.account
    found = await store.query(lambda work: login(work, ISSUER, "c"))
    assert found is not None
    assert found.account == ada.account
    ref = Ref(public_id=task.public_id)
    with pytest.raises(NoSuchTask):
        await store.query(lambda work: work.tasks.get(ada.actor, ref))
    (apart,) = await store.query(lambda work: links.apart(work, ada.account))
    assert (apart.link.public_id, apart.name, apart.tasks) == (done.link, "Cleo", 1)


async def test_nothing_is_offered_where_there_is_nothing(
    store: Store, ada: Person, cleo: Person
) -> None:
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    assert done.offer_tasks == 0
    assert await told(store, ada) == ["system", "system"]  # asked, and connected
    assert await store.query(lambda work: links.apart(work, ada.account)) == []


async def test_moving_is_done_once_by_whoever_of_them_says_so(
    store: Store, ada: Person, cleo: Person
) -> None:
    await add(store, cleo)
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    eve = await person(store, "Eve")
    theirs = await came(store, eve)
    assert await refused(store, lambda work: move(work, theirs, done.link)) == "gone"
    assert await refused(store, lambda work: move(work, theirs, "nonsense")) == "gone"
    counts = [
        await store.mutate(lambda work, w=who: move(work, identity_of(work, w), done.link))
        for who in (cleo, ada, cleo)
    ]
    assert counts == [1, 0, 0]
    assert await store.query(lambda work: numbers(work, ada.account)) == [1]


async def test_joining_ones_own_account_does_nothing(store: Store, ada: Person) -> None:
    mine = await came(store, ada)
    again = await store.mutate(lambda work: join(work, mine, ada.account, Way.WEB))
    assert again == Joined("", 0, ())
    assert await total(store, "link") == 0


async def test_a_sign_in_leads_to_one_account_and_is_told(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    link = await store.mutate(lambda work: add_login(work, ada.account, ISSUER, "s", "ada@x"))
    assert link
    assert await store.mutate(lambda w: add_login(w, ada.account, ISSUER, "s", "ada@y")) == ""
    why = await refused(store, lambda work: add_login(work, cleo.account, ISSUER, "s", "x"))
    assert why == "elsewhere"
    other = "https://other.example.org"
    await store.mutate(lambda work: add_login(work, cleo.account, other, "s", "cleo"))
    assert [each.name for each in await store.query(lambda w: logins(w, ada.account))] == ["ada@x"]
    assert {job.payload["identity"] for job in database.jobs.pending()} == {
        ada.identity,
        cleo.identity,
    }


async def test_a_chat_joins_the_account_of_a_sign_in(
    store: Store, ada: Person, cleo: Person
) -> None:
    await store.mutate(lambda work: add_login(work, ada.account, ISSUER, "s", "ada"))
    theirs = await came(store, cleo)
    said = (ISSUER, "s", "ada")
    done = await store.mutate(lambda w: join(w, theirs, ada.account, Way.WEB, login=said))
    assert done.link
    assert (await came(store, cleo)).account_id == ada.account


async def test_whoever_moved_meanwhile_is_refused(store: Store, ada: Person, cleo: Person) -> None:
    """The question said whose account it was: another one is another question."""
    eve = await person(store, "Eve")
    before = await came(store, cleo)
    await joined(store, ada, cleo)
    why = await refused(store, lambda work: join(work, before, eve.account, Way.APP))
    assert why == "elsewhere"
    assert (await came(store, cleo)).account_id == ada.account


async def test_an_account_that_everybody_left_is_not_joined(
    store: Store, ada: Person, cleo: Person
) -> None:
    await joined(store, ada, cleo)
    theirs = await came(store, await person(store, "Eve"))
    assert await refused(store, lambda w: join(w, theirs, cleo.account, Way.APP)) == "gone"


# -- one open question for each chat, and a way to hear no more ----------------------------------


async def test_a_chat_has_one_attempt_open(store: Store, ada: Person, cleo: Person) -> None:
    eve = await person(store, "Eve")

    def enter(work: Work, owner: Person) -> str:
        code = work.linking.issue(identity_of(work, owner)).code
        return work.linking.redeem(identity_of(work, cleo), code).public_id

    first = await store.mutate(lambda work: enter(work, eve))
    second = await store.mutate(lambda work: enter(work, ada))
    mine = await came(store, cleo)
    assert await refused(store, lambda work: work.linking.agree(mine, first)) == "gone"
    await store.mutate(lambda work: work.linking.agree(mine, second))


async def test_who_joined_one_has_no_question_open_with_another(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    """Else a yes to what one account was would be taken for a yes to what another is."""
    eve, second = await person(store, "Eve"), await person(store, "Cleo")
    second = await settled(store, database, cleo, second)

    def ask(work: Work) -> str:
        code = work.linking.issue(identity_of(work, eve)).code
        offer = work.linking.redeem(identity_of(work, second), code)
        work.linking.agree(identity_of(work, second), offer.public_id)
        return offer.public_id

    open_one = await store.mutate(ask)
    await joined(store, ada, cleo)
    theirs = await came(store, eve)
    assert await refused(store, lambda work: work.linking.agree(theirs, open_one)) == "gone"
    assert (await came(store, second)).account_id == ada.account


async def test_who_is_blocked_finds_every_code_wrong(
    store: Store, ada: Person, cleo: Person
) -> None:
    cleo2 = await joined(store, cleo, await person(store, "Cleo"))

    def ask(work: Work) -> str:
        code = work.linking.issue(identity_of(work, ada)).code
        offer = work.linking.redeem(identity_of(work, cleo), code)
        work.linking.agree(identity_of(work, cleo), offer.public_id)
        return offer.public_id

    attempt = await store.mutate(ask)
    theirs, mine = await came(store, cleo), await came(store, ada)
    why = await refused(store, lambda work: work.linking.block(theirs, attempt))
    assert why == "other-chat"
    await store.mutate(lambda work: work.linking.block(mine, attempt))
    for who in (cleo, cleo2):
        code = await store.mutate(lambda work: work.linking.issue(mine).code)
        with pytest.raises(CodeRefused):
            await store.mutate(lambda w, p=who, c=code: w.linking.redeem(identity_of(w, p), c))
    # Others may, and whoever blocked may go to them.
    eve = await person(store, "Eve")
    await store.mutate(lambda work: work.linking.redeem(identity_of(work, eve), code))
    await store.mutate(lambda work: joins(work, cleo, ada))
    assert await total(store, "link_block") == 0


# -- where an identity may be, and what becomes of it (`promises.md` T10) ------------------------


async def linked_elsewhere(store: Store, database: Database) -> tuple[Person, int]:
    """In the account of somebody else: all of that account comes, if both say yes."""
    owner = await person(store, "Owner", "slack", "T9")
    who = await settled(store, database, owner, await person(store, "Who"))
    return who, who.account


async def unlinked(store: Store, database: Database) -> tuple[Person, int]:
    """Was in an account and left it: back in its own."""
    who = await person(store, "Who")
    owner = await person(store, "Owner", "slack", "T9")
    away = await joined(store, owner, who)
    await store.mutate(lambda work: unlink(work, away.account, away.identity))
    return who, who.account


async def tombstoned(store: Store, database: Database) -> tuple[Person, int]:
    """Left an account that has its tasks: nothing is known of it, and it begins afresh."""
    who = await person(store, "Who")
    await add(store, who)
    owner = await person(store, "Owner", "slack", "T9")
    away = await merged(store, owner, who)
    await store.mutate(lambda work: unlink(work, away.account, away.identity))
    new = await store.mutate(lambda work: meet(work, who.sender))
    assert new.identity != who.identity
    assert new.account not in {who.account, owner.account}
    return new, new.account


async def at_home(store: Store, database: Database) -> tuple[Person, int]:
    """Never anywhere else."""
    who = await person(store, "Who")
    return who, who.account


@pytest.mark.parametrize("state", [linked_elsewhere, unlinked, tombstoned, at_home])
async def test_wherever_it_was_it_takes_two_yeses(
    store: Store, database: Database, state: object, ada: Person
) -> None:
    who, account = await state(store, database)  # type: ignore[operator]  # one of the above
    assert (await came(store, who)).account_id == account
    await add(store, ada, "Secret")
    assert (await store.query(lambda work: work.lists.stats(account))).total == 0

    def enter(work: Work) -> str:
        code = work.linking.issue(identity_of(work, ada)).code
        return work.linking.redeem(identity_of(work, who), code).public_id

    attempt = await store.mutate(enter)
    mine, theirs = await came(store, ada), await came(store, who)
    assert await refused(store, lambda work: work.linking.agree(mine, attempt)) == "gone"
    await store.mutate(lambda work: work.linking.agree(theirs, attempt))
    assert (await came(store, who)).account_id == account
    _, done = await store.mutate(lambda work: work.linking.agree(mine, attempt))
    assert done is not None
    everybody = [each.id for each in done.identities]
    assert len(everybody) == (2 if state is linked_elsewhere else 1)
    for each in everybody:
        found = await store.query(lambda work, i=each: work.accounts.identity(i))
        assert found is not None
        assert found[0].id == ada.account
    again = await store.mutate(lambda work: meet(work, who.sender))
    assert (again.account, again.identity) == (ada.account, who.identity)


async def test_who_left_is_a_mark_that_only_the_key_can_read(
    store: Store, database: Database
) -> None:
    who, _ = await tombstoned(store, database)
    (row,) = await store.query(lambda work: work.run(schema.tombstone.select()).all())
    known = f"unlinked:telegram::{who.sender.user_id}"
    assert row.digest == await store.query(lambda work: work.ids.keyed(known))
    assert row.digest != await store.query(lambda work: work.ids.digest(known))


async def test_it_returns_past_an_account_that_is_gone(store: Store, ada: Person) -> None:
    """Chat into B, B's tasks into C: B is no place to return to, the chat's own is."""
    who, b, c = [await person(store, name) for name in ("Who", "B", "C")]
    for each in (who, b):
        await add(store, each)
    inb = await joined(store, b, who)
    inc = await merged(store, c, b)
    stops = await store.query(lambda work: leaving(work, c.account, inb.identity))
    assert (stops.home, stops.home_tasks) == (who.account, 1)
    await store.mutate(lambda work: unlink(work, c.account, inb.identity))
    assert (await came(store, who)).account_id == who.account
    assert await store.query(lambda work: numbers(work, who.account)) == [1]
    assert inc.account == c.account


async def test_a_chat_that_is_back_keeps_its_tasks_from_the_account_it_left(
    store: Store, ada: Person, cleo: Person
) -> None:
    await add(store, cleo)
    second = await joined(store, cleo, await person(store, "Cleo"))
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    await store.mutate(lambda work: unlink(work, ada.account, cleo.identity))
    assert (await came(store, second)).account_id == ada.account
    mine = await came(store, ada)
    assert await refused(store, lambda work: move(work, mine, done.link)) == "elsewhere"
    assert await store.query(lambda work: links.apart(work, ada.account)) == []


async def test_a_sign_in_is_disconnected(store: Store, ada: Person, cleo: Person) -> None:
    await store.mutate(lambda work: add_login(work, ada.account, ISSUER, "s", "ada"))
    (mine,) = await store.query(lambda work: logins(work, ada.account))
    why = await refused(store, lambda work: unlink_login(work, cleo.account, mine.id))
    assert why == "gone"
    await store.mutate(lambda work: unlink_login(work, ada.account, mine.id))
    assert await store.query(lambda work: login(work, ISSUER, "s")) is None


async def test_what_happened_is_in_the_record_of_both(
    store: Store, ada: Person, cleo: Person
) -> None:
    await add(store, cleo)
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    await store.mutate(lambda work: move(work, identity_of(work, cleo), done.link))
    await store.mutate(lambda work: undo(work, identity_of(work, cleo), done.link))
    away = replace(await joined(store, ada, cleo), account=ada.account)
    await store.mutate(lambda work: unlink(work, ada.account, away.identity))
    kinds = [
        [each.kind for each in reversed(await store.query(lambda w, a=a: w.audit.of(a.account)))]
        for a in (ada, cleo)
    ]
    assert kinds[0] == ["linked", "merged", "undone", "linked", "unlinked"]
    assert kinds[1] == ["linked", "undone", "linked", "unlinked"]
    assert await store.query(lambda work: work.audit.broken()) is None
