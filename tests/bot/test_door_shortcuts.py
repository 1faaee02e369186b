"""Who waits at the door and points at a message gets what was promised, once they are in."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from bot.dispatch import dispatch
from bot.replaying import grant
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Quoted
from core.signup import Signup
from core.work import Work
from tests.memory import Memory

EVE = Sender("slack", "T1", "UEVE", "Eve", "eve")
ROOM = Address("slack", "T1", "C1", private=False, title="room")
SECRET = "7K3F-92QX-M4TD"


@pytest.fixture
def memory() -> Iterator[Memory]:
    made = Memory(signup=Signup.CLOSED)
    yield made
    made.close()


def chooses(memory: Memory, line: str, text: str) -> str:
    quoted = Quoted(text, url="https://acme.slack.com/archives/C1/p12", message="C1/1.2")
    inbound = Inbound("k1", Kind.PRESS, EVE, ROOM, line, quoted=quoted, forms=True, token="{}")
    return memory.run(lambda work: dispatch(work, inbound, lambda *_: True)).reply.text


def let_in(memory: Memory) -> None:
    memory.signup = Signup.OPEN
    [(identity,)] = memory.rows("SELECT id FROM identity")

    def come(work: Work) -> None:
        work.accounts.recognise(EVE)
        grant(work, identity)

    memory.run(come)


@pytest.mark.parametrize("line", ["capture-message", "remind-about"])
def test_the_message_is_a_task_then(memory: Memory, line: str) -> None:
    assert "I will then do what you asked." in chooses(memory, line, "Water the plants\nall")
    assert memory.rows("SELECT title FROM task") == []
    let_in(memory)
    [(title, notes)] = memory.rows("SELECT title, description FROM task")
    assert title == "Water the plants"
    assert "https://acme.slack.com/archives/C1/p12" in notes
    assert len(memory.rows("SELECT * FROM source")) == 1


def test_what_was_wanted_in_details_is_answered_in_no_pane_then(memory: Memory) -> None:
    press = Inbound("k1", Kind.PRESS, EVE, ROOM, "list", forms=True, pane="9k3f7q2m")
    memory.run(lambda work: dispatch(work, press, lambda *_: True))
    [(identity,)] = memory.rows("SELECT id FROM identity")
    wanted = memory.run(lambda work: work.wishes.take(identity))
    assert wanted is not None
    assert (wanted.line, wanted.pane) == ("list", "")


def test_a_source_that_is_typed_has_a_limit(memory: Memory) -> None:
    """PostgreSQL would refuse the whole message."""
    memory.signup = Signup.OPEN
    for long in (128, 129):
        line = f'capture-message title:"Milk" {"x" * long}'
        inbound = Inbound(f"k{long}", Kind.COMMAND, EVE, ROOM, line)
        memory.run(partial(dispatch, inbound=inbound, rides=lambda *_: True))
    assert len(memory.rows("SELECT * FROM task")) == 2
    assert memory.rows("SELECT length(message) FROM source") == [(128,)]


@pytest.mark.parametrize("line", ["capture-message", "remind-about"])
def test_a_code_in_it_is_not_kept(memory: Memory, line: str) -> None:
    chooses(memory, line, f"Send {SECRET} to Bob")
    assert memory.rows("SELECT * FROM wish") == []
    let_in(memory)
    tables = ("task", "draft", "wish", "source", "message_key")
    rows = [memory.rows(f"SELECT * FROM {each}") for each in tables]  # noqa: S608  # our own names
    assert SECRET not in repr(rows)
