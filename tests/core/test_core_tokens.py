"""What a token may say of itself, and when it holds, to the second."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core import tokens
from core.tokens import BadToken, Header, Key
from tests.hostile_tokens import signed_hs256

SECRET = b"s" * 32
KEY = Key(SECRET, "HS256")
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
AT = int(NOW.timestamp())
GOOD = {"sub": "a"}


def why(token: Any, most: int = 2048) -> str:
    """Why it is not believed; empty where it is."""
    try:
        tokens.header(token, most)
        tokens.claims(token, KEY)
    except BadToken as error:
        return error.reason
    return ""


@pytest.mark.parametrize("name", ["jku", "jwk", "x5u", "x5c", "crit", "b64", "zip"])
@pytest.mark.parametrize("value", ["", "DEF", None, True, [], ["exp"], ["b64"], {}])
def test_a_header_that_brings_keys_or_other_rules_is_refused(name: str, value: object) -> None:
    """Rightly signed, so that nothing else refuses it."""
    token = signed_hs256({"alg": "HS256", name: value}, GOOD, SECRET)
    assert why(token) == "header"


@pytest.mark.parametrize(
    "head", [{"alg": 1}, {"alg": None}, {}, {"alg": "HS256", "typ": 1}, {"alg": "HS256", "kid": 7}]
)
def test_a_header_of_other_types_is_refused(head: dict[str, Any]) -> None:
    assert why(signed_hs256(head, GOOD, SECRET)) == "header"


def test_what_a_header_says_is_read() -> None:
    token = signed_hs256({"alg": "HS256", "kid": "one"}, GOOD, SECRET)
    assert tokens.header(token, 2048) == Header("HS256", "one", "JWT")
    assert tokens.claims(token, KEY) == GOOD


def test_a_token_has_so_many_characters_at_the_most() -> None:
    token = signed_hs256({"alg": "HS256"}, GOOD, SECRET)
    assert why(token, len(token)) == ""
    assert why(token, len(token) - 1) == "length"


def test_claims_are_an_object() -> None:
    for said in ([], "a", 1, None):
        assert why(signed_hs256({"alg": "HS256"}, said, SECRET)) == "claims"


@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")  # which is no refusal
def test_a_key_that_can_be_guessed_signs_nothing() -> None:
    token = signed_hs256({"alg": "HS256"}, GOOD, b"short")
    tokens.header(token, 2048)
    with pytest.raises(BadToken):
        tokens.claims(token, Key(b"short", "HS256"))


def times(**said: Any) -> str:
    """Why a token of these times does not hold now, 10 s of difference allowed, an hour at most."""
    claims = {"iat": AT, "exp": AT + 60} | said
    try:
        tokens.check_times(
            {name: value for name, value in claims.items() if value is not None},
            NOW,
            leeway=timedelta(seconds=10),
            longest=timedelta(hours=1),
        )
    except BadToken as error:
        return error.reason
    return ""


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({}, ""),
        ({"iat": AT - 60, "exp": AT - 9}, ""), ({"iat": AT - 60, "exp": AT - 10}, "expired"),
        ({"iat": AT + 10}, ""), ({"iat": AT + 11}, "early"),
        ({"nbf": AT + 10}, ""), ({"nbf": AT + 11}, "early"), ({"nbf": AT}, ""),
        ({"exp": AT + 3600}, ""), ({"exp": AT + 3601}, "lifetime"),
        ({"exp": AT}, "lifetime"), ({"exp": AT + 0.5}, ""),
        ({"iat": AT + 5, "exp": AT}, "lifetime"),
        ({"exp": None}, "exp"), ({"iat": None}, "iat"), ({"nbf": "soon"}, "nbf"),
        ({"exp": True}, "exp"), ({"exp": float("nan")}, "exp"), ({"exp": float("inf")}, "exp"),
        ({"exp": -1}, "exp"), ({"exp": 1 << 40}, "exp"), ({"exp": (1 << 40) - 1}, "lifetime"),
        ({"exp": 0}, "expired"), ({"nbf": 0}, ""),
    ],
)  # fmt: skip
def test_a_token_holds_to_the_second(said: dict[str, Any], reason: str) -> None:
    assert times(**said) == reason
