"""To whom a task is given: the people one knows, each a button. Slack has its own way to choose."""

from __future__ import annotations

import pytest

from core.addresses import Sender
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def met(ada: Somebody, ben: Somebody) -> None:
    """They share a task, #1 of both."""
    await ben.does("start", "Hello")
    await ada.does(f"add Buy milk @{ben.handle}", f"offered to @{ben.name}")


@pytest.fixture
def ada(town: Town) -> Somebody:
    return newcomer(town, "telegram", "Ada")


async def test_whom_one_gave_a_task_is_a_button(ada: Somebody, ben: Somebody) -> None:
    await met(ada, ben)
    card = await ada.writes("Buy bread", "#2 Buy bread")
    await ada.presses(card, "Assign", then="Assign to? Mention them, or say: me, nobody")
    assert labels(card) == ["Me", "Ben", "Leave it"]
    await ada.presses(card, "Ben", then="offered to @Ben")
    await ben.hears("assigned a task to you. Do you take it?")
    await ada.presses(card, "Assign", then="Assign to?")
    assert labels(card) == ["Me", "Ben", "Nobody", "Leave it"]
    await ada.presses(card, "Nobody", then="#2 Buy bread")
    await ada.until(lambda: "offered" not in words(card))


async def test_typing_it_stays_possible(ada: Somebody, ben: Somebody) -> None:
    await met(ada, ben)
    card = await ada.writes("Buy bread", "#2 Buy bread")
    await ada.presses(card, "Assign", then="Assign to?")
    await ada.writes("ben", "Offered to Ben.")
    card = await ada.does("edit 2", "What should change?")
    await ada.presses(card, "Assigned to", then="Assigned to?")
    assert labels(card) == ["Me", "Ben", "Nobody", "Leave it"]


async def test_a_task_that_is_typed_where_a_name_is_asked_for_is_not_lost(ada: Somebody) -> None:
    card = await ada.writes("Buy bread", "#1 Buy bread")
    await ada.presses(card, "Assign", then="Assign to?")
    refused = await ada.writes("Call Zoe tomorrow", 'I don\'t know who "Call Zoe tomorrow" is.')
    await ada.presses(refused, "Add it as a task", then="#2 Call Zoe\n")
    await ada.writes("Buy tea", "#3 Buy tea")  # the question has ended
    card = await ada.does("assign 1", "Assign to?")
    long = "Call Zoe about the big parcel that the neighbours took in for us last Thursday"
    refused = await ada.writes(long, "I don't know who")
    assert f"/add {long}" in words(refused)


async def test_many_people_are_turned_through(town: Town, ada: Somebody) -> None:
    await ada.does("start", "Hello")
    handles = [f"person{number:02}of{ada.handle}" for number in range(10)]
    for handle in handles:
        await ada.does(f"add Tell them @{handle}", "offered to")
    card = await ada.writes("Buy bread", "Buy bread")
    await ada.presses(card, "Assign", then="Assign to?")
    first = labels(card)
    assert first[0] == "Me"
    assert first[-2:] == ["Next >", "Leave it"]
    assert len(first) == 11
    await ada.presses(card, "Next >")
    await ada.until(lambda: "< Prev" in labels(card))
    assert len(labels(card)) == 4
    assert not set(labels(card)[:2]) & set(first)


async def test_in_a_group_its_people_are_known_and_only_the_asker_sees_them(
    ada: Somebody, ben: Somebody
) -> None:
    room = group_of(ada.town, ada, ben)
    for each in (ada, ben):
        await each.does("start", "Hello")
    await ben.says("/add@fluxbot Windows", room)
    await ada.hears("Windows", room)
    await ada.says("/add@fluxbot Floor", room)
    card = await ada.hears("Floor", room)
    await ada.presses(card, "Assign")
    asked = await ada.until(
        lambda: next(
            (each for each in [*ada.seen(), *ada.seen(room)] if "Assign to?" in words(each)), None
        )
    )
    assert "Ben" in labels(asked)
    assert not ben.count("Assign to?", room)
    await ada.presses(asked, "Ben")  # in private, where the answer is
    await ben.hears("assigned a task to you. Do you take it?")


async def test_a_number_alone_tells_nobody_who_there_is(ada: Somebody, ben: Somebody) -> None:
    await ada.writes("Buy milk", "#1 Buy milk")
    await ben.does("start", "Hello")
    sender = Sender("telegram", "", ada.town.sandbox.world.people[ben.id].user_id, ben.name)
    account = await ada.town.service.store.query(lambda work: work.accounts.known(sender))
    assert account
    await ada.does(f"assign 1 to:{account.id}", "I don't know who")
    await ada.does(f"assign 1 @{ben.handle}", "Offered to Ben.")  # the control
    await ada.writes("Buy bread", "#2 Buy bread")
    await ada.does(f"assign 2 to:{account.id}", "Offered to Ben.")


async def test_slack_has_its_own_list_of_people(town: Town) -> None:
    ada = newcomer(town, "slack", "Ada")
    card = await ada.writes("Buy milk", "#1 Buy milk")
    await ada.presses(card, "Assign")
    questions = (await ada.form())["blocks"]
    assert [each["input"] for each in questions] == ["person"]
