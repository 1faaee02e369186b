"""Who came into a group or left it, as Telegram tells of it."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.telegram.lifecycle import members

ADA = {"id": 7, "is_bot": False, "first_name": "Ada", "username": "Ada"}
BEN = {"id": 8, "is_bot": False, "first_name": "Ben"}
BOT = {"id": 9, "is_bot": True, "first_name": "Fluxbot"}
CHAT = {"id": -100, "type": "supergroup", "title": "Flat"}


def message(chat: dict[str, Any] = CHAT, **what: Any) -> dict[str, Any]:
    sent = {"message_id": 1, "date": 1, "from": BEN, "chat": chat}
    return {"update_id": 1, "message": sent | what}


def change(old: str, new: str, who: dict[str, Any] = ADA, **more: Any) -> dict[str, Any]:
    told = {"chat": CHAT, "from": BEN, "date": 1, "old_chat_member": {"status": old, "user": who}}
    told["new_chat_member"] = {"status": new, "user": who} | more
    return {"update_id": 1, "chat_member": told}


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (message(left_chat_member=ADA), [("7", False)]),
        (message(new_chat_members=[ADA, BOT, BEN]), [("7", True), ("8", True)]),
        (message(left_chat_member=BOT), []),
        (message(text="Ada left"), []),
        (message({"id": -5, "type": "channel"}, left_chat_member=ADA), []),
        (change("member", "left"), [("7", False)]),
        (change("member", "kicked"), [("7", False)]),
        (change("administrator", "restricted", is_member=False), [("7", False)]),
        (change("administrator", "restricted", is_member=True), []),
        (change("left", "member"), [("7", True)]),
        (change("member", "administrator"), []),
        (change("kicked", "left"), []),
        (change("member", "left", BOT), []),
        ({"update_id": 1, "my_chat_member": change("member", "left")["chat_member"]}, []),
        ({"update_id": 1, "callback_query": {}}, []),
    ],
)
def test_who_came_and_went(update: dict[str, Any], expected: list[tuple[str, bool]]) -> None:
    found = members(update)
    assert [(each.person.user_id, each.present) for each in found] == expected
    assert all(each.address.chat == "-100" for each in found)
