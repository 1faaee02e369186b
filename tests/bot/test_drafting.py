"""What was written into a form about a task is never lost, whatever became of it."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from bot.dispatch import dispatch
from bot.turn import commands
from bot.verbs import Add
from core.addresses import Address, Sender
from core.chat import Form, Inbound, Kind, Reply
from core.drafts import KEEP
from tests.memory import Memory

ADA = Sender("slack", "T1", "U1", "ada", "ada")
BEN = Sender("slack", "T1", "U2", "ben", "ben")
HERE = Address("slack", "T1", "U1", private=True)
WROTE = {"title": "Buy milk", "description": "Two bottles", "assignee": "@ben"}
_keys = itertools.count(1)


def say(memory: Memory, line: str, kind: Kind = Kind.PRESS, **more: object) -> Reply:
    inbound = Inbound(f"d{next(_keys)}", kind, ADA, HERE, line, forms=True, **more)  # type: ignore[arg-type]  # as given by the test
    return memory.run(lambda work: dispatch(work, inbound, lambda _, reply: False)).reply


def send(memory: Memory, line: str, **answers: str) -> Reply:
    return say(memory, line, Kind.FORM, answers=answers, people={"@ben": BEN})


def held(memory: Memory, line: str = "add") -> dict[str, str]:
    """What the form holds when it is opened."""
    form = say(memory, line).form
    assert isinstance(form, Form)
    return {each.name: each.value for each in form.questions}


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A handler with a defect."""

    def break_down(*_: object) -> Reply:
        raise RuntimeError("a defect")

    entry = commands.of(Add())
    table = commands._by_kind | {Add: replace(entry, handler=break_down)}
    monkeypatch.setattr(commands, "_by_kind", table)


def test_what_broke_is_in_the_form_again(
    memory: Memory, broken: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = send(memory, "add", **WROTE)
    ((again,),) = said.buttons
    assert (again.label, again.line) == ("Open the form again", "add")  # type: ignore[union-attr]  # a Button
    monkeypatch.undo()  # mended meanwhile
    assert held(memory)["description"] == "Two bottles"
    assert held(memory)["assignee"] == "@U2"


def test_what_was_refused_is_in_the_form_again_until_it_is_taken(memory: Memory) -> None:
    refused = send(memory, "add", **{**WROTE, "title": " "})
    assert refused.form is not None
    assert held(memory)["description"] == "Two bottles"
    assert send(memory, "add", **WROTE).card is not None
    assert held(memory)["description"] == ""


def test_after_a_quarter_of_an_hour_the_form_is_empty(memory: Memory) -> None:
    send(memory, "add", **{**WROTE, "title": " "})
    memory.clock.advance(seconds=KEEP.total_seconds())
    assert held(memory)["description"] == ""


def test_another_form_has_nothing_of_it(memory: Memory) -> None:
    card = say(memory, "add Buy milk").card
    assert card is not None
    send(memory, "add", **{**WROTE, "title": " "})
    assert held(memory, f"edit t:{card.task} rev:{card.revision}")["description"] == ""


def test_what_may_be_a_secret_is_kept_nowhere(memory: Memory) -> None:
    send(memory, "link", code="ABCD-EFGH-JKMN")
    send(memory, "name", text="")
    assert memory.rows("SELECT * FROM draft") == []
    send(memory, "add", title=" ")
    assert len(memory.rows("SELECT * FROM draft")) == 1  # negative control
