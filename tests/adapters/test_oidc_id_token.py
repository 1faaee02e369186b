"""How old an ID token may be, and how long: to the second, and to the letter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest

from adapters.oidc import id_token
from core.errors import SignInRefused
from core.tokens import BadToken, Header, Key
from tests.hostile_tokens import signed_hs256

SECRET = b"s" * 32
NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
AT = int(NOW.timestamp())
GOOD = {"iss": "https://issuer", "aud": "us", "sub": "a", "nonce": "n", "iat": AT, "exp": AT + 60}


async def key_of(header: Header) -> Key:
    return Key(SECRET, "HS256")


async def why(
    head: dict[str, Any] | None = None,
    *,
    padding: int = 0,
    asked: Mapping[str, bool] = MappingProxyType({}),
    **said: Any,
) -> str:
    """Why it is not believed; empty where it is. `said`: None for what it does not say."""
    claims = GOOD | said | {"padding": "x" * padding}
    claims = {name: each for name, each in claims.items() if each is not None}
    token = signed_hs256({"alg": "HS256", **(head or {})}, claims, SECRET)
    try:
        await id_token.check(
            token, key_of, issuer="https://issuer", client_id="us", nonce="n", now=NOW, **asked
        )
    except (SignInRefused, BadToken) as error:
        return error.reason
    return ""


def test_its_limits_are_what_they_are_said_to_be() -> None:
    assert id_token.MOST == 16_384
    assert timedelta(seconds=30) == id_token.LEEWAY
    assert timedelta(days=31) == id_token.LONGEST
    assert timedelta(minutes=10) == id_token.OLDEST


@pytest.mark.parametrize("typ", ["JWT", "jwt"])
async def test_its_type_is_one_in_whatever_letters(typ: str) -> None:
    assert await why({"typ": typ}) == ""
    assert await why({"typ": f"{typ}x"}) == "type"


async def test_it_was_made_so_lately() -> None:
    oldest = AT - 10 * 60 - 30
    assert await why(iat=oldest) == ""
    assert await why(iat=oldest - 1) == "old"


async def test_it_holds_for_a_month_at_the_most() -> None:
    month = 31 * 24 * 3600
    assert await why(exp=AT + month) == ""
    assert await why(exp=AT + month + 1) == "lifetime"


async def test_it_is_as_long_as_microsofts() -> None:
    assert await why(padding=10_000) == ""
    assert await why(padding=13_000) == "length"


async def test_a_nonce_has_to_be_there_but_where_it_is_known_to_be_left_out() -> None:
    assert await why(nonce=None) == "nonce"
    left_out = {"echoed": False}
    assert await why(nonce=None, asked=left_out) == ""
    assert await why(nonce="another's", asked=left_out) == "nonce"
    assert await why(asked=left_out) == ""
