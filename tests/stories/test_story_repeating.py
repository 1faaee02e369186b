"""What comes again, on both platforms: added, done, skipped, put off to a day of the calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.sandbox import Message
from bot.words import say_date
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, in_days, line_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def opens(who: Somebody, card: Message, label: str, shows: str) -> None:
    """Press, and wait until that button is there."""
    await who.presses(card, label)
    await who.until(lambda: shows in labels(card))


async def asked_how_often(ada: Somebody, title: str) -> Message:
    """A new task, and the question on its card. On Slack it is typed, or said in the form."""
    card = await ada.writes(title, f"#1 {title}")
    if ada.platform == "slack":
        return await ada.does("repeat 1", "How often shall it come?")
    await opens(ada, card, "More", "Repeat")
    await ada.presses(card, "Repeat", then="How often shall it come?")
    return card


async def test_a_task_comes_again_once_it_is_done(ada: Somebody) -> None:
    card = await ada.writes("Water plants ~green every day", "#1 Water plants")
    assert "repeats: every day" in words(card)
    assert "~green" in words(card)
    await ada.presses(card, "Done", then=f"Next: {in_days(1)}.")
    await ada.presses(card, "Next one", then="#2 Water plants")
    assert f"due: {in_days(1)}" in words(card)
    await ada.does("done 2", "Done by")
    assert labels(await ada.does("list", "Water plants"))[0] == "1"
    await ada.does("list ~green", "#3 Water plants")


async def test_taken_back_it_is_the_card_again_and_the_next_one_is_gone(ada: Somebody) -> None:
    card = await ada.writes("Water plants every day", "#1 Water plants")
    await ada.presses(card, "Done", then=f"Next: {in_days(1)}.")
    await ada.presses(card, "Undo", then="Open")
    assert {"Done", "Edit"} <= {*labels(card)}
    await ada.does("list", "Open tasks 1-1 of 1")


async def test_each_button_of_repeat_has_its_line(ada: Somebody) -> None:
    card = await asked_how_often(ada, "Pay rent")
    assert line_of(card, "Weekdays").endswith(" weekdays")
    assert line_of(card, "Every month").endswith(" month")
    await ada.presses(card, "Weekdays", then="repeats: every weekday")
    await ada.does("repeat 1 2 weeks", "repeats: every 2 weeks")
    await ada.does("repeat 1 never", "It comes no more after this.")
    await ada.does("repeat 1 mon,thu", "repeats: every Mon and Thu")
    await ada.does("skip 1", "Skipped. Next")


async def test_something_else_is_a_form_or_a_question(ada: Somebody) -> None:
    card = await asked_how_often(ada, "Call mom")
    await ada.presses(card, "Something else")
    if ada.platform == "slack":
        await ada.fills(rule="sun 18:00")
        await ada.hears("repeats: every Sun")
    else:
        await ada.hears("How often?")
        await ada.writes("sun 18:00", "repeats: every Sun")


async def test_a_day_is_picked_from_the_calendar(ada: Somebody) -> None:
    card = await ada.writes("Buy milk", "#1 Buy milk")
    await ada.presses(card, "Due", then="When is it due?")
    await ada.presses(card, "Pick a day", then="Due on which day?")
    assert labels(card)[:7] == ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    await ada.presses(card, "Mo", then="Due on which day?")  # says nothing, and breaks nothing
    turn = next(each for each in labels(card) if each.endswith(" >"))
    today = datetime.now(UTC).date()
    then = (today.replace(day=1) + timedelta(days=32)).replace(day=15)
    await ada.presses(card, turn, then=f"{then:%B %Y}")
    await ada.presses(card, "15", then=f"due: {say_date(then, today, near=False)}")
    await ada.presses(card, "Snooze", then="When shall I remind you?")
    await ada.presses(card, "Pick a day", then="Remind you on which day")
    turn = next(each for each in labels(card) if each.endswith(" >"))
    await opens(ada, card, turn, "15")
    await ada.presses(card, "15", then="reminds you")


async def test_nagging_is_a_choice(ada: Somebody) -> None:
    card = await ada.writes("Take pills", "#1 Take pills")
    if ada.platform == "telegram":
        await opens(ada, card, "More", "Nag until done")
        await ada.presses(card, "Nag until done", then="How often shall I remind you")
    else:
        await opens(ada, card, "Snooze", "Until it is done")
        await ada.presses(card, "Until it is done", then="How often shall I remind you")
    assert line_of(card, "15 min").endswith(" 15m")
    await ada.presses(card, "15 min", then="reminds: every 15 min until it is done")
    await ada.does("nag 1 1h", "every 1 h until it is done")
    await ada.does("nag 1 off", "I will remind you once.")


async def test_in_a_group_everybody_sees_the_next_one(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    card = await ada.does("add Bins every day", "Bins", room)
    await ada.presses(card, "Done", then="Next:")
    seen = await ben.hears("Next:", room)
    await ben.presses(seen, "Next one", then="repeats: every day")
    assert "Claim" in labels(seen)


async def test_each_field_in_the_form_of_slack(town: Town) -> None:
    ada = newcomer(town, "slack")
    card = await ada.writes("Standup", "#1 Standup")
    await ada.presses(card, "Edit")
    await ada.fills(repeat="weekdays 9:30", labels="work daily", remind="10m")
    await ada.until(lambda: "repeats: every weekday" in words(card))
    assert "~work ~daily" in words(card)
    assert "09:30" in words(card)
    await ada.presses(card, "Edit")
    form = await ada.form()
    assert "every weekday" in str(form)
    await ada.fills(title="Daily standup")
    await ada.until(lambda: "Daily standup" in words(card))
    assert "repeats: every weekday" in words(card)


async def test_several_at_once_each_says_when_it_comes_again(ada: Somebody) -> None:
    await ada.writes("Water plants every day", "#1 Water plants")
    await ada.writes("Buy milk", "#2 Buy milk")
    done = await ada.does("done 1 2", "Done: #1 Water plants")
    assert f"Done: #1 Water plants Next: {in_days(1)}." in words(done)
    await ada.presses(done, "Undo")
    listed = await ada.does("list", "Open tasks 1-2 of 2")
    assert "#1 Water plants" in words(listed)
