"""Whom somebody may give a task by pressing a name: those whom they know from one, and how these
are told apart."""

from __future__ import annotations

from dataclasses import replace

from core.acquainted import Known, acquaintance, acquainted
from core.store import Store
from core.task import Draft, Task
from tests.core.joining import joined
from tests.core.people import Person, add, group, identity_of, meet, person, sender


async def known(store: Store, who: Person, task: Task) -> list[Known]:
    return await store.query(lambda work: acquainted(work, identity_of(work, who), task, most=9))


async def test_those_of_a_shared_task_are_known_and_the_last_first(store: Store) -> None:
    ada, ben, cleo = [await person(store, each) for each in ("Ada", "Ben", "Cleo")]
    await person(store, "Eve")
    for other in (ben, cleo):
        await add(store, ada, assignee=other.account)
    assert [each.name for each in await known(store, ada, await add(store, ada))] == ["Cleo", "Ben"]
    assert [each.name for each in await known(store, ben, await add(store, ben))] == ["Ada"]


async def test_of_a_groups_task_those_of_its_others_are_known_too(store: Store) -> None:
    ada, ben, room = await person(store, "Ada"), await person(store, "Ben"), await group(store)

    async def in_the_group(who: Person) -> Task:
        return await store.mutate(lambda work: work.tasks.add(who.at(room), Draft("Tidy")))

    async def known_by_number(task: Task) -> bool:
        found = await store.query(lambda work: acquaintance(work, ada.account, task, ben.account))
        return found is not None

    await in_the_group(ben)
    there, own = await in_the_group(ada), await add(store, ada)
    assert [each.name for each in await known(store, ada, there)] == ["Ben"]
    assert await known_by_number(there)
    assert await known(store, ada, own) == []
    assert not await known_by_number(own)


async def test_a_private_chat_makes_nobody_known(store: Store) -> None:
    """Tasks that were made there may be of whoever had it before."""
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    await add(store, ben)
    own = await add(store, ada)
    assert await known(store, ada, replace(own, chat=ben.chat)) == []


async def test_what_they_are_called_elsewhere_is_not_told(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo", "slack", "T1")
    ben = await store.mutate(lambda work: meet(work, sender("Ben", handle="ben_t")))
    work_ben = sender("Ben", "slack", "T1", handle="ben_s")
    await joined(store, ben, await store.mutate(lambda work: meet(work, work_ben)))
    eve = await person(store, "Eve", "slack", "T2")
    for who, handle in ((ada, "ben_t"), (cleo, "ben_s"), (eve, "")):
        task = await add(store, who, assignee=ben.account)
        assert [each.handle for each in await known(store, who, task)] == [handle]
