"""One pace for several processes: here, several pacers on one database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from adapters.pacing import Limits, LocalPacer
from adapters.pacing_rows import RowPacer
from core.addresses import Address
from core.ports import Pacer
from tests.databases import Database, core_postgres, postgres

__all__ = ["core_postgres", "postgres"]  # fixtures
FAST = {
    "telegram": Limits(token=(1, 1 / 100), chat=[(3, 0.3)], group=[(2, 0.4)]),
    "slack": Limits(token=None, chat=[(3, 0.3)]),
}


def chat(number: int, platform: str = "telegram", private: bool = True) -> Address:
    return Address(platform, "", str(number), private)


@pytest.fixture
async def pacers(postgres: Database) -> AsyncIterator[list[RowPacer]]:
    made = [RowPacer(postgres.url, f"p{n}", FAST) for n in range(2)]
    for each in made:
        await each.wait(Address("warm", "", "", True))
    yield made
    for each in made:
        await each.close()


async def times(pacers: list[Pacer], *addresses: Address) -> list[float]:
    """When each may go, asked of the pacers in turn, all at once; sorted."""
    loop = asyncio.get_running_loop()
    begin = loop.time()

    async def one(n: int, address: Address) -> float:
        await pacers[n % len(pacers)].wait(address)
        return loop.time() - begin

    return sorted(await asyncio.gather(*(one(n, each) for n, each in enumerate(addresses))))


async def test_two_share_the_rate_of_a_token(pacers: list[Pacer]) -> None:
    left = await times(pacers, *map(chat, range(60)))
    assert 0.55 < left[-1] < 1.5
    alone: list[Pacer] = [LocalPacer(FAST), LocalPacer(FAST)]
    assert (await times(alone, *map(chat, range(60))))[-1] < 0.45  # the control


@pytest.mark.parametrize("platform", ["telegram", "slack"])
async def test_two_share_the_burst_of_a_chat(pacers: list[Pacer], platform: str) -> None:
    left = await times(pacers, *[chat(1, platform)] * 6)
    assert left[2] < 0.08
    assert left[3] > 0.09
    assert 0.28 < left[5] < 0.6


async def test_a_group_is_slower(pacers: list[Pacer]) -> None:
    left = await times(pacers, *[chat(1, private=False)] * 4)
    assert left[-1] > 0.4


async def test_a_429_at_one_holds_the_chat_for_both(pacers: list[RowPacer]) -> None:
    one, other = pacers
    await other.wait(chat(1))  # its connection is open
    one.hold(chat(1), 0.4)
    one.hold(chat(1), 0.1)  # a shorter one does not shorten it
    await one.forget()  # what was asked before is done
    held, free = await asyncio.gather(times([other], chat(1)), times([other], chat(2)))
    assert held[0] > 0.25
    assert free[0] < 0.2


async def test_a_chat_keeps_its_order(pacers: list[RowPacer]) -> None:
    left = []

    async def one(number: int) -> None:
        await pacers[0].wait(chat(1))
        left.append(number)

    await asyncio.gather(*map(one, range(8)))
    assert left == list(range(8))


async def test_what_is_paid_back_long_ago_is_forgotten(
    pacers: list[RowPacer], postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = postgres.open()
    await pacers[0].wait(chat(1))

    async def rows() -> int:
        query = "SELECT count(*) FROM pace"
        return await store.query(lambda work: work.connection.exec_driver_sql(query).scalar_one())

    await pacers[0].forget()
    assert await rows() == 2
    monkeypatch.setattr("adapters.pacing_rows.FORGET_AFTER", -60.0)
    await pacers[0].forget()
    assert await rows() == 0
