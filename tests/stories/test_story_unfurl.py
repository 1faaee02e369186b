"""A link to a task shows nothing to others until whoever posts it agrees; then it shows the task as
it is."""

from __future__ import annotations

import re

import pytest

from adapters.sandbox import Message
from tests.service_kit import Town, plain
from tests.stories.cast import Somebody, group_of, labels, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def ada(town: Town) -> Somebody:
    town.sandbox.slack.unfurl_domains = {"127.0.0.1"}
    return newcomer(town, "slack", "Ada")


@pytest.fixture
def ben(town: Town) -> Somebody:
    return newcomer(town, "slack", "Ben")


async def link_of(who: Somebody, title: str, when: str = "") -> str:
    """The link of a new task of theirs."""
    card = await who.does(f"add {title} {when}", title)
    number = re.search(r"#(\d+)", plain(card))
    assert number
    shared = await who.does(f"share {number[1]}", "/task/")
    return next(each for each in plain(shared).split() if each.startswith("http"))


async def posts(who: Somebody, text: str, room: str) -> Message:
    shown = await who.says(text, room)
    assert shown.message
    return shown.message


async def test_it_is_shown_once_whoever_posts_it_agrees(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    message = await posts(ada, f"Look: {await link_of(ada, 'Buy milk', 'tomorrow')}", room)
    asked = await ada.hears("Only you see this", room)
    assert asked.ephemeral_for == ada.id
    assert "Buy milk" not in plain(message)
    await ada.presses(asked, "Show #1 Buy milk", "Shown.")
    await ada.until(lambda: "Buy milk" in plain(message))
    assert "#1" not in plain(message)  # the number is Ada's own
    assert "due" in plain(message)
    assert not ben.seen(room)


async def test_a_no_shows_nothing(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    message = await posts(ada, await link_of(ada, "Buy milk"), room)
    asked = await ada.hears("Only you see this", room)
    await ada.presses(asked, "No", "Not shown.")
    assert "Buy milk" not in plain(message)


async def test_a_foreign_task_and_a_missing_one_are_silent_alike(
    ada: Somebody, ben: Somebody
) -> None:
    room = group_of(ada.town, ada, ben)
    link = await link_of(ada, "Buy milk")
    await ben.does("add Something", "Something")
    for posted in (link, f"{link[:-8]}zzzzzzzz"):
        await posts(ben, posted, room)
    await ada.town.sandbox.settled()
    await ben.does("list", "Something", room)
    assert not [each for each in ben.seen(room) if "Only you see this" in words(each)]


async def test_not_twice_in_half_an_hour(ada: Somebody, ben: Somebody) -> None:
    room, other = group_of(ada.town, ada, ben), group_of(ada.town, ada, ben)
    link = await link_of(ada, "Buy milk")
    for place in (room, room, other):
        await posts(ada, link, place)
        await ada.town.sandbox.settled()
    await ada.hears("Only you see this", other)
    assert ada.count("Only you see this", room) == 1


async def test_two_links_at_most(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    links = [await link_of(ada, each) for each in ("One", "Two", "Three")]
    await posts(ada, " ".join(links), room)
    asked = await ada.hears("Only you see this", room)
    assert labels(asked) == ["Show #1 One", "Show #2 Two", "No"]


async def link_in(room: str, who: Somebody, title: str) -> str:
    """The link of a new task of theirs that is the channel's."""
    await who.does(f"add {title}", title, room)
    shared = await who.does("share 1", "/task/")
    return next(each for each in plain(shared).split() if each.startswith("http"))


async def test_what_the_channel_has_is_shown_at_once(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    message = await posts(ada, await link_in(room, ada, "Water the plants"), room)
    await ada.until(lambda: "Water the plants" in plain(message))
    assert not ada.count("Only you see this", room)


async def test_it_follows_the_task(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    message = await posts(ada, await link_of(ada, "Buy milk"), room)
    await ada.presses(await ada.hears("Only you see this", room), "Show #1 Buy milk", "Shown.")
    await ada.until(lambda: "Open" in plain(message))
    for line, answer, shown in (
        ("done 1", "Buy milk", "Done by"),
        ("undo", "Undone.", "Open"),
        ("edit 1 Buy bread", "Buy bread", "Buy bread"),
    ):
        await ada.does(line, answer)
        await ada.until(lambda shown=shown: shown in plain(message))
    assert "Buy milk" not in plain(message)  # what was shown is changed, and nothing added
    asked = await ada.does("delete 1", "Delete #1")
    await ada.presses(asked, next(each for each in labels(asked) if each.startswith("Delete")))
    await ada.until(lambda: "This task is not shared here any more." in plain(message))
    assert "Buy bread" not in plain(message)
    await ada.does("undo", "Undone.")
    await ada.until(lambda: "Buy bread" in plain(message))


async def test_who_is_not_known_is_asked_and_one_press_shows_it(
    ada: Somebody, ben: Somebody
) -> None:
    room = group_of(ada.town, ada, ben)
    link = await link_in(room, ada, "Water the plants")
    message = await posts(ben, link, room)
    asked = await ben.hears("For that I have to know you", room)
    assert (asked.ephemeral_for, labels(asked)) == (ben.id, ["Show the task"])
    assert "Water the plants" not in plain(message) + plain(asked)
    await ben.presses(asked, "Show the task", "Shown.")
    await ben.until(lambda: "Water the plants" in plain(message))
    again = await posts(ben, link, room)  # he is known now, and it is half an hour's
    await ben.town.sandbox.settled()
    assert ben.count("For that I have to know you", room) == 0
    assert "Water the plants" not in plain(again)


@pytest.mark.parametrize("there", [True, False])
async def test_by_a_link_nobody_learns_whether_there_is_a_task(
    ada: Somebody, ben: Somebody, there: bool
) -> None:
    room = group_of(ada.town, ada, ben)
    ada.town.sandbox.world.chats[room].with_bot = False
    link = await link_of(ada, "Buy milk")
    message = await posts(ben, link if there else f"{link[:-8]}zzzzzzzz", room)
    await posts(ben, link, room)  # once a day, not for each
    asked = await ben.hears("For that I have to know you", room)
    assert ben.count("For that I have to know you", room) == 1
    await ben.presses(asked, "Show the task")
    await ben.hears("not there any more, or it is not yours to see", room)
    assert "Buy milk" not in plain(message)


async def test_among_strangers_who_posts_is_asked_and_told_that_they_read_it(
    ada: Somebody,
) -> None:
    world = ada.town.sandbox.world
    eve = world.slack_person(f"eve{len(world.people)}", "Eve", team="T0GLOBEX")
    guest = Somebody(ada.town, "slack", "Eve", eve.handle, eve.id, world.private_chat(eve.id).id)
    room = group_of(ada.town, ada, guest)
    world.chats[room].external = True
    link = await link_of(ada, "Buy milk")
    theirs = await posts(guest, link, room)
    mine = await posts(ada, link, room)
    asked = await ada.hears("Only you see this", room)
    assert "People of another organisation are here, too." in plain(asked)
    assert "Buy milk" not in plain(mine)
    await ada.presses(asked, "Show #1 Buy milk", "Shown.")
    await ada.until(lambda: "Buy milk" in plain(mine))
    assert "Buy milk" not in plain(theirs)
    assert not [each for each in guest.seen(room) if each.ephemeral_for]


async def test_what_is_not_a_link_of_ours_is_nothing(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    link = await link_of(ada, "Buy milk")
    for posted in (f"{link}?x=1", link.replace("/task/", "/tasks/"), f"{link}#a"):
        await posts(ada, posted, room)
    await ada.town.sandbox.settled()
    await posts(ada, link, room)
    await ada.hears("Only you see this", room)
    assert ada.count("Only you see this", room) == 1
