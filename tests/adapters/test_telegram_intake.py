"""What each shape of update means: recorded shapes, and shapes that nobody has seen."""

from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.telegram.intake import Arrived, Me, read
from adapters.telegram.unread import unread
from core.addresses import Address, Sender
from core.chat import Inbound

ME = Me(42, "fluxbot")
CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "payloads" / "telegram_updates.json").read_text()
)
BY_NAME = {case["name"]: case["update"] for case in CASES}


def inbound(raw: dict[str, Any]) -> Inbound | None:
    return read(raw, ME).inbound


def told(name: str) -> Arrived:
    return read(BY_NAME[name], ME)


def facts(arrived: Inbound) -> dict[str, Any]:
    who, where = arrived.sender, arrived.address
    return {
        "kind": arrived.kind.value,
        "line": arrived.line,
        "user": who.user_id,
        "handle": who.handle,
        "sender_name": who.name,
        "language": who.language,
        "chat": where.chat,
        "private": where.private,
        "thread": where.thread,
        "title": where.title,
        "message": arrived.message,
        "replied": arrived.replied,
        "token": arrived.token,
        "said": arrived.said,
        "edited": arrived.edited,
        "quoted": list(dataclasses.astuple(arrived.quoted)[:3]) if arrived.quoted else None,
        "people": {
            token: [person.user_id, person.handle, person.name]
            for token, person in arrived.people.items()
        },
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_recorded_shape(case: dict[str, Any]) -> None:
    arrived = inbound(case["update"])
    if case["expected"] is None:
        assert arrived is None
        return
    assert arrived is not None
    got = facts(arrived)
    assert {name: got[name] for name in case["expected"]} == case["expected"]
    assert arrived.key == f"telegram:42:{case['update']['update_id']}"
    assert arrived.forms is False


def test_sender_has_no_scope_and_knows_the_platform() -> None:
    arrived = inbound(BY_NAME["plain text in a private chat"])
    assert arrived is not None
    assert arrived.sender == Sender("telegram", "", "1001", "Alice Example", "alice_e", "en")
    assert arrived.address == Address("telegram", "", "1001", private=True)


@pytest.mark.parametrize(
    ("name", "chat", "reachable"),
    [
        ("bot blocked", "1001", False),
        ("bot unblocked", "1001", True),
        ("bot added to a group", "-1001234567890", True),
        ("bot removed from a group", "-1001234567890", False),
    ],
)
def test_presence(name: str, chat: str, reachable: bool) -> None:
    found = told(name).presence
    assert found is not None
    assert (found[0].chat, found[1]) == (chat, reachable)


def test_who_types_elsewhere_and_what() -> None:
    asked = told("something typed to the bot elsewhere").typing
    assert asked is not None
    assert (asked.query, asked.sender.user_id, asked.text) == ("77", "1001", "Buy milk")
    assert told("plain text in a private chat").typing is None


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("bot added to a group", "-1001234567890"),
        ("bot removed from a group", None),
        ("bot unblocked", None),
        ("bot added to a channel", None),
    ],
)
def test_which_group_the_bot_joined(name: str, group: str | None) -> None:
    joined = told(name).joined
    assert (joined.address.chat if joined else None) == group


@pytest.mark.parametrize("named", ["message_id", "message_thread_id"])
def test_a_number_that_is_none_is_not_read(named: str) -> None:
    """As a text it could be longer than its column, and PostgreSQL would refuse all of it."""
    raw = copy.deepcopy(BY_NAME["command in a forum topic"])
    raw["message"][named] = "x" * 5000
    with pytest.raises(TypeError):
        inbound(raw)


def test_without_looking_what_it_is_it_would_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A control."""
    monkeypatch.setattr("adapters.telegram.intake.whole", lambda number: number)
    raw = copy.deepcopy(BY_NAME["command in a forum topic"])
    raw["message"]["message_id"] = "x" * 5000
    read = inbound(raw)
    assert read is not None
    assert len(read.said) == 5000


@pytest.mark.parametrize("name", ["bot added to a channel", "plain text in a private chat"])
def test_no_presence(name: str) -> None:
    assert told(name).presence is None


def test_both_notices_of_a_migration_say_the_same_move() -> None:
    for place in ("old", "new"):
        move = told(f"group becomes a supergroup, said in the {place} one").move
        assert move is not None
        assert [each.chat for each in move] == ["-555", "-1001234567890"]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in a JSON document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for name, each in inner:
        found.append((*path, name))
        if isinstance(each, dict | list):
            found += places(each, (*path, name))
    return found


ODD = st.sampled_from([None, 0, -1, 1.5, "", "x", True, [], [1], {}, {"id": 1}, {"type": "x"}])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_odd_shapes_are_read_or_refused_and_nothing_odd_gets_through(data: st.DataObject) -> None:
    raw = copy.deepcopy(data.draw(st.sampled_from(CASES))["update"])
    for _ in range(data.draw(st.integers(1, 3))):
        spots = places(raw)
        if not spots:
            break
        *way, last = data.draw(st.sampled_from(spots))
        holder = raw
        for step in way:
            holder = holder[step]
        holder[last] = copy.deepcopy(data.draw(ODD))
    try:
        arrived = inbound(raw)
    except Exception:  # kept for the operator by whoever takes updates in
        assert isinstance(unread({**raw, "update_id": 1}, ME).body, str)
        return
    if arrived is not None:
        assert all(isinstance(each, str) for each in (arrived.line, arrived.message, arrived.token))
        assert "\0" not in arrived.line + arrived.sender.name + arrived.address.title
