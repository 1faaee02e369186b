"""The time zone: asked once while the task is kept, named as people name it, and what becomes of
the dates that there are."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, update

from bot import zone_names
from bot.dispatch import dispatch
from bot.zone_names import city, likely, zones_like
from core import schema
from core.addresses import Address, Sender
from core.chat import Button, Inbound, Kind, Reply
from core.task import Due
from core.work import Work
from core.zones import is_zone
from tests.bot.talking import ADA, GROUP, Talk, talking
from tests.memory import Memory

ASKED = "Which is your time zone?"


@pytest.fixture
async def talk(tmp_path: Path) -> AsyncIterator[Talk]:
    async with talking(tmp_path) as made:
        yield made


def pressed(reply: Reply) -> dict[str, str]:
    """The lines of its buttons by their labels."""
    buttons = [each for row in reply.buttons for each in row if isinstance(each, Button)]
    return {each.label: each.line for each in buttons}


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("München", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("St. Petersburg", "Europe/Moscow"),
        ("Deutschland", "Europe/Berlin"),
        ("Buenos Aires", ""),  # by two names
        ("UTC", "UTC"),
        ("Atlantis", None),
    ],
)
def test_a_zone_by_the_name_of_a_place(said: str, zone: str | None) -> None:
    found = zones_like(said)
    if zone is None:
        assert not found
    elif zone:
        assert list(found) == [zone]
    else:
        assert len(found) > 1


def test_what_is_offered_is_a_zone() -> None:
    for language in ("", "en", "de", "pt-br", "en-us", "xx"):
        assert all(is_zone(each) for each in likely(language))
    assert all(is_zone(each) for each in zone_names._PLACES)
    assert all(is_zone(each) for zones in zone_names._LIKELY.values() for each in zones)
    assert city("America/New_York") == "New York"


async def test_it_is_asked_once_and_the_task_is_kept(talk: Talk) -> None:
    await talk.says("add Milk tomorrow")
    assert ASKED not in talk.platform.last.text
    await talk.says("add Bread tomorrow 17:00")
    first = talk.platform.last
    assert first.text == f"The time is UTC as long as I don't know where you are. {ASKED}"
    assert (first.title, first.headline) == ("#2 Bread", "Added #2 Bread")
    assert {"London", "New York", "Another"} <= pressed(first).keys()
    await talk.says("add Tea tomorrow 17:00")
    assert talk.platform.last.text == ""
    assert talk.platform.last.hints == ()


async def test_a_snooze_asks_too_and_is_at_that_time_there(talk: Talk) -> None:
    await talk.says("add Milk")
    await talk.says("snooze 1 2h")
    assert ASKED not in talk.platform.last.text
    await talk.says("snooze 1 tomorrow 8:00")
    first = talk.platform.last
    assert first.text.startswith("I will remind you tomorrow 08:00 (UTC).")
    assert ASKED in first.text
    await talk.says(pressed(first)["New York"], message="3")
    assert await reminds(talk) == ("2026-01-06T08:00", "America/New_York")
    await talk.says(pressed(first)["London"], message="3")  # they said where they are
    assert await reminds(talk) == ("2026-01-06T08:00", "America/New_York")


async def test_a_snooze_that_has_passed_there_stays(talk: Talk) -> None:
    await talk.says("language de")  # at 10:00 in Berlin, 9:00 in UTC
    await talk.says("add Milch")
    await talk.says("snooze 1 9:30")
    await talk.says(pressed(talk.platform.last)["Berlin"], message="3")
    zone = await talk.store.query(lambda work: work.accounts.get(1).timezone)
    assert zone == "Europe/Berlin"
    assert await reminds(talk) == ("2026-01-05T09:30", "UTC")


async def reminds(talk: Talk) -> tuple[str, str]:
    """The time on the wall of the snooze, and its zone."""
    found = select(schema.reminder.c.wall, schema.reminder.c.zone)
    row = await talk.store.query(lambda work: work.run(found).one())
    return row.wall, row.zone


async def test_in_a_group_it_is_not_asked(talk: Talk) -> None:
    await talk.says("add Bread tomorrow 17:00", GROUP)
    assert ASKED not in talk.platform.last.text
    assert [each.line for each in talk.platform.last.hints] == ["timezone Berlin"]
    await talk.says("add Bread tomorrow 17:00")
    assert ASKED in talk.platform.last.text


async def test_whose_zone_is_known_is_not_asked(talk: Talk) -> None:
    await talk.says("help")
    await talk.says("timezone Berlin")
    assert talk.platform.last.text == "Your time zone is Europe/Berlin: it is 10:00 there."
    await talk.says("add Bread tomorrow 17:00")
    assert ASKED not in talk.platform.last.text


async def due_of(talk: Talk, number: int) -> list[str]:
    await talk.says(f"show {number}")
    facts = talk.platform.last.facts
    return [getattr(each, "text", "") or each.value for each in facts if each.label == "due"]  # type: ignore[union-attr]  # a moment has a text


async def test_the_first_zone_takes_the_dates_along(talk: Talk) -> None:
    """Nobody chose the one that they were kept in."""
    await talk.says("add Bread tomorrow 17:00")
    await talk.says("timezone Berlin")
    said = talk.platform.last
    assert said.text == (
        "Your time zone is Europe/Berlin: it is 10:00 there. "
        "1 task is at the same time in Europe/Berlin now."
    )
    assert await due_of(talk, 1) == ["Tue 6 Jan 17:00 (Europe/Berlin)"]
    await talk.says(pressed(said)["Undo"], message="99")
    assert await due_of(talk, 1) == ["Tue 6 Jan 17:00 (UTC)"]


async def test_the_answer_asks_about_the_dates_and_leaves_the_card(talk: Talk) -> None:
    await talk.says("timezone UTC")
    await talk.says("add Bread tomorrow 17:00")
    message = len(talk.platform.told)
    await talk.says("add Milk tomorrow")
    card = pressed(talk.platform.last) or {}
    assert "London" not in card  # it was on the first one
    await talk.says("timezone America/New_York", message=str(message))
    asked = talk.platform.last
    assert asked.fresh
    assert asked.text == (
        "Your time zone is America/New_York: it is 04:00 there. 2 open tasks have dates in UTC, "
        "such as #1 Bread 17:00. Shall they keep their time on the clock and move to "
        "America/New_York, or stay as they are?"
    )
    assert await due_of(talk, 1) == ["Tue 6 Jan 17:00 (UTC)"]
    await talk.says(pressed(asked)["Move them"], message="99")
    assert talk.platform.last.text == "2 tasks are at the same time in America/New_York now."
    undo = pressed(talk.platform.last)["Undo"]
    assert await due_of(talk, 1) == ["Tue 6 Jan 17:00 (America/New_York)"]
    await talk.says(undo, message="99")
    assert await due_of(talk, 1) == ["Tue 6 Jan 17:00 (UTC)"]


async def test_keeping_keeps(talk: Talk) -> None:
    await talk.says("timezone Berlin")
    await talk.says("add Bread tomorrow 17:00")
    await talk.says("timezone Tokyo")
    assert "1 open task has a date in Europe/Berlin" in talk.platform.last.text
    await talk.says(pressed(talk.platform.last)["Keep"], message="99")
    assert await due_of(talk, 1) == ["Tue 6 Jan 17:00 (Europe/Berlin)"]
    await talk.says("timezone Tokyo")
    assert "open task" not in talk.platform.last.text  # it is not another one


async def test_which_one_is_asked(talk: Talk) -> None:
    await talk.says("timezone Buenos Aires")
    choices = pressed(talk.platform.last)
    assert "America/Argentina/Buenos_Aires" in choices
    await talk.says("timezone Atlantis")
    assert "I can't read" in talk.platform.last.text


async def test_hours_without_a_zone_ask_for_it(talk: Talk) -> None:
    await talk.says("help")
    await talk.says("quiet 22-8")
    assert ASKED in talk.platform.last.text
    assert {"London", "Time zone"} <= pressed(talk.platform.last).keys()
    await talk.says("digest on 9 daily")
    assert ASKED not in talk.platform.last.text  # once
    assert pressed(talk.platform.last)["Time zone"] == "timezone"
    await talk.says("timezone Berlin")
    await talk.says("digest")
    assert "Now: every day 09:00 (Europe/Berlin)" in talk.platform.last.text
    assert "Time zone" not in pressed(talk.platform.last)


def test_who_is_looked_up_is_asked_only_when_that_told_nothing(memory: Memory) -> None:
    """Slack's messages say of somebody neither name nor zone: their profile does, in a moment."""
    bob, where = Sender("slack", "T1", "UBOB"), Address("slack", "T1", "UBOB", private=True)
    asked = []
    for seconds in (0, 60, 61):
        memory.clock.advance(seconds=seconds)
        said = Inbound(f"k{seconds}", Kind.TEXT, bob, where, "Milk tomorrow 17:00")
        reply = memory.run(lambda work, said=said: dispatch(work, said, lambda *_: True)).reply  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        asked.append(ASKED in reply.text)
    assert asked == [False, False, True]


