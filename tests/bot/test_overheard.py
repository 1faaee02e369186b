"""What platforms tell of people who said nothing to the bot: nobody is entered for it, and nobody
is told anything."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from bot import dispatch as dispatching
from bot.dispatch import dispatch
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Quoted, Reply
from core.signup import Signup
from tests.memory import Memory

ADA = Sender("slack", "T1", "UADA", "Ada", "ada")
EVE = Sender("slack", "T1", "UEVE", "Eve", "eve")
ROOM = Address("slack", "T1", "C1", private=False, title="room")
MESSAGE = Quoted("", message="C1/1.2")
_keys = itertools.count(1)


@pytest.fixture
def memory() -> Iterator[Memory]:
    """Ada has a task in a channel that chose a reaction, and mentioned Eve once."""
    made = Memory()
    does(made, ADA, Kind.ADDRESSED, "add Milk @eve", quoted=None)
    made.run(lambda work: work.chats.choose_reaction(work.chats.get(ROOM).id, "pushpin"))
    yield made
    made.close()


def does(
    memory: Memory,
    who: Sender,
    kind: Kind,
    line: str,
    *,
    quoted: Quoted | None = MESSAGE,
    edited: bool = False,
    guest: bool = False,
) -> Reply:
    inbound = Inbound(
        f"k{next(_keys)}",
        kind,
        who,
        ROOM,
        line,
        people={"@eve": EVE},
        quoted=quoted,
        edited=edited,
        external=guest,
        guest=guest,
    )
    return memory.run(lambda work: dispatch(work, inbound, lambda *_: True)).reply


def is_in(memory: Memory, who: Sender) -> bool:
    found = memory.run(lambda work: work.accounts.known(who))
    return found is not None and found.joined


def task(memory: Memory) -> str:
    [(name,)] = memory.rows("SELECT public_id FROM task")
    return f"t:{name}"


OVERHEARD = pytest.mark.parametrize(
    ("kind", "line", "edited"),
    [
        (Kind.LINK, "unfurl TASK", False),
        (Kind.REACTION, "react off pushpin", False),
        (Kind.REACTION, "react on tada", False),
        (Kind.REACTION, "react off tada", False),
        (Kind.REACTION, "react", False),  # one that failed and was kept without what may be a code
        (Kind.ADDRESSED, "add Beer", True),
        (Kind.COMMAND, "add Beer", True),
        (Kind.TEXT, "Beer", True),
    ],
)


@OVERHEARD
@pytest.mark.parametrize("signup", Signup)
def test_who_is_only_overheard_is_not_let_in_and_told_nothing(
    memory: Memory, signup: Signup, kind: Kind, line: str, edited: bool
) -> None:
    memory.signup = signup
    said = does(memory, EVE, kind, line.replace("TASK", task(memory)), edited=edited)
    assert said == Reply()
    assert not is_in(memory, EVE)
    assert memory.rows("SELECT * FROM wish") == []


@OVERHEARD
def test_the_control_without_it_they_would_be(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, kind: Kind, line: str, edited: bool
) -> None:
    monkeypatch.setattr(dispatching, "concerns_us", lambda *_: True)
    monkeypatch.setattr(dispatching, "is_chatter", lambda *_: False)
    does(memory, EVE, kind, line.replace("TASK", task(memory)), edited=edited)
    assert is_in(memory, EVE)


def test_the_channels_reaction_is_meant_for_us(memory: Memory) -> None:
    assert does(memory, EVE, Kind.REACTION, "react on pushpin") == Reply()
    assert is_in(memory, EVE)


@pytest.mark.parametrize("signup", [Signup.INVITE, Signup.CLOSED])
def test_at_the_door_it_is_said_why_it_does_nothing(memory: Memory, signup: Signup) -> None:
    memory.signup = signup
    assert "To save tasks" in does(memory, EVE, Kind.REACTION, "react on pushpin").text
    assert not is_in(memory, EVE)
    assert does(memory, EVE, Kind.REACTION, "react off pushpin") == Reply()


def test_who_is_in_is_asked_about_a_link_and_others_about_none_of_it(memory: Memory) -> None:
    private = Address("slack", "T1", "UADA", private=True)
    inbound = Inbound(f"k{next(_keys)}", Kind.TEXT, ADA, private, "Quokka")
    memory.run(lambda work: dispatch(work, inbound, lambda *_: True))
    [(name,)] = memory.rows("SELECT public_id FROM task WHERE title = 'Quokka'")
    does(memory, EVE, Kind.ADDRESSED, "list", quoted=None)
    assert does(memory, EVE, Kind.LINK, f"unfurl t:{name}") == Reply()
    assert "Only you see this" in does(memory, ADA, Kind.LINK, f"unfurl t:{name}").text


@pytest.mark.parametrize("guest", [False, True])
def test_who_is_asked_about_a_link_has_no_row_but_that_they_were(
    memory: Memory, guest: bool
) -> None:
    people = memory.rows("SELECT count(*) FROM identity")
    for _ in range(2):
        does(memory, EVE, Kind.LINK, "unfurl t:abc", guest=guest)
    asked = memory.rows("SELECT used FROM rate WHERE name = 'unfurl.introduce'")
    assert asked == ([] if guest else [(1,)])  # and nobody of another organisation
    assert memory.rows("SELECT count(*) FROM identity") == people


@pytest.mark.parametrize("guest", [False, True])
def test_the_channels_reaction_of_a_guest_is_not(memory: Memory, guest: bool) -> None:
    does(memory, EVE, Kind.REACTION, "react on pushpin", guest=guest)
    assert is_in(memory, EVE) is not guest
