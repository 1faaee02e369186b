"""Somebody says when and how much they want to be told, by pressing and by typing."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Table, update

from core import schema
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, link, newcomer, words
from tests.stories.test_story_reminders import comes_due

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def is_time(who: Somebody, table: Table) -> None:
    """Nobody waits for hours in a test: whatever waits in this table comes now."""
    now = update(table).values(at=datetime.now(UTC) - timedelta(seconds=1))
    await who.town.service.store.mutate(lambda work: work.run(now) and None)


async def test_the_digest_is_set_by_a_button_comes_and_is_ended(ada: Somebody) -> None:
    await ada.does("timezone Europe/Berlin", "Europe/Berlin")
    await ada.writes(f"Milk {ada.id}", "Milk")
    screen = await ada.does("settings", "Settings")
    assert "digest: off" in words(screen)
    await ada.presses(screen, "Digest", then="One message with what is overdue")
    await ada.presses(screen, "Every day 08:30", then="Now: every day 08:30 (Europe/Berlin)")
    before = ada.ids()
    await is_time(ada, schema.digest)
    told = await ada.hears("1 without a date", but=before)
    assert f"Milk {ada.id}" in words(told)
    assert {"All tasks", "Digest", "1"} <= set(labels(told))
    if ada.platform == "telegram":
        assert told.silent
    typed = await ada.does("digest off", "Now: off")
    assert "Off" not in labels(typed)
    await ada.does("digest on 9:15 fri", "Now: Fridays 09:15 (Europe/Berlin)")
    await ada.does("digest off", "Now: off")


async def test_quiet_hours_hold_what_can_wait(ada: Somebody) -> None:
    await ada.does("timezone UTC", "UTC")
    now = datetime.now(UTC)
    hours = f"{now - timedelta(hours=1):%H:%M} {now + timedelta(hours=1):%H:%M}"
    await ada.does(f"quiet {hours}", "Now: ")
    for word in ("Milk", "Bread"):
        await ada.writes(f"{word} {ada.id} 2031-05-04 17:00", word)
    for word in ("Milk", "Bread"):
        await comes_due(ada, f"{word} {ada.id}")
    held = schema.held.select()

    async def waiting() -> int:
        return len(await ada.town.service.store.query(lambda work: work.run(held).all()))

    while await waiting() < 2:  # noqa: ASYNC110  # they are rows
        await asyncio.sleep(0.02)
    assert ada.count("is due") == 0
    over = f"{datetime.now(UTC) - timedelta(minutes=1):%H:%M}"  # they are, since a minute
    ended = update(schema.account).where(schema.account.c.quiet_from != "")
    ended = ended.values(quiet_until=over)
    await ada.town.service.store.mutate(lambda work: work.run(ended) and None)
    await is_time(ada, schema.held)
    told = await ada.hears("2 reminders")
    assert f"Milk {ada.id} is due Sun 4 May 2031 17:00 (UTC)" in words(told)
    await ada.presses(told, "Fewer of these")
    offered = await ada.hears("What shall I leave out?")
    assert "2 reminders" in words(told)  # it stays where it is
    assert {"A digest once a day", "Nothing in this chat"} <= set(labels(offered))
    await ada.does("quiet off", "Now: none")


async def test_how_much_this_chat_tells(ada: Somebody) -> None:
    screen = await ada.does("settings", "Settings")
    assert "this chat: Quiet" in words(screen)
    await ada.presses(screen, "Notices", then="How much I tell you")
    await ada.presses(screen, "Least", then="In this chat: Least")
    await ada.does("preset all", "In this chat: All")


async def test_each_chat_has_its_own_beside_who_one_is(town: Town) -> None:
    ada, office = newcomer(town, "telegram", "Ada"), newcomer(town, "slack", "Ada")
    await ada.does("start", "Hello")
    await office.does("start", "Hello")
    await link(ada, office)
    shown = await ada.does("whoami", "2 chats connected")
    assert words(shown).count("notices on (Quiet)") == 2
    await ada.presses(shown, "How much: Slack", then="on Slack: Quiet")
    await ada.presses(shown, "Normal", then="on Slack: Normal")
    await ada.presses(shown, "Back", then="notices on (Normal)")
    assert words(shown).count("notices on (Quiet)") == 1
    assert "this chat: Normal" in words(await office.does("settings", "Settings"))


async def test_the_zone_is_asked_once_on_telegram(town: Town) -> None:
    ada = newcomer(town, "telegram", "Ada")
    asks = "Which is your time zone?"
    card = await ada.writes("Milk 2031-05-04 17:00", "#1 Milk")
    assert asks in words(card)
    await ada.writes("Bread 2031-05-04 17:00", "#2 Bread")
    assert ada.count(asks) == 1
    await ada.presses(card, "London")
    # Nobody chose UTC, so nobody is asked whether the dates stay in it.
    moved = await ada.hears("2 tasks are at the same time in Europe/London now.")
    await ada.until(lambda: "17:00 (Europe/London)" in words(card))
    await ada.presses(moved, "Undo")
    await ada.until(lambda: "17:00 (UTC)" in words(card))


async def test_on_slack_one_form_has_all_of_it(town: Town) -> None:
    ada = newcomer(town, "slack", "Ada")
    screen = await ada.does("settings", "Settings")
    await ada.presses(screen, "All in one form")
    await ada.fills(called="Grace", digest="8:30 weekdays", quiet="22:00 7:00", preset="quiet")
    saved = await ada.hears("Saved.")
    for fact in ("name: Grace", "digest: weekdays 08:30", "22:00 - 07:00", "this chat: Quiet"):
        assert fact in words(saved)