@pytest.mark.parametrize("learnt", [True, False], ids=["told by the platform", "chosen"])
async def test_what_is_counted_from_now_stays_whatever_the_clocks_say(
    talk: Talk, *, learnt: bool
) -> None:
    """Somebody's first lines, of whom no zone is known yet: one hour is one hour everywhere."""
    await talk.says("add Call Ben in 1 hour")
    await talk.says("add Buy milk tomorrow 17:00")
    counted, _ = before = await dues(talk)
    assert "Etc/UTC" not in str(await talk.says("show 1"))

    def is_in_berlin(work: Work) -> None:
        account, identity, _ = work.accounts.recognise(ADA)
        if learnt:
            work.profile.learn_zone(account, identity, "Europe/Berlin")
        else:
            work.profile.set_timezone(account.id, "Europe/Berlin")

    await talk.store.mutate(is_in_berlin)
    after = await dues(talk)
    assert after[0].instant == counted.instant
    assert after[0].zone == "Europe/Berlin"
    assert after[1] == (replace(before[1], zone="Europe/Berlin") if learnt else before[1])


async def test_a_group_reads_utc_of_what_is_counted_from_now(talk: Talk) -> None:
    await talk.says("add Call Ben in 1 hour", GROUP)
    assert " 10:00 (UTC)" in (shown := str(talk.platform.last))
    assert "Etc/UTC" not in shown
    [told] = await talk.told(hours=1)
    assert "is due now (10:00 UTC)" in told


