"""Many tasks are changed at once, while somebody else changes them, too: on SQLite and, through two
stores as two processes have them, on PostgreSQL."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable

import pytest

from bot.answers import Handled
from bot.dispatch import dispatch
from core import schema
from core.addresses import Address, Sender
from core.chat import Button, Inbound, Kind
from core.store import Store
from core.work import Work
from tests.core.people import Person, add, person
from tests.core.races import barrier
from tests.databases import Database

EACH = 6
_keys = itertools.count(1)


async def say(store: Store, who: Person, line: str) -> Handled:
    inbound = spoken(who.sender, line)
    return await store.mutate(lambda work: dispatch(work, inbound, lambda *_: True))


def spoken(who: Sender, line: str) -> Inbound:
    address = Address(who.platform, who.scope, who.user_id, True)
    return Inbound(f"r{next(_keys)}", Kind.PRESS, who, address, line)


async def pressed(store: Store, who: Person, line: str, label: str) -> str:
    """The line of the button that does it, below its question."""
    reply = (await say(store, who, line)).reply
    [found] = [
        each.line
        for row in reply.buttons
        for each in row
        if isinstance(each, Button) and each.label == label
    ]
    return found


async def states(store: Store) -> tuple[int, int]:
    """How many are deleted, and how many are done."""

    def count(work: Work) -> tuple[int, int]:
        rows = work.run(schema.task.select()).all()
        return sum(row.deleted_at is not None for row in rows), sum(
            row.status == "completed" for row in rows
        )

    return await store.query(count)


@pytest.fixture
async def stores(database: Database) -> list[Store]:
    return [database.open(), database.open()]


async def test_one_deletes_all_while_another_completes_all(
    stores: list[Store], database: Database
) -> None:
    """Each of both has a list in another order, and both hold what the other needs."""
    ada, ben = await person(stores[0], "Ada"), await person(stores[0], "Ben")
    for _ in range(EACH):
        await add(stores[0], ada, "Hers", assignee=ben.account)
        await add(stores[0], ben, "His", assignee=ada.account)
    deleting = await pressed(stores[0], ada, "bulk delete", f"Delete {EACH}")
    doing = await pressed(stores[0], ben, "bulk", f"Done {EACH * 2}")
    meet = barrier(2 if database.shared else 1)

    def both(inbound: Inbound) -> Callable[[Work], Handled]:
        waited: list[int] = []

        def run(work: Work) -> Handled:
            if not waited:
                waited.append(meet.wait())
            return dispatch(work, inbound, lambda *_: True)

        return run

    outcomes = await asyncio.gather(
        stores[0].mutate(both(spoken(ada.sender, deleting))),
        stores[1].mutate(both(spoken(ben.sender, doing))),
    )
    # Whoever comes second is asked again, since these are not the tasks that they were shown.
    assert [(each.defect, each.refused) for each in outcomes] == [("", ("", ""))] * 2
    texts = [each.reply.text for each in outcomes]
    assert sum(each.startswith(("Deleted", "Done:")) for each in texts) == 1
    assert await states(stores[0]) in {(EACH, 0), (0, EACH * 2)}
    assert stores[0].counts.replays == stores[1].counts.replays == 0  # nobody waited crosswise
