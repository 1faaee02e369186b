"""What follows once two chats are one account's: tasks that come along or stay apart, taking it
back, disconnecting from any side, and whoever wants in and should not be."""

from __future__ import annotations

import pytest

from adapters.sandbox import Message
from tests.service_kit import Town, labels
from tests.stories.cast import CODE, Somebody, line_of, link, link_long_ago, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

Pair = tuple[Somebody, Somebody]


@pytest.fixture(params=["telegram first", "slack first"])
def pair(town: Town, request: pytest.FixtureRequest) -> Pair:
    """The same person on both platforms, not connected yet; the first one's account is joined."""
    both = newcomer(town, "telegram"), newcomer(town, "slack")
    return both if request.param == "telegram first" else (both[1], both[0])


async def code_of(somebody: Somebody) -> str:
    found = CODE.search(words(await somebody.does("link", "Send me this code")))
    assert found
    return found[0]


async def adds(somebody: Somebody, *titles: str) -> None:
    for title in titles:
        await somebody.does(f"add {title}", "Added ")


async def test_tasks_stay_apart_until_they_are_moved(pair: Pair) -> None:
    ada, office = pair
    await adds(ada, "Milk")
    await adds(office, "Report", "Slides")
    await link(ada, office)
    offer = await office.hears("This chat had 2 tasks of its own")
    await office.presses(offer, "Leave them apart", then="Left apart.")
    await office.does("list", "Open tasks 1-1 of 1")
    shown = await ada.does("whoami", "kept apart")
    assert "2 tasks of" in words(shown)
    # For a day they are for the chat to move that they came with, and for no other.
    move = "Move them here: 2 tasks"
    assert move not in labels(shown)
    shown = await office.does("whoami", "kept apart")
    await office.presses(shown, move, then="Moved: 2 tasks")
    page = await office.does("list", "Open tasks 1-3 of 3")
    assert all(each in words(page) for each in ("#1 Milk", "#2 Report", "#3 Slides"))
    await ada.does("whoami", "2 chats connected")
    assert "kept apart" not in words(await ada.does("whoami", "2 chats connected"))
    await office.presses(offer, "Move them here", then="They are here already.")


async def test_a_move_is_taken_back_and_the_chats_stay_connected(pair: Pair) -> None:
    ada, office = pair
    await adds(ada, "Milk")
    await adds(office, "Report")
    await link(ada, office, move=True)
    told = await ada.hears("came along, with new numbers")
    await ada.presses(told, "Not you? Undo", then="Taken back: those tasks are apart again")
    await ada.does("list", "Open tasks 1-1 of 1")
    await ada.does("whoami", "2 chats connected")
    await ada.is_told(told, "Move them here", "Those tasks came with another chat")
    shown = await office.does("whoami", "kept apart")
    await office.presses(shown, "Move it here: 1 task", then="Moved: 1 task")


@pytest.mark.parametrize("who", [0, 1])
async def test_not_you_takes_all_of_it_back_from_either_side(pair: Pair, who: int) -> None:
    ada, office = pair
    await adds(ada, "Milk")
    await adds(office, "Report")
    await link(ada, office, move=True)
    if who == 0:
        done = await ada.hears("are one account.")
        await ada.presses(done, "Undo", then="Taken back: that is not connected any more")
        await office.hears(f"connected to the account of {ada.name}. It is its own again.")
    else:
        told = await office.hears("is connected to the account of")
        await office.presses(told, "Not you? Undo", then="Taken back: that is not connected")
        await ada.hears("is no longer connected to your account.")
    assert "#1 Report" in words(await office.does("list", "Open tasks 1-1 of 1"))
    assert "#1 Milk" in words(await ada.does("list", "Open tasks 1-1 of 1"))
    for each in pair:
        await each.does("whoami", "1 chat connected")


async def test_both_names_are_on_both_questions(pair: Pair) -> None:
    ada, office = pair
    await adds(ada, "Milk")
    await office.does("start", "Hello")
    asked = words(await office.does(f"link {await code_of(ada)}", "Connect to the account of"))
    assert ada.handle in asked
    assert ada.platform.title() in asked
    assert "since today, 1 open task, 1 chat" in asked
    assert ("workspace Acme" in asked) == (ada.platform == "slack")
    await office.presses(await office.hears("Connect to the account of"), "Yes, connect")
    question = words(await ada.hears("entered your code"))
    assert office.handle in question
    assert office.platform.title() in question
    assert "since today, 0 open tasks, 1 chat" in question
    assert ("workspace Acme" in question) == (office.platform == "slack")


