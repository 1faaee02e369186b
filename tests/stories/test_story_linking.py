"""Two chats become one account, and part again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from adapters.sandbox import Message
from core import schema
from core.work import Work
from tests.service_kit import Town, labels
from tests.stories.cast import CODE, Somebody, group_of, line_of, link, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


Pair = tuple[Somebody, Somebody]


@pytest.fixture
def pair(town: Town) -> Pair:
    """The same person on Telegram and on Slack, not connected yet."""
    return newcomer(town, "telegram"), newcomer(town, "slack")


async def code_of(somebody: Somebody) -> str:
    found = CODE.search(words(await somebody.does("link", "Send me this code")))
    assert found
    return found[0]


async def ten_minutes_pass(town: Town) -> None:
    """What was open is not any more."""

    def expire(work: Work) -> None:
        passed = work.now - timedelta(seconds=1)
        work.run(update(schema.link_attempt).values(expires_at=passed), {})

    await town.service.store.mutate(expire)
    await town.service.store.mutate(lambda work: work.linking.expire())


@pytest.mark.parametrize("way", ["typed", "sent alone", "sent behind its verb"])
async def test_both_say_yes_and_the_tasks_come_along(pair: Pair, way: str) -> None:
    ada, office = pair
    await ada.writes("Milk", "#1 Milk")
    await office.writes("Report", "#1 Report")
    code = await code_of(ada)
    if way == "typed":
        asked = await office.does(f"link {code}", "Connect to the account of Ada?")
    else:
        line = code if way == "sent alone" else f"link {code}"
        asked = await office.writes(line, "Connect to the account of Ada?")
    seen = words(asked)
    assert f"Ada (@{ada.handle}) on Telegram" in seen
    assert "since today, 1 open task, 1 chat" in seen
    assert "I will ask you about your 1 task." in seen
    await office.presses(asked, "Yes, connect", then="I asked Ada")
    question = await ada.hears("entered your code. Say yes only if that is you.")
    assert "on Slack, workspace Acme entered your code." in words(question)
    assert office.handle in words(question)
    assert "since today, 1 open task, 1 chat" in words(question)
    await ada.presses(question, "Yes, that is me", then="Connected")
    told = await office.hears("is connected to the account of Ada now.")
    assert "Not you? Undo" in labels(told)
    offer = await office.hears("This chat had 1 task of its own")
    for chat in pair:
        await chat.does("list", "Open tasks 1-1 of 1")
    await office.presses(offer, "Move my 1 task", then="Moved: 1 task")
    assert "Not you? Undo" in labels(await ada.hears("1 task of"))
    for chat in pair:
        page = await chat.does("list", "Open tasks 1-2 of 2")
        assert "#2 Report" in words(page)
        assert "#1 Milk" in words(page)
    shown = await ada.does("whoami", "2 chats connected to this account")
    assert "this chat" in words(shown)


async def test_the_one_asked_says_no(pair: Pair) -> None:
    ada, office = pair
    asked = await office.does(f"link {await code_of(ada)}", "Connect to the account of Ada?")
    await office.presses(asked, "Yes, connect", then="I asked Ada")
    question = await ada.hears("entered your code")
    await ada.presses(question, "No", then="Nothing was connected")
    await office.hears("said no. Nothing was connected.")
    await office.does("whoami", "1 chat connected")


async def test_the_one_who_entered_it_says_no(pair: Pair) -> None:
    ada, office = pair
    code = await code_of(ada)
    asked = await office.does(f"link {code}", "Connect to the account of Ada?")
    await office.presses(asked, "No", then="Nothing was connected")
    await office.does(f"link {code}", "That code does not work")
    await ada.does("whoami", "1 chat connected")


async def reads(somebody: Somebody, message: Message, text: str) -> None:
    """Wait until a message has these words, and see that no code and no question is left in it."""
    await somebody.until(lambda: text in words(message))
    assert not CODE.search(words(message))
    assert not {"Yes, connect", "Yes, that is me", "No", "Stop"} & set(labels(message))


async def test_what_was_asked_is_edited_to_what_came_of_it(pair: Pair) -> None:
    ada, office = pair
    shown = await ada.does("link", "Send me this code")
    code = CODE.search(words(shown))
    assert code
    asked = await office.does(f"link {code[0]}", "Connect to the account of Ada?")
    await reads(ada, shown, "Your code was entered.")
    await office.presses(asked, "Yes, connect", then="I asked Ada")
    question = await ada.hears("entered your code. Say yes only")
    await ada.presses(question, "Yes, that is me", then="Connected")
    await reads(office, asked, "Connected: Ada")
    await reads(ada, shown, "Connected: ")
    await reads(ada, question, "Connected: ")


async def test_a_no_is_read_on_both_sides(pair: Pair) -> None:
    ada, office = pair
    shown = await ada.does("link", "Send me this code")
    code = CODE.search(words(shown))
    assert code
    asked = await office.does(f"link {code[0]}", "Connect to the account of Ada?")
    await office.presses(asked, "Yes, connect", then="I asked Ada")
    question = await ada.hears("entered your code. Say yes only")
    await office.presses(asked, "Stop", then="Nothing was connected (Ada")
    await reads(ada, question, "Nothing was connected (")
    await reads(ada, shown, "Nothing was connected (")


async def test_what_nobody_answered_says_so(pair: Pair, town: Town) -> None:
    ada, office = pair
    shown = await ada.does("link", "Send me this code")
    await ten_minutes_pass(town)
    await reads(ada, shown, "That code has expired.")
    asked = await office.does(f"link {await code_of(ada)}", "Connect to the account of Ada?")
    await ten_minutes_pass(town)
    await reads(office, asked, "Nobody answered in time, so nothing was connected.")
    await office.presses(asked, "Get a code")
    await office.hears("Send me this code")


async def test_a_newer_code_takes_the_place_of_the_older(ada: Somebody) -> None:
    shown = await ada.does("link", "Send me this code")
    await ada.does("link", "Send me this code")
    await reads(ada, shown, "That has ended.")


async def test_ones_own_code(pair: Pair) -> None:
    ada, _ = pair
    await ada.does(f"link {await code_of(ada)}", "That is your own code.")


async def test_a_code_works_once(pair: Pair, town: Town) -> None:
    ada, office = pair
    code, other = await code_of(ada), newcomer(town, "slack")
    await office.does(f"link {code}", "Connect to the account of Ada?")
    refused = await other.does(f"link {code}", "That code does not work")
    assert other.spelled("link") in words(refused)


async def test_a_code_and_a_question_expire(pair: Pair, town: Town) -> None:
    ada, office = pair
    code = await code_of(ada)
    await ten_minutes_pass(town)
    await office.does(f"link {code}", "it is wrong, was used, or is older than 10 minutes")
    asked = await office.does(f"link {await code_of(ada)}", "Connect to the account of Ada?")
    await ten_minutes_pass(town)
    await office.is_told(
        asked, "Yes, connect", "That question has ended: it was answered, or is older"
    )


async def test_limits_say_how_long_and_that_tasks_still_work(ada: Somebody) -> None:
    for _ in range(5):
        await ada.does("link", "Send me this code")
    refused = words(await ada.does("link", "Too many link codes. Try again in 1"))
    assert refused.endswith("Your tasks still work.")
    for number in range(5):
        await ada.does(f"link 0000-0000-000{number}", "That code does not work")
    await ada.does("link 0000-0000-0009", "Too many link attempts. Try again in 1")
    await ada.does("whoami", "1 chat connected")
    await ada.does("add Buy milk", "Added ")


async def test_a_code_that_others_could_read_is_void(ada: Somebody, town: Town) -> None:
    other = newcomer(town, "telegram" if ada.platform == "slack" else "slack")
    await ada.does("start", "Hello")
    code = await code_of(other)
    group = group_of(town, ada)
    await ada.says(ada.spelled(f"link {code}", group=True), group)
    await ada.hears("so it is void", group if ada.platform == "slack" else "")
    await ada.does(f"link {code}", "That code does not work")


@pytest.mark.parametrize("rules", [True, False])
async def test_such_a_code_is_deleted_where_the_bot_may(town: Town, rules: bool) -> None:
    ada = newcomer(town, "telegram")
    await ada.does("start", "Hello")
    code, group = await code_of(newcomer(town, "slack")), group_of(town, ada)
    world = town.sandbox.world
    world.chats[group].bot_rules = rules
    for line in (f"link {code}", "link 0000-0000-0009"):
        await ada.says(ada.spelled(line, group=True), group)
    await ada.hears("so it is void")
    await ada.hears("Not here, please.")
    said = " ".join(words(each) for each in world.messages(group) if each.author == ada.id)
    assert (code in said) is not rules
    assert "0000-0000-0009" in said


async def test_link_asked_in_a_group_is_answered_in_private(town: Town) -> None:
    ada = newcomer(town, "telegram")
    group = group_of(town, ada)
    await ada.does("start", "Hello")
    await ada.says("/link@fluxbot", group)
    await ada.hears("Send me this code")
    await ada.hears("I wrote to you privately.", group)
    assert not [each for each in ada.seen(group) if CODE.search(words(each))]


async def test_unlink(pair: Pair) -> None:
    ada, office = pair
    await ada.does("unlink", "This is the only chat of your account.")
    await ada.writes("Buy milk", "Added ")
    await link(ada, office)
    asked = await ada.does("unlink", "Which chat should be disconnected?")
    await ada.presses(asked, "Keep all", then="All chats stay connected.")
    asked = await ada.does("unlink", "Which chat should be disconnected?")
    choice = next(each for each in labels(asked) if "Slack" in each)
    await ada.presses(asked, choice, then="Your tasks stay here.")
    await ada.presses(asked, "Keep", then="2 chats connected")
    asked = await ada.does("unlink", "Which chat should be disconnected?")
    await ada.presses(asked, choice, then="Your tasks stay here.")
    for stops in ("Notices there stop, also those on their way.", "It starts afresh"):
        assert stops in words(asked)
    await ada.presses(asked, f"Disconnect {choice}"[:40], then="Disconnected")
    left = await office.hears("no longer connected to the account of Ada. It is its own again.")
    assert labels(left) == ["My chats", "Help"]
    assert "link - connect it again" in words(left)
    await ada.does("whoami", "1 chat connected")
    before = office.ids()
    await ada.does("done 1", "Done by")
    await office.does("list", "No open tasks.")  # it starts afresh
    await asyncio.sleep(0.2)
    told = [words(each) for each in office.seen() if each.id not in before]
    assert not [each for each in told if "completed" in each]


async def test_a_question_to_one_chat_is_not_answered_in_another(pair: Pair, town: Town) -> None:
    ada, office = pair
    thief = newcomer(town, "telegram", "Mallory")
    asked = await office.does(f"link {await code_of(ada)}", "Connect to the account of Ada?")
    await thief.does("start", "Hello")
    attempt = line_of(asked, "Yes, connect")
    await thief.does(attempt, "That question has ended")
    await ada.does("whoami", "1 chat connected")
