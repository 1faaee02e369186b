"""What comes again, in the conversation: typed, chosen, done, skipped, ended; labels, nagging."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.reminding import remind
from core.chat import Fact, Moment, Reply
from tests.bot.talking import GROUP, Talk, pressed
from tests.bot.talking import in_berlin as talk

__all__ = ["talk"]


def facts(reply: Reply) -> dict[str, str]:
    """Named values."""
    return {
        each.label: each.text if isinstance(each, Moment) else each.value for each in reply.facts
    }


def plain(reply: Reply) -> list[str]:
    return [each.value for each in reply.facts if isinstance(each, Fact) and not each.label]


async def press(talk: Talk, label: str) -> Reply:
    await talk.says(pressed(talk.platform.last)[label], message="7")
    return talk.platform.last


async def say(talk: Talk, line: str) -> Reply:
    await talk.says(line)
    return talk.platform.last


async def test_quick_add_keeps_rule_and_labels(talk: Talk) -> None:
    card = await say(talk, "add Water plants ~Green ~flat every mon,thu 9:00")
    assert card.title == "#1 Water plants"
    assert facts(card)["due"] == "Thu 8 Jan 09:00 (Europe/Berlin)"
    assert facts(card)["repeats"] == "every Mon and Thu"
    assert "~green ~flat" in plain(card)
    await say(talk, "add Water the lawn ~green")
    assert [each.text for each in (await say(talk, "list ~green")).items] == [
        "#1 Water plants",
        "#2 Water the lawn",
    ]
    found = await say(talk, "list ~FLAT")
    assert [each.detail for each in found.items] == [
        "Thu 8 Jan 09:00 - every Mon and Thu - ~green ~flat"
    ]
    assert (await say(talk, "list ~gre")).items == ()
    assert (await say(talk, "list ~_reen")).items == ()


async def test_done_there_is_the_next_one(talk: Talk) -> None:
    await say(talk, "add Standup every weekday 9:30")
    done = await press(talk, "Done")
    assert done.struck
    assert done.text == "Next: Wed 7 Jan 09:30 (Europe/Berlin)."
    next_ = await press(talk, "Next one")
    assert next_.title == "#2 Standup"
    assert facts(next_)["repeats"] == "every weekday"
    typed = await say(talk, "done 2")
    assert "Next: Thu 8 Jan 09:30 (Europe/Berlin)." in typed.text
    await press(talk, "Undo")
    assert [each.text for each in (await say(talk, "list")).items] == ["#2 Standup"]


async def test_in_a_group_the_next_one_is_the_groups(talk: Talk) -> None:
    await talk.says("add Bins every wed", GROUP)
    done = pressed(talk.platform.last)["Done"]
    await talk.says(done, GROUP, message="7")
    assert talk.platform.last.text == "Next: Wed 14 Jan."
    await talk.says(pressed(talk.platform.last)["Next one"], GROUP, message="7")
    assert talk.platform.last.title == "Bins"
    assert "Claim" in pressed(talk.platform.last)


async def test_each_way_under_repeat(talk: Talk) -> None:
    await say(talk, "add Pay rent 31 jan")
    more = await press(talk, "More")
    presets = await press(talk, "Repeat")
    assert list(pressed(presets)) == [
        "Every day", "Weekdays", "Every week", "Every month", "Something else", "Never", "Back",
    ]  # fmt: skip
    for label, often in (
        ("Every day", "every day"),
        ("Weekdays", "every weekday"),
        ("Every week", "every week"),
        ("Every month", "every month on the last day"),
    ):
        await say(talk, "due 1 31 jan")
        await talk.says(pressed(more)["Repeat"].split(" rev:")[0], message="7")
        card = await press(talk, label)
        assert facts(card)["repeats"] == often
        typed = {"Weekdays": "weekdays"}.get(label, label.split()[-1])
        again = await say(talk, f"repeat 1 {typed}")
        assert facts(again)["repeats"] == often
    assert facts(again)["due"] == "Sat 31 Jan"
    ended = await say(talk, "repeat 1 never")
    assert "repeats" not in facts(ended)
    assert (await say(talk, "repeat 1 never")).text == "It does not repeat."


async def test_something_else_is_asked_in_words(talk: Talk) -> None:
    await say(talk, "add Call mom")
    await press(talk, "More")
    await press(talk, "Repeat")
    asked = await press(talk, "Something else")
    assert asked.text.startswith("How often?")
    card = await say(talk, "repeat 1 sun 18:00")
    assert facts(card)["repeats"] == "every Sun"
    assert facts(card)["due"] == "Sun 11 Jan 18:00 (Europe/Berlin)"
    assert card.text == "It repeats every Sun, next Sun 11 Jan 18:00 (Europe/Berlin)."
    refused = await say(talk, "repeat 1 sometimes")
    assert refused.text.startswith('I can\'t read "sometimes" as a repetition.')


async def test_one_time_moved_or_skipped(talk: Talk) -> None:
    await say(talk, "add Gym every mon 18:00")
    moved = await say(talk, "due 1 tue 18:00")
    assert moved.text == "Date set, for this time only."
    done = await say(talk, "done 1")
    assert "Next: Mon 12 Jan 18:00 (Europe/Berlin)." in done.text
    await say(talk, "show 2")
    await press(talk, "More")
    skipped = await press(talk, "Skip this time")
    assert facts(skipped)["due"] == "Mon 19 Jan 18:00 (Europe/Berlin)"
    assert (await say(talk, "skip 2")).text == "Skipped. Next Mon 26 Jan 18:00 (Europe/Berlin)."
    await say(talk, "add Once")
    assert (await say(talk, "skip 3")).text == "It does not repeat, so there is no next time."
    none = await say(talk, "due 2 none")
    assert none.text == "No date any more, so no repeating."


async def test_cancelled_it_comes_no_more(talk: Talk) -> None:
    await say(talk, "add Gym every mon 18:00")
    cancelled = await say(talk, "cancel 1")
    assert cancelled.text == "Cancelled, and it comes no more."
    assert (await say(talk, "list")).items == ()


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("repeat the test", "repeat the test"),
        ("nag Bob about rent", "nag Bob about rent"),
    ],
)
async def test_what_only_begins_like_it_is_a_task(talk: Talk, line: str, title: str) -> None:
    assert (await say(talk, line)).title == f"#1 {title}"


async def test_without_a_task_it_is_asked_which(talk: Talk) -> None:
    await say(talk, "add Milk")
    for line, label in (("repeat weekdays", "repeats"), ("nag 15m", "reminds")):
        asked = await say(talk, line)
        [item] = asked.items
        assert item.button is not None
        await talk.says(item.button.line, message="7")
        assert label in facts(talk.platform.last), line


async def test_nagged_until_it_is_done(talk: Talk) -> None:
    async def told(minutes: float) -> list[str]:
        before = len(talk.platform.told)
        talk.clock.advance(minutes=minutes)
        await remind(talk.store)
        await talk.engine.drain()
        return [text for _, edited, text in talk.platform.told[before:] if not edited]

    await say(talk, "add Pills today 17:00")
    assert len(await told(420)) == 1
    await press(talk, "Nag until done")
    assert list(pressed(talk.platform.last)) == ["15 min", "30 min", "1 h", "2 h", "Once", "Back"]
    card = await press(talk, "15 min")
    assert facts(card)["reminds"] == "every 15 min until it is done"
    assert await told(14) == []
    assert await told(1) == ["#1 Pills was due today 17:00 (Europe/Berlin)"]
    assert len(await told(15)) == 1
    await press(talk, "Stop nagging")
    assert await told(60) == []
    assert "every 15 min" in facts(await say(talk, "nag 1 15m"))["reminds"]
    assert len(await told(15)) == 1
    await press(talk, "Done")
    assert await told(60) == []
    for line, said in (
        ("nag 1 15m", "It is finished"),
        ("nag 1 1m", "It is finished"),
    ):
        assert said in (await say(talk, line)).text
    await say(talk, "add Milk")
    assert 'I can\'t read "1 min" as a length of time' in (await say(talk, "nag 2 1m")).text


async def test_each_field_by_its_form(talk: Talk) -> None:
    await say(talk, "add Milk fri 9:00")
    card = await say(talk, 'edit 1 labels:"errand, cheap" remind:30m repeat:weekdays')
    assert facts(card)["repeats"] == "every weekday"
    assert facts(card)["reminds you"] == "Fri 9 Jan 08:30 (Europe/Berlin)"
    assert "~errand ~cheap" in plain(card)
    same = await say(talk, 'edit 1 repeat:"every weekday" remind:"30 min"')
    assert same.text == "Nothing changed."
    cleared = await say(talk, "edit 1 labels:none remind:on repeat:never")
    assert not {"repeats", "reminds you"} & facts(cleared).keys()
    assert not [each for each in plain(cleared) if each.startswith("~")]
    added = await say(talk, "add title:Bins repeat:wed remind:1h labels:flat")
    assert facts(added)["repeats"] == "every Wed"
    assert facts(added)["due"] == "Wed 7 Jan"


# -- the day ---------------------------------------------------------------------------------------


async def test_a_day_is_picked_from_a_month(talk: Talk) -> None:
    await say(talk, "add Milk today 17:00")
    presets = await press(talk, "Due")
    assert list(pressed(presets)) == [
        "In 1 h", "Tonight 18:00", "Tomorrow 09:00", "Today", "Tomorrow", "Next Mon",
        "Pick a day", "No date", "Back",
    ]  # fmt: skip
    month = await press(talk, "Pick a day")
    assert month.text == "Due on which day? January 2026. Now: Mon 5 Jan 17:00 (Europe/Berlin)."
    assert [len(row) for row in month.buttons] == [7, 7, 7, 7, 7, 1, 2]
    assert "(5)" in pressed(month)
    await press(talk, "Feb >")
    assert "< Jan" in pressed(talk.platform.last)
    card = await press(talk, "14")
    assert facts(card)["due"] == "Sat 14 Feb 17:00 (Europe/Berlin)"
    await press(talk, "Due")
    await press(talk, "Pick a day")
    await press(talk, "Mo")
    asked = await press(talk, "Type it")
    assert asked.text.startswith("When is it due?")


async def test_a_snooze_is_picked_the_same_way(talk: Talk) -> None:
    await say(talk, "add Milk today 17:00")
    await press(talk, "Snooze")
    month = await press(talk, "Pick a day")
    assert month.text.startswith("Remind you on which day, at 9:00? January 2026")
    card = await press(talk, "20")
    assert facts(card)["reminds you"] == "Tue 20 Jan 09:00 (Europe/Berlin)"
    assert facts(card)["due"] == "Mon 5 Jan 17:00 (Europe/Berlin)"
    await press(talk, "Snooze")
    await press(talk, "Pick a day")
    asked = await press(talk, "Type it")
    assert asked.text.startswith("Until when?")


@pytest.mark.parametrize(("hour", "today"), [(7, True), (8, False), (20, False)])
async def test_a_day_whose_nine_o_clock_is_over_is_none_to_snooze_to(
    talk: Talk, hour: int, today: bool
) -> None:
    await say(talk, "add Milk today 23:00")
    talk.clock.at = datetime(2026, 1, 6, hour, tzinfo=UTC)  # an hour later in Berlin
    await press(talk, "Snooze")
    month = await press(talk, "Pick a day")
    assert ("6" in pressed(month)) is today
    assert "7" in pressed(month)
    await press(talk, "Back")
    await press(talk, "Back")
    await press(talk, "Due")
    assert "6" in pressed(await press(talk, "Pick a day"))


async def test_in_two_hours_into_an_hour_that_comes_twice(talk: Talk) -> None:
    """The second half past two (`promises.md` B19): the clocks are put back at three."""
    for hour, minutes in ((22, 180), (23, 120), (0, 60)):
        talk.clock.at = datetime(2026, 10, 25 if hour == 0 else 24, hour, 30, tzinfo=UTC)
        card = await say(talk, f"add Feed the cat in {minutes} min")
        [due] = [each for each in card.facts if isinstance(each, Moment) and each.label == "due"]
        assert due.text == "Sun 25 Oct 02:30 CET (Europe/Berlin)"
        assert datetime.fromtimestamp(due.epoch, UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
        await press(talk, "Snooze")
        await press(talk, "In 1 h")
        again = await say(talk, f"show {card.title.split()[0][1:]}")
        [due] = [each for each in again.facts if isinstance(each, Moment) and each.label == "due"]
        assert datetime.fromtimestamp(due.epoch, UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


async def test_to_delete_it_is_to_end_it_or_it_is_skipped(talk: Talk) -> None:
    card = await say(talk, "add Gym every mon 18:00")
    assert "Only once" in pressed(card)
    asked = await say(talk, "delete 1")
    assert asked.text.endswith("It repeats: then it comes no more.")
    assert list(pressed(asked)) == ["Delete #1", "Skip this time", "Keep"]
    skipped = await press(talk, "Skip this time")
    assert facts(skipped)["due"] == "Mon 12 Jan 18:00 (Europe/Berlin)"
    once = await say(talk, "add Bins every wed")
    once = await press(talk, "Only once")
    assert (once.title, "repeats" in facts(once)) == ("#2 Bins", False)
    assert facts(once)["due"] == "Wed 7 Jan"


async def test_of_several_lines_each_is_read(talk: Talk) -> None:
    summary = await say(talk, "add Gym every mon 18:00\nBins every wed ~flat\nCall Ben")
    assert [each.detail for each in summary.items] == [
        "today 18:00 (Europe/Berlin) - every Mon",
        "Wed 7 Jan - every Wed - ~flat",
        "",
    ]


async def test_asked_for_the_date_the_rule_waits(talk: Talk) -> None:
    asked = await say(talk, "add Pay rent 3/4 every month")
    assert "could be 3 April or 4 March" in asked.text
    assert facts(asked)["repeats"] == "every month"
    card = await press(talk, "Fri 3 Apr")
    assert facts(card)["repeats"] == "every month on day 3"
    done = await say(talk, "done 1")
    assert "Next: Sun 3 May." in done.text


async def test_an_hour_that_comes_twice_says_which(talk: Talk) -> None:
    card = await say(talk, "add Feed the cat 25 oct 02:30")
    assert facts(card)["due"] == "Sun 25 Oct 02:30 CEST (Europe/Berlin)"
    for day, due in (("24 oct 02:30", "Sat 24 Oct 02:30"), ("29 mar 02:30", "Sun 29 Mar 02:30")):
        card = await say(talk, f"due 1 {day}")
        assert facts(card)["due"] == f"{due} (Europe/Berlin)"
