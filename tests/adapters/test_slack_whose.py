"""For whom a request is, and what tells that an install ended: a table of shapes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack import intake
from adapters.slack.ended import End, ended, is_end
from adapters.slack.installation import Installation, whose
from adapters.slack.ticket import Ticket
from tests.adapters.slack_kit import payload

AT = 1_700_000_000
T1 = {"team_id": "T1"}
OURS = {"authorizations": [{"team_id": "T1", "enterprise_id": None}]}
GRID = {"authorizations": [{"team_id": "T1", "enterprise_id": "E1"}]}
SHAPES: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "a command": (T1, ("T1", "")),
    "a command in an organisation": (T1 | {"enterprise_id": "E1"}, ("T1", "E1")),
    "an event": (T1 | OURS, ("T1", "")),
    "an event in an organisation": (T1 | GRID, ("T1", "E1")),
    "an event of a shared channel, sent by the other side": ({"team_id": "T9"} | OURS, ("T1", "")),
    "an event without authorizations": (T1 | {"authorizations": []}, ("T1", "")),
    "a press": ({"team": {"id": "T1"}, "user": {"team_id": "T9"}}, ("T1", "")),
    "a press in an organisation": (
        {"team": {"id": "T1", "enterprise_id": "E1"}, "enterprise": {"id": "E1"}},
        ("T1", "E1"),
    ),
    "a press under an organisation's install": (
        {"team": None, "enterprise": {"id": "E1"}, "user": {"team_id": "T1"}},
        ("T1", "E1"),
    ),
    "a form of another workspace's app": (
        {"team": {"id": "T9"}, "view": {"app_installed_team_id": "T1"}},
        ("T1", ""),
    ),
    "an organisation in the workspace's place": ({"team_id": "E1"}, ("", "E1")),
    "nothing": ({}, ("", "")),
    "odd": ({"team": 5, "team_id": [], "enterprise": "E1", "authorizations": [{}]}, ("", "")),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_request_is_for(name: str) -> None:
    given, expected = SHAPES[name]
    assert whose(given) == expected


def event(kind: str, **more: Any) -> dict[str, Any]:
    tokens = more.pop("tokens", None)
    inner = {"type": kind} | ({"tokens": tokens} if tokens is not None else {})
    return T1 | {"type": "event_callback", "event": inner, "event_time": AT} | more


ENDS: dict[str, tuple[dict[str, Any], tuple[str, str] | None]] = {
    "uninstalled": (event("app_uninstalled"), ("T1", "")),
    "uninstalled in an organisation": (
        event("app_uninstalled", enterprise_id="E1"),
        ("T1", "E1"),
    ),
    "uninstalled by an organisation": (
        event("app_uninstalled", enterprise_id="E1", is_enterprise_install=True),
        ("", "E1"),
    ),
    "the bot's token": (event("tokens_revoked", tokens={"bot": ["U0BOT"]}), ("T1", "")),
    "tokens of both": (
        event("tokens_revoked", tokens={"oauth": ["U1"], "bot": ["U0BOT"]}),
        ("T1", ""),
    ),
    "tokens of people": (event("tokens_revoked", tokens={"oauth": ["U1"], "bot": []}), None),
    "tokens of nobody": (event("tokens_revoked", tokens={}), None),
    "tokens that are odd": (event("tokens_revoked", tokens=[]), None),
    "no time": (event("app_uninstalled", event_time=None), None),
    "an odd time": (event("app_uninstalled", event_time="1700000000"), None),
    "a time beyond all calendars": (event("app_uninstalled", event_time=10**15), None),
    "a time before all": (event("app_uninstalled", event_time=-1), None),
    "nobody": (event("app_uninstalled", team_id=""), None),
}


@pytest.mark.parametrize("name", ENDS)
def test_an_install_ends(name: str) -> None:
    given, expected = ENDS[name]
    assert is_end(given)
    found = ended(given)
    if expected is None:
        assert found is None
        return
    at = datetime.fromtimestamp(AT, UTC)
    assert found == End(*expected, given["event"]["type"], at)


def test_nothing_else_is_an_end() -> None:
    assert not is_end(payload("direct message"))
    assert not is_end({"event": {"type": "team_join"}})


def test_one_user_id_in_two_workspaces_is_two_people() -> None:
    senders = set()
    for team in ("T0ACME", "T0OTHER"):
        got = intake.read(
            payload("command in a channel", team_id=team), Installation(team, "U0BOT")
        )
        assert got is not None
        senders.add((got.sender.scope, got.sender.user_id))
    assert senders == {("T0ACME", "U0ANN"), ("T0OTHER", "U0ANN")}


def test_a_channel_of_an_organisation_is_one_chat_in_all_its_workspaces() -> None:
    us = Installation("", "U0BOT", enterprise="E0CORP")
    places = set()
    for team in ("T0ACME", "T0OTHER"):
        got = intake.read(payload("command in an enterprise", team_id=team), us)
        assert got is not None
        places.add(got.address)
    assert {each.scope for each in places} == {"E0CORP"}
    assert len(places) == 1


def test_the_install_that_was_asked_is_noted_where_there_are_many() -> None:
    packed = Ticket(trigger="1", slash=True).pack()
    assert Ticket.unpack(Ticket.stamped(packed, "T1/")) == Ticket("1", slash=True, by="T1/")
    assert Ticket.stamped(packed, "") == packed
    assert Ticket.stamped("", "") == ""
