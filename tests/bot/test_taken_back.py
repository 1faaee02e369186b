"""What is said in a group once something is taken back there, whether or not it is noted by then
where the card is: whoever is quick presses before that."""

from __future__ import annotations

import itertools

from bot.dispatch import dispatch
from core.addresses import Address, Sender
from core.chat import Audience, Inbound, Kind, Reply
from tests.bot.talking import pressed
from tests.memory import Memory

ADA = Sender("telegram", "", "1", "Ada")
HOME = Address("telegram", "", "1", private=True)
GROUP = Address("telegram", "", "-5", private=False, title="Flat")
GONE = "This task is not shared here any more."
_keys = itertools.count(1)


def does(memory: Memory, line: str, where: Address = GROUP, message: str = "") -> Reply:
    """Type it, or press it below a message. No answer is ever noted as delivered."""
    kind = Kind.PRESS if message else Kind.COMMAND
    inbound = Inbound(f"k{next(_keys)}", kind, ADA, where, line, message=message)
    return memory.run(lambda work: dispatch(work, inbound, lambda *_: False)).reply


def undoes(memory: Memory, reply: Reply) -> Reply:
    return does(memory, pressed(reply)["Undo"], message="7")


def test_below_a_card_that_was_just_shared_only_that_is_said(memory: Memory) -> None:
    does(memory, "add Milk", HOME)
    said = undoes(memory, does(memory, "share 1"))
    assert said == Reply(text=GONE, audience=Audience.HERE)


def test_what_else_is_taken_back_is_shown_to_whom_it_concerns(memory: Memory) -> None:
    does(memory, "add Milk", HOME)
    mine = undoes(memory, does(memory, "done 1"))
    assert (mine.title, mine.audience) == ("#1 Milk", Audience.PRIVATE)
    does(memory, "share 1")
    ours = undoes(memory, does(memory, "done 1"))
    assert (ours.title, ours.audience) == ("Milk", Audience.HERE)


def test_typed_it_is_answered_to_whoever_typed_it(memory: Memory) -> None:
    does(memory, "add Milk", HOME)
    does(memory, "share 1")
    said = does(memory, "undo")
    assert said.text == "Undone."
    assert said.audience is Audience.PRIVATE
