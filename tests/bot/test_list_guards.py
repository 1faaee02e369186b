"""What a question about many tasks, and talk in a group, must never do; each with its control."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.answers import Handled
from bot.dispatch import dispatch
from core.addresses import Sender
from core.chat import Button, Inbound, Kind, Sent
from core.rights import Actor
from core.task import Ref
from core.work import Work
from tests.bot.matrix import GROUP, MEMBER, OWNER, Matrix

STRANGER = Sender("telegram", "", "77", "Stranger")


@pytest.fixture(scope="module")
def matrix() -> Iterator[Matrix]:
    made = Matrix()
    yield made
    made.memory.close()


def asked(matrix: Matrix) -> str:
    """The line of the button that deletes all."""
    reply = matrix.say(OWNER, "bulk delete").reply
    [line] = [
        each.line
        for row in reply.buttons
        for each in row
        if isinstance(each, Button) and each.label.startswith("Delete ")
    ]
    return line


def deleted(matrix: Matrix) -> int:
    [[count]] = matrix.memory.rows("SELECT count(*) FROM task WHERE deleted_at IS NOT NULL")
    return int(count)


def deleted_after_another_was_added(matrix: Matrix) -> int:
    with matrix.memory.aside():
        line, before = asked(matrix), deleted(matrix)
        matrix.say(OWNER, "add One more")
        matrix.say(OWNER, line)
        return deleted(matrix) - before


def test_the_button_deletes_what_was_shown(matrix: Matrix) -> None:
    with matrix.memory.aside():
        line, before = asked(matrix), deleted(matrix)
        matrix.say(OWNER, line)
        assert deleted(matrix) > before


def test_of_other_tasks_nothing_is_deleted(matrix: Matrix) -> None:
    assert deleted_after_another_was_added(matrix) == 0


def test_the_control_a_button_that_names_none(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.all_of.All.digest", "all-alike")
    assert deleted_after_another_was_added(matrix) > 0


def test_a_question_of_before_lunch_is_asked_again(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    for stands, some in ((None, False), (lambda *_: True, True)):  # the second is the control
        with matrix.memory.aside(), monkeypatch.context() as patch:
            if stands is not None:
                patch.setattr("bot.commands.bulk.stands", stands)
            line, before = asked(matrix), deleted(matrix)
            matrix.memory.clock.advance(minutes=30)
            matrix.say(OWNER, line)
            assert (deleted(matrix) > before) is some


def test_all_of_it_is_taken_back_with_what_follows(matrix: Matrix) -> None:
    def tasks() -> list[tuple[object, ...]]:
        return matrix.memory.rows(
            "SELECT id, title, status, rule, occurrence, due_at FROM task"
            " WHERE deleted_at IS NULL ORDER BY id"
        )

    with matrix.memory.aside():
        matrix.say(OWNER, "add category:garden Water the plants every day")
        matrix.say(OWNER, "add category:garden Mow the lawn tomorrow")
        before = tasks()
        matrix.say(OWNER, "bulk done #garden")
        assert len(tasks()) == len(before) + 1  # the plants of tomorrow
        matrix.say(OWNER, "undo")
        assert tasks() == before
        line = asked(matrix)
        matrix.say(OWNER, line)
        assert tasks() != before
        assert matrix.say(MEMBER, "undo").refused != ("", "")
        matrix.say(OWNER, "undo")
        assert tasks() == before
        matrix.say(OWNER, line)
        assert tasks() == before  # pressed again: these tasks are others by now


def talks(matrix: Matrix, who: Sender, replied: str) -> Handled:
    inbound = Inbound(f"t{who.user_id}{replied}", Kind.TEXT, who, GROUP, "oh well", replied=replied)
    return matrix.memory.run(lambda work: dispatch(work, inbound, lambda *_: True))


def entered(matrix: Matrix) -> int:
    return len(matrix.memory.rows("SELECT id FROM account"))


def test_talk_in_a_group_is_nothing(matrix: Matrix) -> None:
    with matrix.memory.aside():
        before = entered(matrix)
        for who in (STRANGER, MEMBER.sender, OWNER.sender):
            assert talks(matrix, who, "no card").reply.empty
        assert entered(matrix) == before
        assert not matrix.memory.rows("SELECT id FROM note")


def test_the_control_everybody_who_talks_is_entered(
    matrix: Matrix, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dispatch.is_chatter", lambda *_: False)
    with matrix.memory.aside():
        before = entered(matrix)
        assert not talks(matrix, STRANGER, "no card").reply.empty
        assert entered(matrix) == before + 1


def test_below_a_card_only_who_does_it_notes(matrix: Matrix) -> None:
    def show(work: Work) -> None:
        chat = work.chats.find(GROUP)
        assert chat is not None
        task = work.tasks.get(_actor(work, chat.id), Ref(public_id=matrix.tasks["group's"]))
        work.cards.drawn(task.public_id, task.revision, chat.id, Sent(chat.address, "9"))

    with matrix.memory.aside():
        matrix.memory.run(show)
        for who, notes in ((STRANGER, 0), (MEMBER.sender, 0), (OWNER.sender, 1)):
            talks(matrix, who, "9")
            assert len(matrix.memory.rows("SELECT id FROM note")) == notes
        edited = Inbound("e", Kind.TEXT, OWNER.sender, GROUP, "oh", replied="9")
        edited = replace(edited, edited=True)
        matrix.memory.run(lambda work: dispatch(work, edited, lambda *_: True))
        assert len(matrix.memory.rows("SELECT id FROM note")) == 1


def _actor(work: Work, chat: int) -> Actor:
    account, identity, _ = work.accounts.recognise(OWNER.sender)
    return Actor(account.id, account.name, identity.id, chat, private=False)
