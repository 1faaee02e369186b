"""Quiet hours, presets, `Fewer of these`, and several notices in one message, as they are said."""

from __future__ import annotations

from datetime import time

import pytest

from bot import telling
from bot.clocks import clocks_in
from core.events import Announced
from tests.bot.talking import Talk, pressed
from tests.bot.talking import in_berlin as talk

__all__ = ["talk"]


async def ticks(talk: Talk, **later: float) -> int:
    """How many messages are told once so much time has passed."""
    return len(await talk.told(**later))


@pytest.mark.parametrize(
    ("said", "clocks"),
    [
        ("22:00 8:00", [time(22), time(8)]),
        ("22-8", [time(22), time(8)]),
        ("from 10 pm to 7:30 am", [time(22), time(7, 30)]),
        ("22 Uhr bis 8 Uhr", [time(22), time(8)]),
        ("22.30 \u2013 07.00", [time(22, 30), time(7)]),
        ("24:00 6", [time(0), time(6)]),
        ("25:00 6:61", None),
        ("the 8 and 9 year olds", None),
        ("", []),
    ],
)
def test_how_hours_are_typed(said: str, clocks: list[time] | None) -> None:
    assert clocks_in(said) == clocks


async def test_the_screen_says_what_holds(talk: Talk) -> None:
    await talk.says("quiet")
    assert "Now: none" in talk.platform.last.text
    await talk.says(pressed(talk.platform.last)["22:00 - 08:00"], message="2")
    assert "Now: 22:00 - 08:00 (Europe/Berlin)" in talk.platform.last.text
    await talk.says("quiet tomorrow")
    assert "I can't read" in talk.platform.last.text
    await talk.says("quiet 8 8")
    assert "I can't read" in talk.platform.last.text
    await talk.says("quiet off")
    assert "Now: none" in talk.platform.last.text


async def test_reminders_wait_and_come_in_one_message(talk: Talk) -> None:
    await talk.says("quiet 16:00 20:00")
    for line in ("Milk today 17:00 remind 30m", "Bread today 17:30 remind 1h", "Tea today 17:00"):
        await talk.says(f"add {line}")
    assert await ticks(talk, hours=6.75) == 0  # 16:45: both are held
    assert await ticks(talk, hours=0.25) == 1  # 17:00 was set inside them
    assert await ticks(talk, hours=2.9) == 0
    assert await ticks(talk, hours=0.2) == 1
    told = talk.platform.last
    assert told.title == "2 reminders"
    assert [each.text for each in told.items] == [
        "#1 Milk was due today 17:00 (Europe/Berlin)",
        "#2 Bread was due today 17:30 (Europe/Berlin)",
    ]
    assert list(pressed(told)) == ["All tasks", "Inbox", "Fewer of these"]
    assert [each.button and each.button.label for each in told.items] == ["1", "2"]


async def test_what_is_done_meanwhile_is_not_told(talk: Talk) -> None:
    await talk.says("quiet 16:00 20:00")
    for line in ("Milk today 17:00 remind 30m", "Bread today 17:00 remind 30m"):
        await talk.says(f"add {line}")
    assert await ticks(talk, hours=7) == 0
    await talk.says("done 1")
    assert await ticks(talk, hours=3) == 1
    told = talk.platform.last  # one alone is as it always is
    assert told.text == "#2 Bread was due today 17:00 (Europe/Berlin)"
    assert {"Done", "+1 h", "Fewer of these"} <= pressed(told).keys()


async def test_several_at_once_are_one_message(talk: Talk) -> None:
    for number in range(12):
        await talk.says(f"add Task {number} tomorrow")
    assert await ticks(talk, hours=23) == 1
    told = talk.platform.last
    assert told.title == "12 reminders"
    assert (len(told.items), told.text) == (10, "2 more are in your inbox.")
    await talk.says(told.items[0].button.line if told.items[0].button else "", message="2")
    assert talk.platform.last.title == "#1 Task 0"


async def test_whoever_wants_all_gets_each(talk: Talk) -> None:
    await talk.says("preset all")
    for number in range(3):
        await talk.says(f"add Task {number} tomorrow")
    assert await ticks(talk, hours=23) == 3


async def test_a_preset_is_of_one_chat(talk: Talk) -> None:
    await talk.says("preset")
    assert talk.platform.last.text.startswith("In this chat: Quiet")  # as product.md 3.1 has it
    assert [*pressed(talk.platform.last)] == ["Least", "Quiet", "Normal", "All", "Back"]
    await talk.says(pressed(talk.platform.last)["Least"], message="2")
    assert talk.platform.last.text.startswith("In this chat: Least")
    await talk.says("preset loud")
    assert "I can't read" in talk.platform.last.text
    await talk.says("settings")
    assert "Least" in [getattr(each, "value", "") for each in talk.platform.last.facts]
    who = (await talk.store.query(lambda work: work.notices.announce(Announced("x", "x"))))[0]
    assert (who, await ticks(talk)) == (1, 0)


async def test_fewer_offers_what_would_help_and_leaves_the_message(talk: Talk) -> None:
    await talk.says("add Milk today 17:00")
    assert await ticks(talk, hours=7) == 1
    line = pressed(talk.platform.last)["Fewer of these"]
    await talk.says(line, message="2")
    offered = pressed(talk.platform.last)
    assert talk.platform.last.fresh
    assert list(offered) == [
        "No reminder of this task", "Quiet hours", "A digest once a day", "Nothing in this chat",
        "Leave it",
    ]  # fmt: skip
    await talk.says(offered["No reminder of this task"], message="3")
    await talk.says("quiet 22-8")
    await talk.says("digest on")
    await talk.says("fewer news")
    offered = pressed(talk.platform.last)
    assert list(offered) == ["Only what waits for me", "Nothing in this chat", "Leave it"]
    await talk.says(offered["Only what waits for me"], message="3")
    assert talk.platform.last.text.startswith("In this chat: Least")


async def test_what_is_on_its_way_is_looked_at_again(talk: Talk) -> None:
    """A preset that was changed since holds: queued authority is stale."""
    await talk.store.mutate(lambda work: work.notices.announce(Announced("x", "News")))
    await talk.says("preset least")
    before = len(talk.platform.told)
    await talk.engine.drain()
    assert len(talk.platform.told) == before


async def test_without_the_look_it_would_be_told(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling, "tells", lambda *_: True)
    await talk.store.mutate(lambda work: work.notices.announce(Announced("x", "News")))
    await talk.says("preset least")
    before = len(talk.platform.told)
    await talk.engine.drain()
    assert talk.platform.told[before:] == [("1", "", "News")]


async def test_how_much_a_chat_of_somebody_else_is_told_is_theirs(talk: Talk) -> None:
    await talk.says("preset quiet identity:999")
    assert "In this chat" not in talk.platform.last.text
    await talk.says("preset identity:999")
    assert "Quiet:" not in talk.platform.last.text
    await talk.says("preset")
    assert talk.platform.last.text.startswith("In this chat: Quiet")
