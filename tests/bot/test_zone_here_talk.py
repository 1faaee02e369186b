"""The time zone of one chat: how it is set there, and what goes by it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core.chat import Moment, Reply
from core.events import PlanEnding
from core.task import Due
from core.work import Work
from tests.bot.talking import ADA, GROUP, Talk, in_berlin, pressed, talking
from tests.bot.test_settings_screen import facts, submits

__all__ = ["in_berlin"]
THERE = "In this chat the time zone is Asia/Tokyo: it is 18:00 there."
STAYS = "Your digest and your quiet hours stay in Europe/Berlin."


@pytest.fixture
async def talk(in_berlin: Talk) -> Talk:
    """It is 10:00 in Berlin, where she is, and 18:00 in Tokyo."""
    return in_berlin


@pytest.fixture
async def nobody(tmp_path: Path) -> AsyncIterator[Talk]:
    """Somebody of whom no zone is known."""
    async with talking(tmp_path) as made:
        yield made


def due(reply: Reply) -> str:
    [said] = [each.text for each in reply.facts if isinstance(each, Moment)]
    return said


async def kept(talk: Talk) -> list[Due | None]:
    """When their tasks are due, newest last."""

    def dates(work: Work) -> list[Due | None]:
        account = work.accounts.recognise(ADA)[0].id
        tasks = [work.tasks.for_account(account, n) for n in (1, 2)]
        return [each.due for each in tasks if each]

    return await talk.store.mutate(dates)


@pytest.mark.parametrize(
    ("there", "back"),
    [("timezone here Tokyo", "tz here off"), ("zone hier Tokio", "zone-here aus")],
)
async def test_it_is_set_and_taken_away(talk: Talk, there: str, back: str) -> None:
    await talk.says(there)
    assert talk.platform.last.text == f"{THERE} {STAYS}"
    await talk.says("settings")
    said = facts(talk.platform.last)
    assert (said["time zone"], said["time zone here"]) == ("Europe/Berlin", "Asia/Tokyo")
    await talk.says(back)
    assert talk.platform.last.text == (
        "In this chat the time zone is yours again, Europe/Berlin: it is 10:00 there."
    )
    await talk.says("settings")
    assert "time zone here" not in facts(talk.platform.last)


@pytest.mark.parametrize(("here", "day"), [("Tokyo", "31 Jan"), ("off", "30 Jan")])
async def test_what_it_is_told_has_the_days_of_that_zone(talk: Talk, here: str, day: str) -> None:
    await talk.says(f"timezone here {here}")
    ends = int(datetime(2026, 1, 30, 20, tzinfo=UTC).timestamp())

    def tell(work: Work) -> None:
        work.notices.tell(PlanEnding(1, "pro", ends, 0), work.accounts.recognise(ADA)[0].id)

    await talk.store.mutate(tell)
    await talk.engine.drain()
    assert day in talk.platform.last.text
    await talk.says("inbox")
    assert any(day in each.text for each in talk.platform.last.items)


async def test_a_date_is_of_the_zone_in_which_it_was_said(talk: Talk) -> None:
    await talk.says("add Milk tomorrow 17:00")
    await talk.says("timezone here Tokyo")
    assert "Shall" not in talk.platform.last.text  # nothing moves, and nothing is asked
    await talk.says("add Bread tomorrow 9:00")
    assert due(talk.platform.last) == "Tue 6 Jan 09:00 (Asia/Tokyo)"
    first, second = await kept(talk)
    assert (first and first.zone, second and second.zone) == ("Europe/Berlin", "Asia/Tokyo")
    assert second is not None
    assert second.instant.isoformat() == "2026-01-06T00:00:00+00:00"
    await talk.says("list")
    rows = {each.text: each.detail for each in talk.platform.last.items}
    assert rows == {
        "#2 Bread": "tomorrow 09:00",  # here that needs no words
        "#1 Milk": "tomorrow 17:00 (Europe/Berlin)",
    }
    await talk.says("timezone here off")
    await talk.says("list")
    rows = {each.text: each.detail for each in talk.platform.last.items}
    assert rows == {"#2 Bread": "tomorrow 09:00 (Asia/Tokyo)", "#1 Milk": "tomorrow 17:00"}


async def test_the_day_is_the_chats_and_the_digest_is_the_accounts(talk: Talk) -> None:
    await talk.says("digest on 20:00 daily")
    await talk.says("timezone here Tokyo")
    await talk.says("add Tea tomorrow")
    talk.clock.advance(hours=7)  # in Tokyo it is tomorrow, in Berlin it is not
    await talk.says("list today")
    assert [each.text for each in talk.platform.last.items] == ["#1 Tea"]
    await talk.says("digest")
    assert "every day 20:00 (Europe/Berlin)" in talk.platform.last.text
    await talk.says("digest now")
    assert talk.platform.last.title == "Tue 6 Jan: 1 due today"


async def test_a_snooze_and_a_reminder_are_of_that_zone(talk: Talk) -> None:
    await talk.says("timezone here Tokyo")
    await talk.says("add Milk")
    await talk.says("snooze 1 tomorrow 8:00")
    assert talk.platform.last.text == "I will remind you tomorrow 08:00 (Asia/Tokyo)."
    assert await talk.told(hours=13) == []
    assert await talk.told(hours=1) == ["#1 Milk - you asked me to remind you"]


async def test_the_chat_of_somebody_of_whom_no_zone_is_known(nobody: Talk) -> None:
    await nobody.says("timezone here Tokyo")
    assert nobody.platform.last.text.endswith("Your digest and your quiet hours stay in UTC.")
    await nobody.says("add Bread tomorrow 9:00")
    assert "Which is your time zone?" not in nobody.platform.last.text
    assert nobody.platform.last.hints == ()


async def test_a_city_in_several_zones_is_asked_and_what_is_none_refused(talk: Talk) -> None:
    await talk.says("timezone here Louisville")
    choices = pressed(talk.platform.last)
    assert set(choices.values()) == {f"zone-here {each}" for each in choices}
    await talk.says(next(iter(choices.values())), message="1")
    assert talk.platform.last.text.startswith("In this chat the time zone is America/")
    await talk.says("timezone here Gotham")
    assert 'I can\'t read "Gotham" as a time zone here.' in talk.platform.last.text


async def test_in_a_group_whoever_said_it_is_there(talk: Talk) -> None:
    await talk.says("timezone here Tokyo", GROUP)
    await talk.says("add Bread tomorrow 9:00", GROUP)
    assert due(talk.platform.last) == "Tue 6 Jan 09:00 (Asia/Tokyo)"


async def test_the_form_has_it_and_says_where_it_is_wrong(talk: Talk) -> None:
    await talk.says("settings")
    await submits(talk, "f1", called="Ada", zone="Europe/Berlin", here="Tokyo")
    assert facts(talk.platform.last)["time zone here"] == "Asia/Tokyo"
    for n, wrong in enumerate(("Gotham", "Louisville")):
        await submits(talk, f"w{n}", called="Ada", zone="Europe/Berlin", here=wrong)
        form = talk.platform.last.form
        assert form is not None
        assert [each.name for each in form.questions if each.problem] == ["here"]
        asked = next(each for each in form.questions if each.name == "here")
        assert asked.value == "Asia/Tokyo"
    await submits(talk, "f2", called="Ada", zone="Europe/Berlin", here="")
    assert "time zone here" not in facts(talk.platform.last)
