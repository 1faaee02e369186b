"""Groups and channels: one card for all, everything else for one."""

from __future__ import annotations

import asyncio

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import PLATFORMS, Somebody, group_of, line_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


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
    shown = ["Done", "Claim", "Due", "Edit", "Undo", "Assign"]
    shown.append("Note" if ada.platform == "slack" else "More")
    if ada.platform == "slack":  # what is in a menu is no button besides
        times = ["In 1 h", "Tonight 18:00", "Tomorrow 09:00", "Today", "Tomorrow", "Next Mon"]
        dots = ["⋯", "Edit", "Cancel task", "Delete", "Copy link"]
        shown[2:4] = ["Due", *times, "Pick a day", "No date"]
        shown += dots
    assert labels(card) == shown
    await ben.is_told(card, "Done", "Only the list owner can complete this. Nobody has it")
    await ben.presses(card, "Claim", then=f"@{ben.name}")
    await ben.presses(card, "Done", then=f"Done by {ben.name}")
    told = await ada.hears(f"{ben.name} completed the task: Water the plants")
    assert told.chat == ada.chat
    await asyncio.sleep(0.2)
    assert len(ada.seen(group)) == 1  # the group's card was edited, and nothing else was said


async def test_who_neither_has_it_nor_owns_it_is_told_who_may(
    town: Town, ada: Somebody, ben: Somebody
) -> None:
    cleo = newcomer(town, ada.platform, "Cleo")
    room = group_of(town, ada, ben, cleo)
    for each in (ada, ben, cleo):
        await each.does("start", "Hello")
    card = await ada.does("add Water the plants", "Water the plants", room)
    await ben.presses(card, "Claim", then=f"@{ben.name}")
    await cleo.is_told(card, "Done", f"Only @{ben.name} or the list owner can complete this.")
    assert "Done by" not in words(card)


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
    if ada.platform == "telegram":
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
    await zoe.does(f"claim {line_of(card, 'Done').split()[1]}", "I can't find a task")
