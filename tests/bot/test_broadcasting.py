"""The job that tells everybody goes on where it died, and leaves room for what else is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest

from bot import broadcasting
from bot.broadcasting import Broadcasting
from bot.courier import Courier
from core import broadcasts
from core.addresses import Sender
from core.chat import Reply, Sent
from core.desk import Desk
from core.errors import GiveUp
from core.store import Store
from core.work import Work
from tests.memory import Memory

T = TypeVar("T")
PEOPLE = 7


class Inside(Store):
    """A store in memory. It dies before the transaction of that number."""

    def __init__(self, memory: Memory) -> None:
        self.memory, self.begun, self.dies = memory, 0, 0

    async def mutate(self, function: Callable[[Work], T]) -> T:
        self.begun += 1
        if self.begun == self.dies:
            raise KeyboardInterrupt
        return self.memory.run(function)

    async def query(self, function: Callable[[Work], T]) -> T:
        return self.memory.run(function)


class Shown(Courier):
    """Keeps what is shown; a platform that is away."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.away = False

    async def send(self, address: Any, reply: Reply, **how: Any) -> Sent:
        assert how["answer"]  # whoever asked looks at it: not behind all those who are told
        if self.away:
            raise GiveUp("away")
        self.texts.append(reply.text)
        return Sent(address, "1")


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Memory]:
    """Seven people, who are told two at a time."""
    monkeypatch.setattr(broadcasts.tell_part, "__defaults__", (2,))
    monkeypatch.setattr(broadcasting, "BREATH", 0.0)
    found = Memory()

    def people(work: Work) -> None:
        for n in range(PEOPLE):
            work.accounts.recognise(Sender("telegram", "", str(n + 1), f"P{n}"))
        assert broadcasts.begin(work, broadcasts.prepare(work, "We move."))

    found.run(people)
    yield found
    found.close()


ASKED = {"broadcast": 1, "chat": 1, "language": "en"}


def told(memory: Memory) -> list[int]:
    """How often each was told who was."""
    rows = memory.rows("SELECT count(*) FROM notice WHERE kind = 'Announced' GROUP BY account_id")
    return [count for (count,) in rows]


async def test_it_goes_on_where_it_died(memory: Memory) -> None:
    store, shown = Inside(memory), Shown()
    store.dies = 3
    with pytest.raises(KeyboardInterrupt):
        await Broadcasting(store, shown, Desk()).go_on(ASKED)
    assert told(memory) == [1] * 4
    await Broadcasting(store, shown, Desk()).go_on(ASKED)
    assert told(memory) == [1] * PEOPLE
    assert shown.texts[-1].startswith(f"Everybody is told: {PEOPLE} of {PEOPLE}")


async def test_whether_it_can_be_shown_stops_nothing(memory: Memory) -> None:
    shown = Shown()
    shown.away = True
    await Broadcasting(Inside(memory), shown, Desk()).go_on(ASKED)
    assert told(memory) == [1] * PEOPLE


async def test_no_more_is_put_while_many_jobs_wait(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what never gets less stops it for a while only."""
    monkeypatch.setattr(broadcasting, "LOOK_EVERY", 0.001)
    seen: list[int] = []

    def waiting(work: Work) -> tuple[int, float]:
        seen.append(len(told(memory)))
        return (0 if len(seen) % 3 == 0 else broadcasting.CROWD), 1.0

    await Broadcasting(Inside(memory), Shown(), Desk(waiting=waiting)).go_on(ASKED)
    assert seen == [2, 2, 2, 4, 4, 4, 6, 6, 6]
    monkeypatch.setattr(broadcasting, "PATIENCE", 0.02)
    await _again(memory, Desk(waiting=lambda work: (broadcasting.CROWD, 1.0)))


async def _again(memory: Memory, desk: Desk) -> None:
    number = memory.run(lambda work: broadcasts.prepare(work, "We moved."))
    assert memory.run(lambda work: broadcasts.begin(work, number))
    began = time.monotonic()
    await Broadcasting(Inside(memory), Shown(), desk).go_on({**ASKED, "broadcast": number})
    assert time.monotonic() - began > 3 * 0.02
    assert told(memory) == [2] * PEOPLE
