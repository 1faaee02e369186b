"""A task that concerns two people: assigned, claimed, declined, told."""

from __future__ import annotations

import asyncio

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import PLATFORMS, Somebody, group_of, link, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def ben(town: Town, ada: Somebody) -> Somebody:
    """Somebody else on the same platform."""
    return newcomer(town, ada.platform, "Ben")


async def test_assigned_told_completed_told(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    card = await ada.does(f"add Buy milk @{ben.handle}", f"@{ben.name}")
    got = await ben.hears(f"{ada.name} assigned a task to you.")
    assert "#1 Buy milk" in words(got)
    assert labels(got) == ["Done", "Start", "Decline"]
    await ben.presses(got, "Start", then="In progress")
    await ada.until(lambda: "In progress" in words(card))
    await ben.presses(got, "Done", then=f"Done by {ben.name}")
    told = await ada.hears(f"{ben.name} completed the task: Buy milk")
    assert labels(told) == ["Open"]
    assert not told.silent
    await ada.until(lambda: f"Done by {ben.name}" in words(card))
    await asyncio.sleep(0.2)
    assert ada.count("completed the task") == 1
    assert ben.count("completed the task") == 0  # nobody is told what they just did here


async def test_the_assignee_sees_no_more_than_they_may(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    await ada.does(f"add Buy milk @{ben.handle}", "Added.")
    await ben.hears("assigned a task to you")
    for line in ("edit 1 Buy bread", "due 1 fri", "cancel 1", "delete 1", "assign 1 me"):
        await ben.does(line, f"Only {ada.name} can change this.")
    await ada.does("show 1", "Buy milk")


async def test_decline(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    card = await ada.does(f"add Buy milk @{ben.handle}", "Added.")
    got = await ben.hears("assigned a task to you")
    await ben.presses(got, "Decline", then="You gave back: Buy milk")
    await ada.until(lambda: f"@{ben.name}" not in words(card))
    await ben.does("show 1", "I can't find a task #1.")


async def test_me_nobody_and_whom_nobody_knows(ada: Somebody) -> None:
    await ada.writes("Buy milk", "Added.")
    await ada.does("assign 1 me", f"Assigned to {ada.name}.")
    await ada.does("list mine", "Tasks assigned to you 1-1 of 1")
    await ada.does("assign 1 me", "That is how it was.")
    await ada.does("assign 1 nobody", "Assigned to nobody.")
    await ada.does("assign 1 Zoe", 'I don\'t know who "Zoe" is.')


async def test_assign_by_its_button(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    card = await ada.writes("Buy milk", "Added.")
    await ada.presses(card, "Assign")
    if ada.platform == "slack":
        await ada.fills(person=ben.id)
        await ada.until(lambda: f"@{ben.name}" in words(card))
    else:
        await ada.until(lambda: "Mention them" in words(card))
        await ada.writes(f"@{ben.handle}", f"Assigned to {ben.name}.")
    await ben.hears("assigned a task to you")


async def test_editing_another_field_on_slack_keeps_the_assignee(town: Town) -> None:
    ada, cleo = newcomer(town, "slack"), newcomer(town, "slack", "Cleo")
    await cleo.does("start", "Hello")
    card = await ada.does(f"add Buy milk @{cleo.handle}", "Added.")
    await ada.presses(card, "Edit")
    await ada.fills(title="Buy oat milk")
    await ada.until(lambda: "Buy oat milk" in words(card))
    assert f"@{cleo.name}" in words(card)


async def test_a_handle_that_never_wrote_becomes_the_person(town: Town) -> None:
    ada, zoe = newcomer(town, "telegram"), newcomer(town, "telegram", "Zoe")
    card = await ada.writes(f"Buy milk @{zoe.handle}", f"@{zoe.handle}")
    hello = await zoe.does("start", "Hello Zoe.")
    assert "You have 1 open task." in words(hello)
    await zoe.does("done 1", "Done by Zoe")
    await ada.hears("Zoe completed the task: Buy milk")
    await ada.until(lambda: "Done by Zoe" in words(card))


async def test_a_foreign_task_answers_like_a_missing_one(ada: Somebody, ben: Somebody) -> None:
    card = await ada.writes("Secret", "Added.")
    public_id = _line(card, "Done").split()[1]
    await ben.does("start", "Hello")
    for line in (
        f"show {public_id}",
        f"done {public_id}",
        f"delete {public_id}",
        f"edit {public_id} x",
    ):
        foreign = words(await ben.does(line, "I can't find a task"))
        missing = words(await ben.does(line.replace(public_id, "t:0000000"), "I can't find a task"))
        assert foreign.replace(public_id[2:], "") == missing.replace("0000000", "")
    await ada.does("show 1", "Secret")


def _line(message: object, label: str) -> str:
    press = message.press(label)  # type: ignore[attr-defined]  # a Message
    if "data" in press:
        return str(press["data"])
    elements = [each for block in message.sent["blocks"] for each in block.get("elements", ())]  # type: ignore[attr-defined]
    return next(
        str(each["value"]) for each in elements if each.get("action_id") == press["action_id"]
    )


# -- completed here, told there (product.md 1.9) -------------------------------------------------


async def test_completed_on_telegram_told_on_slack(town: Town) -> None:
    ada, office = newcomer(town, "telegram"), newcomer(town, "slack")
    card = await ada.writes("Water plants", "#1 Water plants")
    await link(ada, office)
    there = await office.does("show 1", "#1 Water plants")
    await ada.presses(card, "Done", then="Done by Ada")
    told = await office.hears("You completed the task: Water plants")
    assert told.reply_to == there.id.partition(":")[2] or told.reply_to == there.id
    await office.until(lambda: "Done by Ada" in words(there))  # the same card, elsewhere
    await asyncio.sleep(0.2)
    assert (ada.count("You completed"), office.count("You completed")) == (0, 1)


async def test_completed_on_slack_told_silently_on_telegram(town: Town) -> None:
    ada, office = newcomer(town, "telegram"), newcomer(town, "slack")
    card = await ada.writes("Water plants", "#1 Water plants")
    await link(ada, office)
    await office.does("done 1", "Done by Ada")
    told = await ada.hears("You completed the task: Water plants")
    assert told.silent
    assert told.reply_to == card.id
    await ada.until(lambda: "Done by Ada" in words(card))


async def test_everybody_concerned_is_told_once_in_each_chat(town: Town) -> None:
    ada, office = newcomer(town, "telegram"), newcomer(town, "slack")
    ben = newcomer(town, "telegram", "Ben")
    await ben.does("start", "Hello")
    await ada.does("start", "Hello")
    await link(ada, office)
    await ada.writes(f"Water plants @{ben.handle}", "Added.")
    got = await ben.hears("assigned a task to you")
    await asyncio.gather(*(ben.presses(got, "Done") for _ in range(3)))
    for chat in (ada, office):
        await chat.hears("Ben completed the task: Water plants")
    await asyncio.sleep(0.3)
    assert [each.count("completed the task") for each in (ada, office, ben)] == [1, 1, 0]


async def test_complete_reopen_complete_tells_twice(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    await ada.does(f"add Buy milk @{ben.handle}", "Added.")
    await ben.hears("assigned a task to you")
    await ben.does("done 1", "Done by")
    await ben.does("done 1", "Already done.")
    await ada.until(lambda: ada.count("completed the task") == 1)
    await ben.does("reopen 1", "Reopened.")
    await ben.does("done 1", "Done by")
    await ada.until(lambda: ada.count("completed the task") == 2)


async def test_who_switched_notices_off_is_told_nothing(town: Town) -> None:
    ada, ben = newcomer(town, "telegram"), newcomer(town, "telegram", "Ben")
    await ben.does("start", "Hello")
    await ada.does("notify off", "notices off")
    await ada.writes(f"Buy milk @{ben.handle}", "Added.")
    got = await ben.hears("assigned a task to you")
    await ben.presses(got, "Done", then="Done by Ben")
    inbox = await ada.does("inbox", "Ben completed the task: Buy milk")
    assert ada.count("Ben completed the task") == 1
    assert "Inbox" in words(inbox)


# -- groups --------------------------------------------------------------------------------------


@pytest.fixture
def group(town: Town, ada: Somebody, ben: Somebody) -> str:
    return group_of(town, ada, ben)


async def test_a_group_has_one_card_that_anybody_can_claim(
    ada: Somebody, ben: Somebody, group: str
) -> None:
    await ada.does("start", "Hello")
    await ben.does("start", "Hello")
    card = await ada.does("add Water the plants", "Water the plants", group)
    assert "#1" not in words(card)  # numbers are personal
    assert labels(card) == ["Done", "Claim", "Due", "Edit", "Undo", "Assign", "More"]
    await ben.is_told(card, "Done", f"Only {ada.name} can work on this.")
    await ben.presses(card, "Claim", then=f"@{ben.name}")
    await ben.presses(card, "Done", then=f"Done by {ben.name}")
    told = await ada.hears(f"{ben.name} completed the task: Water the plants")
    assert told.chat == ada.chat
    await asyncio.sleep(0.2)
    assert len(ada.seen(group)) == 1  # the group's card was edited, and nothing else was said


async def test_a_group_hears_commands_and_its_name_only(
    town: Town, ada: Somebody, ben: Somebody, group: str
) -> None:
    await ada.does("start", "Hello")
    await ada.says("just talking", group)
    card = await ada.writes("@fluxbot Water the plants", "Water the plants", group)
    assert [each.id for each in ada.seen(group)] == [card.id]
    if ada.platform == "slack":
        await ada.does("list", "Open tasks 1-1 of 1", group)
        assert "Open tasks" not in "".join(words(each) for each in ben.seen(group))
    else:
        await ada.says("/list@fluxbot", group)
        await ada.hears("Open tasks 1-1 of 1")
        assert len(ada.seen(group)) == 1


async def test_typed_in_a_group_the_card_is_edited_and_only_who_typed_is_answered(
    town: Town, ada: Somebody, ben: Somebody, group: str
) -> None:
    await ada.does("start", "Hello")
    card = await ada.does("add Water the plants", "Water the plants", group)
    await ada.says(ada.spelled("done 1", group=True), group)
    await ada.until(lambda: f"Done by {ada.name}" in words(card))
    await ada.hears("Done. #1 Water the plants", group if ada.platform == "slack" else "")
    assert [each.id for each in ben.seen(group)] == [card.id]


async def test_delete_from_a_group_is_asked_privately(
    ada: Somebody, ben: Somebody, group: str
) -> None:
    await ada.does("start", "Hello")
    card = await ada.does("add Water the plants", "Water the plants", group)
    await ada.presses(card, "More")
    await ada.until(lambda: "Delete" in labels(card))
    await ada.presses(card, "Delete")
    asked = await ada.hears("Delete #1 Water the plants?", group if ada.platform == "slack" else "")
    assert [each.id for each in ben.seen(group)] == [card.id]
    await ada.presses(asked, "Delete #1")
    await ada.until(lambda: "Deleted" in words(card))
    assert not labels(card)


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_who_is_not_in_the_group_sees_nothing_of_it(town: Town, platform: str) -> None:
    ada, zoe = newcomer(town, platform), newcomer(town, platform, "Zoe")
    await zoe.does("start", "Hello")
    card = await ada.does("add Secret", "Secret", group_of(town, ada))
    await zoe.does(f"claim {_line(card, 'Done').split()[1]}", "I can't find a task")
