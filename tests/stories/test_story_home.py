"""The Home tab on Slack: what is on it, what can be done there, and that it stays as things are."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from adapters.sandbox.model import Json
from adapters.sandbox.slack import SlackSide
from adapters.sandbox.slack_api import RateLimited, SlackError
from adapters.sandbox.slack_home import views_publish
from adapters.sandbox.slack_methods import METHODS
from core import schema
from core.work import Work
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, link, newcomer, words
from tests.stories.home_tab import HomeTab

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def cleo(town: Town) -> Somebody:
    return newcomer(town, "slack", "Cleo")


@pytest.fixture
def tab(cleo: Somebody) -> HomeTab:
    return HomeTab(cleo)


async def test_a_first_visit_has_three_lines_a_button_and_an_example(
    cleo: Somebody, tab: HomeTab
) -> None:
    await tab.opens("Welcome")
    said = tab.text.splitlines()
    assert said[1].startswith("I keep your tasks")
    assert len(said) == 7, tab.text
    assert "Buy milk tomorrow 5pm #home" in said[4]
    assert said[-1] == "[New task]"
    await tab.presses("New task")
    await cleo.fills(title="Buy milk")
    await tab.says("1 open task")
    assert "Added #1 Buy milk" in tab.text
    assert cleo.seen() == [], "what is done on the tab is answered there"


async def test_tasks_stand_by_when_they_are_due(cleo: Somebody, tab: HomeTab) -> None:
    for line in ("Someday", "Rent due in 3 days", "Visa due in 40 days", "Milk due today"):
        await cleo.writes(line, line.split()[0])
    await tab.opens("4 open tasks")
    assert tab.headings[:5] == ["4 open tasks", "Today", "Next 7 days", "Later", "No date"]
    assert [each.split()[1] for each in tab.tasks] == ["Milk", "Rent", "Visa", "Someday"]
    assert tab.fits() == ""


async def test_a_ticked_box_completes_and_undo_takes_it_back(cleo: Somebody, tab: HomeTab) -> None:
    card = await cleo.writes("Buy milk", "#1 Buy milk")
    await tab.opens("1 open task")
    await tab.ticks("Buy milk")
    said = await tab.says("Done today")
    assert "0 open tasks" in said
    assert "[Assign]" not in said, "of the card, only what happened"
    assert tab.tasks == []
    await cleo.until(lambda: "Done by" in words(card))
    await tab.presses("Undo", beside="Buy milk")
    assert "Done today" not in await tab.says("1 open task")
    await cleo.until(lambda: "Done by" not in words(card))


async def test_a_tick_taken_away_before_the_tab_is_drawn_anew_opens_it_again(
    cleo: Somebody, tab: HomeTab
) -> None:
    await cleo.writes("Buy milk", "#1 Buy milk")
    await tab.opens("1 open task")
    async with tab.as_it_was() as old:
        await tab.ticks("Buy milk")
        await tab.says("Done today")
        old.back()
        await tab.ticks("Buy milk", on=False)
        await tab.says("Reopened.")
    assert tab.tasks == ["#1 Buy milk"]


async def test_an_old_box_is_never_ticked_blindly(cleo: Somebody, tab: HomeTab) -> None:
    await cleo.writes("Buy milk", "#1 Buy milk")
    await tab.opens("1 open task")
    async with tab.as_it_was() as old:
        await cleo.does("edit 1 title:Bread", "#1 Bread")
        await tab.says("#1 Bread")
        old.back()
        await tab.ticks("Buy milk")
        await tab.says("out of date", but="Done today")
    assert tab.tasks == ["#1 Bread"]


async def test_every_entry_of_the_menu_does_its_own(cleo: Somebody, tab: HomeTab) -> None:
    for title in ("Milk", "Bread", "Salt"):
        await cleo.writes(title, title)
    await tab.opens("3 open tasks")

    await tab.chooses("Milk", "Open")
    await tab.says("Back to my tasks")
    assert "#1 Milk" in tab.text
    assert "Bread" not in tab.text
    await tab.presses("Back to my tasks")
    await tab.says("3 open tasks")

    await tab.chooses("Milk", "Edit")
    await cleo.fills(title="Oat milk")
    await tab.says("#1 Oat milk", but="Back to my tasks")

    await tab.chooses("Bread", "Cancel task")
    await tab.says("2 open tasks")
    assert "Cancelled" in tab.text
    await tab.presses("Undo")
    await tab.says("3 open tasks")

    await tab.chooses("Salt", "Delete")
    await tab.says("Delete #3 Salt?")
    await tab.presses("Delete #3")
    await tab.says("2 open tasks")
    assert "Deleted #3 Salt." in tab.text
    assert cleo.count("Deleted") == 0


async def test_what_is_done_elsewhere_shows_once(cleo: Somebody, tab: HomeTab) -> None:
    await cleo.writes("Milk", "#1 Milk")
    await tab.opens("1 open task")
    before = tab.published
    for title in ("Bread", "Salt", "Eggs", "Tea"):
        await cleo.writes(title, title)
    await tab.says("5 open tasks")
    await asyncio.sleep(1.5)  # another drawing would have come by now
    drawn = tab.published - before
    assert drawn <= 3, "four changes, and the first of them is a second before the last"
    assert tab.tasks[0] == "#5 Tea"


async def test_whoever_looks_elsewhere_is_not_called_back(cleo: Somebody, tab: HomeTab) -> None:
    await cleo.writes("Milk", "#1 Milk")
    await tab.opens("1 open task")
    await tab.presses("Help")
    await tab.says("Back to my tasks")
    await cleo.writes("Bread", "#2 Bread")
    await asyncio.sleep(1.5)
    assert "Back to my tasks" in tab.text
    await tab.presses("Back to my tasks")
    await tab.says("2 open tasks")


async def test_a_filter_is_a_form_and_its_list_opens_on_the_tab(
    cleo: Somebody, tab: HomeTab
) -> None:
    await cleo.does("add category:home Milk", "#1 Milk")
    await cleo.does("add category:bank Rent", "#2 Rent")
    await tab.opens("2 open tasks")
    await tab.presses("Filter")
    await cleo.fills(list="#bank")
    said = await tab.says("Back to my tasks")
    assert "#2 Rent" in said
    assert "#1 Milk" not in said


async def test_settings_are_a_form_that_leads_back_to_the_tasks(
    cleo: Somebody, tab: HomeTab
) -> None:
    await cleo.writes("Milk", "#1 Milk")
    await tab.opens("quiet hours: none")
    await tab.presses("Settings")
    await cleo.fills(quiet="22:00 8:00", digest="8:30 weekdays")
    said = await tab.says("22:00 - 08:00")
    assert said.startswith("Saved.")
    assert "weekdays 08:30" in said
    assert "1 open task" in said


async def test_more_than_a_page(cleo: Somebody, tab: HomeTab) -> None:
    for start in (0, 16):
        lines = "\n".join(f"Task {number:02}" for number in range(start, start + 16))
        await cleo.writes(lines, "Added 16 tasks.")
    await tab.opens("32 open tasks")
    assert "1-30 of 32" in tab.text
    assert len(tab.tasks) == 30
    assert tab.fits() == ""
    await tab.presses("Next >")
    await tab.says("31-32 of 32")
    assert len(tab.tasks) == 2
    await tab.ticks("Task 00")
    await tab.says("31-31 of 31")
    await tab.presses("< Prev")
    await tab.says("1-30 of 31")


async def test_accounts_are_listed_and_can_be_disconnected(town: Town, tab: HomeTab) -> None:
    cleo, tel = tab.who, newcomer(town, "telegram", "Cleo")
    await cleo.writes("Milk", "#1 Milk")
    await tab.opens("Accounts")
    assert "Disconnect" not in tab.text, "the only one leaves in another way"
    await link(cleo, tel)
    await tab.says("on Telegram")
    await tab.presses("Disconnect", beside="on Telegram")
    await tab.says("It will see none of your tasks")
    await tab.presses(next(each for each in tab.labels if each.startswith("Disconnect ")))
    await tab.says("Disconnected: ", but="Back to my tasks")
    assert "[Disconnect]" not in tab.text
    await tel.hears("no longer connected")


async def test_a_chat_that_is_disconnected_shows_none_of_the_tasks_any_more(
    town: Town, tab: HomeTab
) -> None:
    cleo, tel = tab.who, newcomer(town, "telegram", "Cleo")
    await tel.writes("Secret", "Secret")
    await link(tel, cleo)
    await tab.opens("Secret")
    chats = await tel.does("whoami", "You are ")
    await tel.presses(chats, next(each for each in labels(chats) if "Disconnect Slack" in each))
    sure = await tel.hears("It will see none of your tasks")
    await tel.presses(sure, next(each for each in labels(sure) if each.startswith("Disconnect")))
    await tab.says("This chat was disconnected", but="Secret")
    await tab.presses("Show what is here now")
    await tab.says("Welcome", but="Secret")


async def test_whoever_leaves_from_here_is_told_so_here(town: Town, tab: HomeTab) -> None:
    cleo, tel = tab.who, newcomer(town, "telegram", "Cleo")
    await tel.writes("Secret", "Secret")
    await link(tel, cleo)
    await tab.opens("Secret")
    await tab.presses("Disconnect", beside="this chat")
    await tab.says("It will see none of your tasks")
    await tab.presses(next(each for each in tab.labels if each.startswith("Disconnect ")))
    await tab.says("isconnected", but="Secret")
    await tab.opens()
    await tab.says("Welcome", but="Secret")


async def test_whoever_is_forgotten_leaves_no_task_on_the_tab(cleo: Somebody, tab: HomeTab) -> None:
    await cleo.writes("Secret", "Secret")
    await tab.opens("Secret")
    asked = await cleo.does("forget-me", "Forget everything?")
    await cleo.writes(words(asked).split("minutes:")[1].split("\n")[1].strip(), "forgotten you")
    await tab.says("", but="Secret")


async def test_a_code_is_a_message_of_its_own(cleo: Somebody, tab: HomeTab) -> None:
    await cleo.writes("Milk", "#1 Milk")
    await tab.opens("Accounts")
    await tab.presses("Connect a chat")
    await tab.says("I answered under Messages.")
    code = await cleo.hears("Send me this code")
    assert words(code).splitlines()[0] not in tab.text


async def test_settings_help_and_chats_open_on_the_tab(cleo: Somebody, tab: HomeTab) -> None:
    await cleo.writes("Milk", "#1 Milk")
    seen = cleo.ids()
    await tab.opens("1 open task")
    for label, answer in (("Help", "/task add"), ("More", "You are ")):
        await tab.presses(label)
        await tab.says("Back to my tasks")
        assert answer in tab.text
        await tab.presses("Back to my tasks")
        await tab.says("1 open task", but="Back to my tasks")
    assert cleo.ids() == seen


async def test_a_task_that_is_offered_is_accepted_or_declined_from_here(
    town: Town, cleo: Somebody
) -> None:
    dora = newcomer(town, "slack", "Dora")
    await dora.writes("Bread", "Bread")
    for title in ("Milk", "Salt"):
        await cleo.does(f"add {title} @{dora.handle}", title)
        await dora.hears(title)
    tab = HomeTab(dora)
    await tab.opens("3 open tasks")
    await tab.chooses("Milk", "Accept")
    await tab.says("accepted")
    await tab.chooses("Salt", "Decline")
    await tab.says("2 open tasks")
    assert not [each for each in tab.tasks if "Salt" in each]


async def test_what_is_refused_is_said_above_the_tasks(town: Town, cleo: Somebody) -> None:
    dora = newcomer(town, "slack", "Dora")
    await dora.writes("Bread", "Bread")
    await cleo.does(f"add Milk @{dora.handle}", "#1 Milk")
    await dora.hears("assigned a task to you")
    tab = HomeTab(dora)
    await tab.opens("Milk")
    async with tab.as_it_was() as old:
        await cleo.does("assign 1 none", "#1 Milk")
        await tab.says("1 open task", but="Milk")
        old.back()
        await tab.ticks("Milk")
        await tab.says("can't find that task")
    assert "Done today" not in tab.text


async def test_a_digest_asked_for_here_is_shown_here(cleo: Somebody, tab: HomeTab) -> None:
    await cleo.writes("Milk due today", "#1 Milk")
    await tab.opens("1 open task")
    await tab.presses("Digest now")
    await tab.says("Back to my tasks")
    assert "#1 Milk" in tab.text


async def test_a_drawing_that_fails_is_made_up_for(
    cleo: Somebody, tab: HomeTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    await cleo.writes("Milk", "#1 Milk")
    monkeypatch.setattr("core.homes.UNANSWERED", timedelta(seconds=0.5))
    monkeypatch.setattr("bot.home_tabs.UNSURE", 0.1)
    refusals = [RateLimited(1), SlackError("internal_error"), SlackError("fatal_error")]

    async def busy(side: SlackSide, args: Json) -> Json:
        if refusals:
            raise refusals.pop()
        return await views_publish(side, args)

    monkeypatch.setitem(METHODS, "views.publish", busy)
    await tab.opens("1 open task")
    assert refusals == []
    await tab.ticks("Milk")
    await tab.says("Done today")
    assert await cleo.town.service.engine.dead_letters() == []


async def test_where_there_is_no_tab_none_is_drawn(
    cleo: Somebody, tab: HomeTab, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = cleo.town
    await cleo.writes("Milk", "#1 Milk")
    monkeypatch.setattr("core.homes.UNANSWERED", timedelta(seconds=0.5))
    monkeypatch.setattr(town.sandbox.slack.homes, "enabled", False)
    user = town.sandbox.world.people[cleo.id].user_id

    def kept(work: Work) -> bool:
        tabs = select(schema.home).join(schema.identity)
        mine = tabs.where(schema.identity.c.user_id == user)
        return work.run(mine).first() is not None

    await town.sandbox.open_home(cleo.id)
    await town.sandbox.settled()
    assert await town.service.store.query(kept)
    async with asyncio.timeout(10):
        while await town.service.store.query(kept):  # noqa: ASYNC110  # it is a row
            await asyncio.sleep(0.1)
    assert tab.published == 0
    assert await town.service.engine.dead_letters() == []


async def test_the_home_tab_is_in_that_zone(town: Town) -> None:
    cleo = newcomer(town, "slack", "Cleo", zone="Europe/Berlin")
    await cleo.is_met()
    await cleo.writes("Milk 2031-05-04 09:00", "Milk")
    tab = HomeTab(cleo)
    await tab.opens("1 open task")
    assert "(Europe/Berlin)" not in tab.text
    await cleo.does("timezone here Tokyo", "Asia/Tokyo")
    await tab.says("09:00 (Europe/Berlin)")
    assert "time zone here" in tab.text
