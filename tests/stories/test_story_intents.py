"""What people want, said in each way that `product.md` 1.3 names, where no other story shows it:
`test_intent_table.py` has the whole table, and names the story of each cell."""

from __future__ import annotations

import asyncio

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, in_days, newcomer, words
from tests.stories.lists import writes_in_list

pytestmark = pytest.mark.asyncio(loop_scope="module")


def card_of(said: str) -> str:
    """What a card says of its task, whatever was said with it."""
    return said.split("Pay rent", 1)[1]


async def test_every_way_to_type_a_task_makes_the_same(ada: Somebody) -> None:
    line = "Pay rent !high #home tomorrow"
    await ada.is_met()
    await ada.does("add category:home Sweep the floor", "#1 Sweep the floor")
    texts = [line, ada.spelled(f"add {line}")]
    texts += [ada.spelled(line)] if ada.platform == "slack" else []
    cards = []
    for number, text in enumerate(texts, 2):
        cards.append(await ada.writes(text, f"#{number} Pay rent"))
    assert {card_of(words(each)) for each in cards} == {card_of(words(cards[0]))}
    assert all(labels(each) == labels(cards[0]) for each in cards)
    assert f"due: {in_days(1)}" in words(cards[0])


@pytest.mark.parametrize("word", ["today", "overdue", "week", "done", "#home", "@ben", "mine"])
async def test_each_word_of_a_list_shows_its_tasks(ada: Somebody, ben: Somebody, word: str) -> None:
    await ben.does("start", "Hello")
    await ada.does("timezone Berlin", "Europe/Berlin")
    titles = {
        "today": "Milk today",
        "overdue": "Rent 2020-01-01",
        "week": f"Report {in_days(3)}",
        "done": "Bread",
        "#home": "Plants #home",
        "@ben": f"Coffee @{ben.handle}",
        "mine": "Tea",
    }
    for number, title in enumerate(titles.values(), 1):
        await writes_in_list(ada, title, f"#{number} ")
    await ada.does("done 4", "Done by")
    await ada.does("assign 7 me", "Assigned to")
    first = titles[word].split()[0]
    spoken = f"@{ben.handle}" if word == "@ben" else word
    said = words(await ada.does(f"list {spoken}", first))
    several = {
        "today": {"Milk", "Rent"},  # what is overdue, too
        "week": {"Milk", "Rent", "Report"},
        "mine": {"Milk", "Rent", "Report", "Plants", "Tea"},  # all but what others have
    }
    expected = several.get(word, {first})
    assert {each.split()[0] for each in titles.values() if each.split()[0] in said} == expected


async def test_a_task_is_opened_by_its_number_in_each_spelling(ada: Somebody) -> None:
    await ada.writes("Buy milk", "#1 Buy milk")
    spellings = ["/task 1", "/task task 1", "/task show 1", "/task open #1"]
    if ada.platform == "telegram":
        spellings = ["/task 1", "/1", "/show 1", "/open #1"]
    for text in spellings:
        card = await ada.writes(text, "#1 Buy milk")
        assert {"Done", "Edit"} <= {*labels(card)}, text


async def test_a_task_is_opened_by_a_reply_to_its_card(town: Town) -> None:
    ada = newcomer(town, "telegram")
    card = await ada.writes("Buy milk", "#1 Buy milk")
    await ada.writes("Buy bread", "#2 Buy bread")
    before = ada.ids()
    await ada.says("/task", reply_to=card.id)
    await ada.hears("#1 Buy milk", but=before)


async def test_what_is_cancelled_is_kept_and_what_is_deleted_is_not(ada: Somebody) -> None:
    for title in ("Milk", "Bread"):
        await ada.writes(title, title)
    await ada.does("cancel 1", "Cancelled")
    await ada.does("list cancelled", "#1 Milk")
    asked = await ada.does("delete 2", "Delete #2 Bread?")
    assert labels(asked) == ["Delete #2", "Keep"]
    await ada.presses(asked, "Delete #2", then="Deleted #2 Bread.")
    everything = words(await ada.does("list all", "#1 Milk"))
    assert "Bread" not in everything


