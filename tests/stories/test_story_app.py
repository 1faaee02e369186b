"""Somebody connects a chat from the operator's own app, where they are signed in."""

from __future__ import annotations

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, in_days, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")
ISSUER = "https://app.example.org"


async def asks(town: Town, subject: str, name: str = "Ada Lovelace") -> str:
    """The app asks for a link, for one of its users; the code of it."""
    code, _ = await town.service.store.mutate(
        lambda work: work.app_links.issue(ISSUER, subject, name)
    )
    return code


async def connect(somebody: Somebody, town: Town, subject: str) -> None:
    asked = await somebody.does(f"link {await asks(town, subject)}", "Connect this chat to")
    await somebody.presses(asked, "Yes, connect", then="Connected")


async def test_the_first_chat_keeps_its_tasks(ada: Somebody, town: Town) -> None:
    await ada.does("add Milk", "Added ")
    code = await asks(town, f"first-{ada.id}")
    line = f"start l_{code}" if ada.platform == "telegram" else f"link {code}"
    asked = await ada.does(line, "Connect this chat to the account of Ada Lovelace?")
    assert f"signed in at: {ISSUER}" in words(asked)
    assert "No chat is connected there yet. Your tasks stay as they are, here." in words(asked)
    assert labels(asked) == ["Yes, connect", "No"]
    await ada.presses(asked, "Yes, connect", then="signing in as Ada Lovelace leads to this")
    assert "Milk" in words(await ada.does("list", "Open task"))
    await ada.presses(asked, "Undo", then="Taken back: that is not connected any more")


async def test_the_second_chat_joins_the_first(ada: Somebody, town: Town) -> None:
    await ada.does("add Milk", "Added ")
    subject = f"second-{ada.id}"
    await connect(ada, town, subject)
    office = newcomer(town, "slack", "Ada")
    await office.does("add Report", "Added ")
    asked = await office.does(f"link {await asks(town, subject)}", "Connect this chat to")
    shown = words(asked)
    assert "account: since today, 1 open task, 1 chat" in shown
    where = ", workspace Acme" if ada.platform == "slack" else ""
    assert f"@{ada.handle}) on {ada.platform.title()}{where}" in shown
    assert "I will ask you about your 1 task." in shown
    await office.presses(asked, "Yes, connect", then="Connected")
    told = await ada.hears("is connected to the account of")
    assert "Not you? Undo" in labels(told)
    await office.does("whoami", "2 chats connected")
    assert "Milk" in words(await office.does("list", "Open task"))


async def test_who_is_connected_there_is_told_since_when(ada: Somebody, town: Town) -> None:
    subject = f"again-{ada.id}"
    await connect(ada, town, subject)
    said = f"This {ada.platform.title()} account is already connected to Ada Lovelace since "
    shown = await ada.does(f"link {await asks(town, subject)}", f"{said}{in_days(0)}.")
    assert labels(shown) == ["Keep", "Disconnect"]
    await ada.presses(shown, "Keep", then="Kept.")
    await ada.does("whoami", "1 chat connected")
    shown = await ada.does(f"link {await asks(town, subject)}", said)
    await ada.presses(shown, "Disconnect")
    await ada.hears("This is the only chat of your account.")


async def test_a_link_that_leads_nowhere_any_more_says_so_and_brings_a_new_one(town: Town) -> None:
    ada = newcomer(town, "telegram", "Ada")
    old = await ada.does("start l_ABCDEFGHJKMN", "That link has expired (they last 10 minutes).")
    assert "Here is a new one." in words(old)
    assert labels(old) == ["Connect account"]
    await ada.presses(old, "Connect account")
    await ada.hears("Send me this code")


async def test_a_link_works_once_and_the_newer_one_ends_the_older(
    ada: Somebody, town: Town
) -> None:
    older = await asks(town, f"once-{ada.id}")
    newer = await asks(town, f"once-{ada.id}")
    await ada.does(f"link {older}", "That code does not work")
    await ada.does(f"link {newer}", "Connect this chat to")
    await ada.does(f"link {newer}", "That code does not work")


async def test_a_no_connects_nothing(ada: Somebody, town: Town) -> None:
    asked = await ada.does(f"link {await asks(town, f'no-{ada.id}')}", "Connect this chat to")
    await ada.presses(asked, "No", then="Nothing was connected.")
    await ada.does("whoami", "1 chat connected")


async def test_only_the_chat_that_was_asked_can_answer(ada: Somebody, town: Town) -> None:
    from tests.stories.cast import line_of

    asked = await ada.does(f"link {await asks(town, f'other-{ada.id}')}", "Connect this chat to")
    mallory = newcomer(town, "telegram", "Mallory")
    await mallory.does("start", "Hello")
    await mallory.does(line_of(asked, "Yes, connect"), "That question has ended")
    await mallory.does("whoami", "1 chat connected")


async def test_a_code_that_others_could_read_is_void(ada: Somebody, town: Town) -> None:
    await ada.does("start", "Hello")
    code, group = await asks(town, f"group-{ada.id}"), group_of(town, ada)
    await ada.says(ada.spelled(f"link {code}", group=True), group)
    await ada.hears("so it is void", group if ada.platform == "slack" else "")
    await ada.does(f"link {code}", "That code does not work")


async def test_who_was_connected_without_asking_is_rid_of_it_by_one_press(
    ada: Somebody, town: Town
) -> None:
    """Somebody got at a code that the app showed to its user: they say yes, and she is told."""
    await ada.does("add Milk", "Added ")
    subject = f"stolen-{ada.id}"
    await connect(ada, town, subject)
    mallory = newcomer(town, "telegram", "Mallory")
    await mallory.does("start", "Hello")
    await connect(mallory, town, subject)
    told = await ada.hears("is connected to the account of")
    await ada.presses(told, "Not you? Undo", then="Taken back: that is not connected any more")
    await ada.does("whoami", "1 chat connected")
    await mallory.does("list", "No open tasks.")
