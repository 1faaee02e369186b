"""A message whose lines are tasks, some of which are gone: an edit means the others, and brings
nothing back."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest

from bot.commands import rewording
from bot.dispatch import dispatch
from core.addresses import Address, Sender
from core.chat import Inbound, Kind, Quoted
from core.purge import purge
from core.rights import Actor
from core.sources import Made
from core.task import Ref
from core.undo import UNDO_FOR
from core.work import Work
from tests.memory import Memory

ADA = Sender("telegram", "", "1", "Ada", language="en")
BEN = Sender("telegram", "", "2", "Ben", language="en")
GROUP = Address("telegram", "", "-100", private=False, title="Team")
_keys = itertools.count(1)


def says(
    memory: Memory,
    text: str,
    said: str = "9",
    *,
    edited: bool = False,
    kind: Kind = Kind.TEXT,
    who: Sender = ADA,
    where: Address | None = None,
    quoted: Quoted | None = None,
) -> str:
    place = where or Address("telegram", "", who.user_id, private=True)
    inbound = Inbound(
        f"k{next(_keys)}", kind, who, place, text, said=said, quoted=quoted, edited=edited
    )
    return memory.run(lambda work: dispatch(work, inbound, lambda *_: True)).reply.text


def deletes(memory: Memory, title: str) -> None:
    [(name,)] = memory.rows("SELECT public_id FROM task WHERE title = ?", title)

    def delete(work: Work) -> None:
        account, identity, _ = work.accounts.recognise(ADA)
        actor = Actor(account.id, account.name, identity.id, identity.chat_id, private=True)
        work.tasks.delete(actor, Ref(public_id=name))

    memory.run(delete)
    assert title not in titles(memory)


def titles(memory: Memory) -> list[str]:
    found = memory.rows("SELECT title FROM task WHERE deleted_at IS NULL ORDER BY id")
    return [title for (title,) in found]


def purges(memory: Memory) -> None:
    memory.clock.advance(seconds=3 * UNDO_FOR.total_seconds())
    memory.run(purge)


LATER = pytest.mark.parametrize("later", [False, True], ids=["deleted", "purged"])


@LATER
@pytest.mark.parametrize(
    ("gone", "now", "left"),
    [
        ("B", "A\nB\nC new", ["A", "C new"]),
        ("B", "A new\nB\nC", ["A new", "C"]),
        ("B", "A\nC new", ["A", "C new"]),
        ("B", "A\nB new\nC", ["A", "C"]),
        ("C", "A new\nB\nC", ["A new", "B"]),
        ("A", "A\nB\nC new", ["B", "C new"]),
        ("B", "A\nB\nC\nD", ["A", "C", "D"]),
        ("B", "A\nC", ["A", "C"]),
    ],
)
def test_an_edit_means_the_lines_that_are_left(
    memory: Memory, later: bool, gone: str, now: str, left: list[str]
) -> None:
    says(memory, "A\nB\nC")
    deletes(memory, gone)
    if later:
        purges(memory)
    says(memory, now, edited=True)
    assert titles(memory) == left


@LATER
def test_a_second_edit_still_knows_which_line_is_gone(memory: Memory, later: bool) -> None:
    says(memory, "A\nB\nC")
    deletes(memory, "B")
    if later:
        purges(memory)
    says(memory, "A one\nB\nC", edited=True)
    says(memory, "A one\nB\nC two", edited=True)
    assert titles(memory) == ["A one", "C two"]


@LATER
def test_what_is_all_gone_does_not_come_back(memory: Memory, later: bool) -> None:
    says(memory, "A\nB")
    deletes(memory, "A")
    deletes(memory, "B")
    if later:
        purges(memory)
    assert says(memory, "A new\nB", edited=True) == ""
    assert titles(memory) == []


def test_no_word_is_kept_of_what_is_gone_for_good(memory: Memory) -> None:
    says(memory, "Quokka\nB")
    says(memory, "Quokka alone", "10")
    deletes(memory, "Quokka")
    deletes(memory, "Quokka alone")
    purges(memory)
    assert "Quokka" not in repr(memory.rows("SELECT * FROM source"))
    assert len(memory.rows("SELECT * FROM source")) == 3


def test_the_control_lines_of_which_nothing_is_known_move_up(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    lined_up = rewording._lined_up

    def without_gone(known: list[Made], said: list[str]) -> object:
        return lined_up([each for each in known if not each.gone], said)

    monkeypatch.setattr(rewording, "_lined_up", without_gone)
    says(memory, "A\nB\nC")
    deletes(memory, "B")
    says(memory, "A\nB\nC new", edited=True)
    assert titles(memory) == ["A", "B", "C new"]


def test_an_edit_after_the_words_were_dropped_changes_nothing(memory: Memory) -> None:
    says(memory, "Milk")
    memory.clock.advance(seconds=timedelta(days=3, seconds=1).total_seconds())
    memory.run(lambda work: work.sources.forget())
    assert says(memory, "Oat milk", edited=True) == ""
    assert titles(memory) == ["Milk"]


def test_what_said_more_of_a_message_that_is_gone_says_nothing(memory: Memory) -> None:
    quoted = Quoted("The sink drips", "Ben")
    says(memory, "add tomorrow", kind=Kind.COMMAND, where=GROUP, quoted=quoted)
    says(memory, "add !high", kind=Kind.COMMAND, where=GROUP, edited=True)
    assert titles(memory) == ["The sink drips"]
    says(memory, "add !high", kind=Kind.COMMAND, where=GROUP, edited=True, quoted=quoted)
    assert memory.rows("SELECT title, priority FROM task") == [("The sink drips", "high")]
    says(memory, "add Call the plumber", kind=Kind.COMMAND, where=GROUP, edited=True)
    assert titles(memory) == ["Call the plumber"]


def test_an_edit_changes_nobody_elses_task(memory: Memory) -> None:
    says(memory, "add Milk", "9", kind=Kind.COMMAND, where=GROUP)
    for kind, text in ((Kind.COMMAND, "add Beer"), (Kind.ADDRESSED, "Beer"), (Kind.TEXT, "Beer")):
        says(memory, text, "9", edited=True, kind=kind, who=BEN, where=GROUP)
    assert titles(memory) == ["Milk"]


@pytest.mark.parametrize("kind", [Kind.ADDRESSED, Kind.COMMAND, Kind.TEXT])
def test_nobody_is_entered_for_an_edit(memory: Memory, kind: Kind) -> None:
    text = "add Beer" if kind is Kind.COMMAND else "Beer"
    says(memory, text, "9", edited=True, kind=kind, who=BEN, where=GROUP)
    assert memory.rows("SELECT * FROM identity") == []
    says(memory, text, "9", kind=Kind.COMMAND if kind is Kind.TEXT else kind, who=BEN, where=GROUP)
    assert len(memory.rows("SELECT * FROM identity")) == 1
