"""What a transaction is given by its store, and what the store does at its end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import fields
from weakref import ref

import pytest

from core.addresses import Address
from core.desk import Desk
from core.ids import Ids
from core.own_workspace import OwnWorkspace
from core.ports import Job
from core.sales import Sales
from core.signup import Signup
from core.site import Site
from core.store import Counts, Store, Tools, open_store
from core.tasks import Tasks
from core.work import Work
from tests.databases import Database

HOME = Address("telegram", "", "7", private=True)


def opened_with(database: Database) -> Tools:
    """Nothing in it is what it is by itself."""
    return Tools(
        database.clock,
        database.jobs,
        ids=Ids(b"k"),
        process="one",
        signup=Signup.INVITE,
        site=Site(telegram="fluxbot"),
        own=OwnWorkspace(team="T1"),
        sales=Sales(on=True),
        desk=Desk(version="1"),
    )


async def test_each_transaction_has_all_that_its_store_was_opened_with(sqlite: Database) -> None:
    tools = opened_with(sqlite)
    store = open_store(sqlite.url, tools)
    names = {each.name for each in fields(Tools)} - {"clock", "jobs"}
    had = await store.query(lambda work: {name: getattr(work, name) for name in names})
    assert had == {name: getattr(tools, name) for name in names}
    assert await store.query(lambda work: work.now) == sqlite.clock.at
    await store.close()


async def test_a_store_that_is_told_no_more_is_one_process_s_alone(sqlite: Database) -> None:
    assert Tools(sqlite.clock, sqlite.jobs).process == "local"
    assert Counts() == Counts(commits=0, functions=0, replays=0, failures=0)


async def test_what_is_said_in_a_chat_is_put_at_the_end_in_its_order(sqlite: Database) -> None:
    store = open_store(sqlite.url, opened_with(sqlite))

    def say(work: Work) -> int:
        chat = work.chats.get(HOME).id
        for word in ("first", "then"):
            work.put_in_chat(chat, name="say", id=word, payload={})
        return chat

    chat = await store.mutate(say)
    put = sqlite.jobs.pending()
    assert [(each.id, each.queue, each.partition) for each in put] == [
        ("first", "telegram", f"telegram:{chat}"),
        ("then", "telegram", f"telegram:{chat}"),
    ]
    assert put[0].priority < put[1].priority
    await store.close()


async def test_what_waits_for_the_end_of_the_transaction_is_done_then(sqlite: Database) -> None:
    done: list[str] = []

    class Home:
        def mark(self) -> None:
            done.append("marked")

    def change(work: Work) -> None:
        work.__dict__["homes"] = Home()
        work.put(Job(id="a", name="job"))
        done.append("changed")

    store = open_store(sqlite.url, opened_with(sqlite))
    await store.mutate(change)
    assert done == ["changed", "marked"]
    await store.close()


async def test_what_is_over_is_free_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a transaction waits for the garbage collector; a transaction that is not ended
    does."""

    def free() -> bool:
        return kept[-1]() is None

    kept: list[ref[Tasks]] = []
    gc.disable()
    try:
        await store.mutate(lambda work: kept.append(ref(work.tasks)))
        assert free()
        await store.query(lambda work: kept.append(ref(work.tasks)))
        assert free()
        with pytest.raises(ZeroDivisionError):
            await store.mutate(lambda work: kept.append(ref(work.tasks)) or 1 / 0)
        assert free()
        monkeypatch.setattr(Work, "end", lambda _: None)
        await store.mutate(lambda work: kept.append(ref(work.tasks)))
        assert not free()
    finally:
        gc.enable()


async def test_a_function_that_ran_out_of_an_iterator_is_an_error_not_a_hang(
    sqlite: Database,
) -> None:
    empty: Iterator[int] = iter(())
    store = open_store(sqlite.url, opened_with(sqlite))
    with pytest.raises(RuntimeError, match="iterator"):
        await store.mutate(lambda work: next(empty))
    await store.close()
