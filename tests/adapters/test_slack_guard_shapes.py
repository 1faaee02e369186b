"""What the guard lets through, field by field and second by second."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode

import pytest
from aiohttp import web

from adapters.slack.guard import FORM_FIELDS, MAX_AGE, parse, verify

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
NOW = 1_800_000_000
TEXT = ("type", "command", "text", "trigger_id", "response_url", "team_id", "user_id", "channel_id")
OBJECTS = ("view", "container", "message", "team")
LISTS = ("actions", "authorizations")
EITHER = ("user", "channel", "enterprise")


def read(**fields: Any) -> dict[str, Any]:
    return parse(json.dumps(fields).encode(), JSON)


def refused(**fields: Any) -> None:
    with pytest.raises(web.HTTPBadRequest):
        read(**fields)


@pytest.mark.parametrize("name", [*TEXT, "event_id"])
def test_a_field_of_text_holds_text_or_nothing(name: str) -> None:
    assert read(**{name: "x"}) == {name: "x"}
    assert read(**{name: None, "other": 1}) == {"other": 1}
    for wrong in (1, [], {}, True):
        refused(**{name: wrong})


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_is_an_object(name: str) -> None:
    assert read(**{name: {"id": "x"}}) == {name: {"id": "x"}}
    for wrong in (1, [], "x"):
        refused(**{name: wrong})


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_objects(name: str) -> None:
    assert read(**{name: [{"id": "x"}]}) == {name: [{"id": "x"}]}
    for wrong in (1, {}, "x", [1], [{}, "x"]):
        refused(**{name: wrong})


@pytest.mark.parametrize("name", EITHER)
def test_some_are_a_name_or_an_object(name: str) -> None:
    assert read(**{name: "x"}) == {name: "x"}
    assert read(**{name: {"id": "x"}}) == {name: {"id": "x"}}
    for wrong in (1, [], True):
        refused(**{name: wrong})


def test_an_event_has_a_type() -> None:
    assert read(event={"type": "message"}) == {"event": {"type": "message"}}
    for wrong in ({}, {"type": 1}, {"type": None}, [], "message"):
        refused(event=wrong)


def form(**fields: str) -> dict[str, Any]:
    return parse(urlencode(fields).encode(), FORM)


def test_a_form_is_a_command_or_holds_a_payload() -> None:
    assert form(command="/task", text="a\0b", user_id="") == {
        "command": "/task", "text": "ab", "user_id": "",
    }  # fmt: skip
    assert form(ssl_check="1") == {"ssl_check": "1"}
    assert form(payload='{"type":"shortcut"}') == {"type": "shortcut"}
    for wrong in ({"text": "x"}, {"payload": "[]"}, {"payload": ""}, {}):
        with pytest.raises(web.HTTPBadRequest):
            form(**wrong)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"a", "a"), (b"a+b", "a b"), (b"+", " "), (b"a%2Bb", "a+b"), (b"a%2Bb+c", "a+b c"),
        (b"%C3%A4+%E2%82%AC", "\u00e4 \u20ac"), (b"", ""), (b"a=b", "a=b"), (b"%", "%"),
    ],
)  # fmt: skip
def test_a_form_is_unquoted(raw: bytes, text: str) -> None:
    assert parse(b"command=%2Ftask&text=" + raw, FORM) == {"command": "/task", "text": text}


@pytest.mark.parametrize(("more", "fits"), [(FORM_FIELDS - 1, True), (FORM_FIELDS, False)])
def test_a_form_has_so_many_fields(more: int, fits: bool) -> None:
    assert FORM_FIELDS == 100
    body = urlencode({"command": "/task"} | {f"f{each}": "x" for each in range(more)}).encode()
    if fits:
        assert len(parse(body, FORM)) == FORM_FIELDS
    else:
        with pytest.raises(web.HTTPBadRequest):
            parse(body, FORM)


@pytest.mark.parametrize(("empty", "fits"), [(999, True), (1000, False)])
def test_and_not_very_many_empty_ones_beside_them(empty: int, fits: bool) -> None:
    body = b"command=%2Ftask&text=x" + b"&" * empty
    if fits:
        assert parse(body, FORM) == {"command": "/task", "text": "x"}
    else:
        with pytest.raises(web.HTTPBadRequest):
            parse(body, FORM)


def signed(stamp: str) -> dict[str, str]:
    mac = hmac.new(SECRET.encode(), f"v0:{stamp}:{{}}".encode(), hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={mac}"}


@pytest.mark.parametrize("age", [0, MAX_AGE, -MAX_AGE])
def test_a_signature_holds_for_five_minutes_to_the_second(age: int) -> None:
    assert MAX_AGE == 300
    verify(b"{}", signed(str(NOW - age)), SECRET, NOW)
    beyond = age + (1 if age >= 0 else -1)
    if age:
        with pytest.raises(web.HTTPUnauthorized):
            verify(b"{}", signed(str(NOW - beyond)), SECRET, NOW)


@pytest.mark.parametrize("stamp", ["", "soon", "-1", "1.5", "\u0661\u0662", "\u00b2", "9" * 400])
def test_a_timestamp_is_seconds_in_plain_digits(stamp: str) -> None:
    """Whatever it is signed with: nobody's number is worked out that is not one."""
    with pytest.raises(web.HTTPUnauthorized):
        verify(b"{}", signed(stamp), SECRET, NOW)


def test_a_timestamp_in_other_digits_is_not_the_same_one() -> None:
    stamp = str(NOW).translate({48 + each: 0x0660 + each for each in range(10)})
    assert int(stamp) == NOW
    with pytest.raises(web.HTTPUnauthorized):
        verify(b"{}", signed(stamp), SECRET, NOW)


def test_a_timestamp_has_twelve_digits_at_the_most() -> None:
    at = 10**12 - 1
    verify(b"{}", signed(str(at)), SECRET, at)
    with pytest.raises(web.HTTPUnauthorized):
        verify(b"{}", signed(str(at + 1)), SECRET, at + 1)


def test_bytes_that_are_no_utf_8_in_a_signature_are_a_wrong_one() -> None:
    """As aiohttp hands them over."""
    given = signed(str(NOW)) | {"X-Slack-Signature": "v0=\udcff"}
    with pytest.raises(web.HTTPUnauthorized):
        verify(b"{}", given, SECRET, NOW)
