"""What Slack hands over arrives as the line, the person and the chat that it means."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, String

from adapters.slack import intake
from adapters.slack.fields import ID_LIMIT, TRIGGER_LIMIT, message_key, request_key
from adapters.slack.guard import parse
from adapters.slack.installation import home
from adapters.slack.markup import read as read_text
from adapters.slack.ticket import Ticket
from core import schema
from core.addresses import Address, Sender
from core.chat import Inbound, Kind
from core.sources import NAME_LIMIT
from tests.adapters.slack_kit import US, payload
from tests.adapters.slack_server import TEAM

LONG = "x" * 5000
HERE = Address("slack", TEAM, "C0HOME", private=False, title="home")


def length(column: Column[Any]) -> int:
    """Characters that it holds."""
    assert isinstance(column.type, String)
    return column.type.length or 0


def taken(name: str, **changed: Any) -> Inbound:
    inbound = intake.read(payload(name, **changed), US)
    assert inbound is not None
    return inbound


def test_a_command_is_its_line_with_the_people_it_names() -> None:
    got = taken("command in a channel")
    assert got.kind is Kind.ADDRESSED
    assert got.line == "add Buy milk & bread for @ben in #home"
    assert got.people == {"@ben": Sender("slack", TEAM, "U0BEN", "ben", "ben")}
    assert got.sender == Sender("slack", TEAM, "U0ANN", "ann", "ann")
    assert got.address == Address("slack", TEAM, "C0HOME", private=False, title="home")
    assert got.key == "slack:T0ACME:13345224609.738474920.8088930838d88f008e0"
    assert got.forms
    assert Ticket.unpack(got.token).slash


def test_a_command_in_a_direct_message_belongs_to_the_private_chat() -> None:
    got = taken("command in a direct message")
    assert got.address == Address("slack", TEAM, "U0ANN", private=True)


def test_a_command_without_words_asks_for_help_and_a_hidden_name_is_no_title() -> None:
    got = taken("command in a private channel")
    assert (got.line, got.address.title) == ("help", "")


def test_a_direct_message_is_plain_text() -> None:
    got = taken("direct message")
    assert (got.kind, got.line) == (Kind.TEXT, "Buy <b>milk</b> https://shop.test/a?b=1&c=2")
    assert got.address == Address("slack", TEAM, "U0ANN", private=True)
    assert (got.key, got.forms) == ("slack:Ev0PV52K21", False)
    assert taken("file with a comment").line == got.line


def test_a_mention_is_a_command_in_its_thread() -> None:
    got = taken("mention in a thread")
    assert (got.kind, got.line) == (Kind.ADDRESSED, "done 3 @U0BEN")
    assert got.address.thread == "1700000002.000100"
    assert got.replied == "C0HOME/1700000002.000100"
    assert not got.address.private


@pytest.mark.parametrize(
    "name",
    [
        "edited direct message",
        "deleted direct message",
        "another bot's message",
        "our own message",
        "message in a channel",
        "join",
        "mention edited in",
        "press on a link",
        "closed form",
    ],
)
def test_what_nobody_said_to_us_is_nothing(name: str) -> None:
    assert intake.read(payload(name), US) is None


def test_a_press_is_its_line_on_its_message() -> None:
    got = taken("press on a card")
    assert (got.kind, got.line) == (Kind.PRESS, "done t:9k3f7q2m rev:17")
    assert got.message == "C0HOME/1700000002.000100"
    assert (got.address.chat, got.address.thread) == ("C0HOME", "")
    assert not Ticket.unpack(got.token).ephemeral


def test_an_ephemeral_message_has_no_name() -> None:
    got = taken("press on an ephemeral message")
    assert got.message == ""
    assert Ticket.unpack(got.token).ephemeral


def test_a_press_in_a_direct_message_is_private() -> None:
    got = taken("press in a direct message")
    assert got.address == Address("slack", TEAM, "U0ANN", private=True)
    assert got.message == "D0ANN/1700000006.000100"


def test_a_submitted_form_brings_its_answers_to_where_it_was_opened() -> None:
    got = taken("submitted form")
    assert (got.kind, got.line, got.message) == (Kind.FORM, "add", "C0HOME/1700000002.000100")
    assert got.address == HERE
    assert got.answers == {
        "title": "Milk <@U0BEN> & bread",
        "notes": "",
        "priority": "high",
        "due": "2026-11-24",
        "at": "17:00",
        "who": "@U0BEN",
    }
    assert got.people == {"@U0BEN": Sender("slack", TEAM, "U0BEN")}


def test_a_foreign_modal_is_nothing() -> None:
    form = payload("submitted form")
    form["view"]["private_metadata"] = '{"of": "another app"}'
    assert intake.read(form, US) is None


def test_a_user_id_counts_in_the_enterprise_or_in_the_persons_own_workspace() -> None:
    assert taken("command in an enterprise").sender.scope == "E0CORP"
    assert taken("mention by a stranger").sender.scope == "T0ELSE"
    assert taken("mention by a stranger").address.scope == TEAM
    assert home("T2", "T1", "E1", shared=False) == "E1"
    assert home("T2", "T1", "E1", shared=True) == "T2"
    assert home("E2", "T1", "E1", shared=True) == "E2"
    assert home("", "T1", "", shared=True) == "T1"


def test_the_same_request_has_the_same_key_and_another_has_another() -> None:
    first = taken("command in a channel", trigger_id="")
    assert first.key == taken("command in a channel", trigger_id="").key
    assert first.key != taken("command in a channel", trigger_id="", text="list").key
    assert first.forms is False


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        ("a &amp;lt; b", "a &lt; b"),
        ("<!here> <!subteam^S1|@crew> <!date^1^{date}|today>", "@here @crew today"),
        ("<mailto:a@b.test|a@b.test> <#C9>", "a@b.test #C9"),
        (f"<@{LONG}|al>", f"@{LONG}"),
        ("one\u202etwo\x07\x00 \u00a0end", "onetwo  end"),
    ],
)
def test_marks_are_read_as_what_they_show(typed: str, line: str) -> None:
    assert read_text(typed, lambda id, name: Sender("slack", "", id))[0] == line


def test_two_people_of_one_name_have_two_tokens() -> None:
    line, people = read_text(
        "<@U1|al> <@U2|al> <@U3|two words>", lambda id, name: Sender("slack", "", id, name, name)
    )
    assert line == "@al @U2 @U3"
    assert [each.user_id for each in people.values()] == ["U1", "U2", "U3"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["id", "value", "state", "values", "x"]), inner)
        ),
        max_leaves=8,
    ),
    st.sampled_from(["container", "message", "channel", "user", "view", "team", "event"]),
    st.sampled_from(["press on a card", "submitted form", "direct message", "mention in a thread"]),
)
def test_no_odd_inner_shape_breaks_the_reading(value: Any, name: str, base: str) -> None:
    intake.read(payload(base, **{name: value}), US)


@pytest.mark.parametrize(
    ("base", "changes"),
    [
        ("command in a channel", {"channel_id": LONG}),
        ("command in a channel", {"user_id": LONG}),
        ("command in a channel", {"enterprise_id": LONG}),
        ("mention in a thread", {"authorizations": [{"enterprise_id": LONG}]}),
        ("press on a card", {"user": {"id": LONG}}),
        ("press on a card", {"channel": {"id": LONG}}),
        ("press on a card", {"container": {"message_ts": LONG}}),
    ],
)
def test_what_is_longer_than_any_id_is_nobodys(base: str, changes: dict[str, Any]) -> None:
    assert intake.read(payload(base), US) is not None
    assert intake.read(payload(base, **changes), US) is None


def test_without_looking_at_their_lengths_it_would_be_somebody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A control."""
    monkeypatch.setattr(intake, "_has_ids", lambda found: True)
    assert len(taken("press on a card", container={"message_ts": LONG}).message) > NAME_LIMIT


@pytest.mark.parametrize("own", ["", LONG])
def test_a_request_with_no_id_of_its_own_is_known_by_what_it_says(own: str) -> None:
    for key in (lambda said: request_key(TEAM, own, said), lambda said: message_key(own, said)):
        assert key({"text": "a"}) == key({"text": "a"}) != key({"text": "b"})
        assert len(key({})) < 100


def test_the_longest_key_fits_its_column() -> None:
    longest = request_key(LONG, "t" * TRIGGER_LIMIT, {})
    assert longest.endswith("t" * TRIGGER_LIMIT)
    assert len(longest) <= length(schema.message_key.c.key)


def test_an_id_is_as_long_as_its_columns() -> None:
    columns = (schema.chat.c.chat, schema.chat.c.scope, schema.identity.c.user_id)
    assert set(map(length, columns)) == {ID_LIMIT}


def test_a_form_is_read_once_and_as_the_guard_read_it() -> None:
    assert parse(b"command=%2Ftask&text=a%00b", "application/x-www-form-urlencoded") == {
        "command": "/task",
        "text": "ab",
    }
