"""A task that somebody else is to do is an offer: accept, decline, or take none at all."""

from __future__ import annotations

import asyncio

import pytest

from core import schema
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, newcomer, words
from tests.stories.test_story_quiet import is_time

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_offered_accepted_told(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    card = await ada.does(f"add Buy milk @{ben.handle}", f"offered to @{ben.name}")
    got = await ben.hears("assigned a task to you. Do you take it?")
    assert "offered to you" in words(got)
    await ben.presses(got, "Accept", then="accepted by you")
    assert "Accept" not in labels(got)
    assert "Decline" in labels(got)  # it can still be given back
    told = await ada.hears(f"{ben.name} accepted the task: Buy milk")
    assert told.silent or ada.platform == "slack"  # Slack has no silence
    assert labels(told) == ["Open", "Fewer of these"]
    await ada.until(lambda: f"accepted by @{ben.name}" in words(card))


async def test_declined_told_and_given_to_another(town: Town, ada: Somebody, ben: Somebody) -> None:
    cleo = newcomer(town, ada.platform, "Cleo")
    for each in (ben, cleo):
        await each.does("start", "Hello")
    card = await ada.does(f"add Buy milk @{ben.handle}", "Added ")
    got = await ben.hears("assigned a task to you")
    await ben.presses(got, "Decline", then="You gave back: Buy milk")
    told = await ada.hears(f"{ben.name} declined the task: Buy milk")
    assert labels(told) == ["Open", "Assign", "Fewer of these"]
    await ada.until(lambda: f"@{ben.name}" not in words(card))
    await ada.does(f"assign 1 @{cleo.handle}", f"Offered to {cleo.name}.")
    await cleo.hears("assigned a task to you")


async def test_typed_as_well_as_pressed(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    await ada.does(f"add Buy milk @{ben.handle}", "Added ")
    await ben.hears("assigned a task to you")
    waiting = await ben.does("offers", "Offered to you")
    assert "Buy milk" in words(waiting)
    await ben.does("accept 1", "Accepted.")
    await ben.does("accept 1", "You have it already.")
    await ben.does("offers", "Nobody waits for your answer.")
    await ben.does("undo", "offered to")
    await ben.does("accept 1", "Accepted.")
    await ben.does("decline 1", "You gave back: Buy milk")
    await ada.hears("gave the task back: Buy milk")
    await asyncio.sleep(0.2)
    assert ada.count("accepted the task") == 1  # once, however often it was taken back


async def test_what_is_finished_is_answered_no_more(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    await ada.does(f"add Buy milk @{ben.handle}", "Added ")
    await ben.hears("assigned a task to you")
    await ada.does("done 1", f"Done by {ada.name}")
    for answer in ("accept 1", "decline 1", "claim 1"):
        await ben.does(answer, "It is finished. Open it again first.")
    await asyncio.sleep(0.2)
    assert ada.count("the task: Buy milk") == 0


async def test_pressed_often_it_is_told_once(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    await ada.does(f"add Buy milk @{ben.handle}", "Added ")
    got = await ben.hears("assigned a task to you")
    await asyncio.gather(*(ben.presses(got, "Accept") for _ in range(3)))
    await ada.hears("accepted the task")
    await asyncio.sleep(0.2)
    assert ada.count("accepted the task") == 1


async def test_in_a_group_only_who_was_asked_answers(
    town: Town, ada: Somebody, ben: Somebody
) -> None:
    cleo = newcomer(town, ada.platform, "Cleo")
    for each in (ada, ben, cleo):
        await each.does("start", "Hello")
    room = group_of(town, ada, ben, cleo)
    card = await ada.does(f"add Water the plants @{ben.handle}", "offered to", room)
    assert labels(card)[-2:] == ["Accept", "Decline"]
    await cleo.is_told(card, "Accept", f"Only {ben.name} can accept this.")
    await ben.presses(card, "Accept", then=f"accepted by @{ben.name}")
    assert "Accept" not in labels(card)
    told = await ada.hears(f"{ben.name} accepted the task: Water the plants")
    assert told.chat == ada.chat  # never in the group
    await asyncio.sleep(0.2)
    assert len(cleo.seen(room)) == 1 + (ada.platform == "slack")  # the card; a word to Cleo alone


async def test_who_takes_none_is_given_none_and_no_text_is_lost(
    ada: Somebody, ben: Somebody
) -> None:
    await ben.does("start", "Hello")
    off = await ben.does("incoming", "Others may give you tasks")
    await ben.presses(off, "Take no tasks", then="You take no tasks from others")
    card = await ada.does(f"add Buy milk @{ben.handle}", "takes no tasks from others")
    assert "#1 Buy milk" in words(card)
    assert "offered" not in words(card)
    refused = await ada.does(f"assign 1 @{ben.handle}", "takes no tasks from others.")
    assert f"{ben.name} takes no tasks" in words(refused)
    await ada.writes(f"Buy rice @{ben.handle}", f"{ben.name} takes no tasks from others, so")
    lines = f"add Buy tea @{ben.handle}\nBuy bread"
    both = await ada.does(lines, "Added 2 tasks.")
    assert "takes no tasks from others, so nobody has it." in words(both)
    await ben.does("incoming on", "Others may give you tasks")
    await ada.does(f"assign 1 @{ben.handle}", f"Offered to {ben.name}.")
    await ben.hears("assigned a task to you")


async def test_the_way_to_take_none_is_shown_where_one_declines(
    ada: Somebody, ben: Somebody
) -> None:
    await ben.does("start", "Hello")
    await ada.does(f"add Buy milk @{ben.handle}", "Added ")
    got = await ben.hears("assigned a task to you")
    await ben.presses(got, "Decline", then="You gave back")
    await ben.presses(got, "Take no tasks", then="You take no tasks from others")


async def test_a_form_says_so_on_its_field(town: Town) -> None:
    ada, ben = newcomer(town, "slack"), newcomer(town, "slack", "Ben")
    await ben.does("incoming off", "You take no tasks")
    card = await ada.writes("Buy milk", "Added ")
    await ada.presses(card, "Assign")
    await ada.fills(person=ben.id)
    form = await ada.form()
    assert "takes no tasks from others." in str(form)


async def test_a_colleague_who_never_wrote_is_asked_once_they_do(town: Town) -> None:
    ada, zoe = newcomer(town, "telegram"), newcomer(town, "telegram", "Zoe")
    said = f"{zoe.handle} never wrote to me, and sees it once they do."
    card = await ada.writes(f"Buy milk @{zoe.handle}", said)
    hello = await zoe.does("start", "1 of your tasks waits for your answer")
    await zoe.presses(hello, "Offers")
    waiting = await zoe.until(lambda: "Offered to you" in words(hello) and hello)
    assert "Buy milk" in words(waiting)
    await zoe.does("accept 1", "Accepted.")
    await ada.hears("Zoe accepted the task: Buy milk")
    await ada.until(lambda: "accepted by @Zoe" in words(card))


async def test_a_colleague_on_slack_who_never_wrote_is_asked_at_once(town: Town) -> None:
    ada, zoe = newcomer(town, "slack"), newcomer(town, "slack", "Zoe")
    card = await ada.does(f"add Buy milk @{zoe.handle}", "Added ")
    assert "never wrote" not in words(card)
    got = await zoe.hears("assigned a task to you. Do you take it?")
    await zoe.presses(got, "Accept", then="accepted by")
    await ada.hears("accepted the task: Buy milk")


async def test_an_offer_that_nobody_answers_is_told_and_can_be_taken_back(
    ada: Somebody, ben: Somebody
) -> None:
    await ben.does("start", "Hello")
    await ada.does(f"add Buy milk @{ben.handle}", "Added ")
    got = await ben.hears("assigned a task to you")
    await is_time(ada, schema.reminder)
    told = await ada.hears(f"{ben.name} has not said yet whether they take the task: Buy milk")
    assert labels(told) == ["Open", "Give to another", "Take it back", "Fewer of these"]
    await ben.presses(got, "Accept", then="accepted by you")  # it still can be
    await ada.hears("accepted the task: Buy milk")
    await ada.presses(told, "Take it back", then="#1 Buy milk")
    assert f"@{ben.name}" not in words(told)
