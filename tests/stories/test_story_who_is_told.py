"""Who is told of what, and where: the table of `product.md` 1.9, row by row."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest
import pytest_asyncio

from adapters.sandbox import Message
from tests.service_kit import Town
from tests.stories.cast import PLATFORMS, Somebody, group_of, link, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass
class Everybody:
    """Two people with a chat on each platform, and somebody whom nothing concerns."""

    ada: Somebody
    ada_there: Somebody
    ben: Somebody
    ben_there: Somebody
    cleo: Somebody

    @property
    def chats(self) -> tuple[Somebody, ...]:
        return self.ada, self.ada_there, self.ben, self.ben_there, self.cleo


@pytest_asyncio.fixture(params=PLATFORMS, loop_scope="module")
async def all_(town: Town, request: pytest.FixtureRequest) -> Everybody:
    here, there = request.param, next(each for each in PLATFORMS if each != request.param)
    people = Everybody(
        newcomer(town, here, "Ada"),
        newcomer(town, there, "Ada"),
        newcomer(town, here, "Ben"),
        newcomer(town, there, "Ben"),
        newcomer(town, here, "Cleo"),
    )
    for each in people.chats:
        await each.does("start", "Hello")
    await link(people.ada, people.ada_there)
    await link(people.ben, people.ben_there)
    return people


def told(people: Everybody, text: str) -> list[int]:
    """How often each chat was told that."""
    return [each.count(text) for each in people.chats]


def is_reply(message: Message, to: Message) -> bool:
    """On Slack a reply is in the thread of what it replies to."""
    return message.reply_to in {to.id, to.id.partition(":")[2]}


async def test_created_for_somebody_else(all_: Everybody) -> None:
    """The actor has the card; the assignee is told in each of their chats; nobody else."""
    await all_.ada.does(f"add Mend the bike @{all_.ben.handle}", "Added ")
    for each in (all_.ben, all_.ben_there):
        await each.hears(f"{all_.ada.name} assigned a task to you.")
    await asyncio.sleep(0.2)
    assert told(all_, "assigned a task to you") == [0, 0, 1, 1, 0]
    assert told(all_, "Mend the bike") == [1, 0, 1, 1, 0]


async def test_created_for_oneself_tells_nobody(all_: Everybody) -> None:
    await all_.ada.does("add Mend the bike @me", "Added ")
    await asyncio.sleep(0.2)
    assert told(all_, "Mend the bike") == [1, 0, 0, 0, 0]


async def test_created_in_a_group_has_its_card_there_alone(town: Town, all_: Everybody) -> None:
    room = group_of(town, all_.ada, all_.ben, all_.cleo)
    await all_.ada.does("add Water the plants", "Water the plants", room)
    await asyncio.sleep(0.2)
    assert told(all_, "Water the plants") == [0, 0, 0, 0, 0]
    assert [len(each.seen(room)) for each in (all_.ada, all_.ben, all_.cleo)] == [1, 1, 1]


@pytest.mark.parametrize("by", ["owner", "assignee"])
async def test_completed(all_: Everybody, by: str) -> None:
    """The card where it was done is edited and no more; the actor's other chat is told without a
    sound; whoever else it concerns in each of theirs, as a reply to the card that is there."""
    card = await all_.ada.does(f"add Mend the bike @{all_.ben.handle}", "Added ")
    offer = await all_.ben.hears("assigned a task to you")
    await all_.ben_there.hears("assigned a task to you")
    actor, theirs = (all_.ada, card) if by == "owner" else (all_.ben, offer)
    await actor.presses(theirs, "Done", then="Done by")
    mine, others = (
        (all_.ada_there, (all_.ben, all_.ben_there))
        if by == "owner"
        else (all_.ben_there, (all_.ada, all_.ada_there))
    )
    elsewhere = await mine.hears("You completed the task: Mend the bike")
    assert elsewhere.silent or mine.platform == "slack"
    for each in others:
        notice = await each.hears("completed the task: Mend the bike")
        assert not notice.silent
    there, shown = (all_.ben, offer) if by == "owner" else (all_.ada, card)
    assert is_reply(await there.hears("completed the task"), shown)
    await asyncio.sleep(0.2)
    row = [0, 1, 1, 1, 0] if by == "owner" else [1, 1, 0, 1, 0]
    assert told(all_, "completed the task: Mend the bike") == row
    for each, message in ((all_.ada, card), (all_.ben, offer)):
        await each.until(lambda m=message: "Done by" in words(m))


async def test_completed_in_a_group_edits_its_card_silently(town: Town, all_: Everybody) -> None:
    room = group_of(town, all_.ada, all_.ben, all_.cleo)
    card = await all_.ada.does("add Water the plants", "Water the plants", room)
    await all_.ben.presses(card, "Claim", then=f"@{all_.ben.name}")
    await all_.ben.presses(card, "Done", then="Done by")
    for each in (all_.ada, all_.ada_there):
        await each.hears(f"{all_.ben.name} completed the task: Water the plants")
    await all_.ben_there.hears("You completed the task: Water the plants")
    await asyncio.sleep(0.2)
    assert told(all_, "completed the task: Water the plants") == [1, 1, 0, 1, 0]
    assert [len(each.seen(room)) for each in (all_.ada, all_.ben, all_.cleo)] == [1, 1, 1]


@pytest.mark.parametrize("says", ["Accept", "Decline"])
async def test_an_answer_is_told_to_the_creator_alone(all_: Everybody, says: str) -> None:
    """In each of their chats, once, without a sound."""
    await all_.ada.does(f"add Mend the bike @{all_.ben.handle}", "Added ")
    offer = await all_.ben.hears("assigned a task to you")
    await all_.ben.presses(offer, says)
    said = (
        "accepted the task: Mend the bike"
        if says == "Accept"
        else "declined the task: Mend the bike"
    )
    for each in (all_.ada, all_.ada_there):
        notice = await each.hears(said)
        assert notice.silent or each.platform == "slack"
    await asyncio.sleep(0.2)
    assert told(all_, said) == [1, 1, 0, 0, 0]
