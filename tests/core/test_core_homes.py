"""Home tabs are drawn again after changes: soon, once for many, and whatever overtakes what."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from core import homes as homes_module
from core import merge, schema
from core.agenda import ahead, did, had_any, last_change
from core.errors import NothingToUndo
from core.forgetting import forget
from core.homes import SOON, UNANSWERED, WATCHED, Wanted
from core.store import Store
from core.task import Due, Ref
from core.work import Work
from tests.core.people import Person, add, complete, person
from tests.databases import Database


async def opens(store: Store, who: Person, page: int = 1) -> int:
    """Somebody opens their tab, and sees it."""
    version = await store.mutate(lambda work: work.homes.show(who.identity, page))
    await store.mutate(lambda work: work.homes.drawn(who.identity, version))
    return version


async def wanted(store: Store, who: Person) -> Wanted | None:
    return await store.query(lambda work: work.homes.wanted(who.identity))


async def fire(store: Store) -> int:
    return await store.mutate(lambda work: work.homes.fire())


def homes(database: Database) -> list[str]:
    return [each.id for each in database.jobs.pending() if each.name == "home"]


async def test_many_changes_are_one_drawing_a_second_later(
    database: Database, store: Store, ben: Person
) -> None:
    await opens(store, ben)
    assert await fire(store) == 0
    task = await add(store, ben)
    await add(store, ben, "Buy bread")
    await complete(store, ben, task)
    assert not await store.query(lambda work: work.homes.waiting())
    database.clock.at += SOON
    assert await store.query(lambda work: work.homes.waiting())
    assert (await fire(store), await fire(store)) == (1, 0)
    [job] = [each for each in database.jobs.pending() if each.name == "home"]
    assert (job.queue, job.payload) == ("slack", {"identity": ben.identity})
    assert job.partition == f"slack:home:{ben.identity}"


async def test_what_one_message_changes_is_marked_once(store: Store, ben: Person) -> None:
    """However many tasks it names: each mark is a statement, for which others wait."""
    version = await opens(store, ben)
    tasks = [await add(store, ben, f"{n}") for n in range(5)]

    def all_done(work: Work) -> int:
        run, marks = work.run, 0

        def counting(statement: Any, values: Any = None) -> Any:
            nonlocal marks
            marks += statement is homes_module._CHANGED
            return run(statement, values)

        work.run = counting  # type: ignore[method-assign]  # for this transaction alone
        for each in tasks:
            work.tasks.complete(ben.actor, Ref(public_id=each.public_id))
        work.homes.mark()
        work.homes.mark()
        return marks

    assert await store.mutate(all_done) == 1
    assert await wanted(store, ben) == Wanted(1, version + len(tasks) + 1)


async def test_what_changed_before_it_is_shown_is_not_drawn_twice(
    database: Database, store: Store, ben: Person
) -> None:
    """As after a box that was ticked: the answer has it already."""
    task = await add(store, ben)

    def ticked(work: Work) -> int:
        work.tasks.complete(ben.actor, Ref(public_id=task.public_id))
        return work.homes.show(ben.identity, 1)

    await opens(store, ben)
    version = await store.mutate(ticked)
    await store.mutate(lambda work: work.homes.drawn(ben.identity, version))
    database.clock.at += UNANSWERED
    assert await fire(store) == 0


async def test_nobody_is_drawn_a_tab_that_they_never_opened_or_left_long_ago(
    database: Database, store: Store, ben: Person
) -> None:
    await add(store, ben)
    assert await wanted(store, ben) is None
    await opens(store, ben)
    database.clock.at += WATCHED
    await add(store, ben, "Buy bread")
    database.clock.at += SOON
    assert await fire(store) == 0


async def test_what_else_the_tab_shows_is_left_alone(
    database: Database, store: Store, ben: Person
) -> None:
    await opens(store, ben, page=0)
    await add(store, ben)
    database.clock.at += SOON
    assert await fire(store) == 0


async def test_an_answer_that_nobody_saw_arrive_is_drawn_by_a_job(
    database: Database, store: Store, ben: Person
) -> None:
    version = await store.mutate(lambda work: work.homes.show(ben.identity, 0))
    assert await fire(store) == 0
    database.clock.at += UNANSWERED
    assert await fire(store) == 1
    assert await wanted(store, ben) == Wanted(1, version), "then it shows the tasks again"


async def test_a_change_during_a_drawing_is_drawn_after_it(
    database: Database, store: Store, ben: Person
) -> None:
    version = await store.mutate(lambda work: work.homes.show(ben.identity, 1))
    await add(store, ben)
    await store.mutate(lambda work: work.homes.drawn(ben.identity, version))
    database.clock.at += SOON
    assert await fire(store) == 1


async def test_an_older_drawing_that_comes_last_is_put_right(
    database: Database, store: Store, ben: Person
) -> None:
    old = await opens(store, ben)
    new = await opens(store, ben)
    assert await fire(store) == 0
    await store.mutate(lambda work: work.homes.drawn(ben.identity, new))  # twice does no harm
    assert await fire(store) == 0
    await store.mutate(lambda work: work.homes.drawn(ben.identity, old))
    assert await fire(store) == 1
    assert homes(database) == [f"home:{ben.identity}:{new + 1}"]


async def test_what_the_platform_puts_off_comes_once_and_only_while_they_look(
    database: Database, store: Store, ben: Person
) -> None:
    await opens(store, ben)
    await store.mutate(lambda work: work.homes.put_off(ben.identity, 60))
    database.clock.advance(seconds=59)
    assert await fire(store) == 0
    database.clock.advance(seconds=1)
    assert (await fire(store), len(homes(database))) == (1, 1)
    await store.mutate(lambda work: work.homes.put_off(ben.identity, 1))
    database.clock.advance(seconds=1)
    assert (await fire(store), len(homes(database))) == (1, 2)
    await store.mutate(lambda work: work.homes.put_off(ben.identity, 60))
    database.clock.at += WATCHED
    assert (await fire(store), len(homes(database))) == (1, 2), "it waits no more, and nobody looks"
    assert await fire(store) == 0


async def test_over_several_processes_each_drawing_is_put_once(
    database: Database, store: Store, ben: Person
) -> None:
    await opens(store, ben)
    await add(store, ben)
    database.clock.at += SOON
    others = [store, *(database.open() for _ in range(3))]
    assert sum(await asyncio.gather(*map(fire, others))) == 1
    assert len(homes(database)) == 1


async def test_whoever_has_it_to_do_sees_it_change_too(
    database: Database, store: Store, ada: Person, ben: Person
) -> None:
    task = await add(store, ada, assignee=ben.account)
    await opens(store, ben)
    await complete(store, ada, task)
    database.clock.at += SOON
    assert await fire(store) == 1


async def test_tasks_that_come_along_show_up(
    database: Database, store: Store, ada: Person, ben: Person
) -> None:
    await add(store, ada)
    await opens(store, ben)
    await store.mutate(lambda work: merge.merge(work, ada.account, ben.account))
    database.clock.at += SOON
    assert await fire(store) == 1


async def test_a_tab_is_gone_with_whoever_had_it(store: Store, ben: Person) -> None:
    await opens(store, ben)
    await store.mutate(lambda work: forget(work, ben.account))
    assert not await store.query(lambda work: work.run(select(schema.home)).all())


def _taken_from(work: Work, ref: Ref, owner: Person) -> None:
    work.tasks.assign(owner.actor, ref, None)


async def test_what_was_of_somebody_forgotten_leaves_the_tabs_of_others(
    database: Database, store: Store, ben: Person
) -> None:
    """What they gave to others, what others gave to them, and what they completed of others."""
    for theirs in ("given", "taken", "completed"):
        ada = await person(store, "Ada")
        owner, other = (ada, ben) if theirs == "given" else (ben, ada)
        task = await add(store, owner, assignee=other.account)
        if theirs == "completed":
            await complete(store, ada, task)
            ref = Ref(public_id=task.public_id)
            await store.mutate(partial(_taken_from, ref=ref, owner=ben))
        database.clock.advance(minutes=1)
        await fire(store)
        version = await opens(store, ben)
        await store.mutate(partial(forget, account=ada.account))
        assert await wanted(store, ben) == Wanted(1, version + 1), theirs
        database.clock.at += SOON
        assert await fire(store) == 1


async def test_what_is_due_first_comes_first(database: Database, store: Store, ben: Person) -> None:
    today = database.clock.at.date()
    for title, day in (("someday", None), ("next week", 7), ("late", -1), ("today", 0)):
        due = None if day is None else Due(today + timedelta(days=day), None, "UTC")
        await add(store, ben, title, due=due)
    found = await store.query(lambda work: ahead(work, ben.account, skip=0, most=10))
    assert [each.title for each in found.tasks] == ["late", "today", "next week", "someday"]
    assert (found.total, found.late) == (4, 1)
    rest = await store.query(lambda work: ahead(work, ben.account, skip=3, most=10))
    assert [each.title for each in rest.tasks] == ["someday"]


async def test_what_was_done_today_can_be_taken_back_for_a_while(
    database: Database, store: Store, ben: Person
) -> None:
    assert not await store.query(lambda work: had_any(work, ben.account))
    first, second = await add(store, ben, "One"), await add(store, ben, "Two")
    since = database.clock.at
    database.clock.advance(minutes=1)
    await complete(store, ben, first)
    database.clock.advance(minutes=1)
    await complete(store, ben, second)
    done = await store.query(lambda work: did(work, ben.account, since, most=1))
    assert ([each.title for each in done.tasks], done.total) == (["Two"], 2)
    last = await store.query(lambda work: last_change(work, ben.account))
    assert last.tasks == {second.id}
    await store.mutate(lambda work: work.tasks.undo(ben.actor, last.id))
    last = await store.query(lambda work: last_change(work, ben.account))
    assert last.tasks == {first.id}
    database.clock.advance(minutes=10)
    assert (await store.query(lambda work: last_change(work, ben.account))).id == 0
    with pytest.raises(NothingToUndo):
        await store.mutate(lambda work: work.tasks.undo(ben.actor))


async def test_what_others_completed_is_not_what_somebody_did(
    database: Database, store: Store, ada: Person, ben: Person
) -> None:
    task = await add(store, ada, assignee=ben.account)
    await complete(store, ada, task)
    before = database.clock.at - timedelta(hours=1)
    assert (await store.query(lambda work: did(work, ben.account, before, most=5))).total == 0
    assert (await store.query(lambda work: did(work, ada.account, before, most=5))).total == 1
    await store.mutate(lambda work: work.tasks.delete(ada.actor, Ref(public_id=task.public_id)))
    assert (await store.query(lambda work: did(work, ada.account, before, most=5))).total == 0
