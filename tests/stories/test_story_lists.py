"""What somebody has: lists, pages, counts, the inbox, help, settings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, link, newcomer, words
from tests.stories.lists import writes_in_list

pytestmark = pytest.mark.asyncio(loop_scope="module")


# -- lists ---------------------------------------------------------------------------------------


async def test_an_empty_list_says_how_to_begin(ada: Somebody) -> None:
    how = "No open tasks. Send me a line of text to add one, for example: Buy milk tomorrow 5pm"
    await ada.does("list", how)
    said = await ada.does("list overdue", 'Nothing matches "overdue". You have no open tasks.')
    assert labels(said) == ["Show all"]


async def test_filters(ada: Somebody) -> None:
    for line in ("Milk #home !high", "Rent !low due 2020-01-01", "Report #work", "Old #home"):
        await writes_in_list(ada, line)
    await ada.does("done 4", "Done by")
    await ada.does("begin 3", "Started.")
    for asked, titles in (
        ("", ["#2 Rent", "#3 Report", "#1 Milk"]),  # what is due, then the newest
        ("open", ["#2 Rent", "#3 Report", "#1 Milk"]),
        ("all", ["#4 Old", "#3 Report", "#2 Rent", "#1 Milk"]),
        ("done", ["#4 Old"]),
        ("started", ["#3 Report"]),
        ("overdue", ["#2 Rent"]),
        ("today", ["#2 Rent"]),
        ("#HOME", ["#1 Milk"]),
        ("all #home", ["#4 Old", "#1 Milk"]),
        ("!high", ["#1 Milk"]),
        ("low", ["#2 Rent"]),
        ("#home !high", ["#1 Milk"]),
    ):
        said = words(await ada.does(f"list {asked}".strip(), f" 1-{len(titles)} of {len(titles)}"))
        places = [said.index(title) for title in titles]
        assert places == sorted(places), asked
        assert said.count("#") - said.count(" #home") - said.count(" #work") >= len(titles)
    await ada.does("list cancelled", 'Nothing matches "cancelled". You have 3 open tasks.')
    await ada.does("list nonsense", 'I can\'t read "nonsense" as a filter.')
    await ada.does("list @nobody9", "I don't know who")


async def test_today_is_today_whatever_zone_the_day_was_said_in(ada: Somebody) -> None:
    await ada.writes("Milk today", "Milk")
    # Where the day ends hours before it does in UTC; late in the day, hours after.
    early = datetime.now(UTC).hour < 14
    zone, name = ("Tokyo", "Asia/Tokyo") if early else ("New York", "America/New_York")
    await ada.does(f"timezone {zone}", name)
    for word in ("today", "week"):
        await ada.does(f"list {word}", "#1 Milk")
    await ada.does("list overdue", 'Nothing matches "overdue"')


async def test_pages_are_turned_by_buttons(ada: Somebody) -> None:
    for number in range(1, 11):
        await writes_in_list(ada, f"Task {number} #home", f"#{number} Task")
    page = await ada.does("list #home", "Open tasks, #home 1-8 of 10")
    assert labels(page)[:8] == [str(place) for place in range(1, 9)]
    assert "< Prev" not in labels(page)
    await ada.presses(page, "Next >", then="9-10 of 10")
    assert [each for each in labels(page) if each.isdigit()] == ["9", "10"]
    assert "Next >" not in labels(page)
    await ada.presses(page, "< Prev", then="1-8 of 10")
    await ada.presses(page, "2", then="#9 Task 9")  # opens the card in place
    await ada.until(lambda: "Done" in labels(page))
    page = await ada.does("list", "Open tasks 1-8 of 10")
    await ada.presses(page, "Close", then="List closed.")


async def test_what_is_finished_is_called_so_and_doing_it_is_called_done(ada: Somebody) -> None:
    for line in ("Milk", "Bread"):
        await ada.writes(line, "Added ")
    await ada.does("done 1", "Done by")
    page = await ada.does("list", "Open tasks 1-1 of 1")
    assert "Done" not in labels(page)
    await ada.presses(page, "Finished", then="Finished tasks 1-1 of 1")
    for word in ("done", "completed", "finished", "erledigt", "fertig"):
        await ada.does(f"list {word}", "Finished tasks 1-1 of 1")


async def test_stats(ada: Somebody) -> None:
    for line in ("a", "b", "c", "d due 2020-01-01"):
        await ada.writes(line, "Added ")
    await ada.does("done 1", "Done by")
    await ada.does("begin 2", "Started.")
    await ada.does("cancel 3", "Cancelled")
    said = words(await ada.does("stats", "Your tasks"))
    for name in (
        "total: 4",
        "completed: 1",
        "in progress: 1",
        "pending: 1",
        "cancelled: 1",
        "overdue: 1",
    ):
        assert name in said


# -- help ----------------------------------------------------------------------------------------


async def test_help(ada: Somebody) -> None:
    said = await ada.does("help", "it becomes a task")
    assert ada.spelled("done 42 43") in words(said)
    await ada.presses(said, "Dates", then="I read: today")
    await ada.presses(said, "All topics", then="it becomes a task")
    await ada.presses(said, "Every command", then="Every command")
    assert ada.spelled("reopen 42") in words(said)
    said = await ada.does("help done", "Mark tasks as done. Also: complete, finish.")
    assert ada.spelled("done 42 43") in words(said)
    await ada.does("help dancing", 'There is no help on "dancing".')


async def test_did_you_mean(ada: Somebody) -> None:
    said = await ada.does("dnoe 3", 'I don\'t know "dnoe". Did you mean this?')
    assert ada.spelled("done 42 43") in words(said)


async def test_what_cannot_be_read_shows_how_it_goes(ada: Somebody) -> None:
    said = await ada.does("done milk", 'I can\'t read "milk" there. This is how it goes:')
    assert ada.spelled("done 42 43") in words(said)


async def test_a_bare_word_is_a_command_in_private(ada: Somebody) -> None:
    await ada.writes("help", "it becomes a task")
    await ada.writes("Stats", "Your tasks")


# -- inbox ---------------------------------------------------------------------------------------


async def test_the_inbox(ada: Somebody) -> None:
    await ada.does("inbox", "Inbox, 1 unread")
    for number in range(1, 12):
        await ada.writes(f"Task {number}", f"#{number} Task")
    await ada.does("done 1 2 3 4 5 6 7 8 9 10", "Done: #10")
    await ada.does("done 11", "Done by")
    page = await ada.does("inbox", "Inbox, 12 unread")
    assert "You completed the task: Task 11" in words(page)
    assert labels(page)[:10] == [str(place) for place in range(1, 11)]
    await ada.presses(page, "Older >", then="Send me a line of text")
    await ada.presses(page, "Newest", then="Task 11")
    await ada.presses(page, "1", then="Task Completed")
    assert labels(page) == ["Open task", "Delete", "Back"]
    await ada.presses(page, "Back", then="Inbox, 11 unread")
    await ada.presses(page, "1", then="Task Completed")
    await ada.presses(page, "Delete", then="Inbox, 11 unread")
    assert "Task 11" not in words(page)
    await ada.presses(page, "Mark all read", then="Inbox, all read")
    await ada.does("read", "Inbox, all read")  # the same, typed
    await ada.presses(page, "Close", then="Inbox closed.")


async def test_an_old_button_of_a_deleted_notice(ada: Somebody) -> None:
    await ada.writes("Task", "Added ")
    first, second = [await ada.does("inbox", "Inbox, 1 unread") for _ in range(2)]
    await ada.presses(first, "1", then="Welcome")
    await ada.presses(first, "Delete", then="Your inbox is empty.")
    await ada.is_told(second, "1", "That notice is gone.")


# -- settings ------------------------------------------------------------------------------------


async def test_settings(ada: Somebody) -> None:
    shown = await ada.does("settings", "Settings")
    assert labels(shown)[:9] == [
        "Name", "Time zone", "Language", "Digest", "Quiet hours", "Notices", "Tasks from others",
        "Time zone here", "Chats",
    ]  # fmt: skip
    await ada.does("name Ada Lovelace", "name: Ada Lovelace")
    await ada.does("timezone berlin", "Your time zone is Europe/Berlin")
    await ada.does("timezone Gotham", 'I can\'t read "Gotham" as a time zone.')
    await ada.does("language de", "Deutsch")
    await ada.does("language en", "language: English")
    await ada.does("language !", "as a language")
    await ada.does(f"name {'x' * 65}", "65 characters; 64 fit")
    card = await ada.writes("Call due 2031-05-04 17:00", "(Europe/Berlin)")
    assert "UTC" not in words(card)


async def test_settings_by_buttons(ada: Somebody) -> None:
    shown = await ada.does("settings", "Settings")
    await ada.presses(shown, "Time zone")
    if ada.platform == "slack":
        wrong = await ada.fills(zone="Gotham")
        assert 'I can\'t read "Gotham"' in wrong.errors["zone"]
        await ada.fills(zone="Tokyo")
    else:
        await ada.until(lambda: "A city" in words(shown))
        await ada.writes("Gotham", 'I can\'t read "Gotham"')
        await ada.writes("Tokyo", "Asia/Tokyo")
    await ada.hears("Your time zone is Asia/Tokyo")


async def test_a_city_that_is_in_two_zones_is_asked(ada: Somebody) -> None:
    asked = await ada.does("timezone Louisville", 'Which "Louisville"?')
    choice = labels(asked)[0]
    await ada.presses(asked, choice, then=choice)


@pytest.mark.parametrize("away", ["telegram", "slack"])
async def test_one_of_two_chats_is_in_tokyo(town: Town, away: str) -> None:
    home = newcomer(town, "slack" if away == "telegram" else "telegram")
    there = newcomer(town, away)
    await home.does("timezone Berlin", "Europe/Berlin")
    await link(home, there)
    await there.does("timezone here Tokyo", "stay in Europe/Berlin")
    card = await there.writes("Call the hotel 2031-05-04 09:00", "Call the hotel")
    assert "due: Sun 4 May 2031 09:00 (Asia/Tokyo)" in words(card)
    card = await home.does("show 1", "Call the hotel")
    assert "due: Sun 4 May 2031 09:00 (Asia/Tokyo)" in words(card)
    card = await home.writes("Pay the rent 2031-05-03 17:00", "Pay the rent")
    assert "due: Sat 3 May 2031 17:00 (Europe/Berlin)" in words(card)
    seen = words(await there.does("list", "Open tasks"))
    assert "17:00 (Europe/Berlin)" in seen
    assert "(Asia/Tokyo)" not in seen
    seen = words(await home.does("list", "Open tasks"))
    assert "09:00 (Asia/Tokyo)" in seen
    assert "(Europe/Berlin)" not in seen


async def test_it_is_set_from_the_settings(ada: Somebody) -> None:
    await ada.is_met()
    shown = await ada.does("settings", "Settings")
    await ada.presses(shown, "Time zone here")
    if ada.platform == "slack":
        await ada.fills(here="Tokyo")
    else:
        await ada.until(lambda: "A city; or off" in words(shown))
        await ada.writes("Tokyo", "Asia/Tokyo")
    await ada.hears("In this chat the time zone is Asia/Tokyo")
    shown = await ada.does("settings", "time zone here: Asia/Tokyo")
    assert "Time zone here" in labels(shown)


async def test_notices_are_switched_for_each_chat(town: Town) -> None:
    ada, elsewhere = newcomer(town, "telegram"), newcomer(town, "slack")
    await ada.writes("Buy milk", "Added ")
    await link(ada, elsewhere)
    shown = await ada.does("whoami", "2 chats connected")
    assert words(shown).count("notices on") == 2
    await ada.presses(shown, "Notices off: Slack", then="notices off")
    await ada.does("done 1", "Done by")
    await ada.does("notify off", "notices off")
    await elsewhere.does("inbox", "You completed the task: Buy milk")
    assert elsewhere.count("You completed") == 1  # only where it was asked for
