"""What somebody said of showing their tasks below links holds for that identity, until they say
otherwise or its account becomes another one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core import schema
from core.forgetting import forget
from core.habits import ENOUGH, PAUSE, Habit, Habits, Rule
from core.store import Store
from core.unlinking import unlink
from core.work import Work
from tests.core.everything import rows
from tests.core.joining import joined, joins
from tests.core.people import Person, group, person
from tests.databases import Database


async def does(store: Store, act: Callable[[Habits], object]) -> object:
    return await store.mutate(lambda work: act(work.habits))


async def habit(store: Store, who: Person, chat: int) -> Habit:
    return await store.query(lambda work: work.habits.of(who.identity, chat))


async def test_whoever_said_nothing_is_asked(store: Store) -> None:
    ada, chat = await person(store, "Ada"), await group(store)
    now = await habit(store, ada, chat)
    assert (now.said, now.unasked, now.silent) == (False, False, False)


async def test_of_one_chat_or_of_all_and_back(store: Store) -> None:
    ada, ben, chat = await person(store, "Ada"), await person(store, "Ben"), await group(store)
    await does(store, lambda of: of.show_in(ada.identity, chat))
    await does(store, lambda of: of.show_in(ada.identity, chat))
    assert await habit(store, ada, chat) == Habit(here=True, places=1)
    assert not (await habit(store, ada, ada.chat)).unasked
    assert not (await habit(store, ben, chat)).said
    await does(store, lambda of: of.show_everywhere(ada.identity))
    assert (await habit(store, ada, ada.chat)).unasked
    await does(store, lambda of: of.show_in(ada.identity, chat))
    assert not (await habit(store, ada, ada.chat)).unasked
    await does(store, lambda of: of.ask_in(ada.identity, chat))
    assert await habit(store, ada, chat) == Habit()
    await does(store, lambda of: of.show_in(ada.identity, chat))
    await does(store, lambda of: of.ask(ada.identity))
    assert await habit(store, ada, chat) == Habit(Rule.ASK)


async def test_a_pause_ends_and_what_was_said_before_holds_again(
    store: Store, database: Database
) -> None:
    ada, chat = await person(store, "Ada"), await group(store)
    await does(store, lambda of: of.show_in(ada.identity, chat))
    await does(store, lambda of: of.pause(ada.identity))
    now = await habit(store, ada, chat)
    assert (now.silent, now.unasked, now.until) == (True, False, database.clock.at + PAUSE)
    database.clock.advance(hours=24)
    assert await habit(store, ada, chat) == Habit(here=True, places=1)


async def test_never_is_until_they_say_otherwise(store: Store, database: Database) -> None:
    ada, chat = await person(store, "Ada"), await group(store)
    await does(store, lambda of: of.show_in(ada.identity, chat))
    await does(store, lambda of: of.never_ask(ada.identity))
    database.clock.advance(days=400)
    now = await habit(store, ada, chat)
    assert (now.silent, now.unasked) == (True, False)
    await does(store, lambda of: of.pause(ada.identity))
    database.clock.advance(days=1)
    assert await habit(store, ada, chat) == Habit()


async def test_every_fifth_no_may_be_one_too_many(store: Store) -> None:
    ada, ben = await person(store, "Ada"), await person(store, "Ben")
    said = [await does(store, lambda of: of.refuse(ada.identity)) for _ in range(2 * ENOUGH)]
    assert said == [False] * 4 + [True] + [False] * 4 + [True]
    assert not await does(store, lambda of: of.refuse(ben.identity))
    await does(store, lambda of: of.ask(ada.identity))  # and goes on counting
    assert [await does(store, lambda of: of.refuse(ada.identity)) for _ in range(5)][-1]


Leaves = Callable[[Work, Person, Person], object]


LEAVES: dict[str, Leaves] = {
    "unlinked": lambda work, ada, ben: unlink(work, ada.account, ben.identity, by=ada.identity),
    "unlinked, with nowhere to go": lambda work, ada, ben: unlink(
        work, ada.account, ada.identity, by=ada.identity
    ),
    "forgotten": lambda work, ada, ben: forget(work, ada.account),
}


@pytest.mark.parametrize("way", LEAVES)
async def test_it_ends_where_the_identity_leaves(
    store: Store, database: Database, way: str
) -> None:
    ada, chat = await person(store, "Ada"), await group(store)
    ben = await joined(store, ada, await person(store, "Ben", "slack", "T1"))
    for each in (ada, ben):
        await does(store, lambda of, each=each: of.show_in(each.identity, chat))
        await does(store, lambda of, each=each: of.refuse(each.identity))
    database.clock.advance(days=2)
    await store.mutate(lambda work: LEAVES[way](work, ada, ben))
    left = {"unlinked": [ada], "forgotten": []}.get(way, [ben])
    for table in (schema.preview_habit, schema.preview_place):
        kept = await store.query(lambda work, table=table: rows(work, table))
        assert [row.identity_id for row in kept] == [each.identity for each in left]


async def test_it_ends_where_the_identity_joins_another_account(store: Store) -> None:
    """Said of the tasks that it had, it would show those of the account that it joins."""
    ada, ben, chat = await person(store, "Ada"), await person(store, "Ben"), await group(store)
    for each in (ada, ben):
        await does(store, lambda of, each=each: of.show_everywhere(each.identity))
    await store.mutate(lambda work: joins(work, ada, ben))
    assert not (await habit(store, ben, chat)).said
    assert (await habit(store, ada, chat)).unasked


async def test_the_control_what_is_not_dropped_would_go_along(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, ben, chat = await person(store, "Ada"), await person(store, "Ben"), await group(store)
    await does(store, lambda of: of.show_everywhere(ben.identity))
    monkeypatch.setattr(Habits, "drop", lambda *_: None)
    await store.mutate(lambda work: joins(work, ada, ben))
    assert (await habit(store, ben, chat)).unasked
