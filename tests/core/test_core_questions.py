"""Somebody who answers a question and gives a command at once: neither waits for the other."""

from __future__ import annotations

import asyncio
import time

import pytest

from core import questions
from core.work import Work
from tests.core.meeting import meeting
from tests.core.people import person
from tests.databases import Database, postgres

__all__ = ["postgres"]  # a fixture


async def at_once(postgres: Database) -> tuple[int, list[bool]]:
    """How often one of both had to begin anew, and which of them closed the question."""
    store = postgres.open()
    ada = await person(store, "Ada")
    await store.mutate(lambda work: work.questions.ask(ada.identity, ada.chat, "add", "title"))
    meets = meeting()

    def answers(work: Work) -> bool:
        """As `bot.dispatch` has it: what was asked for is done, and then it is no question."""
        asked_for = work.questions.open(ada.identity, ada.chat)
        meets()
        work.lock_accounts(ada.account)
        return asked_for is not None and work.questions.close(ada.identity, ada.chat)

    def commands(work: Work) -> bool:
        """As `bot.meaning` has it: a command ends the question, and is done."""
        closed = work.questions.close(ada.identity, ada.chat)
        meets()
        time.sleep(0.1)  # the answer is first to lock the account
        work.lock_accounts(ada.account)
        return closed

    closed = await asyncio.gather(store.mutate(answers), store.mutate(commands))
    return store.counts.replays, closed


async def test_one_closes_it_and_none_begins_anew(postgres: Database) -> None:
    replays, closed = await at_once(postgres)
    assert replays == 0
    assert sorted(closed) == [False, True]


async def test_without_holding_the_question_one_would(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(questions, "_HOLD", questions._OPEN)
    replays, _ = await at_once(postgres)
    assert replays > 0
