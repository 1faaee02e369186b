"""What waits for the end of quiet hours, and whose chat it is by then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from bot.reminding import remind
from core.events import Announced
from core.forgetting import forget
from core.joining import move
from core.unlinking import unlink
from core.work import Work
from tests.bot.talking import Talk, talking
from tests.core.joining import joins
from tests.core.people import Person, identity_of, person

MORNING = datetime(2026, 1, 6, 8, tzinfo=UTC)


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path) as made:
        made.clock.at = datetime(2026, 1, 5, 12, tzinfo=UTC)
        yield made


async def at_night(talk: Talk, who: Person, name: str) -> None:
    """Something is told to somebody who sleeps."""
    await talk.store.mutate(lambda work: work.quiet.set(who.account, time(22), time(8)))
    talk.clock.at = datetime(2026, 1, 5, 23, tzinfo=UTC)
    await talk.store.mutate(lambda work: work.notices.tell(Announced(name, name), who.account))


async def morning(talk: Talk) -> list[tuple[str, str]]:
    """The chats that are told something then, and what."""
    await talk.engine.drain()
    before = len(talk.platform.told)
    talk.clock.at = MORNING
    await remind(talk.store)
    await talk.engine.drain()
    return [(chat, text) for chat, _, text in talk.platform.told[before:]]


def leaves(work: Work, ada: Person, other: Person) -> None:
    unlink(work, ada.account, other.identity)


def is_forgotten(work: Work, ada: Person, other: Person) -> None:
    forget(work, ada.account)


@pytest.mark.parametrize(("does", "chats"), [(leaves, 1), (is_forgotten, 0), (None, 2)])
async def test_whose_chat_it_is_no_more_is_not_told(
    talk: Talk, does: Callable[[Work, Person, Person], None] | None, chats: int
) -> None:
    ada, other = await person(talk.store, "Ada"), await person(talk.store, "Ada")
    talk.clock.at = datetime(2026, 1, 3, tzinfo=UTC)  # so long ago that it can't be taken back
    await talk.store.mutate(lambda work: joins(work, ada, other) and None)
    await at_night(talk, ada, "The news")
    if does is not None:
        await talk.store.mutate(lambda work: does(work, ada, other))
    told = await morning(talk)
    assert len([text for _, text in told if "The news" in text]) == chats
    left = await talk.store.query(lambda work: work.held.waiting())
    assert not left


@pytest.mark.parametrize("moved", [True, False])
async def test_what_came_along_is_told_by_the_hours_of_who_they_are_now(
    talk: Talk, moved: bool
) -> None:
    ada, other = await person(talk.store, "Ada"), await person(talk.store, "Ada")
    await talk.store.mutate(lambda work: work.quiet.set(ada.account, time(22), time(7)))
    await at_night(talk, other, "The news")

    def become_one(work: Work) -> None:
        done = joins(work, ada, other)
        if moved:
            move(work, identity_of(work, other), done.link)

    await talk.store.mutate(become_one)
    talk.clock.at = MORNING.replace(hour=7)
    await remind(talk.store)
    await talk.engine.drain()
    told = [chat for chat, _, text in talk.platform.told if "The news" in text]
    # What stays apart is the other account's own, and nobody is there.
    assert told == ([other.sender.user_id] if moved else [])


async def test_who_wants_to_hear_nothing_any_more_hears_nothing(talk: Talk) -> None:
    ada = await person(talk.store, "Ada")
    await at_night(talk, ada, "The news")
    await talk.store.mutate(lambda work: work.profile.set_notify(ada.account, ada.identity, False))
    assert await morning(talk) == []
