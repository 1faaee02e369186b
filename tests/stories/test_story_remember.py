"""Whoever showed a task below a link may have that remembered, and whoever is asked too often may
have that stopped; each for themselves alone, and never more widely than they said."""

from __future__ import annotations

import pytest

from adapters.sandbox import Message
from bot.commands import unfurling
from tests.service_kit import Town, plain
from tests.stories.cast import Somebody, group_of, labels, line_of, newcomer, words
from tests.stories.test_story_unfurl import link_in, link_of, posts

pytestmark = pytest.mark.asyncio(loop_scope="module")
ASKED, OFFERED = "Only you see this", "Shall I show your own tasks at once from now on?"
CHOICES = ["In this channel", "In all channels", "Always ask"]


@pytest.fixture
def ada(town: Town) -> Somebody:
    town.sandbox.slack.unfurl_domains = {"127.0.0.1"}
    return newcomer(town, "slack", "Ada")


@pytest.fixture
def ben(town: Town) -> Somebody:
    return newcomer(town, "slack", "Ben")


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if half an hour went by between links."""
    monkeypatch.setattr(unfurling, "_again", lambda *_: True)


async def shows(who: Somebody, link: str, room: str) -> Message:
    """Post a link, and agree; the question, as it became."""
    await posts(who, link, room)
    asked = await who.hears(ASKED, room)
    await who.presses(asked, labels(asked)[0], "Shown.")
    return asked


async def remembers(who: Somebody, room: str, label: str) -> str:
    """Choose that after a first task; the link of a second one."""
    offer = await shows(who, await link_of(who, "Buy milk"), room)
    await who.presses(offer, label, "Tasks below links")
    return await next_link(who, 2, "Call mum")


async def next_link(who: Somebody, number: int, title: str, room: str = "") -> str:
    """The link of their next task, by its number: their own, or a channel's."""
    await who.does(f"add {title}", title, room)
    return await share(who, number)


async def share(who: Somebody, number: int) -> str:
    shared = await who.does(f"share {number}", "/task/")
    return next(each for each in plain(shared).split() if each.startswith("http"))


async def is_shown_unasked(who: Somebody, link: str, title: str, room: str) -> None:
    message = await posts(who, link, room)
    await who.until(lambda: title in plain(message))
    assert not who.count(ASKED, room)


async def is_asked(who: Somebody, link: str, title: str, room: str) -> Message:
    """The question; nothing is shown."""
    message = await posts(who, link, room)
    asked = await who.hears(ASKED, room)
    assert title not in plain(message)
    return asked


async def is_silent(who: Somebody, link: str, title: str, room: str) -> None:
    message, before = await posts(who, link, room), who.ids(room)
    await who.town.sandbox.settled()
    await who.does("list", title)
    assert who.ids(room) == before
    assert title not in plain(message)


async def test_in_one_channel_it_is_remembered_for_that_one(ada: Somebody, ben: Somebody) -> None:
    room, other = group_of(ada.town, ada, ben), group_of(ada.town, ada, ben)
    offer = await shows(ada, await link_of(ada, "Buy milk"), room)
    assert OFFERED in words(offer)
    assert (offer.ephemeral_for, labels(offer)) == (ada.id, CHOICES)
    assert line_of(offer, "In this channel") == "previews here"
    await ada.presses(offer, "In this channel", "shown at once in 1 channel, else I ask")
    link = await next_link(ada, 2, "Call mum")
    await is_shown_unasked(ada, link, "Call mum", room)
    await is_asked(ada, link, "Call mum", other)
    assert not [each for each in ben.seen(room) if each.ephemeral_for == ben.id]


async def test_in_all_channels_and_taken_back_in_the_settings(
    ada: Somebody, ben: Somebody, often: None
) -> None:
    room, other = group_of(ada.town, ada, ben), group_of(ada.town, ada, ben)
    assert "Tasks below links" not in labels(await ada.does("settings", "Settings"))
    link = await remembers(ada, room, "In all channels")
    await is_shown_unasked(ada, link, "Call mum", other)
    settings = await ada.does("settings", "your tasks below links: shown at once")
    await ada.presses(settings, "Tasks below links", "Now: shown at once")
    await ada.presses(settings, "Always ask", "Now: I ask")
    asked = await is_asked(ada, link, "Call mum", group_of(ada.town, ada, ben))
    await ada.presses(asked, labels(asked)[0], "Shown.")
    assert OFFERED not in words(asked)  # that is what was remembered


async def test_typed_it_is_the_same(ada: Somebody, ben: Somebody, often: None) -> None:
    room = group_of(ada.town, ada, ben)
    link = await link_of(ada, "Buy milk")
    await ada.does("previews here", "Say that in the channel")
    await ada.does("previews here", "shown at once in 1 channel", room)
    await is_shown_unasked(ada, link, "Buy milk", room)
    await ada.does("previews ask-here", "Now: I ask", room)
    await is_asked(ada, link, "Buy milk", room)


