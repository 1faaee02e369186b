"""What a list can be narrowed down by, and a task that a group is given."""

from __future__ import annotations

from datetime import date

import pytest

from core import choices
from core.errors import NotAllowed
from core.lists import Filter
from core.sharing import share
from core.store import Store
from core.task import Due, Ref, Status
from tests.core.people import add, group, person


@pytest.mark.parametrize(
    ("label", "titles"),
    [
        ("errand", ["b", "a"]),
        ("ERRAND", ["b", "a"]),
        ("~cheap", ["a"]),
        ("err", []),
        ("erran_", []),
        ("%", []),
        ("100%", ["c"]),
        ("\\", []),
        ("", ["c", "b", "a"]),
    ],
)
async def test_a_label_is_a_whole_word(store: Store, label: str, titles: list[str]) -> None:
    ada = await person(store, "Ada")
    for title, labels in (("a", ("errand", "cheap")), ("b", ("Errand",)), ("c", ("100%",))):
        await add(store, ada, title, labels=labels)
    page = await store.query(lambda work: work.lists.page(ada.account, Filter(label=label)))
    assert [task.title for task in page.tasks] == titles
    assert page.total == len(titles)


async def test_what_is_due_comes_first(store: Store) -> None:
    ada = await person(store, "Ada")
    for title, day in (("a", 0), ("b", 9), ("c", 0), ("d", 8), ("e", 9)):
        due = Due(date(2026, 1, day), None, "UTC") if day else None
        await add(store, ada, title, due=due)

    async def page(**where: int) -> str:
        found = await store.query(
            lambda work: work.lists.page(ada.account, Filter(), by_due=True, **where)
        )
        return "".join(task.title for task in found.tasks)

    assert await page() == "debca"
    assert (await page(most=2), await page(most=2, skip=2)) == ("de", "bc")


async def test_what_most_open_tasks_have_comes_first(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    for category, labels, whose in (
        ("home", ("x", "y"), None),
        ("home", ("y",), ben.account),
        ("work", (), ada.account),
        ("", (), None),
    ):
        await add(store, ada, category=category, labels=labels, assignee=whose)
    await add(store, ada, category="old", labels=("old",), status=Status.CANCELLED)
    await add(store, ben, category="private")

    async def read(what: object, viewer: int) -> list[str]:
        return await store.query(lambda work: what(work, viewer, most=10))  # type: ignore[operator]  # one of three functions

    assert await read(choices.lists, ada.account) == ["home", "work"]
    assert await read(choices.labels, ada.account) == ["y", "x"]
    assert await read(choices.people, ada.account) == ["Ben"]
    assert await read(choices.lists, ben.account) == ["home", "private"]
    assert await store.query(lambda work: choices.lists(work, ada.account, most=1)) == ["home"]


async def test_a_shared_task_is_the_groups(store: Store) -> None:
    ada, zoe, room = await person(store, "Ada"), await person(store, "Zoe"), await group(store)
    task = await add(store, ada)
    seen = Ref(public_id=task.public_id)
    shared = await store.mutate(lambda work: share(work, ada.at(room), Ref(number=1)))
    assert (shared.chat, shared.revision) == (room, task.revision + 1)
    claimed = await store.mutate(lambda work: work.answers.claim(zoe.at(room), seen))
    assert claimed.assignee == zoe.account
    with pytest.raises(NotAllowed):
        await store.mutate(lambda work: share(work, zoe.at(room), seen))
    await store.mutate(lambda work: work.tasks.undo(zoe.actor))
    again = await store.mutate(lambda work: share(work, ada.at(room), seen))
    assert again.chat == room  # it is there already: nothing changes
