"""The small world itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.sandbox import World, world
from adapters.sandbox.recent import RECENT, Recent


async def test_a_feed_that_lags_too_far_ends(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(world, "FEED_LIMIT", 3)
    small = World.demo()
    async with small.feed() as slow, small.feed() as quick:
        seen = []
        for number in range(5):
            small.emit("typing", chat=str(number))
            seen.append((await anext(quick))["chat"])
        assert seen == ["0", "1", "2", "3", "4"]
        assert [each["chat"] async for each in slow] == ["0", "1", "2"]
    assert small.feeds == set()


@pytest.mark.parametrize("make", [World.demo, lambda: World.crowd(telegram=3, slack=2)])
def test_everybody_has_a_private_chat(make: Callable[[], World]):
    small = make()
    assert len(small.people) in (4, 5)
    for person in small.people.values():
        chat = small.private_chat(person.id)
        assert (chat.platform, chat.members) == (person.platform, [person.id])
        assert small.person_of(person.platform, person.user_id) is person


def test_old_entries_are_forgotten():
    recent: Recent[int] = Recent()
    for number in range(RECENT + 2):
        recent[str(number)] = number
    assert len(recent) == RECENT
    assert "1" not in recent
    assert "2" in recent
