"""Tasks: at least what the original does, field by field and function by function."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from core.errors import Blank, NoSuchTask, Stale, TooLong, TooMany
from core.lists import Filter, Stats
from core.store import Store
from core.task import (
    CATEGORY_LIMIT,
    DESCRIPTION_LIMIT,
    OPEN_LIMIT,
    TITLE_LIMIT,
    Draft,
    Due,
    Priority,
    Ref,
    Status,
)
from tests.core.people import add, person
from tests.core.rows import set_open_tasks
from tests.databases import Database

BERLIN = Due(date(2026, 1, 9), time(17, 0), "Europe/Berlin")


async def test_a_task_keeps_every_field(store: Store, database: Database) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo", "slack", "T1")
    task = await add(
        store,
        ada,
        "  Buy\n milk ",
        description=" Two litres\nof it ",
        priority=Priority.HIGH,
        category="#Home",
        assignee=cleo.account,
        due=BERLIN,
        status=Status.IN_PROGRESS,
    )
    now = database.clock.now()
    assert (task.title, task.description, task.category) == (
        "Buy milk",
        "Two litres\nof it",
        "Home",
    )
    assert (task.status, task.priority, task.due) == (Status.IN_PROGRESS, Priority.HIGH, BERLIN)
    assert (task.owner, task.owner_name) == (ada.account, "Ada")
    assert (task.assignee, task.assignee_name) == (cleo.account, "Cleo")
    assert (task.created_at, task.updated_at, task.completed_at) == (now, now, None)
    assert (task.number, task.revision, task.chat) == (1, 1, ada.chat)
    assert task == await store.query(lambda work: work.tasks.get(ada.actor, Ref(number=1)))


async def test_what_is_not_said_has_a_default(store: Store) -> None:
    task = await add(store, await person(store, "Ada"), "Buy milk")
    assert (task.status, task.priority, task.category) == (Status.PENDING, Priority.MEDIUM, "")
    assert (task.description, task.due, task.assignee) == ("", None, None)


@pytest.mark.parametrize("status", Status)
async def test_what_is_added_is_what_is_read(store: Store, status: Status) -> None:
    """It is not read to be shown."""
    ada = await person(store, "Ada")
    due = Due(date(2026, 1, 9), None, "Europe/Berlin")
    task = await add(store, ada, "Buy milk", status=status, due=due, assignee=ada.account)
    assert task == await store.query(lambda work: work.tasks.get(ada.actor, Ref(number=1)))


async def test_the_words_of_status_and_priority_are_the_originals() -> None:
    assert [*Status] == ["pending", "in progress", "completed", "cancelled"]
    assert [*Priority] == ["low", "medium", "high"]


async def test_an_instant_is_aware_and_in_utc_on_both_sides(store: Store) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada, due=BERLIN)
    assert task.created_at.tzinfo is UTC
    at = datetime(2026, 1, 9, 16, 0, tzinfo=UTC)
    assert task.due is not None
    assert task.due.instant == at
    for before, found in ((at, 0), (at + timedelta(seconds=1), 1)):
        which = Filter(due_before=before)
        assert (
            len((await store.query(lambda work, w=which: work.lists.page(ada.account, w))).tasks)
            == found
        )


async def test_an_update_leaves_what_is_absent(store: Store, database: Database) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada, description="Two", category="home", due=BERLIN)
    database.clock.advance(minutes=1)
    changed = await store.mutate(
        lambda work: work.tasks.update(ada.actor, Ref(number=1), {"title": "Buy oat milk"})
    )
    assert changed.title == "Buy oat milk"
    assert (changed.description, changed.category, changed.due) == ("Two", "home", BERLIN)
    assert (changed.status, changed.priority) == (task.status, task.priority)
    assert (changed.created_at, changed.revision) == (task.created_at, 2)
    assert changed.updated_at == database.clock.now()


async def test_an_update_clears_what_is_given_empty(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    await add(store, ada, description="Two", category="home", due=BERLIN, assignee=cleo.account)
    empty = {"description": "", "category": None, "due": None, "assignee": None}
    changed = await store.mutate(lambda work: work.tasks.update(ada.actor, Ref(number=1), empty))
    assert (changed.description, changed.category) == ("", "")
    assert (changed.due, changed.assignee) == (None, None)
    with pytest.raises(NoSuchTask):  # whom it no longer concerns, it is gone for
        await store.query(lambda work: work.tasks.get(cleo.actor, Ref(number=1)))


async def test_an_update_takes_every_field(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    await add(store, ada)
    values = {
        "title": "A",
        "description": "B",
        "status": Status.CANCELLED,
        "priority": Priority.LOW,
        "category": "c",
        "assignee": cleo.account,
        "due": BERLIN,
    }
    task = await store.mutate(lambda work: work.tasks.update(ada.actor, Ref(number=1), values))
    assert (task.title, task.description, task.status) == ("A", "B", Status.CANCELLED)
    assert (task.priority, task.category) == (Priority.LOW, "c")
    assert (task.assignee, task.due) == (cleo.account, BERLIN)


async def test_an_update_that_changes_nothing_is_no_change(store: Store) -> None:
    ada = await person(store, "Ada")
    await add(store, ada, "Buy milk")
    same = {"title": "Buy  milk ", "priority": Priority.MEDIUM, "status": Status.PENDING}
    task = await store.mutate(lambda work: work.tasks.update(ada.actor, Ref(number=1), same))
    assert task.revision == 1


async def test_what_was_drawn_before_a_change_is_stale(store: Store) -> None:
    ada = await person(store, "Ada")
    task = await add(store, ada)
    old = Ref(public_id=task.public_id, revision=1)
    await store.mutate(lambda work: work.tasks.update(ada.actor, old, {"title": "B"}))
    with pytest.raises(Stale):
        await store.mutate(lambda work: work.tasks.update(ada.actor, old, {"title": "C"}))
    with pytest.raises(Stale):
        await store.mutate(lambda work: work.tasks.delete(ada.actor, old))
    done = await store.mutate(lambda work: work.tasks.complete(ada.actor, Ref(number=1)))
    # Completing the completed is an answer, whatever was seen.
    assert await store.mutate(lambda work: work.tasks.complete(ada.actor, old)) == done


async def test_numbers_are_each_persons_own(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    await add(store, ada, "Ada's first")
    await add(store, ada, "Ada's second")
    await add(store, cleo, "Cleo's first")
    shared = await add(store, ada, "Shared", assignee=cleo.account)
    theirs = await store.query(lambda work: work.tasks.get(cleo.actor, Ref(number=2)))
    assert (shared.number, theirs.number) == (3, 2)
    assert shared.public_id == theirs.public_id
    await store.mutate(lambda work: work.tasks.delete(ada.actor, Ref(number=3)))
    assert (await add(store, ada, "Next")).number == 4  # a number is not given twice


async def test_a_list_is_newest_first_and_filtered(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    await add(store, ada, "a", category="Ärzte", priority=Priority.HIGH)
    await add(store, ada, "b", status=Status.IN_PROGRESS)
    await add(store, ada, "c", status=Status.COMPLETED, category="home")
    await add(store, ada, "d", assignee=cleo.account, category="HOME")
    await add(store, ada, "e", status=Status.CANCELLED)
    await add(store, cleo, "not Ada's")
    expected = {
        Filter(): "dba",
        Filter(open=False): "ec",
        Filter(open=None): "edcba",
        Filter(open=None, status=Status.PENDING): "da",
        Filter(open=None, status=Status.IN_PROGRESS): "b",
        Filter(open=None, status=Status.COMPLETED): "c",
        Filter(open=None, status=Status.CANCELLED): "e",
        Filter(priority="high"): "a",
        Filter(open=None, category="Home"): "dc",
        Filter(category="ärzte"): "a",
        Filter(category="ÄRZTE", priority="high"): "a",
        Filter(assignee=cleo.account): "d",
        Filter(chat=ada.chat, status=Status.PENDING): "da",
        Filter(category="none"): "",
    }
    for which, titles in expected.items():
        page = await store.query(lambda work, w=which: work.lists.page(ada.account, w))
        assert "".join(task.title for task in page.tasks) == titles, which
        assert page.total == len(titles)


async def test_a_list_has_pages(store: Store) -> None:
    ada = await person(store, "Ada")
    for n in range(10):
        await add(store, ada, str(n))
    pages = [
        await store.query(
            lambda work, s=skip: work.lists.page(ada.account, Filter(), skip=s, most=4)
        )
        for skip in (0, 4, 8)
    ]
    assert ["".join(task.title for task in page.tasks) for page in pages] == ["9876", "5432", "10"]
    assert {page.total for page in pages} == {10}


async def test_stats_count_cancelled_and_overdue_too(store: Store, database: Database) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    past = Due(date(2026, 1, 4), None, "UTC")
    assert await store.query(lambda work: work.lists.stats(ada.account)) == Stats(0, 0, 0, 0, 0, 0)
    await add(store, ada, "a", due=past)
    await add(store, ada, "b", status=Status.IN_PROGRESS, due=BERLIN)
    await add(store, ada, "c", status=Status.COMPLETED, due=past)
    await add(store, ada, "d", status=Status.CANCELLED, due=past)
    await add(store, cleo, "e", assignee=ada.account)
    await add(store, ada, "f")
    await store.mutate(lambda work: work.tasks.delete(ada.actor, Ref(number=6)))
    stats = await store.query(lambda work: work.lists.stats(ada.account))
    assert stats == Stats(5, completed=1, in_progress=1, pending=2, cancelled=1, overdue=1)
    database.clock.advance(days=30)
    assert (await store.query(lambda work: work.lists.stats(ada.account))).overdue == 2


async def test_a_deleted_task_is_gone(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    task = await add(store, ada, assignee=cleo.account)
    await store.mutate(lambda work: work.tasks.delete(ada.actor, Ref(number=1)))
    for who in (ada, cleo):
        for ref in (Ref(number=1), Ref(public_id=task.public_id)):
            with pytest.raises(NoSuchTask):
                await store.query(lambda work, w=who, r=ref: work.tasks.get(w.actor, r))
        page = await store.query(lambda work, w=who: work.lists.page(w.account, Filter(open=None)))
        assert page.total == 0


@pytest.mark.parametrize(
    ("field", "limit"),
    [("title", TITLE_LIMIT), ("description", DESCRIPTION_LIMIT), ("category", CATEGORY_LIMIT)],
)
async def test_a_text_fills_its_limit_and_no_more(store: Store, field: str, limit: int) -> None:
    ada = await person(store, "Ada")
    full = "ä" * (limit - 1) + "\U0001f600"
    task = await add(store, ada, **{"title": "t", field: full})
    assert getattr(task, field) == full
    with pytest.raises(TooLong) as refused:
        await add(store, ada, **{"title": "t", field: full + "x"})
    assert (refused.value.what, refused.value.limit, refused.value.got) == (field, limit, limit + 1)
    with pytest.raises(TooLong):
        await store.mutate(
            lambda work: work.tasks.update(ada.actor, Ref(number=1), {field: full + "x"})
        )
    assert (await store.query(lambda work: work.lists.stats(ada.account))).total == 1


@pytest.mark.parametrize("title", ["", "  \n\t", "\u200b\u202e\u2066", "\x00", "\ud800"])
async def test_a_title_says_something(store: Store, title: str) -> None:
    ada = await person(store, "Ada")
    with pytest.raises(Blank):
        await add(store, ada, title)
    task = await add(store, ada, f"a{title}b")
    assert task.title in {"ab", "a b"}
    assert task.number == 1


async def test_what_somebody_is_told_of_is_cleaned_too(store: Store) -> None:
    ada, cleo = await person(store, "Ada"), await person(store, "Cleo")
    await add(store, ada, "Buy\u202e milk" + " " * 600, assignee=cleo.account)
    [notice] = await store.query(lambda work: work.notices.page(cleo.account))
    assert notice.subject == "Buy milk"


async def test_open_tasks_have_a_limit_finished_ones_have_none(store: Store) -> None:
    ada = await person(store, "Ada")
    await add(store, ada)
    await set_open_tasks(store, ada, OPEN_LIMIT - 1)
    await add(store, ada, "the last")
    with pytest.raises(TooMany):
        await add(store, ada, "one more")
    await add(store, ada, "done already", status=Status.COMPLETED)
    with pytest.raises(TooMany):
        await store.mutate(
            lambda work: work.tasks.set_status(ada.actor, Ref(number=3), Status.PENDING)
        )
    await store.mutate(lambda work: work.tasks.complete(ada.actor, Ref(number=1)))
    await add(store, ada, "now")


async def test_above_the_limit_a_task_can_still_be_closed(store: Store) -> None:
    ada = await person(store, "Ada")
    await add(store, ada)
    await set_open_tasks(store, ada, OPEN_LIMIT + 500)  # two accounts became one
    await store.mutate(lambda work: work.tasks.complete(ada.actor, Ref(number=1)))


async def test_a_refused_task_takes_no_number(store: Store) -> None:
    ada = await person(store, "Ada")
    with pytest.raises(TooLong):
        await add(store, ada, "x" * 501)
    assert (await store.mutate(lambda work: work.tasks.add(ada.actor, Draft("a")))).number == 1
