"""Slack's own menus: a message becomes a task, or something to be reminded of; a task is written or
read from anywhere."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.sandbox import Message
from bot.opening import opens
from tests.service_kit import Town, labels, plain
from tests.stories.cast import Somebody, group_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

TURN, REMIND, NEW, MINE = "capture-message", "remind-about", "add", "list"


@pytest.fixture
def ada(town: Town) -> Somebody:
    return newcomer(town, "slack", "Ada")


@pytest.fixture
def ben(town: Town) -> Somebody:
    return newcomer(town, "slack", "Ben")


async def said(who: Somebody, text: str, chat: str) -> Message:
    """Something that somebody writes in a channel, and the bot does not hear."""
    shown = await who.says(text, chat)
    assert shown.message
    return shown.message


async def chooses(who: Somebody, line: str, message: Message | None = None, **more: Any) -> None:
    place = (message.chat, message.id) if message else ("", "")
    shown = await who.town.sandbox.shortcut(who.id, line, *place, **more)
    assert not shown.error, shown.error


def read(view: dict[str, Any]) -> str:
    """What is read in a modal."""
    blocks = view["blocks"]
    return "\n".join(
        each.get("text") or "".join(run["text"] for run in each.get("runs", ())) for each in blocks
    )


async def shows(who: Somebody, view: str, text: str) -> None:
    """Wait until a modal has this text."""
    views = who.town.sandbox.world.views
    await who.until(lambda: text in read(views[view]))


async def presses(who: Somebody, view: str, label: str) -> None:
    """Press a button of a modal, as soon as it is there."""

    def there() -> str:
        blocks = who.town.sandbox.world.views[view]["blocks"]
        buttons = [each for block in blocks for row in block.get("rows", ()) for each in row]
        buttons += [block["button"] for block in blocks if "button" in block]
        return next((each["press"] for each in buttons if each["label"] == label), "")

    shown = await who.town.sandbox.press(who.id, "", view, await who.until(there))
    assert not shown.error, shown.error


def values(form: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in form["blocks"]}


async def test_a_message_becomes_a_task_with_the_way_back(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    message = await said(ben, "Send *the* report & <numbers> by 24 Nov 2031\nTo Cleo, please", room)
    await chooses(ada, TURN, message)
    form = await ada.form()
    held = values(form)
    assert held["title"] == "Send *the* report & <numbers> by 24 Nov 2031"
    assert held["due"] == "2031-11-24"
    channel = room.removeprefix("slack:")
    link = f"https://acme.slack.com/archives/{channel}/p{message.id.replace('.', '')}"
    assert held["description"].splitlines()[1:] == ["To Cleo, please", "", link]
    await ada.fills(title="Send the report", category="work")
    card = await ada.hears("Send the report", room)
    assert card.ephemeral_for == ada.id
    assert "Undo" in labels(card)
    assert not ben.seen(room)  # nobody else hears of it
    await ada.presses(card, "Done")
    await ada.does("list done", "Send the report")


async def test_the_last_list_of_the_channel_is_offered_again(ada: Somebody, ben: Somebody) -> None:
    room, other = group_of(ada.town, ada, ben), group_of(ada.town, ada, ben)
    await chooses(ada, TURN, await said(ben, "One", room))
    assert values(await ada.form())["category"] == ""
    await ada.fills(category="work")
    await ada.hears("One", room)
    await chooses(ada, TURN, await said(ben, "Two", room))
    assert values(await ada.form())["category"] == "work"
    await ada.fills()
    await ada.hears("Two", room)
    await chooses(ada, TURN, await said(ben, "Three", other))
    assert values(await ada.form())["category"] == ""
    await ada.fills()


async def test_one_message_is_one_task(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    message = await said(ben, "Water the plants", room)
    await chooses(ada, TURN, message)
    await ada.fills()
    first = await ada.hears("Added ", room)
    await chooses(ada, TURN, message)
    again = await ada.hears("This message is a task already.", room)
    await chooses(ben, TURN, message)  # his own is his own
    await ben.fills()
    await ben.hears("Added ", room)
    await ada.presses(again, "Done", "Done by")
    await ada.presses(first, "Undo", "")
    assert not ada.town.sandbox.world.views


async def test_a_card_is_a_task_already(ada: Somebody) -> None:
    card = await ada.does("add Buy milk", "Buy milk")
    await ada.does("list", "Open tasks 1-1 of 1")  # by now it is known which message the card is
    before = ada.ids()
    await chooses(ada, TURN, card)
    await ada.hears("This message is a task already.", but=before)
    before = ada.ids()
    await chooses(ada, REMIND, card)
    asked = await ada.hears("When shall I remind you?", but=before)
    await ada.presses(asked, "In 1 h", "reminds you")
    await ada.does("list", "Open tasks 1-1 of 1")


async def test_remind_me_saves_it_and_asks_when(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    message = await said(ben, "Shall we meet?", room)
    await chooses(ada, REMIND, message)
    asked = await ada.hears("When shall I remind you?", room)
    assert asked.ephemeral_for == ada.id
    assert "Shall we meet?" in words(asked)
    await ada.presses(asked, "In 1 h", "I will remind you")
    await ada.does("list", "Shall we meet?")
    before = ada.ids(room)
    await chooses(ada, REMIND, message)  # once more: the same task
    asked = await ada.hears("When shall I remind you?", room, but=before)
    assert "Undo" not in labels(asked)
    assert (await ada.does("list", "Open tasks 1-1 of 1")).text


async def test_undo_takes_it_back(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    await chooses(ada, REMIND, await said(ben, "Shall we meet?", room))
    asked = await ada.hears("When shall I remind you?", room)
    await ada.presses(asked, "Undo")
    await ada.does("list", "No open tasks")


async def test_where_the_bot_is_not_it_works_as_well(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    ada.town.sandbox.world.chats[room].with_bot = False
    await chooses(ada, TURN, await said(ben, "Buy milk", room))
    await ada.fills()
    assert "Buy milk" in plain(await ada.hears("Added ", room))


async def test_a_secret_becomes_no_task(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    message = await said(ben, "xoxb-1111-2222-abcdefghijklmnop", room)
    for line in (TURN, REMIND):
        before = ada.ids(room)
        await chooses(ada, line, message)
        await ada.hears("There is a code or a token in it", room, but=before)
    await ada.does("list", "No open tasks")


async def test_a_new_task_from_anywhere(ada: Somebody) -> None:
    await chooses(ada, NEW)
    assert (await ada.form())["title"] == "New task"
    await ada.fills(title="Buy milk")
    await ada.hears("Buy milk")


async def test_ones_tasks_from_anywhere(ada: Somebody) -> None:
    await ada.does("add Buy milk", "Buy milk")
    before = ada.ids()
    await chooses(ada, MINE)
    screen = (await ada.form())["id"]
    await shows(ada, screen, "Open tasks 1-1 of 1")
    await presses(ada, screen, "1")
    await shows(ada, screen, "#1 Buy milk")
    await presses(ada, screen, "Edit")
    views = ada.town.sandbox.world.views
    form = await ada.until(lambda: next((each for each in views if each != screen), None))
    await ada.town.sandbox.submit(ada.id, form, {"title": "Oat milk"})
    await shows(ada, screen, "#1 Oat milk")
    await presses(ada, screen, "Done")
    await shows(ada, screen, "Done by")
    assert ada.ids() == before  # all of it in the modal
    await ada.town.sandbox.close_view(ada.id, screen)
    await ada.does("list done", "Oat milk")


async def test_a_form_opened_too_late_is_opened_filled(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    message = await said(ben, "Buy milk\nTwo bottles", room)
    views = ada.town.sandbox.slack.views
    views.trigger_life, before = 0.0, views.trigger_life
    try:
        await chooses(ada, TURN, message)
        late = await ada.hears("could not open the form in time", room)
    finally:
        views.trigger_life = before
    await ada.presses(late, "Open the form")
    held = values(await ada.form())
    assert held["title"] == "Buy milk"
    assert "Two bottles" in held["description"]
    await ada.fills()
    await ada.hears("Buy milk", room)


async def test_what_was_written_into_a_refused_form_is_there_again(ada: Somebody) -> None:
    card = await ada.does("add Buy milk", "Buy milk")
    await ada.presses(card, "Edit")
    form = await ada.form()
    await ada.does("edit 1 Oat milk", "Oat milk")  # meanwhile
    await ada.fills(description="Two bottles, the large ones")
    said_so = await ada.hears("Not saved: the task changed")
    assert form["id"] not in ada.town.sandbox.world.views
    await ada.presses(said_so, "Open the form again")
    assert values(await ada.form())["description"] == "Two bottles, the large ones"
    await ada.fills(title="Oat milk")
    await ada.hears("Saved.")
    card = await ada.does("show 1", "Two bottles")
    await ada.presses(card, "Edit")  # it was taken, so nothing waits any more
    await ada.town.sandbox.close_view(ada.id, (await ada.form())["id"])


@pytest.mark.parametrize("line", ["add", "edit 1", "assign 1", "find", "settings form"])
async def test_what_is_opened_early_is_a_form(ada: Somebody, line: str) -> None:
    assert opens(line)
    await ada.does("add Buy milk", "Buy milk")
    await ada.says(ada.spelled(line))
    await ada.town.sandbox.close_view(ada.id, (await ada.form())["id"])
