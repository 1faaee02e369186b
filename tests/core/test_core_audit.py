"""The record of what happened to accounts shows every change that was made to it."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import delete, insert, select, update

from core import schema
from core.audit import Deed
from core.store import Store
from core.work import Work
from tests.core.people import Person, person

_a = schema.audit.c


async def record(store: Store, who: Person, name: str) -> None:
    await store.mutate(lambda work: work.audit.record(Deed.LINKED, who.account, {"who": name}))


async def broken(store: Store) -> int | None:
    return await store.query(lambda work: work.audit.broken())


async def test_a_person_reads_their_own(store: Store, ada: Person) -> None:
    eve = await person(store, "Eve")
    for who, name in ((ada, "one"), (eve, "two"), (ada, "three")):
        await record(store, who, name)
    mine = await store.query(lambda work: work.audit.of(ada.account))
    assert [each.facts for each in mine] == [{"who": "three"}, {"who": "one"}]
    assert await broken(store) is None


async def test_adding_side_by_side_is_one_chain(store: Store, ada: Person) -> None:
    await asyncio.gather(*(record(store, ada, str(number)) for number in range(20)))
    assert await broken(store) is None
    assert len(await store.query(lambda work: work.audit.of(ada.account, most=99))) == 20


@pytest.mark.parametrize(
    ("harm", "first"),
    [
        (update(schema.audit).where(_a.id == 2).values(facts='{"who": "nobody"}'), 2),
        (update(schema.audit).where(_a.id == 2).values(kind="unlinked"), 2),
        (update(schema.audit).where(_a.id == 2).values(facts=None), 2),
        (update(schema.audit).where(_a.id == 2).values(account_id=_a.account_id + 1), 2),
        (update(schema.audit).where(_a.id == 2).values(account_id=None), 2),
        (delete(schema.audit).where(_a.id == 2), 2),
        (delete(schema.audit).where(_a.id == 3), 3),
        (delete(schema.audit), 1),
        (
            insert(schema.audit).from_select(
                ["id", "at", "kind", "account_id", "facts", "digest", "hash"],
                select(_a.id + 3, _a.at, _a.kind, _a.account_id, _a.facts, _a.digest, _a.hash),
            ),
            4,
        ),
    ],
    ids=[
        "facts",
        "kind",
        "emptied",
        "given away",
        "nobody's",
        "taken out",
        "cut off",
        "all gone",
        "put in",
    ],
)
async def test_harm_is_named_by_its_first_row(
    store: Store, ada: Person, harm: object, first: int
) -> None:
    for name in ("one", "two", "three"):
        await record(store, ada, name)

    def do(work: Work) -> None:
        work.connection.execute(harm)  # type: ignore[call-overload]  # some statement

    await store.mutate(do)
    assert await broken(store) == first


async def test_a_forgotten_person_leaves_a_whole_chain(store: Store, ada: Person) -> None:
    eve = await person(store, "Eve")
    for who in (ada, eve, ada):
        await record(store, who, "secret name")
    await store.mutate(lambda work: work.audit.erase(ada.account))
    assert await broken(store) is None
    assert await store.query(lambda work: work.audit.of(ada.account)) == []
    facts = select(_a.facts).order_by(_a.id)
    left = await store.query(lambda work: work.run(facts).scalars().all())
    assert [each is None for each in left] == [True, False, True]


async def test_what_is_rolled_back_is_not_recorded(store: Store, ada: Person) -> None:
    def fail(work: Work) -> None:
        work.audit.record(Deed.LINKED, ada.account, {})
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await store.mutate(fail)
    await record(store, ada, "one")
    assert await broken(store) is None
