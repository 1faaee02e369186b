"""What a reminder says when it is sent, and when it is not said any more."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot import due_notices
from bot.reminding import remind
from core import reminders, schema
from core.chat import Moment
from tests.bot.talking import Talk, pressed
from tests.bot.talking import in_berlin as talk

__all__ = ["talk"]

PAST = "The time to remind you is past already"


@pytest.mark.parametrize(
    ("line", "hours", "said"),
    [
        ("add Milk today 17:00", 7, "#1 Milk is due now (17:00 Europe/Berlin)"),
        (
            "add Milk today 17:00 remind 30m",
            6.5,
            "#1 Milk is due in 30 minutes (17:00 Europe/Berlin)",
        ),
        ("add Milk today 17:00 remind 2h", 5, "#1 Milk is due today 17:00 (Europe/Berlin)"),
        ("add Milk tomorrow", 23, "#1 Milk is due today"),
        ("add Milk tomorrow remind 1d", 23, "#1 Milk is due today"),  # the day before has passed
        ("add Milk fri remind 1d", 71, "#1 Milk is due tomorrow"),
        (
            "add Milk today 17:00",
            9,
            "#1 Milk was due today 17:00 (Europe/Berlin) - late by 2 h",
        ),
        ("add Milk today 17:00", 7.05, "#1 Milk is due now (17:00 Europe/Berlin)"),
    ],
)
async def test_a_reminder_says_when_it_is_due(
    talk: Talk, line: str, hours: float, said: str
) -> None:
    await talk.says(line)
    assert await talk.told(hours=hours) == [said]
    assert not talk.platform.last.silent
    assert list(pressed(talk.platform.last)) == [
        "Done", "+1 h", "Tomorrow", "Snooze more", "Nag until done", "Fewer of these",
    ]  # fmt: skip
    assert await talk.told(hours=1) == []


async def test_each_button_is_a_line(talk: Talk) -> None:
    await talk.says("add Milk today 17:00")
    await talk.told(hours=7)
    lines = pressed(talk.platform.last)
    await talk.says(lines["Snooze more"], message="2")
    presets = pressed(talk.platform.last)
    assert list(presets) == [
        "In 1 h", "Tonight 18:00", "Tomorrow 09:00", "Next Mon", "Pick a day",
        "Before it is due", "Until it is done", "Back",
    ]  # fmt: skip
    for line, when in (
        (lines["+1 h"], "Mon 5 Jan 18:00 (Europe/Berlin)"),
        (lines["Tomorrow"], "Tue 6 Jan 09:00 (Europe/Berlin)"),
        (presets["In 1 h"], "Mon 5 Jan 18:00 (Europe/Berlin)"),
        (presets["Tonight 18:00"], "Mon 5 Jan 18:00 (Europe/Berlin)"),
        (presets["Next Mon"], "Mon 12 Jan 09:00 (Europe/Berlin)"),
        ("snooze 1 fri 9:00", "Fri 9 Jan 09:00 (Europe/Berlin)"),
        ("snooze 1 2d", "Wed 7 Jan 17:00 (Europe/Berlin)"),
    ):
        await talk.says(line, message="2")
        facts = talk.platform.last.facts
        shown = {each.label: each.text for each in facts if isinstance(each, Moment)}
        assert shown["reminds you"] == when, line
        assert shown["due"] == "Mon 5 Jan 17:00 (Europe/Berlin)"
    await talk.says(pressed(talk.platform.last)["Snooze"], message="2")
    await talk.says(pressed(talk.platform.last)["No snooze"], message="2")
    assert "reminds you" not in {each.label for each in talk.platform.last.facts}
    assert await talk.told(days=3) == []


async def test_a_snooze_comes_once_more(talk: Talk) -> None:
    await talk.says("add Milk today 17:00")
    assert len(await talk.told(hours=7)) == 1
    await talk.says("snooze 1 1h")
    assert await talk.told(minutes=59) == []
    assert await talk.told(minutes=1) == ["#1 Milk was due today 17:00 (Europe/Berlin)"]
    await talk.says("add Call Ben")
    await talk.says("snooze 2 tonight")  # 18:00 is now
    assert talk.platform.last.text.startswith('I can\'t read "tonight" as a time.')
    await talk.says("snooze 2 30m")
    assert await talk.told(minutes=30) == ["#2 Call Ben - you asked me to remind you"]


@pytest.mark.parametrize("then", ["done 1", "snooze 1 2h", "due 1 fri", "delete 1", "due 1 none"])
async def test_what_changed_before_it_was_sent_is_not_said(talk: Talk, then: str) -> None:
    await talk.says("add Milk today 17:00")
    talk.clock.advance(hours=7)
    await remind(talk.store)
    await talk.says(then)
    if then == "delete 1":
        [delete] = [line for line in pressed(talk.platform.last).values() if "delete-now" in line]
        await talk.says(delete, message="3")
    before = len(talk.platform.told)
    await talk.engine.drain()
    assert not [text for _, _, text in talk.platform.told[before:] if "is due" in text]


async def test_without_the_second_look_it_would_be_said(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(due_notices, "is_theirs", lambda *_: True)
    await talk.says("add Milk today 17:00")
    talk.clock.advance(hours=7)
    await remind(talk.store)
    await talk.says("done 1")
    await talk.engine.drain()
    assert any("is due now" in text for _, _, text in talk.platform.told)


async def test_remind_says_what_holds(talk: Talk) -> None:
    await talk.says("add Milk today 17:00")
    for line, said in (
        ("remind 1 30m", "The reminder comes 30 min before it is due."),
        ("remind 1 2h", "The reminder comes 2 h before it is due."),
        ("remind 1 1d", f"{PAST}, so the reminder comes when it is due."),
        ("remind 1 on", "The reminder comes when it is due."),
        ("remind 1 off", "No reminder when it is due."),
        ("remind 1 nonsense", 'I can\'t read "nonsense" as a reminder.'),
    ):
        await talk.says(line)
        assert talk.platform.last.text.startswith(said), line
    assert await talk.told(days=2) == []
    await talk.says("remind 1")
    assert list(pressed(talk.platform.last)) == [
        "When due", "30 min before", "2 h before", "1 day before", "Never", "Back",
    ]  # fmt: skip
    await talk.says("add Call Ben")
    await talk.says("remind 2 30m")
    assert talk.platform.last.text.startswith("It has no date yet")


async def test_where_the_day_itself_has_passed_no_reminder_is_promised(talk: Talk) -> None:
    """It is 10:00: what is due today, without a time, reminds at 09:00."""
    await talk.says("add Milk today remind 1h")
    assert f"{PAST}, so none comes." in talk.platform.last.text
    for line in ("remind 1 2h", "remind 1 on"):
        await talk.says(line)
        assert talk.platform.last.text.startswith(f"{PAST}, so none comes."), line
    assert await talk.told(hours=13) == []
    await talk.says("nag 1 1h")
    await talk.says("remind 1 2h")
    assert f"{PAST}: I remind you every 1 h until it is done." in talk.platform.last.text
    assert len(await talk.told(hours=1)) == 1


@pytest.mark.parametrize("line", ["snooze 30m", "remind 30m"])
async def test_without_a_task_it_is_asked_which(talk: Talk, line: str) -> None:
    await talk.says("add Milk today 17:00")
    await talk.says(line)
    [item] = talk.platform.last.items
    assert item.button is not None
    assert item.button.line.endswith(" 30m")
    await talk.says(item.button.line, message="2")
    assert any(each.label == "reminds you" for each in talk.platform.last.facts)


async def test_what_was_missed_twice_is_told_once(talk: Talk) -> None:
    await talk.says("add Milk today 17:00")
    await talk.says("snooze 1 1h")
    assert await talk.told(hours=10) == [
        "#1 Milk was due today 17:00 (Europe/Berlin) - late by 3 h"
    ]


async def test_remind_me_is_a_task(talk: Talk) -> None:
    await talk.says("remind me to call Ben tomorrow 17:00")
    assert (talk.platform.last.heading, talk.platform.last.text) == ("Added #1 call Ben", "")
    assert await talk.told(days=1, hours=7) == ["#1 call Ben is due now (17:00 Europe/Berlin)"]


async def test_many_are_told_in_small_parts(talk: Talk) -> None:
    many = reminders.BATCH + 20
    await talk.says("preset all")  # each in a message of its own
    for _ in range(3):
        await talk.says("add " + "\n".join(f"Task {n} today 17:00" for n in range(20)))
    await talk.says("add " + "\n".join(f"Task {n} today 17:00" for n in range(many - 60)))
    assert len(await talk.told(hours=7)) == many
    assert await talk.store.query(lambda work: work.run(select(schema.reminder)).all()) == []
