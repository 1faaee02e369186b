"""A card is drawn again by a job: what an answer said meanwhile stays, and so does a newer card."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answers import remember
from bot.telling import Message, redrawing
from core.cards import LiveCard
from core.chat import Card, Inbound, Kind, Reply, Sent
from core.errors import RetryLater
from core.ports import Payload
from core.work import Work
from tests.bot.talking import ADA, HOME, Talk, pressed, talking


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


async def test_nothing_is_drawn_over_an_answer_that_may_show_it_already(talk: Talk) -> None:
    revision = (await live(talk)).revision

    def answering(work: Work) -> None:
        inbound = Inbound("edit", Kind.TEXT, ADA, HOME, "Oat milk", edited=True)
        said = Reply(text="Changed, as your message was.", card=Card("x", revision + 1))
        work.inbox.handled(inbound, said, work.chats.get(HOME), delivered=False)

    await talk.store.mutate(answering)
    with pytest.raises(RetryLater):
        await drawn(talk, revision=revision + 1)
    assert await drawn(talk) is not None  # what no answer shows need not wait
    await talk.store.mutate(lambda work: work.inbox.hand_over("edit"))
    # A job sends it, in this chat's order: behind this one, which would wait for what waits for it.
    assert await drawn(talk, revision=revision + 1) is not None
    await talk.store.mutate(lambda work: work.inbox.unsee("edit"))
    await talk.store.mutate(answering)
    await talk.store.mutate(lambda work: work.inbox.delivered("edit"))
    assert await drawn(talk, revision=revision + 1) is not None
    await talk.store.mutate(lambda work: work.inbox.unsee("edit"))
    await talk.store.mutate(answering)
    talk.clock.advance(seconds=11)
    assert await drawn(talk, revision=revision + 1) is not None  # nor is anything waited for long


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


async def test_a_card_that_is_drawn_again_at_once_still_says_what_it_said(talk: Talk) -> None:
    """As when the zone of somebody new is told a moment after their first line."""
    await talk.says("add Bread #home")
    payload: Payload = {"task": 2, "chat": 1, "message": "2"}

    async def again(**later: float) -> Reply:
        talk.clock.advance(**later)
        message = await talk.store.query(lambda work: redrawing(work, payload))
        assert message is not None
        return message.reply

    first, offer = await again(), "There is no list #home yet. Create it?"
    assert (first.headline, first.text) == ("Added #2 Bread #home", offer)
    assert pressed(first)["Create #home"] == pressed(talk.platform.last)["Create #home"]
    later = await again(minutes=1)
    assert (later.headline, later.text) == ("", offer)
    at_last = await again(minutes=10)
    assert (at_last.headline, at_last.text) == ("", "")
    assert "Create #home" not in pressed(at_last)
