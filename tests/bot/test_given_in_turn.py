"""Answers that waited for somebody are given one behind the other once they are back; and who comes
and goes costs no more jobs than they do messages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from talking import HOME, Talk, talking

from adapters.pacing import NoPacer
from bot import late, waiting
from core.addresses import Address
from core.chats import Chat
from core.errors import Ambiguous, ChatGone, Unsendable
from core.ports import Before
from core.work import Work
from tests.databases import whole_url

__all__ = ["whole_url"]  # a fixture
MANY = 12


class Fate(NoPacer):
    """Decides what becomes of each message when its turn comes."""

    def __init__(self) -> None:
        self.talk: Talk | None = None
        self.errors: list[Exception | None] = []
        """Of the next ones; of those behind them the last one."""

    async def wait(
        self, address: Address, before: Before | None = None, *, answer: bool = False
    ) -> None:
        await super().wait(address, before, answer=answer)
        if self.talk and self.errors:
            self.talk.platform.error = self.errors[0]
            del self.errors[: len(self.errors) > 1]


@pytest.fixture
def fate() -> Fate:
    return Fate()


@pytest.fixture
async def talk(tmp_path: Path, whole_url: str, fate: Fate) -> AsyncIterator[Talk]:
    async with talking(tmp_path, fate, url=whole_url) as made:
        fate.talk = made
        yield made


async def says(talk: Talk, line: str) -> None:
    talk.clock.advance(seconds=1)
    await talk.says(line)


async def many_wait(talk: Talk) -> None:
    """Each message finds the chat open, and each answer finds it closed."""
    talk.platform.error = ChatGone("blocked")
    for number in range(MANY):
        await says(talk, f"add Task {number}")


async def comes_back(talk: Talk) -> None:
    talk.clock.advance(seconds=1)
    talk.platform.error = None
    await talk.conversation.present(HOME, True)


async def test_all_come_in_order_and_once(talk: Talk) -> None:
    await many_wait(talk)
    await comes_back(talk)
    await talk.engine.drain()
    assert told(talk) == list(range(MANY))
    assert await talk.store.query(lambda work: work.inbox.backlog()) == 0


def told(talk: Talk) -> list[int]:
    """The tasks whose cards came."""
    return [int(title.split("Task ")[1]) for title in talk.platform.titles]


async def flaps(talk: Talk) -> int:
    """How many jobs ran, of somebody who came and went with each of so many messages."""
    talk.platform.error = ChatGone("blocked")
    ran = 0
    for number in range(MANY):
        await says(talk, f"add Task {number}")
        ran += await talk.engine.drain()
    return ran


async def test_who_comes_and_goes_has_one_job_each_time(talk: Talk) -> None:
    assert await flaps(talk) <= MANY


async def test_given_all_at_once_they_would_have_one_for_each_answer(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr("bot.dispatch.give_what_waited", give_all)
    assert await flaps(talk) > MANY * MANY / 3


def give_all(work: Work, chat: Chat) -> None:
    since, key = f"{work.now.timestamp():.6f}", waiting.waiting.first(work, chat.id)
    while key is not None:
        waiting._give(work, chat.id, key, since)
        found = waiting.waiting.behind(work, key)
        key = found[1] if found else None


async def test_whoever_came_often_before_is_given_all_once(talk: Talk) -> None:
    await many_wait(talk)
    assert len(talk.engine.pending()) <= 1
    await comes_back(talk)
    assert await talk.engine.drain() <= MANY + 1


async def test_with_what_was_put_before_left_there_each_would_give_all(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""
    monkeypatch.setattr(waiting, "_givers", lambda jobs: [])
    await many_wait(talk)
    await comes_back(talk)
    assert await talk.engine.drain() > MANY * MANY / 3


async def killed(talk: Talk) -> list[int]:
    """What comes, where the process dies once the first answer is known to be delivered."""
    await many_wait(talk)
    await comes_back(talk)
    first = str(talk.engine.pending()[0].payload["key"])
    await talk.store.mutate(lambda work: work.inbox.delivered(first))
    await talk.engine.drain()
    return told(talk)


async def test_a_kill_between_two_loses_none(talk: Talk) -> None:
    assert await killed(talk) == list(range(1, MANY))


async def test_if_only_who_delivers_went_on_all_would_be_lost(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control."""

    async def stays(*_: object) -> None:
        return None

    monkeypatch.setattr(late.LateAnswers, "_go_on", stays)
    assert await killed(talk) == []


@pytest.mark.parametrize("error", [Unsendable("bad"), Ambiguous("timeout")])
async def test_behind_one_that_never_comes_the_others_do(
    talk: Talk, fate: Fate, error: Exception
) -> None:
    await many_wait(talk)
    await comes_back(talk)
    fate.errors = [error, *([error] if isinstance(error, Ambiguous) else []), None]
    await talk.engine.drain()
    assert told(talk) == list(range(1, MANY))
    assert len(await talk.engine.dead_letters()) == 1


async def test_gone_again_in_the_middle_the_rest_waits_and_comes(talk: Talk, fate: Fate) -> None:
    await many_wait(talk)
    await comes_back(talk)
    fate.errors = [None, None, None, ChatGone("blocked")]
    assert await talk.engine.drain() == 4
    assert told(talk) == [0, 1, 2]
    fate.errors = [None]
    await comes_back(talk)
    await talk.engine.drain()
    assert told(talk) == list(range(MANY))
