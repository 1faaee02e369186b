"""The last change can be taken back for ten minutes, unless somebody came between."""

from __future__ import annotations

import pytest

from core.errors import NoSuchTask, NothingToUndo, TooMany
from core.store import Store
from core.task import OPEN_LIMIT, Draft, Ref, Status, Task
from core.work import Work
from tests.core.joining import merged
from tests.core.people import Person, add, complete, person, told
from tests.core.rows import open_tasks, set_open_tasks
from tests.databases import Database


async def undo(store: Store, who: Person, change: int = 0) -> list[str]:
    return await store.mutate(lambda work: work.tasks.undo(who.actor, change))


async def refused(store: Store, who: Person, change: int = 0) -> str:
    with pytest.raises(NothingToUndo) as error:
        await undo(store, who, change)
    return error.value.reason


async def get(store: Store, who: Person, number: int = 1) -> Task:
    return await store.query(lambda work: work.tasks.get(who.actor, Ref(number=number)))


async def test_adding_is_taken_back_by_deleting(store: Store) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada)
    assert await undo(store, ada) == [task.public_id]
    with pytest.raises(NoSuchTask):
        await get(store, ada)
    assert await refused(store, ada) == "none"
    assert await store.query(lambda work: open_tasks(work, ada.account)) == (0, 0)


async def test_deleting_is_taken_back_with_its_number(store: Store) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada)
    await store.mutate(lambda work: work.tasks.delete(ada.actor, Ref(number=1)))
    await undo(store, ada)
    back = await get(store, ada)
    assert (back.title, back.number, back.public_id) == (task.title, 1, task.public_id)
    assert await store.query(lambda work: open_tasks(work, ada.account)) == (1, 1)


async def test_every_field_comes_back(store: Store, database: Database) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    before = await add(store, ada, description="d", category="c", assignee=cleo.account)
    database.clock.advance(minutes=1)
    values = {
        "title": "x",
        "description": "",
        "category": "",
        "assignee": None,
        "status": Status.COMPLETED,
    }
    await store.mutate(lambda work: work.tasks.update(ada.actor, Ref(number=1), values))
    await undo(store, ada)
    after = await get(store, ada)
    for name in ("title", "description", "category", "assignee", "status", "completed_at", "due"):
        assert getattr(after, name) == getattr(before, name)
    assert after.revision > before.revision


async def test_an_undone_completion_takes_its_unread_notices_back(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    task = await add(store, ada, assignee=cleo.account)
    await complete(store, cleo, task)
    [notice] = await store.query(lambda work: work.notices.page(ada.account))
    await undo(store, cleo)
    assert await told(store, ada) == []
    assert await told(store, cleo) == ["task_assigned"]
    assert await store.query(lambda work: work.notices.get(notice.id)) is None


async def test_what_was_read_stays_and_the_next_completion_is_told(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    task = await add(store, ada, assignee=cleo.account)
    await complete(store, cleo, task)
    await store.mutate(lambda work: work.notices.read_all(ada.account))
    await undo(store, cleo)
    await complete(store, cleo, task)
    assert await told(store, ada) == ["task_completed"] * 2


async def test_ten_minutes_and_no_more(store: Store, database: Database) -> None:
    ada = await person(store, "Ada")
    await add(store, ada)
    database.clock.advance(minutes=10)
    await undo(store, ada)
    await add(store, ada)
    database.clock.advance(minutes=10, microseconds=1)
    assert await refused(store, ada) == "late"


async def test_not_over_somebody_elses_change(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    task = await add(store, ada, assignee=cleo.account)
    await store.mutate(lambda work: work.tasks.update(ada.actor, Ref(number=1), {"title": "x"}))
    await complete(store, cleo, task)
    assert await refused(store, ada) == "changed"
    assert (await get(store, ada)).title == "x"


async def test_a_button_undoes_its_own_change_only(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")

    def adding(work: Work) -> int:
        work.tasks.add(ada.actor, Draft("a"))
        return work.tasks.change

    first, second = await store.mutate(adding), await store.mutate(adding)
    assert await refused(store, ada, first) == "none"
    assert await refused(store, cleo, second) == "none"
    await undo(store, ada, second)
    await undo(store, ada, first)


async def test_one_message_is_one_change(store: Store) -> None:
    ada = await person(store, "Ada")

    def adding(work: Work) -> None:
        for title in "abc":
            work.tasks.add(ada.actor, Draft(title))

    await store.mutate(adding)
    assert len(await undo(store, ada)) == 3
    assert await store.query(lambda work: open_tasks(work, ada.account)) == (0, 0)


async def test_a_refusal_inside_a_message_leaves_the_change_of_the_rest(store: Store) -> None:
    ada = await person(store, "Ada")
    await add(store, ada, "done", status=Status.COMPLETED)
    await add(store, ada, "open")
    await set_open_tasks(store, ada, OPEN_LIMIT)

    def several(work: Work) -> None:
        with pytest.raises(TooMany), work.savepoint():
            work.tasks.set_status(ada.actor, Ref(number=1), Status.PENDING)
        work.tasks.update(ada.actor, Ref(number=2), {"title": "changed"})

    await store.mutate(several)
    await undo(store, ada)
    assert (await get(store, ada, 2)).title == "open"


async def test_what_is_restored_belongs_to_who_they_are_now(store: Store) -> None:
    ada, bo = await person(store, "Ada"), await person(store, "Bo")
    cleo = await person(store, "Cleo", "slack", "T1")
    await add(store, ada, assignee=cleo.account)
    await store.mutate(lambda work: work.tasks.assign(ada.actor, Ref(number=1), None))
    await merged(store, bo, cleo)
    await undo(store, ada)
    assert (await get(store, ada)).assignee == bo.account
    assert (await get(store, bo)).title == "Buy milk"


async def test_old_changes_are_forgotten(store: Store, database: Database) -> None:
    ada = await person(store, "Ada")
    await add(store, ada)
    database.clock.advance(hours=1)
    await add(store, ada)
    await store.mutate(lambda work: work.tasks._undo.forget())
    await undo(store, ada)
    assert await refused(store, ada) == "none"
