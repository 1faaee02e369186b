"""Codes in what was forwarded, replied to or edited: none is kept, and none is entered."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from bot import door, kept
from bot.commands import adding, rewording
from bot.dispatch import dispatch
from bot.kept import keep_failed, quotes_code
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Quoted
from core.signup import Signup
from tests.memory import Memory

ADA = Sender("telegram", "", "1", "Ada")
HOME = Address("telegram", "", "1", private=True)
SECRET = "7K3F92QXM4TD"
SHOWN = (
    "7K3F-92QX-M4TD",
    "/link 7k3f92qxm4td",
    "link 7K3F-92QX-M4TD",
    "7k3f 92qx m4td",
    "Send 7K3F-92QX-M4TD to Bob",
)
_keys = itertools.count(1)


def forwarded(text: str) -> Inbound:
    quoted = Quoted(text, "Bob")
    return Inbound(f"k{next(_keys)}", Kind.COMMAND, ADA, HOME, "add", said="9", quoted=quoted)


def typed(text: str, *, edited: bool = False) -> Inbound:
    return Inbound(f"k{next(_keys)}", Kind.TEXT, ADA, HOME, text, said="9", edited=edited)


def say(memory: Memory, message: Inbound) -> str:
    return memory.run(lambda work: dispatch(work, message, lambda *_: True)).reply.text


def all_kept(memory: Memory) -> str:
    tables = ("wish", "message_key", "failed_message", "task", "source", "question")
    rows = repr([memory.rows(f"SELECT * FROM {each}") for each in tables])  # noqa: S608  # our own names
    return rows.upper().replace(" ", "").replace("-", "")


@pytest.mark.parametrize("text", SHOWN)
def test_a_code_that_is_forwarded_is_nowhere(memory: Memory, text: str) -> None:
    assert "I made no task of that" in say(memory, forwarded(text))
    memory.signup = Signup.INVITE
    say(memory, replace(forwarded(text), sender=Sender("telegram", "", "2", "Bob")))
    memory.run(lambda work: keep_failed(work, forwarded(text), "broke"))
    say(memory, typed("Buy milk"))
    say(memory, typed(text, edited=True))
    assert SECRET not in all_kept(memory)
    assert "BUYMILK" in all_kept(memory)


@pytest.mark.parametrize("place", [adding, door, kept, rewording])
def test_the_control_each_place_looks_for_itself(
    memory: Memory, monkeypatch: pytest.MonkeyPatch, place: object
) -> None:
    say(memory, typed("Buy milk"))
    monkeypatch.setattr(place, "quotes_code", lambda _: False)
    say(memory, forwarded(SHOWN[0]))
    say(memory, typed(SHOWN[0], edited=True))
    memory.run(lambda work: keep_failed(work, forwarded(SHOWN[0]), "broke"))
    memory.signup = Signup.INVITE
    say(memory, replace(forwarded(SHOWN[0]), sender=Sender("telegram", "", "2", "Bob")))
    assert SECRET in all_kept(memory)


@pytest.mark.parametrize(
    "text",
    [
        "Thanksgiving",
        "Plan Thanksgiving",
        "conversation",
        "Dentist 24 dec",
        "Call 491701234567",
        "491701234567",
        "ship 2026 cars",
        "Plan B",
    ],
)
def test_a_word_as_long_as_a_code_is_none(text: str) -> None:
    assert not quotes_code(text)