async def test_who_chose_that_zone_is_asked_what_becomes_of_the_dates_in_it(talk: Talk) -> None:
    await talk.says("timezone Etc/UTC")
    await talk.says("add Bread tomorrow 17:00")
    await talk.says("add Milk tomorrow")
    before = await dues(talk)
    await talk.says("timezone Berlin")
    assert "2 open tasks have dates in Etc/UTC" in talk.platform.last.text
    assert await dues(talk) == before


async def test_a_day_is_never_made_an_instant(talk: Talk) -> None:
    """As one that somebody brings along who chose that zone."""
    await talk.says("timezone Etc/UTC")
    await talk.says("add Milk tomorrow")
    await talk.says("add Bread tomorrow 17:00")
    before = await dues(talk)

    def is_in_berlin(work: Work) -> None:
        work.run(update(schema.account).values(timezone=""))
        work.profile.set_timezone(1, "Europe/Berlin")

    await talk.store.mutate(is_in_berlin)
    day, counted = await dues(talk)
    assert day == before[0]
    assert (counted.instant, counted.zone) == (before[1].instant, "Europe/Berlin")


async def dues(talk: Talk) -> list[Due]:
    """Of the two tasks of Ada's."""

    def found(work: Work) -> list[Due]:
        account, *_ = work.accounts.recognise(ADA)
        tasks = [work.tasks.for_account(account.id, number) for number in (1, 2)]
        return [each.due for each in tasks if each and each.due]

    return await talk.store.mutate(found)
