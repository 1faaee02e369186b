"""A task that concerns two people: assigned, begun, completed, declined."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import func, select

from core import schema
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, line_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_assigned_told_completed_told(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    card = await ada.does(f"add Buy milk @{ben.handle}", f"@{ben.name}")
    got = await ben.hears(f"{ada.name} assigned a task to you.")
    assert "#1 Buy milk" in words(got)
    answers, rest = ["Accept", "Decline", "Done"], ["Start", "Snooze", "Note"]
    if ben.platform == "slack":
        # A menu in that place in which the owner's card has one.
        times = ["In 1 h", "Tonight 18:00", "Tomorrow 09:00", "Tomorrow", "Next Mon"]
        rest = ["Snooze", *times, "Pick a day", "Start", "Note"]
    assert labels(got) == [*answers, *rest, "Fewer of these"]
    if ben.platform == "slack":
        await ben.presses(got, "Tomorrow 09:00", then="reminds you")
    await ben.presses(got, "Start", then="In progress")
    await ada.until(lambda: "In progress" in words(card))
    await ben.presses(got, "Done", then=f"Done by {ben.name}")
    told = await ada.hears(f"{ben.name} completed the task: Buy milk")
    assert labels(told) == ["Open", "Fewer of these"]
    assert not told.silent
    await ada.until(lambda: f"Done by {ben.name}" in words(card))
    await asyncio.sleep(0.2)
    assert ada.count("completed the task") == 1
    assert ben.count("completed the task") == 0  # nobody is told what they just did here


async def test_the_assignee_sees_no_more_than_they_may(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    await ada.does(f"add Buy milk @{ben.handle}", "Added ")
    await ben.hears("assigned a task to you")
    for line in ("edit 1 Buy bread", "due 1 fri", "cancel 1", "delete 1", "assign 1 me"):
        await ben.does(line, f"Only {ada.name} can change this.")
    await ada.does("show 1", "Buy milk")


async def test_decline(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    card = await ada.does(f"add Buy milk @{ben.handle}", "Added ")
    got = await ben.hears("assigned a task to you")
    await ben.presses(got, "Decline", then="You gave back: Buy milk")
    await ada.until(lambda: f"@{ben.name}" not in words(card))
    await ben.does("show 1", "I can't find a task #1.")


async def test_me_nobody_and_whom_nobody_knows(ada: Somebody) -> None:
    await ada.writes("Buy milk", "Added ")
    await ada.does("assign 1 me", f"Assigned to {ada.name}.")
    await ada.does("list mine", "Your tasks 1-1 of 1")
    await ada.does("assign 1 me", "That is how it was.")
    await ada.does("assign 1 nobody", "Assigned to nobody.")
    await ada.does("assign 1 Zoe", 'I don\'t know who "Zoe" is.')


async def test_assign_by_its_button(ada: Somebody, ben: Somebody) -> None:
    await ben.does("start", "Hello")
    card = await ada.writes("Buy milk", "Added ")
    await ada.presses(card, "Assign")
    if ada.platform == "slack":
        await ada.fills(person=ben.id)
        await ada.until(lambda: f"@{ben.name}" in words(card))
    else:
        await ada.until(lambda: "Mention them" in words(card))
        await ada.writes(f"@{ben.handle}", f"Offered to {ben.name}.")
    await ben.hears("assigned a task to you")


async def test_editing_another_field_on_slack_keeps_the_assignee(town: Town) -> None:
    ada, cleo = newcomer(town, "slack"), newcomer(town, "slack", "Cleo")
    await cleo.does("start", "Hello")
    card = await ada.does(f"add Buy milk @{cleo.handle}", "Added ")
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
    card = await ada.writes("Secret", "Added ")
    public_id = line_of(card, "Done").split()[1]
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


async def test_many_mentions_enter_one_person_at_most(town: Town) -> None:
    ada = newcomer(town, "telegram")
    await ada.does("start", "Hello")

    async def accounts() -> int:
        count = select(func.count()).select_from(schema.account)
        found: int = await town.service.store.query(lambda work: work.run(count, {}).scalar_one())
        return found

    before = await accounts()
    card = await ada.writes("Tell " + " ".join(f"@stranger{n}" for n in range(40)), "#1 Tell")
    assert "@stranger0" in words(card)
    assert await accounts() == before + 1
    await ada.does("list @stranger7", "I don't know who")
    assert await accounts() == before + 1


async def test_a_name_that_slack_tells_later_is_taken_up(town: Town) -> None:
    ada = newcomer(town, "slack")
    await ada.writes("Buy milk", "Hello, nice to meet you.")  # a message names nobody
    await ada.does("done 1", f"Done by {ada.name}")
    await ada.does("name Countess", "name: Countess")
    await ada.does("start", "Hello Countess.")  # what the person chose stays


async def test_a_call_to_everybody_is_nobody_s_name(ada: Somebody) -> None:
    card = await ada.does("add Tell @everyone", "Added ")
    assert "#1 Tell @everyone" in words(card)
    await ada.does("assign 1 @everyone", "I don't know who")
