"""Whoever waits for an answer goes before whom nobody waits for, and a new chat before a crowd."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from adapters import turns as module
from adapters.turns import SHARE, WINDOW, Turns

MANY = 500
Asked = tuple[str, bool]
"""A chat, and whether it is an answer."""


async def order(turns: Turns, asked: Sequence[Asked]) -> list[str]:
    """In which they have their turns, all asked for while somebody else has it."""
    had: list[str] = []

    async def one(chat: str, *, answer: bool) -> None:
        async with turns.turn(chat, answer=answer):
            had.append(chat)
            await asyncio.sleep(0)

    async with turns.turn("somebody", answer=True):
        waiting = [asyncio.ensure_future(one(chat, answer=answer)) for chat, answer in asked]
        await asyncio.sleep(0)
    await asyncio.gather(*waiting)
    return had


async def test_an_answer_waits_for_no_crowd_of_others() -> None:
    crowd = [(f"{number}", False) for number in range(MANY)]
    had = await order(Turns(), [*crowd, ("new", True)])
    assert had.index("new") == 0
    assert had[1:] == [chat for chat, _ in crowd]


@pytest.mark.control("F22", "B14")
async def test_as_one_of_them_it_would_wait_for_all() -> None:
    crowd = [(f"{number}", False) for number in range(MANY)]
    had = await order(Turns(), [*crowd, ("new", False)])
    assert had.index("new") == MANY


async def test_the_others_have_their_share_however_many_answers_there_are() -> None:
    answers = [(f"a{number}", True) for number in range(MANY)]
    had = await order(Turns(), [*answers, *((f"o{number}", False) for number in range(MANY))])
    first = had[: 10 * SHARE]
    assert sum(chat.startswith("o") for chat in first) == 10


async def test_a_new_chat_goes_before_those_that_had_a_turn() -> None:
    turns = Turns()
    crowd = [(f"{number}", True) for number in range(MANY)]
    await order(turns, crowd)
    had = await order(turns, [*crowd, ("new", True)])
    assert had == ["new", *(chat for chat, _ in crowd)]


async def test_what_did_not_get_through_goes_before_those_that_had_a_turn() -> None:
    turns = Turns()
    crowd = [(f"{number}", True) for number in range(MANY)]
    await order(turns, [*crowd, ("refused", True)])
    turns.give_back("refused")
    had = await order(turns, [*crowd, ("refused", True)])
    assert had == ["refused", *(chat for chat, _ in crowd)]


async def test_those_that_are_alike_go_in_the_order_in_which_they_asked() -> None:
    crowd = [(f"{number}", True) for number in range(MANY)]
    assert await order(Turns(), crowd) == [chat for chat, _ in crowd]


async def test_two_at_once_are_two() -> None:
    turns, inside, most = Turns(2), 0, 0

    async def one(chat: str) -> None:
        nonlocal inside, most
        async with turns.turn(chat, answer=True):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(one(f"{number}") for number in range(20)))
    assert (inside, most) == (0, 2)


async def test_who_gives_up_takes_no_turn_along() -> None:
    turns = Turns()

    async def one(chat: str) -> None:
        async with turns.turn(chat, answer=True):
            pass

    async with turns.turn("somebody", answer=True):
        waiting = [asyncio.ensure_future(one(chat)) for chat in ("gone", "there")]
        await asyncio.sleep(0)
        waiting[0].cancel()
    waiting[1].cancel()  # its turn has come, and it does not know yet
    await asyncio.gather(*waiting, return_exceptions=True)
    async with asyncio.timeout(1):
        await one("after")


async def test_where_a_turn_fails_the_next_one_comes() -> None:
    turns = Turns()
    with pytest.raises(LookupError):
        async with turns.turn("one", answer=True):
            raise LookupError
    async with asyncio.timeout(1), turns.turn("two", answer=True):
        pass


@pytest.mark.parametrize(("window", "served"), [(WINDOW, True), (10**9, False)])
async def test_new_ones_without_end_keep_nobody_away(
    monkeypatch: pytest.MonkeyPatch, *, window: int, served: bool
) -> None:
    """One comes for each that has a turn. Without the window whoever had one waits for them all."""
    monkeypatch.setattr(module, "WINDOW", window)
    turns, had, new = Turns(), list[str](), iter(range(10**9))
    crowd: set[asyncio.Future[None]] = set()

    async def one(chat: str) -> None:
        async with turns.turn(chat, answer=True):
            had.append(chat)
            await asyncio.sleep(0)

    def comes() -> None:
        crowd.add(asyncio.ensure_future(one(f"new{next(new)}")))

    await one("old")
    async with turns.turn("somebody", answer=True):
        for _ in range(50):
            comes()
        old = asyncio.ensure_future(one("old"))
        await asyncio.sleep(0)
    while len(had) < 2 * WINDOW and not old.done():
        before = len(had)
        comes()
        while len(had) == before:  # noqa: ASYNC110  # one comes for each turn, however it is had
            await asyncio.sleep(0)
    assert old.done() is served
    await asyncio.gather(old, *crowd)


async def test_who_gives_up_costs_the_others_no_turn() -> None:
    turns, had = Turns(), list[str]()

    async def one(chat: str, *, answer: bool) -> None:
        async with turns.turn(chat, answer=answer):
            had.append(chat)

    async with turns.turn("somebody", answer=True):
        gone = [asyncio.ensure_future(one(f"gone{n}", answer=True)) for n in range(MANY)]
        left = asyncio.ensure_future(one("left", answer=False))
        await asyncio.sleep(0)
        for each in gone:
            each.cancel()
        await asyncio.sleep(0)
    await left
    assert had == ["left"]
