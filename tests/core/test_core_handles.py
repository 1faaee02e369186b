"""A mention by handle alone reaches who holds the handle, and nobody who gave it up."""

from __future__ import annotations

import pytest

from core.addresses import Sender
from core.handles import TRUSTED_FOR
from core.store import Store
from core.task import Ref
from tests.core.joining import joined
from tests.core.people import Person, add, meet, person, told
from tests.core.rows import numbers, total
from tests.databases import Database

SAM = Sender("telegram", "", "2001", "Sam", "sam")
MENTION = Sender("telegram", "", "", "", "SAM")


async def says(store: Store, who: Sender) -> Person:
    return await store.mutate(lambda work: meet(work, who))


async def meant(store: Store) -> int:
    """The account that the mention leads to."""
    return (await store.mutate(lambda work: work.accounts.mentioned(MENTION))).id


async def test_who_wrote_before_and_takes_the_handle_later_is_who_was_mentioned(
    store: Store,
) -> None:
    ada = await person(store, "Ada")
    sam = await says(store, Sender("telegram", "", "2001", "Sam"))
    own = await add(store, sam, "Mine")
    mentioned = await meant(store)
    assert mentioned != sam.account
    task = await add(store, ada, "Call", assignee=mentioned)
    assert (await says(store, SAM)).account == sam.account
    mine = await store.query(lambda work: work.tasks.get(sam.actor, Ref(public_id=task.public_id)))
    assert (mine.number, mine.assignee) == (own.number + 1, sam.account)
    assert await store.query(lambda work: numbers(work, mentioned)) == []
    assert await told(store, sam) == ["task_assigned"]
    assert await meant(store) == sam.account
    assert await total(store, "identity") == 2  # the placeholder's is gone
    again = await store.mutate(lambda work: work.accounts.recognise(SAM))
    assert again[1].id == sam.identity


async def test_both_who_writes_and_what_was_mentioned_stay_themselves_for_another_handle(
    store: Store,
) -> None:
    sam = await says(store, Sender("telegram", "", "2001", "Sam"))
    mentioned = await meant(store)
    await says(store, Sender("telegram", "", "2001", "Sam", "samuel"))
    await says(store, Sender("slack", "T", "U1", "Sam", "sam"))
    assert await meant(store) == mentioned != sam.account


async def test_a_handle_that_was_not_seen_for_long_leads_to_nobody(database: Database) -> None:
    store, clock = database.open(), database.clock
    old = await says(store, SAM)
    clock.at += TRUSTED_FOR
    clock.advance(seconds=-1)
    assert await meant(store) == old.account
    clock.advance(seconds=1)
    ada = await person(store, "Ada")
    mentioned = await meant(store)
    assert mentioned != old.account
    task = await add(store, ada, "Secret", assignee=mentioned)
    new = await says(store, Sender("telegram", "", "2002", "Sam Two", "sam"))
    assert new.account == mentioned
    assert await store.query(lambda work: numbers(work, old.account)) == []
    mine = Ref(public_id=task.public_id)
    assert (await store.query(lambda work: work.tasks.get(new.actor, mine))).title == "Secret"


async def test_who_still_writes_with_it_gets_what_was_given_to_it_meanwhile(
    database: Database,
) -> None:
    store, clock = database.open(), database.clock
    sam = await says(store, SAM)
    clock.at += TRUSTED_FOR
    mentioned = await meant(store)
    assert mentioned != sam.account
    assert (await says(store, SAM)).account == sam.account
    assert await meant(store) == sam.account
    assert await store.query(lambda work: work.accounts.current(mentioned)) == sam.account


async def test_writing_keeps_a_handle_for_another_while(database: Database) -> None:
    store, clock = database.open(), database.clock
    sam = await says(store, SAM)
    for _ in range(3):
        clock.at += TRUSTED_FOR / 2
        await says(store, SAM)
    assert await meant(store) == sam.account


@pytest.mark.parametrize(("name", "kept"), [("Sam", False), ("", True)])
async def test_who_has_a_name_and_no_handle_gave_it_up(store: Store, name: str, kept: bool) -> None:
    sam = await says(store, SAM)
    await says(store, Sender("telegram", "", "2001", name))
    assert (await meant(store) == sam.account) is kept


async def test_people_of_one_name_are_told_apart_by_account(store: Store) -> None:
    ada, two = await person(store, "Ada"), await person(store, "Sam")
    slack = await person(store, "Sam", "slack", "T")
    await joined(store, two, slack)
    await add(store, ada, assignee=two.account)
    found = await store.query(lambda work: work.accounts.contact(ada.account, "sam"))
    assert found is not None
    assert found.id == two.account  # one person, two identities
    other = await person(store, "Sam")
    await add(store, ada, assignee=other.account)
    assert await store.query(lambda work: work.accounts.contact(ada.account, "sam")) is None


async def test_a_contact_is_found_by_handle(store: Store) -> None:
    ada, sam = await person(store, "Ada"), await says(store, SAM)
    await store.mutate(lambda work: work.profile.rename(sam.account, "Samuel"))
    await add(store, ada, assignee=sam.account)
    found = await store.query(lambda work: work.accounts.contact(ada.account, "sam"))
    assert found is not None
    assert found.id == sam.account
