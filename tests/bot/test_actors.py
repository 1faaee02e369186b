"""Who did what others are told of has the name that is known by then."""

from __future__ import annotations

import pytest

from bot.actors import by_name
from core.addresses import Sender
from core.errors import RetryLater
from core.events import Event, TaskAssigned, Welcome
from core.identity import UNNAMED
from core.notices import Notice
from tests.memory import Memory

BOB = Sender("slack", "T1", "UBOB")


def test_it_waits_a_moment_for_the_name_and_no_longer(memory: Memory) -> None:
    account, identity, _ = memory.run(lambda work: work.accounts.recognise(BOB))

    def said(event: Event, actor: str = UNNAMED) -> str:
        notice = Notice(1, 2, None, event, "Milk", actor, False, memory.clock.at)
        return memory.run(lambda work: by_name(work, notice)).actor

    given = TaskAssigned(1, 1, account.id)
    with pytest.raises(RetryLater):
        said(given)
    assert said(given, "Ada") == "Ada"
    assert said(Welcome(2)) == UNNAMED  # nobody did it
    assert said(TaskAssigned(1, 1, 77)) == UNNAMED  # somebody who is gone
    memory.clock.advance(seconds=6)
    assert said(given) == UNNAMED
    told = Sender("slack", "T1", "UBOB", name="Bob")
    memory.run(lambda work: work.accounts.learn(identity.id, told))
    assert said(given) == "Bob"
