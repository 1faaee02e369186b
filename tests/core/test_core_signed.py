"""Our own signed values: nobody else makes one, and one of a purpose serves no other (T5)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import signed, tokens
from core.signed import Purpose, Signer
from core.tokens import Key
from tests.hostile_tokens import hostile, parts, signed_hs256

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
MINUTES = timedelta(minutes=10)
KEY = b"k" * 32
SIGNER = Signer(KEY)
GOOD = {purpose: SIGNER.sign(purpose, {"link": "abc"}, MINUTES, NOW) for purpose in Purpose}
HOSTILE = {purpose: hostile(token) for purpose, token in GOOD.items()}


@pytest.mark.parametrize("purpose", Purpose)
def test_what_was_signed_reads_back(purpose: Purpose) -> None:
    claims = {"link": "abc", "n": 7, "inner": {"a": [1, None, "\u00fc"]}}
    assert SIGNER.read(purpose, SIGNER.sign(purpose, claims, MINUTES, NOW), NOW) == claims


def test_a_value_holds_for_its_lifetime() -> None:
    value = GOOD[Purpose.CSRF]
    assert SIGNER.read(Purpose.CSRF, value, NOW + MINUTES) is not None
    assert SIGNER.read(Purpose.CSRF, value, NOW + MINUTES + signed.LEEWAY) is None
    assert SIGNER.read(Purpose.CSRF, value, NOW - signed.LEEWAY) is not None
    assert SIGNER.read(Purpose.CSRF, value, NOW - timedelta(seconds=11)) is None


def test_another_key_reads_nothing() -> None:
    other = Signer(b"K" * 32)
    assert not [each for each in Purpose if other.read(each, GOOD[each], NOW) is not None]


def test_no_purpose_serves_another() -> None:
    taken = {
        (made, asked)
        for made in Purpose
        for asked in Purpose
        if SIGNER.read(asked, GOOD[made], NOW) is not None
    }
    assert taken == {(each, each) for each in Purpose}


@pytest.mark.parametrize("left", ["key", "type", "audience"])
def test_each_separation_of_purposes_is_enough_alone(
    left: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other two are switched off, on both sides."""
    if left != "key":
        monkeypatch.setattr(signed, "_derived", lambda key, purpose: key)
    if left != "type":
        monkeypatch.setattr(signed, "_typ", lambda purpose: "JWT")
    signer = Signer(KEY)
    value = signer.sign(Purpose.CSRF, {}, MINUTES, NOW)
    if left != "audience":
        value = _with_audience(signer, value, Purpose.CONSENT)
    assert signer.read(Purpose.CONSENT, value, NOW) is None


