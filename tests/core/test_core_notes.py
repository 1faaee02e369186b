"""Notes: who may add them, what they change, what becomes of them when somebody leaves."""

from __future__ import annotations

import pytest

from core import joining, schema, taking_back
from core.errors import Blank, NoSuchTask, NotAllowed, NothingToUndo, TooLong, TooMany
from core.forgetting import forget
from core.notes import NOTE_LIMIT, NOTES_LIMIT, Note
from core.purge import purge
from core.rights import Actor
from core.store import Store
from core.task import Draft, Ref, Task
from core.work import Work
from tests.core.people import add, group, identity_of, person
from tests.core.rows import total
from tests.databases import Database


async def note(store: Store, actor: Actor, task: Task, text: str) -> Task:
    ref = Ref(public_id=task.public_id)
    return await store.mutate(lambda work: work.notes.add(actor, ref, text))


async def texts(store: Store, task: Task) -> list[tuple[str, str]]:
    """Author and text, the newest first."""

    def read(work: Work) -> list[Note]:
        found = work.tasks.for_account(task.owner, task.id)
        assert found is not None
        return work.notes.page(found, most=1000)

    return [(each.author, each.text) for each in await store.query(read)]


async def test_owner_and_assignee_note_and_the_task_counts(
    store: Store, database: Database
) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    task = await add(store, ada, assignee=ben.account)
    before = task.revision
    task = await note(store, ada.actor, task, " Two\nlitres \u202e ")
    task = await note(store, ben.actor, task, "Which kind?")
    assert (task.notes, task.revision) == (2, before + 2)  # so that its cards are drawn again
    assert await texts(store, task) == [("Ben", "Which kind?"), ("Ada", "Two\nlitres")]


async def test_older_ones_are_on_the_next_page(store: Store) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada)
    for number in range(1, 4):
        task = await note(store, ada.actor, task, f"{number}")
    pages = [
        await store.query(lambda work, b=below: work.notes.page(task, below=b, most=2))  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        for below in (0, 2, 1)
    ]
    assert [[each.place for each in page] for page in pages] == [[3, 2], [1], []]


async def test_nobody_else_notes(store: Store) -> None:
    ada, zoe, room = await person(store, "Ada"), await person(store, "Zoe"), await group(store)
    task = await add(store, ada)
    with pytest.raises(NoSuchTask):
        await note(store, zoe.actor, task, "x")
    made = await store.mutate(lambda work: work.tasks.add(ada.at(room), Draft("In the group")))
    with pytest.raises(NotAllowed):
        await note(store, zoe.at(room), made, "x")


async def test_what_a_note_may_be(store: Store) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada)
    for text, refusal in (("", Blank), (" \u200b ", Blank), ("x" * (NOTE_LIMIT + 1), TooLong)):
        with pytest.raises(refusal):
            await note(store, ada.actor, task, text)
    for _ in range(NOTES_LIMIT):
        await note(store, ada.actor, task, "x")
    with pytest.raises(TooMany):
        await note(store, ada.actor, task, "x")
    assert await total(store, "note") == NOTES_LIMIT


async def test_a_note_can_be_taken_back(store: Store) -> None:
    ada = await person(store, "Ada")
    task = await note(store, ada.actor, await add(store, ada), "one")
    await note(store, ada.actor, task, "two")
    await store.mutate(lambda work: work.tasks.undo(ada.actor))
    assert await texts(store, task) == [("Ada", "one")]
    assert await total(store, "note") == 1  # and nothing of it is kept
    await note(store, ada.actor, task, "three")
    assert [text for _, text in await texts(store, task)] == ["three", "one"]


async def test_a_note_that_somebody_followed_stays(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    task = await add(store, ada, assignee=ben.account)
    await note(store, ada.actor, task, "one")
    await note(store, ben.actor, task, "two")
    with pytest.raises(NothingToUndo):
        await store.mutate(lambda work: work.tasks.undo(ada.actor))


async def test_who_is_forgotten_leaves_a_place_without_words(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    task = await add(store, ada, assignee=ben.account)
    await note(store, ben.actor, task, "Ben's words")
    await note(store, ada.actor, task, "Ada's words")
    await store.mutate(lambda work: forget(work, ben.account))
    assert await texts(store, task) == [("Ada", "Ada's words"), ("", "")]
    await store.mutate(lambda work: forget(work, ada.account))
    assert await total(store, "note") == 0


async def test_notes_go_along_and_back(store: Store) -> None:
    ada, office = await person(store, "Ada"), await person(store, "Ann", "slack", "T1")
    hers, theirs = await add(store, ada), await add(store, office)
    await note(store, ada.actor, hers, "from here")
    await note(store, office.actor, theirs, "from there")

    def joined(work: Work) -> str:
        done = joining.join(work, identity_of(work, office), ada.account, joining.Way.CODE)
        joining.move(work, identity_of(work, office), done.link)
        return done.link

    link = await store.mutate(joined)
    assert await authors(store) == {"from here": ada.account, "from there": ada.account}
    await store.mutate(lambda work: taking_back.undo(work, identity_of(work, ada), link))
    assert await authors(store) == {"from here": ada.account, "from there": office.account}


async def authors(store: Store) -> dict[str, int]:
    rows = await store.query(lambda work: work.run(schema.note.select()).all())
    return {row.text: row.account_id for row in rows}


async def test_a_purged_task_takes_its_notes_along(store: Store, database: Database) -> None:
    ada = await person(store, "Ada")
    await note(store, ada.actor, await add(store, ada), "one")
    await store.mutate(lambda work: work.tasks.delete(ada.actor, Ref(number=1)))
    database.clock.advance(hours=1)
    await store.mutate(purge)
    assert await total(store, "note") == await total(store, "task") == 0