@pytest.mark.parametrize(
    ("menu", "also", "preset", "said"),
    [
        ("Due", "Tomorrow 09:00", "Tomorrow 09:00", "Date set."),
        ("Snooze", "Until it is done", "In 1 h", "I will remind you"),
    ],
)
async def test_a_preset_edits_the_card_and_says_so_in_passing(
    ada: Somebody, menu: str, also: str, preset: str, said: str
) -> None:
    await ada.is_met()
    card = await ada.writes("Buy milk today", "#1 Buy milk")
    before, told = ada.ids(), "09:00" if menu == "Due" else "reminds you"
    if also not in labels(card):  # Slack shows the days of Due as a menu on the card itself
        await ada.presses(card, menu)
        await ada.until(lambda: also in labels(card))
    shown = await ada.presses(card, preset, then=told)
    assert ada.ids() - before <= {each.id for each in ada.seen() if "time zone" in words(each)}
    if ada.platform == "telegram":  # Slack has no passing word in a message: the card says it
        assert said in shown.text
    await ada.presses(card, "Undo")
    await ada.until(lambda: told not in words(card))


async def test_the_digest_now_on_some_days_and_off(ada: Somebody) -> None:
    await ada.writes("Buy milk", "#1 Buy milk")
    assert "#1 Buy milk" in words(await ada.does("digest now", "1 without a date"))
    await ada.does("digest on 08:30 weekdays", "Now: weekdays 08:30")
    await ada.does("digest off", "Now: off")


async def test_on_slack_the_zone_of_the_profile_is_filled_in(town: Town) -> None:
    ada = newcomer(town, "slack", zone="Europe/Berlin")
    await ada.writes("Buy milk", "#1 Buy milk")

    async def known() -> bool:
        return "Europe/Berlin" in words(await ada.does("settings", "Settings"))

    async with asyncio.timeout(8):
        while not await known():  # noqa: ASYNC110  # it is a row, which a job writes
            await asyncio.sleep(0.05)
    await ada.says("/task settings form")
    form = await ada.form()
    held = {each["name"]: each["value"] for each in form["blocks"] if each["kind"] == "field"}
    assert held["zone"] == "Europe/Berlin"
    await ada.town.sandbox.close_view(ada.id, form["id"])


async def test_a_form_that_is_cancelled_changes_nothing(town: Town) -> None:
    ada = newcomer(town, "slack")
    card = await ada.writes("Buy milk", "#1 Buy milk")
    before = words(card)
    await ada.presses(card, "Edit")
    await town.sandbox.close_view(ada.id, (await ada.form())["id"])
    assert words(await ada.does("show 1", "#1 Buy milk")).startswith("#1 Buy milk")
    assert words(card).splitlines()[0] == before.splitlines()[0]
    await ada.writes("Buy bread", "#2 Buy bread")  # nothing waits for an answer


async def test_an_open_question_is_left_by_cancel_alone(town: Town) -> None:
    ada = newcomer(town, "telegram")
    await ada.writes("Buy milk", "#1 Buy milk")
    await ada.does("note 1", "Note?")
    await ada.does("cancel", "All right, nothing waits for your answer.")
    await ada.writes("Buy bread", "#2 Buy bread")
    assert "note" not in words(await ada.does("show 1", "#1 Buy milk"))


async def test_a_task_for_oneself_is_added_from_a_channel_unseen(town: Town) -> None:
    """Where the bot is not it cannot hang a card, and nobody else is to read one."""
    ada, ben = newcomer(town, "slack"), newcomer(town, "slack", "Ben")
    room = group_of(town, ada, ben)
    town.sandbox.world.chats[room].with_bot = False
    await ada.says("/task Buy milk", room)
    await ada.until(lambda: ada.count("Buy milk") or ada.count("Buy milk", room))
    assert not ben.seen(room)
