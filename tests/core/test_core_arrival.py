"""What is read at once of a message is what each service would have read by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest

from core.addresses import Address, Sender
from core.arrival import Arrival, arrival
from core.chat import Inbound, Kind, Reply
from core.rows import Rows
from core.sql import Statement
from core.store import Store
from core.work import Work
from tests.core.people import Person, meet

ADA = Sender("slack", "T1", "U1", "Ada", "ada")
HOME = Address("slack", "T1", "D1", private=True)
GROUP = Address("slack", "T1", "C1", private=False)
MESSAGE = Inbound("slack:1", Kind.COMMAND, ADA, HOME, "list")
BEN = Sender("slack", "T1", "", "", "BEN")


async def known(store: Store, inbound: Inbound = MESSAGE) -> Arrival:
    return await store.query(lambda work: arrival(work, inbound))


async def met(store: Store) -> Person:
    return await store.mutate(lambda work: meet(work, ADA))


async def test_of_somebody_new_nothing_is_known(store: Store) -> None:
    assert await known(store) == Arrival(seen=None, chat=None, who=None, asked=False)
    assert not (await known(store)).is_in


async def test_of_somebody_known_it_is_all_that_there_is(store: Store) -> None:
    ada = await met(store)
    await store.mutate(lambda work: work.chats.heard_from(replace(HOME, title="Ada's")))
    found = await known(store)
    assert found.who == await store.query(lambda work: work.accounts.identity(ada.identity))
    assert found.chat == await store.query(lambda work: work.chats.find(HOME))
    assert found.is_in
    assert found.seen is None
    assert not found.asked


async def test_each_is_found_by_itself(store: Store) -> None:
    """Somebody known in a new chat; somebody new in a known one."""
    await met(store)
    await store.mutate(lambda work: work.chats.get(GROUP))
    there = await known(store, replace(MESSAGE, address=replace(GROUP, chat="C2")))
    assert (there.chat, there.is_in) == (None, True)
    other = await known(store, replace(MESSAGE, sender=replace(ADA, user_id="U2"), address=GROUP))
    assert other.chat is not None
    assert other.who is None


@pytest.mark.parametrize("change", [{"scope": "T2"}, {"platform": "telegram"}, {"user_id": ""}])
async def test_an_id_is_somebody_elses_in_another_place(
    store: Store, change: dict[str, str]
) -> None:
    await met(store)
    await store.mutate(lambda work: work.accounts.mentioned(BEN))  # who has no id yet
    found = await known(store, replace(MESSAGE, sender=replace(ADA, handle="", **change)))
    assert found.who is None


@pytest.mark.parametrize("change", [{"scope": "T2"}, {"platform": "telegram"}, {"chat": "D2"}])
async def test_a_chat_is_another_in_another_place(store: Store, change: dict[str, str]) -> None:
    await store.mutate(lambda work: work.chats.get(HOME))
    assert (await known(store)).chat is not None
    found = await known(store, replace(MESSAGE, address=replace(HOME, **change)))
    assert found.chat is None


async def test_who_was_only_mentioned_is_found_by_their_handle(store: Store) -> None:
    mentioned = await store.mutate(lambda work: work.accounts.mentioned(BEN))
    wrote = replace(ADA, user_id="U2", handle="ben")
    found = await known(store, replace(MESSAGE, sender=wrote))
    assert found.who is not None
    assert found.who[0].id == mentioned.id
    assert not found.is_in


async def test_what_was_asked_counts_in_their_own_chat(store: Store) -> None:
    ada = await met(store)
    group = (await store.mutate(lambda work: work.chats.get(GROUP))).id
    await store.mutate(lambda work: work.questions.ask(ada.identity, group, "add", "title"))
    assert not (await known(store)).asked
    await store.mutate(lambda work: work.questions.ask(ada.identity, ada.chat, "add", "title"))
    assert (await known(store, replace(MESSAGE, address=GROUP))).asked
    await store.mutate(lambda work: work.questions.close(ada.identity, ada.chat))
    assert not (await known(store)).asked


@pytest.mark.parametrize("delivered", [False, True])
async def test_what_was_handled_before_has_its_answer(store: Store, delivered: bool) -> None:
    await met(store)

    def handle(work: Work) -> None:
        chat = work.chats.get(HOME)
        work.inbox.handled(MESSAGE, Reply(text="hello"), chat, delivered=delivered)

    await store.mutate(handle)
    found = await known(store)
    assert found.seen == await store.query(lambda work: work.inbox.seen(MESSAGE.key))
    assert found.seen is not None
    assert found.seen.reply == Reply(text="hello")
    assert bool(found.seen.left) is not delivered
    assert (await known(store, replace(MESSAGE, key="slack:2"))).seen is None


async def test_of_whoever_is_known_it_is_one_statement(store: Store) -> None:
    await met(store)
    said: list[object] = []

    def counted(work: Work) -> None:
        own = work.run

        def run(statement: Statement, values: Mapping[str, Any] | None = None) -> Rows:
            said.append(statement)
            return own(statement, values)

        with patch.object(work, "run", run):
            arrival(work, MESSAGE)

    await store.query(counted)
    assert len(said) == 1
