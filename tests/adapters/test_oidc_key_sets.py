"""Which keys of a key set count, and for what."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from adapters.oidc import keys
from adapters.oidc.keys import Keys, read
from core.errors import SignInRefused
from core.tokens import Header
from tests.adapters.oidc_kit import jwk, private, running

KINDS = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}


def used(*shown: object) -> list[str]:
    """The algorithms of the keys that count."""
    return [each.algorithm for each in read({"keys": list(shown)})]


def test_its_limits_are_what_they_are_said_to_be() -> None:
    assert timedelta(minutes=10) == keys.FRESH
    assert (keys.RSA_BITS[0], keys.RSA_BITS[-1]) == (2048, 8192)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_key_of_each_kind_is_found_for_its_own_algorithm(kind: str) -> None:
    async with running() as issuer, aiohttp.ClientSession() as session:
        issuer.keys = [jwk(private(kind), kid="one")]

        async def where() -> str:
            return f"{issuer.url}/jwks"

        find = Keys(session, where, issuer.clock).find
        for algorithm in KINDS.values():
            header = Header(algorithm, "one", "JWT")
            if algorithm == KINDS[kind]:
                assert (await find(header)).algorithm == algorithm
            else:
                with pytest.raises(SignInRefused, match="key"):
                    await find(header)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "more",
    [{}, {"use": None}, {"key_ops": ["verify"]}, {"key_ops": ["sign", "verify"]}, {"kid": "a"}],
)
def test_a_public_key_for_signatures_counts(kind: str, more: dict[str, Any]) -> None:
    assert used(jwk(private(kind), **more)) == [KINDS[kind]]
    assert used(jwk(private(kind), alg=KINDS[kind], **more)) == [KINDS[kind]]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "more",
    [
        {"d": "AQ"}, {"p": "AQ"}, {"q": "AQ"}, {"k": "AQ"}, {"use": "enc"}, {"kid": 5},
        {"key_ops": []}, {"key_ops": ["sign"]}, {"key_ops": "verify"}, {"key_ops": 5},
        {"alg": "HS256"}, {"alg": "RS512"}, {"kty": "oct"}, {"kty": None}, {"kty": ["RSA"]},
    ],
)  # fmt: skip
def test_any_other_is_left_out_and_the_rest_count(kind: str, more: dict[str, Any]) -> None:
    """With whatever is only in a private key it is none that may be shown."""
    assert used(jwk(private(kind), **more), jwk(private("OKP"))) == ["EdDSA"]


@pytest.mark.parametrize("kind", ["RSA-1024", "P-384"])
def test_a_key_that_we_do_not_take_is_left_out(kind: str) -> None:
    assert used(jwk(private(kind))) == []
    assert used(None, [], "RSA", 5) == []


def test_a_key_set_has_so_many_keys_at_the_most() -> None:
    assert used(*[jwk(private("OKP"))] * 100) == ["EdDSA"] * 100
    for document in ({"keys": [None] * 101}, {"keys": {}}, {"keys": None}, {}):
        with pytest.raises(SignInRefused, match="key-set"):
            read(document)
