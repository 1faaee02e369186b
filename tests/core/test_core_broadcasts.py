"""Everybody is told once, whoever goes on with it, and in one chat."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from core import broadcasts, joining, schema
from core.addresses import Sender
from core.broadcasts import Broadcast, Reach
from core.work import Work
from tests.memory import Memory


@pytest.fixture
def memory() -> Iterator[Memory]:
    """Five people: Ada with two chats, of whom one is on Slack; Ben wants no notices; Cleo's chat
    is gone; Dora was only mentioned; Eve has one chat."""
    found = Memory()

    def people(work: Work) -> None:
        ada, phone, _ = work.accounts.recognise(Sender("telegram", "", "1", "Ada"))
        _, desk, _ = work.accounts.recognise(Sender("slack", "T1", "U1", "Ada"))
        joining.join(work, desk, ada.id, joining.Way.CODE)
        ben = work.accounts.recognise(Sender("telegram", "", "2", "Ben"))[1]
        mine = schema.identity.c.id == ben.id
        work.run(update(schema.identity).where(mine).values(notify=False))
        cleo = work.accounts.recognise(Sender("telegram", "", "3", "Cleo"))[1]
        gone = schema.chat.c.id == cleo.chat_id
        work.run(update(schema.chat).where(gone).values(gone="blocked"))
        work.accounts.mentioned(Sender("telegram", "", "", "Dora", "dora"))
        work.accounts.recognise(Sender("slack", "T1", "U5", "Eve"))
        assert phone.id < desk.id

    found.run(people)
    yield found
    found.close()


def told(memory: Memory) -> list[tuple[str, int]]:
    """Whom a notice of it is for, and how often."""
    found = memory.rows(
        "SELECT a.name, count(*) FROM notice n JOIN account a ON a.id = n.account_id "
        "WHERE n.kind = 'Announced' GROUP BY 1 ORDER BY 1"
    )
    return [(str(name), int(count)) for name, count in found]


def begun(memory: Memory) -> int:
    number = memory.run(lambda work: broadcasts.prepare(work, "We move."))
    assert memory.run(lambda work: broadcasts.begin(work, number))
    return number


def part(memory: Memory, number: int, most: int = 2) -> Broadcast:
    now = memory.run(lambda work: broadcasts.tell_part(work, number, most))
    assert now is not None
    return now


def test_it_is_known_before_whom_it_reaches(memory: Memory) -> None:
    assert memory.run(broadcasts.reach) == Reach(4, {"slack": 1, "telegram": 1})


def test_each_is_told_once_part_by_part(memory: Memory) -> None:
    number = begun(memory)
    states = [part(memory, number) for _ in range(4)]
    assert [(each.told, each.ended_at is not None) for each in states] == [
        (2, False), (4, False), (4, True), (4, True),
    ]  # fmt: skip
    assert told(memory) == [(name, 1) for name in ("Ada", "Ben", "Cleo", "Eve")]
    assert states[-1].chats == 2
    assert states[-1].people == 4


def test_nothing_is_said_before_somebody_says_yes(memory: Memory) -> None:
    number = memory.run(lambda work: broadcasts.prepare(work, "We move."))
    part(memory, number)
    assert told(memory) == []
    assert memory.run(broadcasts.last) is None


def test_a_second_yes_begins_nothing(memory: Memory) -> None:
    number = begun(memory)
    assert not memory.run(lambda work: broadcasts.begin(work, number))
    assert not memory.run(lambda work: broadcasts.begin(work, number + 7))


def test_two_that_tell_the_same_part_tell_it_once(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has read how it stood before the first was through."""
    number = begun(memory)
    before = memory.run(lambda work: broadcasts.find(work, number))
    part(memory, number)
    with monkeypatch.context() as late:
        late.setattr(broadcasts, "find", lambda work, number: before)
        part(memory, number)
    now = memory.run(lambda work: broadcasts.find(work, number))
    assert now is not None
    assert now.told == 2
    assert [count for _, count in told(memory)] == [1, 1]


def test_who_comes_meanwhile_is_told_too_and_what_is_old_goes(memory: Memory) -> None:
    number = begun(memory)
    part(memory, number, most=4)
    memory.run(lambda work: work.accounts.recognise(Sender("telegram", "", "9", "Zoe")))
    part(memory, number, most=4)
    assert ("Zoe", 1) in told(memory)
    memory.clock.advance(days=31)
    memory.run(broadcasts.forget)
    assert memory.run(broadcasts.last) is None
    assert memory.run(lambda work: broadcasts.tell_part(work, number)) is None
