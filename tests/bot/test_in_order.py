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


Said = tuple[Address | Sender, ...]
"""Where, and by whom; nobody says that the bot was let in."""


async def overtakes(*said: Said, postgres: Database, within: float) -> bool:
    """Whether the last is done while the first one is not committed, as another one's is."""
    order, done, go = InOrder(postgres.open()), list[int](), threading.Event()

    def opens(work: Work) -> None:
        assert go.wait(PATIENCE)
        done.append(0)

    first = asyncio.create_task(order.mutate(opens, *said[0]))
    others = [
        asyncio.create_task(order.mutate(lambda work, n=n: done.append(n), *each))  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        for n, each in enumerate(said[1:], 1)
    ]
    await order.mutate(lambda work: None, OTHER, CEM)
    early, _ = await asyncio.wait(others[-1:], timeout=within)
    go.set()
    await asyncio.gather(first, *others)
    assert sorted(done) == [*range(len(said))]
    assert early or done == [*range(len(said))]
    assert not order._last
    return bool(early)


@pytest.mark.promise("F12")
@pytest.mark.parametrize(
    "said",
    [
        pytest.param([(TEAM, ADA), (TEAM, BEN)], id="in one chat"),
        pytest.param([(TEAM, ADA), (HOME, ADA)], id="of one person"),
        pytest.param([(TEAM, ADA), (TEAM,)], id="of the chat itself"),
        pytest.param([(TEAM, BEN), (TEAM, ADA), (HOME, ADA)], id="behind one that waits"),
    ],
)
async def test_the_last_waits_for_the_first_and_nobody_else_does(
    said: list[Said], postgres: Database
) -> None:
    assert not await overtakes(*said, postgres=postgres, within=0.2)


@pytest.mark.control("F12")
async def test_without_it_the_second_overtakes(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.postgres.PostgresStore.shared", False)
    assert await overtakes((TEAM, ADA), (TEAM, ADA), postgres=postgres, within=PATIENCE)


async def test_who_crosses_somebody_waits_for_nobody_for_ever(database: Database) -> None:
    """Each in the other's chat and in their own, over and over."""
    order, done = InOrder(database.open()), list[str]()
    said = [(where, who) for _ in range(20) for who in (ADA, BEN) for where in (TEAM, HOME)]
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*(order.mutate(lambda work: done.append(""), *each) for each in said))
    assert len(done) == len(said)
    assert not order._last


async def test_who_fails_lets_the_next_one_go_on(database: Database) -> None:
    order = InOrder(database.open())

    def fails(work: Work) -> None:
        raise Refusal

    failed = asyncio.create_task(order.mutate(fails, TEAM, ADA))
    assert await order.mutate(lambda work: "done", TEAM, ADA) == "done"
    with pytest.raises(Refusal):
        await failed