async def of_bens(ada: Somebody, ben: Somebody) -> str:
    """The link of a private task of Ben's that Ada has to do, as she gets it."""
    await ada.is_met()
    await ben.does(f"add Secret plan @{ada.handle}", "Secret plan")
    await ada.hears("Secret plan")
    return await share(ben, 1)


async def test_what_is_somebody_elses_is_asked_about_each_time(
    ada: Somebody, ben: Somebody
) -> None:
    room = group_of(ada.town, ada, ben)
    link = await of_bens(ada, ben)
    await ada.does("previews everywhere", "Now: shown at once")
    asked = await is_asked(ada, link, "Secret plan", room)
    await ada.presses(asked, labels(asked)[0], "Shown.")
    assert OFFERED not in words(asked)


async def test_the_control_without_that_rule_it_is_shown(
    ada: Somebody, ben: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unfurling, "_is_own", lambda *_: True)
    room, link = group_of(ada.town, ada, ben), await of_bens(ada, ben)
    await ada.does("previews everywhere", "Now: shown at once")
    await is_shown_unasked(ada, link, "Secret plan", room)


async def test_and_so_is_what_another_channel_has(ada: Somebody, ben: Somebody) -> None:
    room, other = group_of(ada.town, ada, ben), group_of(ada.town, ada, ben)
    link = await link_in(room, ada, "Water the plants")
    await ada.does("previews everywhere", "Now: shown at once")
    await is_asked(ada, link, "Water the plants", other)


async def test_what_one_remembers_shows_nothing_of_anybody_else(
    ada: Somebody, ben: Somebody
) -> None:
    room = group_of(ada.town, ada, ben)
    await ben.does("add Something", "Something")
    await ben.does("previews everywhere", "Now: shown at once")
    link = await link_of(ada, "Buy milk")
    message = await posts(ben, link, room)
    await ada.town.sandbox.settled()
    await ben.does("list", "Something")
    assert "Buy milk" not in plain(message)
    await is_asked(ada, link, "Buy milk", room)


@pytest.mark.parametrize("where", ["here", "everywhere"])
async def test_a_channel_of_another_organisation_too_is_asked_about_again(
    ada: Somebody, ben: Somebody, often: None, where: str
) -> None:
    room, link = group_of(ada.town, ada, ben), await link_of(ada, "Buy milk")
    await ada.does(f"previews {where}", "Now: shown at once", room)
    ada.town.sandbox.world.chats[room].external = True
    asked = await is_asked(ada, link, "Buy milk", room)
    assert "People of another organisation are here, too." in plain(asked)
    await ada.presses(asked, labels(asked)[0], "Shown.")
    assert OFFERED not in words(asked)
    ada.town.sandbox.world.chats[room].external = False
    if where == "here":  # it was another channel meanwhile
        await is_asked(ada, link, "Buy milk", room)
    else:
        await is_shown_unasked(ada, link, "Buy milk", room)


async def test_the_control_without_asking_again_it_is_shown_to_them(
    ada: Somebody, ben: Somebody, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        unfurling, "_habit", lambda work, turn: work.habits.of(turn.identity.id, turn.chat.id)
    )
    room = group_of(ada.town, ada, ben)
    ada.town.sandbox.world.chats[room].external = True
    await ada.does("previews everywhere", "Now: shown at once")
    await is_shown_unasked(ada, await link_of(ada, "Buy milk"), "Buy milk", room)


async def says_no(who: Somebody, link: str, room: str, times: int) -> Message:
    """The last question, as it became."""
    for _ in range(times):
        await posts(who, link, room)
        asked = await who.hears(ASKED, room)
        await who.presses(asked, "No", "Not shown.")
    return asked


async def test_after_five_times_no_the_questions_can_be_stopped(
    ada: Somebody, ben: Somebody, often: None
) -> None:
    room, link = group_of(ada.town, ada, ben), await link_of(ada, "Buy milk")
    fourth = await says_no(ada, link, room, 4)
    assert not labels(fourth)
    fifth = await says_no(ada, link, room, 1)
    assert "Getting too many prompts?" in words(fifth)
    assert labels(fifth) == ["Not for 24 hours", "Never ask", "Keep asking"]
    assert fifth.ephemeral_for == ada.id
    await ada.presses(fifth, "Not for 24 hours", "neither shown nor asked about until")
    await is_silent(ada, link, "Buy milk", room)
    plants = await next_link(ada, 2, "Water the plants", room)
    message = await posts(ada, plants, room)  # what the channel has is no private thing
    await ada.until(lambda: "Water the plants" in plain(message))
    await ada.does("previews never", "Now: neither shown nor asked about")
    await is_silent(ada, link, "Buy milk", room)
    await ada.does("previews ask", "Now: I ask")
    await is_asked(ada, link, "Buy milk", room)
