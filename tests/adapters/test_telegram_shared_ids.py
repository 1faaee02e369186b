"""User ids that stand for many are nobody's (`promises.md` T11), whatever they do."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from adapters.telegram.inline import picked, typing
from adapters.telegram.intake import Me, read

ME = Me(42, "fluxbot")
FILE = Path(__file__).parent / "payloads" / "telegram_updates.json"
BY_NAME = {case["name"]: case["update"] for case in json.loads(FILE.read_text())}
SHARED = {
    "an anonymous administrator": 1087968824,
    "a channel": 136817688,
    "Telegram itself": 777000,
}
DEEDS = (
    "plain text in a private chat",
    "command in a private chat",
    "start with a deep link's payload",
    "command to this bot in a group",
    "mention in a group",
    "command in reply to the bot's message",
    "command in a forum topic",
    "press in a private chat",
    "press in a group by somebody else",
    "press on an ephemeral message",
)
PERSON = 2002


def done_by(deed: str, user: int, **more: Any) -> dict[str, Any]:
    """The update, with somebody else as the one who did it."""
    update = copy.deepcopy(BY_NAME[deed])
    held = update.get("callback_query") or update["message"]
    held["from"] |= {"id": user, "is_bot": False} | more
    return update


@pytest.mark.parametrize("deed", DEEDS)
def test_the_control_a_person_is_heard(deed: str) -> None:
    inbound = read(done_by(deed, PERSON), ME).inbound
    assert inbound is not None
    assert inbound.sender.user_id == str(PERSON)


@pytest.mark.parametrize("who", SHARED)
@pytest.mark.parametrize("deed", DEEDS)
def test_whoever_is_many_is_not_heard(deed: str, who: str) -> None:
    assert read(done_by(deed, SHARED[who]), ME).inbound is None
    assert read(done_by(deed, SHARED[who], is_bot=True), ME).inbound is None


@pytest.mark.parametrize("deed", [each for each in DEEDS if not each.startswith("press")])
def test_nor_is_a_chat_that_speaks(deed: str) -> None:
    update = done_by(deed, PERSON)
    for kind in ("channel", "supergroup", "group"):
        update["message"]["sender_chat"] = {"id": -100200, "type": kind, "title": "x"}
        assert read(update, ME).inbound is None


@pytest.mark.parametrize("who", SHARED)
def test_nobody_is_assigned_to_whoever_is_many(who: str) -> None:
    update = copy.deepcopy(BY_NAME["command with a person without a name of their own"])
    entities = update["message"]["entities"]
    named = next(each for each in entities if each["type"] == "text_mention")
    control = read(update, ME).inbound
    assert control is not None
    assert control.people
    named["user"]["id"] = SHARED[who]
    inbound = read(update, ME).inbound
    assert inbound is not None
    assert not inbound.people


@pytest.mark.parametrize("who", SHARED)
def test_nothing_is_offered_to_whoever_is_many_and_what_they_pick_is_nothing(who: str) -> None:
    for user, heard in ((PERSON, True), (SHARED[who], False)):
        by = {"id": user, "is_bot": False, "first_name": "x"}
        asked = {"inline_query": {"id": "1", "from": by, "query": "Milk"}}
        assert (typing(asked) is not None) is heard
        add = {"result_id": "add", "from": by, "query": "Milk"}
        assert (picked("k", add, order=1) is not None) is heard


def as_the_group(text: str, **more: Any) -> dict[str, Any]:
    """What an administrator says who writes as the group."""
    update = done_by("command to this bot in a group", SHARED["an anonymous administrator"])
    message = update["message"] | {"text": text, "entities": []}
    return update | {"message": message | {"sender_chat": dict(message["chat"])} | more}


@pytest.mark.parametrize(
    ("text", "line"),
    [("/preset all", "preset all"), ("/settings@fluxbot", "settings")],
)
def test_a_command_said_as_the_group_is_heard_as_nobodys(text: str, line: str) -> None:
    arrived = read(as_the_group(text), ME)
    assert arrived.inbound is None
    assert arrived.masked is not None
    assert arrived.masked.line == line


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("Hello", {}),
        ("/preset@otherbot all", {}),
        ("/preset all", {"sender_chat": {"id": -1009, "type": "channel", "title": "x"}}),
        ("/preset all", {"from": {"id": PERSON, "is_bot": False, "first_name": "x"}}),
        ("/preset all", {"via_bot": {"id": 5, "is_bot": True, "first_name": "x"}}),
        ("/preset all", {"forward_origin": {"type": "hidden_user", "sender_user_name": "x"}}),
    ],
)
def test_what_was_not_said_to_the_bot_as_the_group_is_not(text: str, more: dict[str, Any]) -> None:
    assert read(as_the_group(text, **more), ME).masked is None
