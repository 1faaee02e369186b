"""What people are told: once, by the right chats, and kept in an inbox."""

from __future__ import annotations

import pytest

from core.errors import NoSuchNotice
from core.events import Announced, TaskAssigned, TaskCompleted, Welcome, pack, unpack
from core.store import Store
from core.task import Ref, Status
from tests.core.joining import joined
from tests.core.people import add, complete, identity_of, person, told
from tests.databases import Database


async def test_a_completion_is_told_to_everybody_concerned(
    store: Store, database: Database
) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo", "slack", "T1")
    task = await add(store, ada, "Buy milk", assignee=cleo.account)
    await complete(store, cleo, task)
    assert await told(store, ada) == ["task_completed"]
    assert await told(store, cleo) == ["task_assigned", "task_completed"]
    [notice] = await store.query(lambda work: work.notices.page(ada.account))
    assert (notice.subject, notice.actor, notice.read) == ("Buy milk", "Cleo", False)
    assert notice.event == TaskCompleted(task.id, 1, cleo.account)
    # Cleo did it here and is not told in this chat; her inbox says it without a name.
    assert [job.partition for job in database.jobs.pending() if job.name == "tell"] == [
        f"slack:{cleo.chat}",  # that it was assigned
        f"telegram:{ada.chat}",
    ]
    mine = (await store.query(lambda work: work.notices.page(cleo.account)))[0]
    assert mine.actor == ""


async def test_my_own_completion_is_told_in_my_other_chats(
    store: Store, database: Database
) -> None:
    ada = await person(store, "Ada")
    other = await joined(store, ada, await person(store, "Ada", "slack", "T1"))
    task = await add(store, ada)
    before = {job.id for job in database.jobs.pending()}
    await complete(store, ada, task)
    [job] = [job for job in database.jobs.pending() if job.id not in before]
    assert (job.name, job.payload["identity"]) == ("tell", other.identity)


async def test_completing_again_after_reopening_is_told_again(store: Store) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada)
    ref = Ref(public_id=task.public_id)
    for _ in range(2):
        await complete(store, ada, task)
        await complete(store, ada, task)  # the completed: an answer, no effect
        await store.mutate(lambda work: work.tasks.set_status(ada.actor, ref, Status.PENDING))
    assert await told(store, ada) == ["task_completed"] * 2


async def test_an_update_to_completed_is_told_with_the_new_title(store: Store) -> None:
    ada = await person(store, "Ada")
    await add(store, ada, "Old")
    values = {"title": "New", "status": Status.COMPLETED}
    task = await store.mutate(lambda work: work.tasks.update(ada.actor, Ref(number=1), values))
    assert task.completed_by_name == "Ada"
    [notice] = await store.query(lambda work: work.notices.page(ada.account))
    assert (notice.type, notice.subject) == ("task_completed", "New")
    await store.mutate(lambda work: work.tasks.update(ada.actor, Ref(number=1), values))
    assert await told(store, ada) == ["task_completed"]


async def test_created_as_completed_tells_nobody(store: Store, database: Database) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada, status=Status.COMPLETED)
    assert task.completed_at == database.clock.now()
    assert await told(store, ada) == []
    assert database.jobs.pending() == []


async def test_only_being_assigned_by_somebody_else_is_told(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    await add(store, ada, assignee=ada.account)
    assert await told(store, ada) == []
    await add(store, ada)
    for _ in range(2):
        await store.mutate(lambda work: work.tasks.assign(ada.actor, Ref(number=2), cleo.account))
    assert await told(store, cleo) == ["task_assigned"]


async def test_one_event_is_told_once(store: Store, database: Database) -> None:
    ada = await person(store, "Ada")
    for expected in (True, False):
        told_now = await store.mutate(lambda work: work.notices.tell(Welcome(1), ada.account))
        assert told_now is expected
    assert len(await told(store, ada)) == len(database.jobs.pending()) == 1


async def test_where_notices_are_off_they_wait_in_the_inbox(
    store: Store, database: Database
) -> None:
    ada = await person(store, "Ada")
    assert await store.mutate(lambda w: w.profile.set_notify(ada.account, ada.identity, False))
    await store.mutate(lambda work: work.notices.tell(Welcome(1), ada.account))
    assert database.jobs.pending() == []
    assert await told(store, ada) == ["welcome"]


async def test_every_type_is_kept_and_read_back(store: Store) -> None:
    ada = await person(store, "Ada")
    events = (
        TaskCompleted(1, 1, 1),
        TaskAssigned(1, 1, 1),
        Welcome(1),
        Announced("a", "Text", "system"),
        Announced("b", "Text"),
    )
    for event in events:
        await store.mutate(lambda work, e=event: work.notices.tell(e, ada.account))
        assert unpack(*pack(event)) == event
    page = await store.query(lambda work: work.notices.page(ada.account))
    assert [notice.event for notice in reversed(page)] == list(events)
    assert await told(store, ada) == [
        "task_completed",
        "task_assigned",
        "welcome",
        "system",
        "info",
    ]


async def test_the_inbox_is_paged_read_and_cleared(store: Store) -> None:
    ada = await person(store, "Ada")
    for n in range(5):
        await store.mutate(lambda work, n=n: work.notices.tell(Announced(str(n), "x"), ada.account))
    first = await store.query(lambda work: work.notices.page(ada.account, most=3))
    rest = await store.query(lambda work: work.notices.page(ada.account, below=first[-1].id))
    assert [each.event.id for each in first + rest if isinstance(each.event, Announced)] == [
        *"43210"
    ]
    newest = first[0].id

    async def unread() -> int:
        return await store.query(lambda work: work.notices.unread(ada.account))

    assert await unread() == 5
    for _ in range(2):  # again changes nothing
        await store.mutate(lambda work: work.notices.read(ada.account, newest))
        assert await unread() == 4
    await store.mutate(lambda work: work.notices.delete(identity_of(work, ada), newest))
    with pytest.raises(NoSuchNotice):
        await store.mutate(lambda work: work.notices.delete(identity_of(work, ada), newest))
    await store.mutate(lambda work: work.notices.read_all(ada.account))
    assert await unread() == 0
    assert len(await told(store, ada)) == 4


async def test_unread_notices_are_counted_up_to_a_hundred(store: Store) -> None:
    ada = await person(store, "Ada")

    def many(work: object) -> None:
        for n in range(120):
            work.notices.tell(Announced(str(n), "x"), ada.account)  # type: ignore[attr-defined]

    await store.mutate(many)
    assert await store.query(lambda work: work.notices.unread(ada.account)) == 100


async def test_a_new_notice_never_takes_the_number_of_a_deleted_one(
    store: Store, database: Database
) -> None:
    ada = await person(store, "Ada")
    for n in range(2):
        await store.mutate(lambda work, n=n: work.notices.tell(Announced(str(n), "x"), ada.account))
        [notice] = await store.query(lambda work: work.notices.page(ada.account))
        await store.mutate(lambda work, n=notice: work.notices.delete(identity_of(work, ada), n.id))
    # With the same number both would be one job, and the second would never be sent.
    assert len(database.jobs.pending()) == 2
