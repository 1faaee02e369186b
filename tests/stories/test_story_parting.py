"""A chat that was connected today asks for one of before to be disconnected, and how that ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import bindparam, select, update

from adapters.sandbox import Message
from core import schema
from core.link import UNDO_FOR
from core.logins import add_login
from core.work import Work
from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, link, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

Pair = tuple[Somebody, Somebody]


@pytest.fixture(params=["telegram first", "slack first"])
def pair(town: Town, request: pytest.FixtureRequest) -> Pair:
    """The same person on both platforms; the first one's account is joined."""
    both = newcomer(town, "telegram"), newcomer(town, "slack")
    return both if request.param == "telegram first" else (both[1], both[0])


def leave(shown: Message, whose: Somebody) -> str:
    return next(each for each in labels(shown) if whose.handle in each and "Disconnect" in each)


async def asks(ada: Somebody, office: Somebody) -> Message:
    """The second one's chat comes, and asks for the first one to go; what the first one is told."""
    await ada.does("add Milk", "Added ")
    await link(ada, office)
    shown = await office.does("whoami", "2 chats connected")
    await office.presses(shown, leave(shown, ada), then="So I ask the chats that were here before")
    await office.presses(shown, "Ask them", then="I asked the chats that were here before.")
    return await ada.hears("which was connected less than a day ago, asks to disconnect")


async def test_who_cannot_wait_parts_from_this_side(pair: Pair) -> None:
    """Each end of a connection can cut it at once."""
    ada, office = pair
    await link(ada, office)
    shown = await office.does("whoami", "2 chats connected")
    await office.presses(shown, leave(shown, ada), then="disconnect this chat instead.")
    await office.presses(shown, "Disconnect this chat instead", then="It will see none of")
    await office.presses(shown, leave(shown, office), then="Disconnected: ")
    await ada.hears("is no longer connected to your account")
    await ada.does("unlink", "the only chat")


async def test_one_of_before_keeps_it(pair: Pair) -> None:
    ada, office = pair
    told = await asks(ada, office)
    assert f"{ada.name} on {ada.platform.title()}" in words(told)
    assert labels(told) == ["Keep it connected", "Disconnect it", "My chats"]
    for chat in pair:
        assert "is disconnected" in words(await chat.does("whoami", "2 chats connected"))
    seen = words(await ada.does("security", "Asked to disconnect"))
    assert "is disconnected" in seen
    assert f"in the chat of {office.name}" in seen
    await ada.presses(told, "Keep it connected", then="It stays connected.")
    await office.hears(f"{ada.name} said that")
    assert "is disconnected" not in words(await ada.does("whoami", "2 chats connected"))
    shown = await office.does("whoami", "2 chats connected")
    await office.is_told(shown, leave(shown, ada), "said that it stays connected.")
    await ada.does("security", "Kept connected")


async def test_one_of_before_does_it_at_once(pair: Pair) -> None:
    ada, office = pair
    told = await asks(ada, office)
    await ada.presses(told, "Disconnect it", then="Your tasks stay with the other chats.")
    assert f"on {ada.platform.title()}, this chat?" in words(told)
    yes = next(each for each in labels(told) if each.startswith("Disconnect"))
    await ada.presses(told, yes, then="Disconnected:")
    await office.hears("is no longer connected to your account.")
    await office.does("list", "Open tasks 1-1 of 1")
    await ada.does("list", "No open tasks.")


async def test_nobody_says_anything_and_a_day_goes_by(pair: Pair, town: Town) -> None:
    ada, office = pair
    await asks(ada, office)
    passed = datetime.now(UTC) - UNDO_FOR

    def goes_by(work: Work) -> None:
        for table, column in ((schema.link, "linked_at"), (schema.parting, "at")):
            work.run(update(table).values({column: bindparam("then")}), {"then": passed})

    await town.service.store.mutate(goes_by)
    await ada.hears(f"no longer connected to the account of {ada.name}. Write to me to start")
    await office.hears("is no longer connected to your account.")


async def test_who_asked_is_sent_away_and_it_is_over(pair: Pair) -> None:
    ada, office = pair
    told = await asks(ada, office)
    shown = await ada.does("whoami", "2 chats connected")
    await ada.presses(shown, leave(shown, office), then="It will see none of your tasks")
    yes = next(each for each in labels(shown) if each.startswith("Disconnect"))
    await ada.presses(shown, yes, then="Disconnected:")
    await ada.is_told(told, "Keep it connected", "That question has ended")
    assert "is disconnected" not in words(await ada.does("whoami", "1 chat connected"))


async def test_it_leaves_itself_if_it_likes_and_connects_nobody(pair: Pair) -> None:
    ada, office = pair
    await ada.does("add Milk", "Added ")
    await link(ada, office)
    await office.does("link", "This chat was connected less than a day ago.")
    shown = await office.does("whoami", "2 chats connected")
    await office.presses(shown, leave(shown, office), then="Your tasks stay with the other chats.")
    yes = next(each for each in labels(shown) if each.startswith("Disconnect"))
    await office.presses(shown, yes, then="Disconnected:")
    await ada.does("list", "Open tasks 1-1 of 1")


async def test_a_sign_in_is_asked_for_as_a_chat_is(pair: Pair, town: Town) -> None:
    ada, office = pair
    await ada.does("add Milk", "Added ")
    who = town.sandbox.world.people[ada.id]
    theirs = select(schema.identity.c.account_id).where(schema.identity.c.user_id == who.user_id)

    def signs_in(work: Work) -> None:
        account = work.run(theirs).scalar_one()
        add_login(work, account, "https://id.example.org", ada.id, "Ada Lovelace")

    await town.service.store.mutate(signs_in)
    await link(ada, office)
    shown = await office.does("whoami", "2 chats connected")
    leaves = next(each for each in labels(shown) if each.startswith("Disconnect the sign-in"))
    await office.presses(shown, leaves, then="Ask to disconnect the sign-in of Ada Lovelace?")
    await office.presses(shown, "Ask them", then="I asked the chats that were here before.")
    told = await ada.hears("asks to disconnect a sign-in on the web")
    seen = words(await ada.does("whoami", "2 chats connected"))
    assert "The sign-in of Ada Lovelace is disconnected" in seen
    await ada.presses(told, "Disconnect it", then="will not lead to your tasks any more")
    await ada.presses(told, "Disconnect", then="Disconnected: the sign-in of Ada Lovelace.")