def test_without_any_separation_a_value_would_serve_another_purpose(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(signed, "_derived", lambda key, purpose: key)
    monkeypatch.setattr(signed, "_typ", lambda purpose: "JWT")
    signer = Signer(KEY)
    value = _with_audience(signer, signer.sign(Purpose.CSRF, {}, MINUTES, NOW), Purpose.CONSENT)
    assert signer.read(Purpose.CONSENT, value, NOW) is not None


def _with_audience(signer: Signer, value: str, audience: str) -> str:
    head, said, _ = parts(value)
    return tokens.encode(said | {"aud": audience}, signer._keys[Purpose.CSRF], head["typ"])


@pytest.mark.parametrize("what", list(HOSTILE[Purpose.CSRF]))
def test_a_hostile_value_is_none_for_every_purpose(what: str) -> None:
    for made in Purpose:
        for asked in Purpose:
            assert SIGNER.read(asked, HOSTILE[made][what], NOW) is None


def test_there_are_forty_hostile_values_and_more() -> None:
    assert len(HOSTILE[Purpose.CSRF]) >= 40


CLAIMS: dict[str, dict[str, Any]] = {
    "no exp": {"exp": None},
    "exp a text": {"exp": "4102444800"},
    "exp true": {"exp": True},
    "exp not a number": {"exp": float("nan")},
    "exp endless": {"exp": float("inf")},
    "exp huge": {"exp": 10**400},
    "exp negative": {"exp": -1},
    "expired": {"exp": NOW.timestamp() - 60},
    "no iat": {"iat": None},
    "iat later": {"iat": NOW.timestamp() + 60},
    "nbf later": {"nbf": NOW.timestamp() + 60},
    "for ever": {"exp": NOW.timestamp() + 10 * 86_400},
    "no issuer": {"iss": None},
    "another issuer": {"iss": "https://issuer.example"},
    "no audience": {"aud": None},
    "several audiences": {"aud": ["csrf", "consent"]},
    "another audience": {"aud": "consent"},
}


@pytest.mark.parametrize("what", CLAIMS)
def test_claims_of_ours_must_be_there_and_right(what: str) -> None:
    """Signed with the right key, so that it is the claim alone that is refused."""
    secret = SIGNER._keys[Purpose.CSRF].secret
    assert isinstance(secret, bytes)
    head, said, _ = parts(GOOD[Purpose.CSRF])
    assert SIGNER.read(Purpose.CSRF, signed_hs256(head, said, secret), NOW) is not None
    changed = {k: v for k, v in (said | CLAIMS[what]).items() if v is not None}
    assert SIGNER.read(Purpose.CSRF, signed_hs256(head, changed, secret), NOW) is None


@pytest.mark.parametrize(
    "payload", [[], "text", 7, None, {"\ud800": 1}, json.loads("[" * 400 + "]" * 400)]
)
def test_a_signed_payload_that_is_no_set_of_claims_is_refused(payload: object) -> None:
    secret = SIGNER._keys[Purpose.CSRF].secret
    assert isinstance(secret, bytes)
    head = parts(GOOD[Purpose.CSRF])[0]
    assert SIGNER.read(Purpose.CSRF, signed_hs256(head, payload, secret), NOW) is None


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_any_change_of_a_byte_is_refused(data: st.DataObject) -> None:
    value = GOOD[data.draw(st.sampled_from(list(Purpose)))]
    place = data.draw(st.integers(0, len(value) - 1))
    other = data.draw(st.integers(0, 255).map(chr).filter(lambda each: each != value[place]))
    changed = value[:place] + other + value[place + 1 :]
    assert not [each for each in Purpose if SIGNER.read(each, changed, NOW) is not None]


def test_every_other_letter_at_every_place_is_refused() -> None:
    """All of the alphabet and what decoders forgive, so that no spelling of a value is a second."""
    value = GOOD[Purpose.CSRF]
    for place in range(len(value)):
        for other in "AQgwBZz09-_=.+/ \n":
            if other != value[place]:
                changed = value[:place] + other + value[place + 1 :]
                assert SIGNER.read(Purpose.CSRF, changed, NOW) is None


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), st.binary(), st.none(), st.integers(), st.lists(st.text())))
def test_nothing_raises(junk: Any) -> None:
    assert SIGNER.read(Purpose.SIGN_IN, junk, NOW) is None


def test_a_value_fits_a_cookie() -> None:
    with pytest.raises(ValueError, match="2048"):
        SIGNER.sign(Purpose.SIGN_IN, {"a": "x" * 2000}, MINUTES, NOW)


@pytest.mark.parametrize("name", ["iss", "aud", "iat", "exp"])
def test_nobody_signs_over_our_own_claims(name: str) -> None:
    with pytest.raises(ValueError, match="not to be signed"):
        SIGNER.sign(Purpose.CSRF, {name: 1}, MINUTES, NOW)


@pytest.mark.parametrize("lifetime", [timedelta(0), timedelta(seconds=-1), timedelta(days=2)])
def test_a_lifetime_is_short(lifetime: timedelta) -> None:
    with pytest.raises(ValueError, match="not to be signed"):
        SIGNER.sign(Purpose.CSRF, {}, lifetime, NOW)


def test_a_short_key_does_not_start() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Signer(b"k" * 31)


def test_no_key_shows_in_a_trace() -> None:
    assert "k" * 32 not in repr(Key(KEY, "HS256"))
    assert repr(SIGNER._keys).count("secret") == 0


def test_without_the_shape_a_value_would_have_two_spellings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tokens, "_SHAPE", re.compile(".*", re.DOTALL))
    assert SIGNER.read(Purpose.CSRF, GOOD[Purpose.CSRF] + "=", NOW) is not None


def test_without_the_check_of_times_a_value_would_hold_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tokens, "check_times", lambda *_, **__: None)
    assert SIGNER.read(Purpose.CSRF, GOOD[Purpose.CSRF], NOW + timedelta(days=1)) is not None
