"""A linking that is taken back leaves everything as it was (`promises.md` T2, T14)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from core import links, merge_rows, schema
from core.chat import Sent
from core.errors import LinkRefused, NothingToUndo
from core.joining import Way, add_login, join, login, logins, move
from core.store import Store
from core.taking_back import move_back, undo
from core.task import Ref, Status
from core.unlinking import unlink
from core.work import Work
from tests.core.acts import Step, act, check, owned, steps
from tests.core.joining import joined, joins, merged
from tests.core.people import Person, add, complete, identity_of, meet, person, sender
from tests.core.rows import numbers, total
from tests.databases import Database

ISSUER = "https://id.example.org"
hard = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
async def cleo(store: Store) -> Person:
    return await person(store, "Cleo", "slack", "T1")


class Undone(Exception):
    """Ends a story: what it did is not kept."""


def picture(work: Work) -> dict[str, Any]:
    """Whatever a linking may change, as rows."""
    t, c, n, a, i, lo = (
        schema.task.c,
        schema.concern.c,
        schema.notice.c,
        schema.account.c,
        schema.identity.c,
        schema.login.c,
    )
    queries = {
        "tasks": select(
            t.id, t.owner_id, t.assignee_id, t.offer, t.completed_by, t.status, t.revision
        ),
        "numbers": select(c.account_id, c.number, c.task_id, c.open),
        # What is told of the linking itself stays told.
        "notices": select(n.id, n.account_id, n.once, n.read).where(n.type != "system"),
        "accounts": select(a.id, a.open_tasks, a.merged_into, a.timezone, a.language),
        "identities": select(i.id, i.account_id, i.home_id),
        "logins": select(lo.id, lo.account_id),
    }
    return {
        name: sorted(map(tuple, work.run(each).all()), key=str) for name, each in queries.items()
    }


async def play(store: Store, story: Any) -> None:
    """Run a story and keep nothing of it: the next example finds an empty database."""

    def undone(work: Work) -> None:
        story(work)
        raise Undone

    with pytest.raises(Undone):
        await store.mutate(undone)


@given(before=steps)
@hard
async def test_undo_restores_exactly(store: Store, before: list[Step]) -> None:
    def story(work: Work) -> None:
        people = [meet(work, sender(name)) for name in ("Ada", "Bo", "Cleo")]
        work.profile.set_timezone(people[2].account, "Europe/Rome")
        add_login(work, people[2].account, ISSUER, "c", "Cleo")
        for step in before:
            act(work, people, step)
        was = picture(work)
        done = joins(work, people[0], people[2])
        move(work, identity_of(work, people[2]), done.link)
        check(work, {each.account for each in people})
        undo(work, identity_of(work, people[2]), done.link)
        assert picture(work) == was

    await play(store, story)


@given(before=steps, between=steps, after=steps)
@hard
async def test_whatever_was_done_meanwhile_no_task_is_lost_and_no_number_held_twice(
    store: Store, before: list[Step], between: list[Step], after: list[Step]
) -> None:
    def story(work: Work) -> None:
        people = [meet(work, sender(name)) for name in ("Ada", "Bo", "Cleo")]
        accounts = {each.account for each in people}
        for step in before:
            act(work, people, step)
        own = owned(work, people[2].account)
        done = joins(work, people[0], people[2])
        move(work, identity_of(work, people[2]), done.link)
        together = [meet(work, each.sender) for each in people]
        for step in between:
            act(work, together, step)
        count = len(work.run(schema.task.select()).all())
        undo(work, identity_of(work, people[0]), done.link)
        check(work, accounts)
        assert len(work.run(schema.task.select()).all()) == count
        assert owned(work, people[2].account) == own  # what was added meanwhile is Ada's
        apart = [meet(work, each.sender) for each in people]
        assert [each.account for each in apart] == [each.account for each in people]
        for step in after:
            act(work, apart, step)
        check(work, accounts)

    await play(store, story)


@given(before=steps)
@hard
async def test_moving_twice_is_moving_once(store: Store, before: list[Step]) -> None:
    def story(work: Work) -> None:
        people = [meet(work, sender(name)) for name in ("Ada", "Bo", "Cleo")]
        for step in before:
            act(work, people, step)
        done = joins(work, people[0], people[2])
        apart = picture(work)
        move(work, identity_of(work, people[2]), done.link)
        once = picture(work)
        assert move(work, identity_of(work, people[0]), done.link) == 0
        assert picture(work) == once
        for _ in range(2):
            move_back(work, identity_of(work, people[0]), done.link)
            assert picture(work) == apart
        move(work, identity_of(work, people[2]), done.link)
        check(work, {each.account for each in people})

    await play(store, story)


@pytest.mark.parametrize("left_out", range(8))
async def test_undo_without_one_of_its_statements_is_found_out(
    store: Store, monkeypatch: pytest.MonkeyPatch, left_out: int
) -> None:
    """The control: each of the eight that restore is needed for `picture` to be the same."""
    kept = [each for n, each in enumerate(merge_rows.GIVE_BACK) if n != left_out]
    monkeypatch.setattr(merge_rows, "GIVE_BACK", tuple(kept))

    def story(work: Work) -> None:
        ada, bo, cleo = [meet(work, sender(name)) for name in ("Ada", "Bo", "Cleo")]
        given = [(1, "give", 2, 1), (1, "give", 2, 2), (0, "give", 2, 1), (0, "give", 2, 2)]
        for step in ((2, "add", 0, 1), *given, (2, "accept", 0, 5), (2, "done", 0, 1)):
            act(work, [ada, bo, cleo], step)
        was = picture(work)
        done = joins(work, ada, cleo)
        move(work, identity_of(work, cleo), done.link)
        undo(work, identity_of(work, cleo), done.link)
        assert picture(work) != was

    await play(store, story)


# -- who, when, and in what order ----------------------------------------------------------------


async def refused(store: Store, who: Person, act_: Any, link: str) -> str:
    with pytest.raises(LinkRefused) as why:
        await store.mutate(lambda work: act_(work, identity_of(work, who), link))
    return why.value.reason


async def test_every_chat_of_the_account_may_and_nobody_else(
    store: Store, ada: Person, cleo: Person
) -> None:
    third = await joined(store, ada, await person(store, "Ada", "slack", "T2"))
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    eve = await person(store, "Eve")
    assert await refused(store, eve, undo, done.link) == "gone"
    await store.mutate(lambda work: undo(work, identity_of(work, third), done.link))
    assert await refused(store, ada, undo, done.link) == "undone"
    assert await refused(store, ada, move, done.link) == "undone"


async def test_after_a_day_it_is_too_late(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    await add(store, cleo)
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    database.clock.advance(hours=23)
    await store.mutate(lambda work: move(work, identity_of(work, cleo), done.link))
    database.clock.advance(hours=1, seconds=1)
    assert await refused(store, ada, undo, done.link) == "late"
    await store.mutate(lambda work: move_back(work, identity_of(work, ada), done.link))
    assert await store.query(lambda work: numbers(work, cleo.account)) == [1]
    assert await store.mutate(lambda work: move(work, identity_of(work, ada), done.link)) == 1
    database.clock.advance(days=1, seconds=1)
    assert await refused(store, ada, move_back, done.link) == "late"


async def test_the_last_second_counts(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    database.clock.advance(days=1)
    await store.mutate(lambda work: undo(work, identity_of(work, cleo), done.link))


async def test_a_later_linking_is_taken_back_first(store: Store, database: Database) -> None:
    a, b, c = [await person(store, name) for name in "abc"]
    for who in (a, b, c):
        await add(store, who)
    was = await store.query(picture)
    first = await store.mutate(lambda work: joins(work, b, a))
    second = await store.mutate(lambda work: joins(work, c, b))
    await store.mutate(lambda work: move(work, identity_of(work, b), second.link))
    # What had been apart there can come along, too: it goes back with the rest.
    database.clock.advance(seconds=1)
    (apart,) = await store.query(lambda work: links.apart(work, c.account))
    assert apart.link.public_id == first.link
    assert await store.mutate(lambda w: move(w, identity_of(w, a), first.link)) == 1
    assert await store.query(lambda work: numbers(work, c.account)) == [1, 2, 3]
    assert await refused(store, a, undo, first.link) == "later"
    await store.mutate(lambda work: undo(work, identity_of(work, a), second.link))
    assert await store.query(lambda work: numbers(work, b.account)) == [1]
    await store.mutate(lambda work: undo(work, identity_of(work, a), first.link))
    assert await store.query(picture) == was


async def test_who_left_and_came_again_is_taken_back_by_the_later_one(
    store: Store, ada: Person, cleo: Person
) -> None:
    first = await store.mutate(lambda work: joins(work, ada, cleo))
    await store.mutate(lambda work: unlink(work, ada.account, cleo.identity))
    second = await store.mutate(lambda work: joins(work, ada, cleo))
    assert await refused(store, ada, undo, first.link) == "later"
    await store.mutate(lambda work: undo(work, identity_of(work, ada), second.link))
    assert {len(first.link), len(second.link)} == {12}  # as long as a button has room for


async def test_nobody_leaves_tasks_that_nobody_could_reach(
    store: Store, ada: Person, cleo: Person
) -> None:
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    await store.mutate(lambda work: unlink(work, ada.account, ada.identity))
    assert await refused(store, cleo, undo, done.link) == "last"


async def test_tasks_do_not_go_back_where_nobody_goes(
    store: Store, ada: Person, cleo: Person
) -> None:
    await add(store, cleo)
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    await store.mutate(lambda work: move(work, identity_of(work, cleo), done.link))
    await store.mutate(lambda work: unlink(work, ada.account, cleo.identity))
    assert await refused(store, ada, undo, done.link) == "gone"
    assert await store.query(lambda work: numbers(work, ada.account)) == [1]


async def test_a_sign_in_that_was_added_is_dropped(store: Store, ada: Person) -> None:
    link = await store.mutate(lambda work: add_login(work, ada.account, ISSUER, "s", "Mallory"))
    await store.mutate(lambda work: undo(work, identity_of(work, ada), link))
    assert await store.query(lambda work: login(work, ISSUER, "s")) is None


async def test_sign_ins_go_back_with_the_chats(store: Store, ada: Person, cleo: Person) -> None:
    await store.mutate(lambda work: add_login(work, ada.account, ISSUER, "a", "Ada"))
    await store.mutate(lambda work: add_login(work, cleo.account, ISSUER, "c", "Cleo"))
    theirs = await store.query(lambda work: identity_of(work, cleo))
    done = await store.mutate(lambda work: join(work, theirs, ada.account, Way.WEB))
    await store.mutate(lambda work: undo(work, identity_of(work, ada), done.link))
    for who, name in ((ada, "Ada"), (cleo, "Cleo")):
        found = await store.query(lambda work, w=who: logins(work, w.account))
        assert [each.name for each in found] == [name]


async def test_what_others_did_meanwhile_stays_done(
    store: Store, ada: Person, cleo: Person
) -> None:
    bo = await person(store, "Bo")
    given = await add(store, bo, "Given", assignee=cleo.account)
    mine = await add(store, cleo, "Mine")
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    await store.mutate(lambda work: move(work, identity_of(work, cleo), done.link))
    ref = Ref(public_id=given.public_id)
    await store.mutate(lambda work: work.tasks.assign(bo.actor, ref, bo.account))
    await complete(store, ada, mine)
    await store.mutate(lambda work: undo(work, identity_of(work, ada), done.link))
    after = await store.query(lambda work: work.tasks.get(bo.actor, ref))
    assert after.assignee == bo.account
    found = await store.query(
        lambda work: work.tasks.get(cleo.actor, Ref(public_id=mine.public_id))
    )
    assert (found.owner, found.status) == (cleo.account, Status.COMPLETED)
    assert found.completed_by_name == "Ada"
    with pytest.raises(NothingToUndo):  # it is not Ada's to undo any more
        await store.mutate(lambda work: work.tasks.undo(ada.actor))


async def test_cards_that_others_see_are_drawn_anew(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    task = await add(store, cleo, "Secret")
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    await store.mutate(lambda work: move(work, identity_of(work, cleo), done.link))

    def draw(work: Work) -> None:
        for who in (ada, cleo):
            address = work.chats.by_id(who.chat).address
            work.cards.drawn(task.public_id, 1, who.chat, Sent(address, "7"))

    await store.mutate(draw)
    await store.mutate(lambda work: undo(work, identity_of(work, cleo), done.link))
    redrawn = [job.payload["chat"] for job in database.jobs.pending() if job.name == "redraw"]
    assert redrawn == [ada.chat]
    assert await store.query(lambda work: work.cards.find(task.id, cleo.chat)) is not None


async def test_what_can_be_taken_back_still_is_not_forgotten(
    store: Store, ada: Person, cleo: Person
) -> None:
    await add(store, cleo)
    was = await store.query(picture)
    done = await store.mutate(lambda work: joins(work, ada, cleo))
    await store.mutate(lambda work: move(work, identity_of(work, cleo), done.link))
    await store.mutate(lambda work: work.linking.forget())
    await store.mutate(lambda work: undo(work, identity_of(work, ada), done.link))
    assert await store.query(picture) == was


async def test_what_can_not_be_taken_back_any_more_is_forgotten_and_homes_are_kept(
    store: Store, database: Database, ada: Person, cleo: Person
) -> None:
    await add(store, cleo)
    third = await person(store, "Ada", "slack", "T2")
    taken = await store.mutate(lambda work: joins(work, ada, third))
    await store.mutate(lambda work: undo(work, identity_of(work, ada), taken.link))
    await merged(store, ada, cleo)
    database.clock.advance(days=1, seconds=1)
    await store.mutate(lambda work: work.linking.forget())
    assert await total(store, "link") == 1
    kinds = await store.query(lambda work: work.run(select(schema.link_item.c.kind)).all())
    assert [row.kind for row in kinds] == ["identity"]
