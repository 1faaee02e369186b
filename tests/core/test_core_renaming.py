"""Somebody whose platform tells another name, while another message of theirs is handled."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from core.addresses import Sender
from core.questions import Questions
from core.work import Work
from tests.core.meeting import PATIENCE, meeting
from tests.core.people import meet
from tests.databases import Database, postgres

__all__ = ["postgres"]  # a fixture
ADA = Sender("telegram", "", "1001", "Ada")


def tells(work: Work, name: str, language: str = "") -> None:
    work.accounts.recognise(Sender("telegram", "", "1001", name, language=language))


async def both_told(postgres: Database) -> int:
    """How often one of two messages had to begin anew: one tells a name, the other a language
    besides, which is the account's."""
    store = postgres.open()
    ada = await store.mutate(lambda work: meet(work, ADA))
    learned = threading.Event()

    def other(work: Work) -> None:
        assert work.profile.learn_language(work.accounts.get(ada.account), "de")
        learned.set()
        time.sleep(0.3)  # the first has come as far as it can
        tells(work, "Ada Lovelace")

    later = asyncio.create_task(store.mutate(other))
    assert await asyncio.to_thread(learned.wait, PATIENCE)
    await asyncio.gather(later, store.mutate(lambda work: tells(work, "Ada King")))
    return store.counts.replays


async def test_none_begins_anew(postgres: Database) -> None:
    assert await both_told(postgres) == 0


async def test_without_locking_the_account_first_one_would(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Work, "lock_accounts", lambda work, *ids: None)
    assert await both_told(postgres) > 0


async def named_and_commanded(postgres: Database) -> int:
    """How often one of two messages had to begin anew: one tells a name and answers a question, the
    other is a command that ends it."""
    store = postgres.open()
    ada = await store.mutate(lambda work: meet(work, ADA))
    await store.mutate(lambda work: work.questions.ask(ada.identity, ada.chat, "add", "title"))
    meets = meeting()

    def answers(work: Work) -> None:
        tells(work, "Ada King")
        meets()
        work.questions.open(ada.identity, ada.chat)

    def commands(work: Work) -> None:
        work.questions.close(ada.identity, ada.chat)
        meets()
        time.sleep(0.1)  # the answer is first to ask for the question
        work.lock_accounts(ada.account)

    await asyncio.gather(store.mutate(answers), store.mutate(commands))
    return store.counts.replays


async def test_none_who_answers_meanwhile_begins_anew(postgres: Database) -> None:
    assert await named_and_commanded(postgres) == 0


async def test_without_holding_the_questions_one_would(
    postgres: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Questions, "hold", lambda questions, identity: None)
    assert await named_and_commanded(postgres) > 0
