"""A link to a task shows nothing to others until whoever posts it agrees."""

from __future__ import annotations

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
    number = plain(card).partition(" ")[0].lstrip("#")
    shared = await who.does(f"share {number}", "/task/")
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


async def test_what_the_channel_has_is_shown_at_once(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    card = await ada.does("add Water the plants", "Water the plants", room)
    assert card.ephemeral_for is None
    shared = await ada.does("share 1", "/task/")
    link = next(each for each in plain(shared).split() if each.startswith("http"))
    message = await posts(ben, link, room)
    assert not ben.seen("")  # he never wrote to it, so he is nobody here
    await ada.town.sandbox.settled()
    assert "Water the plants" not in plain(message)
    message = await posts(ada, link, room)
    await ada.until(lambda: "Water the plants" in plain(message))
    assert not ada.count("Only you see this", room)


async def test_what_is_not_a_link_of_ours_is_nothing(ada: Somebody, ben: Somebody) -> None:
    room = group_of(ada.town, ada, ben)
    link = await link_of(ada, "Buy milk")
    for posted in (f"{link}?x=1", link.replace("/task/", "/tasks/"), f"{link}#a"):
        await posts(ada, posted, room)
    await ada.town.sandbox.settled()
    await posts(ada, link, room)
    await ada.hears("Only you see this", room)
    assert ada.count("Only you see this", room) == 1
