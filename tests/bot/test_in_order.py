"""What is said in one chat, or by one person, is done in the order in which it came, also where
transactions run at once (`promises.md` F12)."""

from __future__ import annotations

import asyncio
import threading

import pytest

from bot.in_order import InOrder
from core.addresses import Address, Sender
from core.errors import Refusal
from core.work import Work
from tests.core.meeting import PATIENCE
from tests.databases import Database, database, postgres

__all__ = ["database", "postgres"]  # fixtures
ADA, BEN, CEM = (
    Sender("telegram", "", str(n), name) for n, name in enumerate(("Ada", "Ben", "Cem"))
)
TEAM, HOME, OTHER = (Address("telegram", "", chat, False) for chat in ("-1", "1", "-2"))


Said = tuple[Address, Sender | None]
"""Where, and by whom: nobody says that the bot was let in."""


async def overtakes(first: Said, second: Said, postgres: Database, *, within: float) -> bool:
    """Whether it is done while the first one is not committed, as another one's is."""
    order, done, go = InOrder(postgres.open()), list[str](), threading.Event()

    def opens(work: Work) -> None:
        assert go.wait(PATIENCE)
        done.append("first")

    one = asyncio.create_task(order.mutate(opens, *first))
    two = asyncio.create_task(order.mutate(lambda work: done.append("second"), *second))
    await order.mutate(lambda work: done.append("another"), OTHER, CEM)
    early, _ = await asyncio.wait({two}, timeout=within)
    go.set()
    await asyncio.gather(one, two)
    assert sorted(done) == ["another", "first", "second"]
    return bool(early)


@pytest.mark.promise("F12")
@pytest.mark.parametrize(
    "second",
    [(TEAM, BEN), (HOME, ADA), (TEAM, None)],
    ids=["in one chat", "of one person", "of the chat itself"],
)
async def test_the_second_waits_for_the_first_and_nobody_else_does(
    second: Said, postgres: Database
) -> None:
    assert not await overtakes((TEAM, ADA), second, postgres, within=0.2)


@pytest.mark.control("F12")
async def test_without_it_the_second_overtakes(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.postgres.PostgresStore.shared", False)
    assert await overtakes((TEAM, ADA), (TEAM, ADA), postgres, within=PATIENCE)


async def test_who_crosses_somebody_waits_for_nobody_for_ever(database: Database) -> None:
    """Each in the other's chat and in their own, over and over."""
    order, done = InOrder(database.open()), list[str]()
    said = [(where, who) for _ in range(20) for who in (ADA, BEN) for where in (TEAM, HOME)]
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(order.mutate(lambda work: done.append(""), *each) for each in said))
    assert len(done) == len(said)
    assert not order._turns


async def test_who_fails_lets_the_next_one_go_on(database: Database) -> None:
    order = InOrder(database.open())

    def fails(work: Work) -> None:
        raise Refusal

    failed = asyncio.create_task(order.mutate(fails, TEAM, ADA))
    assert await order.mutate(lambda work: "done", TEAM, ADA) == "done"
    with pytest.raises(Refusal):
        await failed
