"""The digest and its command: what it says, when it comes, and that it can be ended."""

from __future__ import annotations

from datetime import time

import pytest

from bot import reminding
from bot.commands.digest import WHEN, _read
from core.chat import Reply
from core.digests import Days
from core.errors import NotUnderstood
from core.work import Work
from tests.bot.talking import Talk, pressed
from tests.bot.talking import in_berlin as talk

__all__ = ["talk"]


async def ticks(talk: Talk, **later: float) -> list[Reply]:
    """The digest that is told once so much time has passed."""
    return [talk.platform.last] if await talk.told(**later) else []


@pytest.mark.parametrize(
    ("said", "days", "wall"),
    [
        ("on", None, None),
        ("on 08:30 weekdays", Days.WEEKDAYS, time(8, 30)),
        ("weekdays 8.30", Days.WEEKDAYS, time(8, 30)),
        ("daily 9", Days.DAILY, time(9)),
        ("every day at 9pm", Days.DAILY, time(21)),
        ("weekly", Days.MON, None),
        ("weekly fri 9:00", Days.FRI, time(9)),
        ("mon-fri 8", Days.WEEKDAYS, time(8)),
        ("fri 7:15", Days.FRI, time(7, 15)),
        ("Sundays 10 am", Days.SUN, time(10)),
        ("montags 8 Uhr", Days.MON, time(8)),
        ("Di 8:00", Days.TUE, time(8)),
        ("werktags", Days.WEEKDAYS, None),
    ],
)
def test_how_it_is_asked_for(said: str, days: Days | None, wall: time | None) -> None:
    assert _read(said) == (days, wall)


@pytest.mark.parametrize(
    "said", ["mon tue", "8:00 9:00", "milk", "25:00", "99", "8:75", "the report on fri"]
)
def test_what_is_no_digest(said: str) -> None:
    with pytest.raises(NotUnderstood):
        _read(said)


async def test_it_says_what_there_is_to_do_in_silence(talk: Talk) -> None:
    await talk.says("digest on 8:30 daily")
    assert "Now: every day 08:30 (Europe/Berlin)" in talk.platform.last.text
    for line in ("Milk today", "Bread fri", "Call Ben", "Rent 2026-01-04", "Soap wed", "Tea wed"):
        await talk.says(f"add {line}")
    assert await ticks(talk, hours=22) == []
    [told] = await ticks(talk, hours=0.5)  # on Tuesday at half past eight
    assert told.title == "Tue 6 Jan: 2 overdue, 1 without a date"
    assert [each.text for each in told.items] == ["#4 Rent", "#1 Milk", "#3 Call Ben"]
    assert told.text == "3 more are due later."
    assert told.silent
    ways = {"All tasks": "list", "Digest": "digest", "Fewer of these": "fewer digests"}
    assert pressed(told) == ways
    assert await ticks(talk, hours=1) == []


async def test_nothing_to_say_is_not_said(talk: Talk) -> None:
    await talk.says("digest on 8:30 daily")
    await talk.says("add Bread fri")
    assert await ticks(talk, hours=23) == []
    await talk.says("digest now")
    assert talk.platform.last.text == "Nothing is overdue, due today or without a date."


async def test_after_a_time_away_it_says_so_once(talk: Talk) -> None:
    await talk.says("digest on 8:30 daily")
    await talk.says("add Milk")
    [told] = await ticks(talk, days=3, hours=1)
    assert told.text.startswith("This digest is late by ")
    assert await ticks(talk, minutes=5) == []


async def test_it_can_be_ended_with_the_tick_already_gone(talk: Talk) -> None:
    await talk.says("digest on 8:30 daily")
    await talk.says("add Milk")
    talk.clock.advance(hours=22.5)
    await talk.store.mutate(lambda work: work.digests.fire())
    await talk.says("digest off")
    before = len(talk.platform.told)
    await talk.engine.drain()
    assert len(talk.platform.told) == before


async def test_the_buttons_are_lines(talk: Talk) -> None:
    await talk.says("digest")
    lines = pressed(talk.platform.last)
    assert f"Weekdays {WHEN:%H:%M}" in lines
    await talk.says(lines[f"Weekdays {WHEN:%H:%M}"], message="2")
    assert "Now: weekdays 08:30 (Europe/Berlin)" in talk.platform.last.text
    lines = pressed(talk.platform.last)
    await talk.says(lines["Another time"], message="2")
    assert talk.platform.last.text.startswith("When?")
    await talk.says("digest off")
    assert "Now: off" in talk.platform.last.text
    assert "Off" not in pressed(talk.platform.last)
    await talk.says("add Milk")
    await talk.says("digest now")
    assert talk.platform.last.title == "Mon 5 Jan: 1 without a date"
    assert not talk.platform.last.silent


async def test_it_comes_whatever_is_wrong_with_reminders(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_work: Work) -> tuple[int, int]:
        raise ValueError("a row that nobody expected")

    monkeypatch.setitem(reminding._FIRE, reminding.What.REMINDER, broken)  # type: ignore[arg-type]  # it is a dict
    await talk.says("add Milk tomorrow 8:00")
    await talk.says("digest on 08:30")
    assert len(await ticks(talk, hours=22.5)) == 1
    assert "none could be told: reminder" in caplog.text
