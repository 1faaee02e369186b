"""Ids that are drawn before their rows are made: each is of one row, and of the right one."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from core import schema
from core.errors import NothingToUndo
from core.store import Store
from core.task import Draft, Ref
from core.work import Work
from tests.core.people import add, complete, person


def changes(work: Work) -> list[tuple[int, int]]:
    """Whose each is, and of which task."""
    of = select(schema.change.c.account_id, schema.change_task.c.task_id).join(
        schema.change_task, schema.change_task.c.change_id == schema.change.c.id
    )
    return [(row[0], row[1]) for row in work.run(of.order_by(schema.change.c.id))]


async def test_many_at_once_have_one_each(store: Store) -> None:
    people = [await person(store, name) for name in ("Ada", "Ben", "Cleo")]
    tasks = await asyncio.gather(*(add(store, people[n % 3], f"Task {n}") for n in range(30)))
    assert len({task.id for task in tasks}) == 30
    expected = {(people[n % 3].account, task.id) for n, task in enumerate(tasks)}
    found = await store.query(changes)
    assert len(found) == 30
    assert set(found) == expected


async def test_the_last_change_of_somebody_is_the_one_that_is_undone(store: Store) -> None:
    ada = await person(store, "Ada")
    first = await add(store, ada, "Milk")
    await add(store, ada, "Bread")
    await complete(store, ada, first)
    back = [await store.mutate(lambda work: work.tasks.undo(ada.actor)) for _ in range(2)]
    assert back[0] == [first.public_id]
    assert await titles(store) == ["Milk"]


async def titles(store: Store) -> list[str]:
    left = select(schema.task.c.title).where(schema.task.c.deleted_at.is_(None))
    return [*await store.query(lambda work: work.run(left).scalars())]


async def test_several_of_one_message_are_one_change(store: Store) -> None:
    ada = await person(store, "Ada")

    def three(work: Work) -> list[int]:
        return [work.tasks.add(ada.actor, Draft(title)).id for title in ("a", "b", "c")]

    made = await store.mutate(three)
    assert await store.query(changes) == [(ada.account, each) for each in made]
    assert len(await store.mutate(lambda work: work.tasks.undo(ada.actor))) == 3
    with pytest.raises(NothingToUndo):
        await store.mutate(lambda work: work.tasks.undo(ada.actor))


async def test_after_one_that_is_taken_back_each_has_its_own(store: Store) -> None:
    ada = await person(store, "Ada")

    def twice(work: Work) -> list[int]:
        made = []
        for title in ("a", "b"):
            try:
                with work.savepoint():
                    made.append(work.tasks.add(ada.actor, Draft(title)).id)
                    if title == "a":
                        raise KeyError(title)
            except KeyError:
                continue
        return made

    gone, kept = await store.mutate(twice)
    later = await add(store, ada)
    assert await store.query(changes) == [(ada.account, kept), (ada.account, later.id)]
    assert "sqlite" in store.url.drivername or gone not in {kept, later.id}
    found = await store.query(lambda work: work.tasks.get(ada.actor, Ref(number=1)))
    assert found.id == kept
