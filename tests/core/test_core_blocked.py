"""Who blocks the bot is written to no more; what is theirs is kept for 30 days, and as it was when
they let it in again within them, and then it goes (`promises.md` T38)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.departing import drop_part
from core import departed
from core.chats import BLOCKED
from core.departed import KEEP
from core.reaching import lose
from core.store import Store
from core.task import Draft
from core.work import Work
from tests.core.joining import settled
from tests.core.meeting import meeting
from tests.core.people import Person, add, group, person
from tests.core.rows import numbers, total
from tests.databases import Database, postgres

__all__ = ["postgres"]  # a fixture


async def shuts_out(store: Store, who: Person, reason: str = BLOCKED) -> None:
    await store.mutate(lambda work: lose(work, work.chats.by_id(who.chat), reason))


async def drop(store: Store) -> None:
    while await store.mutate(drop_part):
        pass


async def known(store: Store, who: Person) -> bool:
    return await store.query(lambda work: work.accounts.identity(who.identity)) is not None


@pytest.fixture
async def ada(store: Store) -> Person:
    who = await person(store, "Ada")
    await add(store, who)
    return who


async def test_whose_only_chat_it_was_is_forgotten_after_thirty_days_and_not_before(
    store: Store, database: Database, ada: Person
) -> None:
    ben = await person(store, "Ben")
    await shuts_out(store, ada)
    database.clock.advance(seconds=KEEP.total_seconds())
    await drop(store)
    assert await known(store, ada)
    assert await store.query(lambda work: numbers(work, ada.account)) == [1]
    database.clock.advance(seconds=1)
    await drop(store)
    assert (await known(store, ada), await known(store, ben)) == (False, True)
    assert await total(store, "task") == 0
    marks = await total(store, "tombstone")
    assert marks >= 1
    [job] = [each for each in database.jobs.pending() if each.name == "forget"]
    assert job.payload["chats"] == str(ada.chat)
    await drop(store)  # again changes nothing
    assert await total(store, "tombstone") == marks


async def test_the_control_without_the_thirty_days_it_would_go_at_once(
    store: Store, database: Database, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(departed, "KEEP", timedelta(0))
    await shuts_out(store, ada)
    database.clock.advance(seconds=1)
    await drop(store)
    assert not await known(store, ada)


@pytest.mark.parametrize("by_writing", [True, False])
async def test_who_lets_it_in_again_has_everything(
    store: Store, database: Database, ada: Person, by_writing: bool
) -> None:
    """And the thirty days begin anew when they block it again."""
    await shuts_out(store, ada)
    database.clock.advance(days=29)
    address = (await store.query(lambda work: work.chats.by_id(ada.chat))).address
    if by_writing:
        await store.mutate(lambda work: work.chats.heard_from(address))
    else:
        await store.mutate(lambda work: work.chats.regain(ada.chat))
    database.clock.advance(days=29)
    await shuts_out(store, ada)
    database.clock.advance(days=29)
    await drop(store)
    assert await store.query(lambda work: numbers(work, ada.account)) == [1]


async def test_who_has_other_chats_loses_this_one_and_keeps_the_tasks(
    store: Store, database: Database, ada: Person
) -> None:
    phone = await settled(store, database, ada, await person(store, "Ada"))
    await shuts_out(store, phone)
    database.clock.advance(days=31)
    await drop(store)
    assert (await known(store, ada), await known(store, phone)) == (True, False)
    assert await store.query(lambda work: numbers(work, ada.account)) == [1]


async def two_at_once(postgres: Database, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether she is kept who blocked it in one of her chats, where two processes both find her
    before either takes her account."""
    store, other = postgres.open(), postgres.open()
    ada = await person(store, "Ada")
    phone = await settled(store, postgres, ada, await person(store, "Ada"))
    await shuts_out(store, phone)
    postgres.clock.advance(days=31)
    meets, lock = meeting(), Work.lock_accounts

    def both_found(work: Work, *ids: int) -> None:
        meets()
        lock(work, *ids)

    monkeypatch.setattr(Work, "lock_accounts", both_found)
    await asyncio.gather(store.mutate(drop_part), other.mutate(drop_part))
    left = await store.query(lambda work: work.accounts.identity(phone.identity))
    assert left is None or left[0].id != ada.account
    return await known(store, ada)


async def test_two_processes_at_once_drop_the_chat_and_not_the_person(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await two_at_once(postgres, monkeypatch)


async def test_the_control_the_second_would_forget_her(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(departed, "NOWHERE_ELSE", {"last", "gone"})
    assert not await two_at_once(postgres, monkeypatch)


async def in_a_group(store: Store, ada: Person) -> None:
    room = await group(store)
    await store.mutate(lambda work: work.tasks.add(ada.at(room), Draft("Of us all")))


async def test_who_may_use_it_in_a_group_is_kept(
    store: Store, database: Database, ada: Person
) -> None:
    await in_a_group(store, ada)
    await shuts_out(store, ada)
    database.clock.advance(days=31)
    await drop(store)
    assert await known(store, ada)


async def test_the_control_they_would_be_forgotten_while_they_use_it(
    store: Store, database: Database, ada: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(departed, "BLOCKED_PEOPLE", departed.ALL_BLOCKED)
    await in_a_group(store, ada)
    await shuts_out(store, ada)
    database.clock.advance(days=31)
    await drop(store)
    assert not await known(store, ada)


async def test_who_never_let_it_in_is_kept(store: Store, database: Database, ada: Person) -> None:
    """Somebody known from a group: no blocking, so no end of anything."""
    await shuts_out(store, ada, "Forbidden: bot can't initiate conversation with a user")
    database.clock.advance(days=31)
    await drop(store)
    assert await known(store, ada)
