"""A card is drawn again by a job: what an answer said meanwhile stays, and so does a newer card."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answers import remember
from bot.telling import Message, redrawing
from core.cards import LiveCard
from core.chat import Card, Reply, Sent
from core.ports import Payload
from core.work import Work
from tests.bot.talking import HOME, Talk, talking


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    """The card of the task 1 is the message 1 of the chat 1, drawn as the task was made."""
    async with talking(tmp_path) as made:
        await made.says("add Milk")
        yield made


async def live(talk: Talk) -> LiveCard:
    found = await talk.store.query(lambda work: work.cards.find(1, 1))
    assert found is not None
    return found


async def drawn(talk: Talk, **more: int) -> Message | None:
    payload: Payload = {"task": 1, "chat": 1, "message": "1", **more}
    return await talk.store.query(lambda work: redrawing(work, payload))


async def test_what_an_answer_shows_already_is_not_drawn_over_it(talk: Talk) -> None:
    revision = (await live(talk)).revision
    assert await drawn(talk, revision=revision) is None
    assert await drawn(talk, revision=revision + 1) is not None  # that it does not show yet
    assert await drawn(talk) is not None  # whatever else has changed, such as a name


async def edited(talk: Talk, message: str, *, by_a_job: bool = True) -> str:
    """A message is drawn again, and that is noted; which is the live card then."""

    def note(work: Work) -> None:
        task = work.tasks.for_account(1, 1)
        assert task is not None
        reply = Reply(card=Card(task.public_id, task.revision))
        remember(work, Sent(HOME, message), reply, message if by_a_job else "")

    await talk.store.mutate(note)
    return (await live(talk)).message


async def test_an_older_card_does_not_take_the_place_of_a_newer_one(talk: Talk) -> None:
    await talk.says("show 1")
    assert (await live(talk)).message == "2"
    assert await edited(talk, "1") == "2"
    assert await edited(talk, "2") == "2"
    # An answer does, as when somebody presses its button: and so would a job, were it not told.
    assert await edited(talk, "1", by_a_job=False) == "1"
