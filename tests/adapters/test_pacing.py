"""Messages leave within the platforms' limits, in order, and one chat holds up no other."""

from __future__ import annotations

import asyncio
import time

import pytest

from adapters import pacing
from adapters.pacing import LocalPacer, NoPacer
from adapters.rates import LIMITS, Limits
from core.addresses import Address

FAST = {
    "telegram": Limits(token=(1, 1 / 200), chat=[(3, 0.3)], group=[(2, 0.4)]),
    "slack": Limits(token=None, chat=[(3, 0.3)]),
}
"""As the real ones, ten times as fast."""


def chat(number: int, platform: str = "telegram", private: bool = True) -> Address:
    return Address(platform, "", str(number), private)


async def times(pacer: LocalPacer, *addresses: Address, since: float = 0.0) -> list[float]:
    """When each may go, all asked for at once; in the order of leaving. From this time of the loop
    on, or from now."""
    begin = since or asyncio.get_running_loop().time()
    left: list[float] = []

    async def one(address: Address) -> None:
        await pacer.wait(address)
        left.append(asyncio.get_running_loop().time() - begin)

    await asyncio.gather(*map(one, addresses))
    return left


def most(left: list[float], window: float) -> int:
    """The most that left within any window of so many seconds."""
    return max(sum(start <= each < start + window for each in left) for start in left)


async def test_a_token_leaves_evenly_whatever_was_saved_up() -> None:
    left = await times(LocalPacer(FAST), *map(chat, range(60)))
    assert most(left, 0.1) <= 22  # 200/s, and the timer's grain
    assert 0.25 < left[-1] < 0.6


async def test_the_real_token_rate_is_below_thirty() -> None:
    token = LIMITS["telegram"].token
    assert token is not None
    assert token[0] == 1
    assert 29 < 1 / token[1] < 30


async def test_whoever_waits_for_the_token_is_not_overtaken() -> None:
    """A newcomer asks exactly when a place has come free and the one who waits for it sleeps
    still: what a bare aiolimiter would give it."""
    pacer, left = LocalPacer({"telegram": Limits(token=(1, 0.02), chat=[])}), []

    async def one(number: int) -> None:
        await pacer.wait(chat(number))
        left.append(number)

    tasks = [asyncio.create_task(one(number)) for number in range(4)]
    for number in range(4, 8):
        await asyncio.sleep(0)
        time.sleep(0.03)  # noqa: ASYNC251  # the loop is late
        tasks.append(asyncio.create_task(one(number)))
    await asyncio.gather(*tasks)
    assert left == list(range(8))


@pytest.mark.parametrize("platform", ["telegram", "slack"])
async def test_a_chat_has_a_burst_and_then_its_rate(platform: str) -> None:
    left = await times(LocalPacer(FAST), *[chat(1, platform)] * 6)
    assert left[2] < 0.05
    assert left[3] > 0.08
    assert left[5] == pytest.approx(0.3, abs=0.12)


async def test_a_group_is_slower_than_a_private_chat() -> None:
    pacer = LocalPacer(FAST)
    private, group = await asyncio.gather(
        times(pacer, *[chat(1)] * 5), times(pacer, *[chat(2, private=False)] * 5)
    )
    assert private[-1] < 0.35
    assert group[-1] > 0.5


def test_no_minute_of_a_group_has_more_than_twenty() -> None:
    (burst, seconds), *_ = LIMITS["telegram"].group
    assert burst + 60 * burst / seconds <= 20


async def test_a_chat_keeps_its_order() -> None:
    pacer, left = LocalPacer(FAST), []

    async def one(number: int) -> None:
        await pacer.wait(chat(1, private=number % 2 == 0))
        left.append(number)

    tasks = [asyncio.create_task(one(number)) for number in range(8)]
    await asyncio.sleep(0.02)
    tasks[4].cancel()  # somebody who goes away leaves no hole
    pacer.hold(chat(1), 0.1)
    await asyncio.gather(*tasks, return_exceptions=True)
    assert left == [0, 1, 2, 3, 5, 6, 7]


async def test_a_429_holds_that_chat_only_and_moves_its_schedule() -> None:
    pacer = LocalPacer(FAST)
    begin = asyncio.get_running_loop().time()
    pacer.hold(chat(1), 0.3)
    pacer.hold(chat(1), 0.1)  # a shorter one does not shorten it
    held, free = await asyncio.gather(
        times(pacer, chat(1), chat(1), since=begin), times(pacer, chat(2), since=begin)
    )
    assert held[0] >= 0.3
    assert free[0] < 0.1


async def test_a_429_reaches_those_who_wait_for_the_token() -> None:
    pacer = LocalPacer({"telegram": Limits(token=(1, 0.1), chat=[])})
    await pacer.wait(chat(9))
    asyncio.get_running_loop().call_later(0.05, pacer.hold, chat(1), 0.3)
    assert (await times(pacer, chat(1)))[0] >= 0.35


async def test_idle_chats_are_forgotten_and_busy_ones_never(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pacing, "EVICT_FROM", 10)
    pacer = LocalPacer({"slack": Limits(token=None, chat=[(3, 0.3)])})
    await asyncio.gather(*(pacer.wait(chat(n, "slack")) for n in range(8)))
    waiting = [asyncio.create_task(pacer.wait(chat(99, "slack"))) for _ in range(6)]
    await asyncio.sleep(0.15)  # the eight are idle again; the busy one is not
    pacer.hold(chat(98, "slack"), 5)
    for number in range(100, 160):
        await pacer.wait(chat(number, "slack"))
    assert len(pacer) < 70
    begin = asyncio.get_running_loop().time()
    await asyncio.gather(*waiting)
    assert asyncio.get_running_loop().time() - begin > 0.08  # no second burst came of it
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(pacer.wait(chat(98, "slack")), 0.1)


async def test_no_pacer_never_waits() -> None:
    pacer = NoPacer()
    pacer.hold(chat(1), 60)
    await asyncio.wait_for(asyncio.gather(*(pacer.wait(chat(1)) for _ in range(100))), 0.5)
