"""The small world itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.sandbox import Message, World, feed, world
from adapters.sandbox.limits import LOG_KEPT, Stats
from adapters.sandbox.model import BOT
from adapters.sandbox.recent import RECENT, Recent


async def test_a_feed_that_lags_too_far_ends(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(feed, "FEED_LIMIT", 3)
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


@pytest.mark.parametrize(("keeps_all", "first"), [(False, 2), (True, 0)])
def test_a_chat_keeps_its_newest_messages(
    monkeypatch: pytest.MonkeyPatch, *, keeps_all: bool, first: int
) -> None:
    monkeypatch.setattr(world, "MESSAGES_KEPT", 3)
    small = World.crowd(telegram=1)
    small.keeps_all = keeps_all
    chat = small.private_chat("tg-p1").id
    for number in range(5):
        small.post(Message(str(number), chat, BOT, "Fluxbot", [], {}, 0.0))
    assert [each.id for each in small.messages(chat)] == [str(n) for n in range(first, 5)]


def test_the_log_of_what_was_sent_is_bounded() -> None:
    stats = Stats()
    for number in range(LOG_KEPT + 5):
        stats.sent("telegram:1", str(number))
    assert len(stats.log["telegram:1"]) == LOG_KEPT
    assert stats.log["telegram:1"][-1][1] == str(LOG_KEPT + 4)
