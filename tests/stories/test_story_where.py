"""Where the answer goes: what is typed in a group and is nobody else's business is answered to
whoever typed it, what only a private chat may show is not shown at all, and a group's own tasks
are its own."""

from __future__ import annotations

import pytest

from tests.service_kit import Town, labels
from tests.stories.cast import Somebody, group_of, newcomer, words

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRIVATELY = (
    ("list", "Open tasks 1-1 of 1"),
    ("list done", "Nothing matches"),
    ("task 1", "#1 Buy milk"),
    ("find milk", 'Tasks with "milk"'),
    ("done 1", "Done by"),
    ("cancel 1", "Cancelled"),
    ("delete 1", "Delete #1 Buy milk?"),
    ("edit 1 Buy bread", "#1 Buy bread"),
    ("due 1 fri", "Date set."),
    ("snooze 1 2h", "I will remind you"),
    ("assign 1 me", "Assigned to"),
    ("note 1 two litres", "Noted: #1 Buy milk"),
    ("undo", "Undone"),
    ("digest now", "1 without a date"),
    ("stats", "total: 1"),
    ("timezone Berlin", "Your time zone is Europe/Berlin"),
    ("timezone here Tokyo", "In this chat the time zone is Asia/Tokyo"),
    ("language en", "language: English"),
    ("link", "Send me this code"),
    ("unlink", "This is the only chat of your account."),
    ("whoami", "1 chat connected"),
    ("inbox", "Inbox"),
    ("help", "it becomes a task"),
    ("help due", "Set or clear when a task is due."),
)
"""What is typed, and what whoever typed it reads. Task 1 is of their private chat."""
NOT_HERE = ("export csv", "plan", "privacy", "forget-me", "security")
SAID_TO_ALL = {"link": "I wrote to you privately."}
"""What a group reads besides, on Telegram: that there is an answer."""


async def typed(who: Somebody, line: str, room: str) -> set[str]:
    """Type it in the room; the messages that were there before."""
    known = who.ids() | who.ids(room)
    if who.platform == "telegram":
        line = line.replace("forget-me", "forget_me")
    await who.says(who.spelled(line, group=True), room)
    return known


async def answered(who: Somebody, text: str, room: str, known: set[str]) -> None:
    """They read it, in private or as the only reader in the room."""

    def found() -> bool:
        here = [*who.seen(), *(each for each in who.seen(room) if each.ephemeral_for == who.id)]
        return any(text in words(each) and each.id not in known for each in here)

    await who.until(found)


@pytest.mark.parametrize(("line", "answer"), PRIVATELY, ids=[each for each, _ in PRIVATELY])
async def test_what_is_ones_own_is_answered_to_oneself(
    town: Town, ada: Somebody, ben: Somebody, line: str, answer: str
) -> None:
    room = group_of(town, ada, ben)
    await ada.writes("Buy milk", "#1 Buy milk")
    if line == "undo":
        await ada.does("edit 1 Buy oat milk", "Saved.")
    known = await typed(ada, line, room)
    await answered(ada, answer, room, known)
    await town.sandbox.settled()
    if ada.platform == "telegram" and line in SAID_TO_ALL:
        await ben.hears(SAID_TO_ALL[line], room)
    read = {words(each) for each in ben.seen(room)}
    assert read <= {SAID_TO_ALL.get(line, "")}


@pytest.mark.parametrize("line", NOT_HERE)
async def test_what_a_private_chat_alone_may_show_is_refused_elsewhere(
    town: Town, ada: Somebody, ben: Somebody, line: str
) -> None:
    room = group_of(town, ada, ben)
    await ada.writes("Buy milk", "#1 Buy milk")
    known = await typed(ada, line, room)
    await answered(ada, "only works in a direct message", room, known)
    await town.sandbox.settled()
    assert not ben.seen(room)
    if ada.platform == "telegram":
        said = ada.seen()[-1]
        assert f"/{line.split(maxsplit=1)[0].replace('-', '_')} only works" in words(said)
        assert labels(said) == ["Open DM"]
    else:  # a press opens the direct message
        [said] = [each for each in ada.seen(room) if "only works" in words(each)]
        [link] = [each for row in said.buttons for each in row]
        assert f"/task {line.split(maxsplit=1)[0]} only works" in words(said)
        assert link["label"] == "Open DM"
        assert link["url"].startswith("https://slack.com/app_redirect?app=A")


async def test_a_groups_own_task_is_shown_to_the_group(
    town: Town, ada: Somebody, ben: Somebody
) -> None:
    room = group_of(town, ada, ben)
    await ada.does("start", "Hello")
    await ada.does("add Water the plants", "Water the plants", room)
    before = ben.ids(room)
    await ada.says(ada.spelled("task 1", group=True), room)
    await ben.hears("Water the plants", room, but=before)
    assert not [each for each in ada.seen() if "plants" in words(each)]


@pytest.mark.parametrize("platform", ["telegram", "slack"])
async def test_what_is_asked_in_private_stays_there(town: Town, platform: str) -> None:
    ada, ben = newcomer(town, platform), newcomer(town, platform, "Ben")
    room = group_of(town, ada, ben)
    for line, answer in (("export csv", "Here it is"), ("plan", "everything is included"),
                         ("privacy", "What I keep about you")):  # fmt: skip
        await ada.does(line, answer)
    assert not ben.seen(room)