async def test_the_reverse_attack_needs_the_victim_twice_and_the_attacker_once(
    pair: Pair, town: Town
) -> None:
    """`promises.md` T2: the victim was talked into entering the attacker's code."""
    mallory, victim = pair
    await adds(victim, "Secret")
    asked = await victim.does(f"link {await code_of(mallory)}", "Connect to the account of")
    assert mallory.handle in words(asked)
    await mallory.does("whoami", "1 chat connected")  # nothing yet, and nothing to press
    assert mallory.count("entered your code. Say yes") == 0
    await victim.presses(asked, "No", then="Nothing was connected")
    for each in pair:
        await each.does("whoami", "1 chat connected")
    # The victim says yes after all: the tasks stay out of reach, and one press undoes it.
    await link(mallory, victim)
    await mallory.does("list", "No open tasks.")
    told = await victim.hears("is connected to the account of")
    await victim.presses(told, "Not you? Undo", then="Taken back")
    assert "#1 Secret" in words(await victim.does("list", "Open tasks 1-1 of 1"))


async def test_who_is_blocked_finds_the_next_code_wrong(pair: Pair) -> None:
    ada, pest = pair
    asked = await pest.does(f"link {await code_of(ada)}", "Connect to the account of")
    await pest.presses(asked, "Yes, connect", then="I asked")
    question = await ada.hears("entered your code")
    await ada.presses(question, "No, and block", then="Your codes do not work for them any more.")
    await pest.hears("said no. Nothing was connected.")
    await pest.does(f"link {await code_of(ada)}", "That code does not work")
    await ada.does(
        f"link {await code_of(pest)}", "Connect to the account of"
    )  # the other way round


async def test_only_the_chat_that_issued_the_code_blocks(town: Town) -> None:
    ada, office = newcomer(town, "telegram"), newcomer(town, "telegram")
    asked = await office.does(f"link {await code_of(ada)}", "Connect to the account of")
    attempt = line_of(asked, "Yes, connect").split()[1]
    await office.does(f"block {attempt}", "That question was asked in another chat.")


async def test_whoever_moves_on_leaves_no_question_behind(pair: Pair, town: Town) -> None:
    ada, office = pair
    other = newcomer(town, ada.platform, "Eve")
    first = await office.does(f"link {await code_of(ada)}", "Connect to the account of")
    await office.does(f"link {await code_of(other)}", f"Connect to the account of {other.name}")
    await office.until(lambda: "That has ended." in words(first))


def leave(shown: Message, whose: Somebody) -> str:
    return next(each for each in labels(shown) if whose.handle in each and "Disconnect" in each)


async def test_a_chat_disconnects_another_and_itself(pair: Pair) -> None:
    ada, office = pair
    await adds(ada, "Milk")
    await link_long_ago(ada, office)
    shown = await office.does("whoami", "2 chats connected")
    await office.presses(shown, leave(shown, ada), then="Your tasks stay here.")
    yes = next(each for each in labels(shown) if each.startswith("Disconnect"))
    await office.presses(shown, yes, then="Disconnected:")
    await ada.hears(f"no longer connected to the account of {ada.name}. Write to me to start")
    await ada.does("list", "No open tasks.")
    await office.does("list", "Open tasks 1-1 of 1")


async def test_the_last_chat_has_a_choice(ada: Somebody) -> None:
    await adds(ada, "Milk")
    said = await ada.does("unlink", "This is the only chat of your account.")
    assert labels(said) == ["Everything as a file", "Delete everything"]
    shown = await ada.does("whoami", "1 chat connected")
    assert "Rename" in labels(shown)
    leave = next(each for each in labels(shown) if each.startswith("Disconnect"))
    before = ada.ids()
    await ada.presses(shown, leave)
    await ada.hears("This is the only chat of your account.", but=before)


async def test_notices_are_turned_off_for_one_chat(pair: Pair) -> None:
    ada, office = pair
    await link(ada, office)
    shown = await ada.does("whoami", "2 chats connected")
    off = f"Notices off: {office.platform.title()}"
    await ada.presses(shown, off)
    await ada.until(lambda: "notices off" in words(shown))
    assert f"Notices on: {office.platform.title()}" in labels(shown)
