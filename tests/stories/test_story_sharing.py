"""A task is shown to a group, and opened by a link."""

from __future__ import annotations

import asyncio

import pytest

from tests.service_kit import Town, labels, plain
from tests.stories.cast import Somebody, group_of, line_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_shared_task_is_the_groups(ada: Somebody, ben: Somebody, town: Town) -> None:
    group = group_of(town, ada, ben)
    await ben.does("start", "Hello")
    card = await ada.writes("Water the plants", "#1 Water the plants")
    shared = await ada.does("share 1", "Water the plants", group)
    assert "#1" not in words(shared)
    assert {"Done", "Claim"} <= {*labels(shared)}
    await ben.presses(shared, "Claim", then=f"@{ben.name}")
    await ada.until(lambda: f"@{ben.name}" in words(card))


async def test_it_is_taken_back(ada: Somebody, ben: Somebody, town: Town) -> None:
    group = group_of(town, ada, ben)
    await ada.writes("Water the plants", "#1 Water the plants")
    shared = await ada.does("share 1", "Water the plants", group)
    await ada.presses(shared, "Undo", then="This task is not shared here any more.")
    assert not labels(shared)
    again = await ada.does("share 1", "Water the plants", group)
    await asyncio.sleep(0.3)
    await ada.does("undo", "Undone.")
    await ada.until(lambda: "This task is not shared here any more." in words(again))
    assert "plants" not in words(again)


async def test_only_its_owner_shares(ada: Somebody, ben: Somebody, town: Town) -> None:
    group = group_of(town, ada, ben)
    await ben.does("start", "Hello")
    await ada.writes(f"Coffee @{ben.handle}", "Coffee")
    await ben.hears("assigned a task to you")
    await ben.says(ben.spelled("share 1", group=True), group)
    await ben.hears(f"Only {ada.name} can change this.", group if ben.platform == "slack" else "")
    assert not ada.seen(group)


async def test_share_in_private_gives_a_link(ada: Somebody) -> None:
    card = await ada.writes("Buy milk", "#1 Buy milk")
    name = line_of(card, "Done").split()[1].removeprefix("t:")
    if ada.platform == "telegram":
        await ada.presses(card, "More")
        await ada.until(lambda: "Share" in labels(card))
    share = "Share" if ada.platform == "telegram" else "Copy link"
    await ada.presses(card, share, then="link: ")
    assert name in words(card)
    assert ada.spelled("share 1") in words(card)
    if ada.platform == "telegram":
        assert f"https://t.me/fluxbot?start=t_{name}" in words(card)
        assert labels(card) == ["Choose a group", "Back"]
    await ada.presses(card, "Back")
    await ada.until(lambda: "Done" in labels(card))


async def test_a_deep_link_opens_the_card_for_whom_it_concerns(town: Town) -> None:
    ada, ben, zoe = (newcomer(town, "telegram", each) for each in ("Ada", "Ben", "Zoe"))
    await ben.does("start", "Hello")
    card = await ada.writes(f"Coffee @{ben.handle}", "Coffee")
    name = line_of(card, "Done").split()[1].removeprefix("t:")
    opened = await ada.does(f"start t_{name}", "#1 Coffee")
    assert "Done" in labels(opened)
    await ben.does(f"start t_{name.upper()}", "#1 Coffee")
    for payload in (f"t_{name}", "t_zzzzzzzz", "t_", "t_" + "9" * 60):
        said = await zoe.does(f"start {payload}", "it is not yours to see")
        assert "Coffee" not in words(said)


async def test_a_group_that_was_chosen_gets_the_card(town: Town) -> None:
    """As Telegram says it when somebody chose the group by our link."""
    ada, ben = newcomer(town, "telegram"), newcomer(town, "telegram", "Ben")
    group = group_of(town, ada, ben)
    card = await ada.writes("Water the plants", "Water the plants")
    name = line_of(card, "Done").split()[1].removeprefix("t:")
    await ada.does(f"start t_{name}", "Water the plants", group)
    await ben.says(f"/start@fluxbot t_{name}", group)
    await asyncio.sleep(0.2)
    # To Ben, who never wrote to the bot, it says in private that this is not his to show: by a way
    # there, at most, which says nothing.
    assert sum("Water the plants" in plain(each) for each in ada.seen(group)) == 1


async def test_a_list_is_shown_to_everybody(ada: Somebody, ben: Somebody, town: Town) -> None:
    group = group_of(town, ada, ben)
    await ada.writes("\n".join(f"task {number}" for number in range(7)), "7 tasks")
    if ada.platform == "slack":
        page = await ada.does("list", "Open tasks 1-5 of 7", group)
        assert not ben.seen(group)
        await ada.presses(page, "Share here")
    else:
        await ada.says("/list@fluxbot", group)
        page = await ada.hears("Open tasks 1-5 of 7")
        assert "/list share" in words(page)
        await ada.presses(page, "Next >", then="6-7 of 7")
        await ada.says("/list@fluxbot share", group)
    shown = await ben.hears("Open tasks 1-5 of 7", group)
    assert f"{ada.name}: " in words(shown)
    assert not labels(shown)
    assert "#" not in words(shown)
