"""Whom Telegram's ID token speaks of: one person, by the id that their chat has, or nobody; and
what is made of one that holds no nonce (`promises.md` T1, T11, B27)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from adapters.oidc import Provider
from adapters.oidc.telegram import TELEGRAM, person
from adapters.oidc.whose import OLDEST
from adapters.sandbox import World
from adapters.sandbox.issuer import _Granted
from adapters.sandbox.telegram_issuer import telegram_issuer
from adapters.telegram_ids import SHARED
from core.addresses import Sender
from core.errors import SignInRefused
from core.ports import SignedIn
from tests.adapters.oidc_hostile import ID_TOKENS, says, says_late
from tests.adapters.oidc_kit import BACK, CLIENT, NONCE, FakeIssuer, finish, jwk, private, running
from tests.adapters.oidc_kit import token as signed


def said(**claims: Any) -> SignedIn:
    return SignedIn(TELEGRAM.issuer, "8123456789012345678", "Ada", claims)


@pytest.mark.parametrize("id", ["1001", 1001, "1", 1, "4503599627370495", 4503599627370495])
def test_a_person_is_who_has_the_chat(id: object) -> None:
    assert person(said(id=id)) == (Sender("telegram", "", str(id)),)


NOBODY: list[Any] = [
    None, "", "0", 0, "-1001", -1001, "+1001", "01001", " 1001", "1001 ", "1001\n", "1e3", "1_001",
    "1001.0", 1001.0, 1001.5, float("inf"), True, False, "true", "x1001",
    "\u0661\u0660\u0660\u0661", "\uff11\uff10\uff10\uff11", "1001\0", [1001], ["1001"],
    {"id": 1001}, 2**52, str(2**52), 2**64, 10**30, "9" * 16, "9" * 5000, b"1001",
]  # fmt: skip


@pytest.mark.parametrize("id", NOBODY, ids=lambda each: repr(each)[:24])
def test_half_a_word_is_nobody(id: object) -> None:
    with pytest.raises(SignInRefused, match="telegram-claims"):
        person(said(id=id))


def test_the_subject_is_nobody() -> None:
    """It is another number, the client's own."""
    with pytest.raises(SignInRefused):
        person(SignedIn(TELEGRAM.issuer, "1001", "Ada", {"sub": "1001"}))


@pytest.mark.parametrize("id", sorted(SHARED))
def test_an_id_that_stands_for_many_is_nobody(id: int) -> None:
    for each in (int(id), str(int(id))):
        with pytest.raises(SignInRefused):
            person(said(id=each))


# -- its tokens, on their way through the whole of the check ---------------------------------------


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
async def telegram() -> AsyncIterator[FakeIssuer]:
    """Says what Telegram was seen to say, and shows the four keys that it does."""
    async with running() as made:
        curve = ECAlgorithm.to_jwk(
            ec.generate_private_key(ec.SECP256K1()).public_key(), as_dict=True
        )
        made.keys = [
            jwk(private("RSA"), kid="one", alg="RS256", use=None),
            jwk(private("EC"), kid="curve", alg="ES256"),
            jwk(private("OKP"), kid="edwards", alg="EdDSA"),
            curve | {"kid": "koblitz", "alg": "ES256K", "use": "sig"},
        ]
        made.said = {"sub": "8123456789012345678", "id": "1001", "nonce": None, "email": None}
        made.about = {"token_endpoint_auth_methods_supported": ["client_secret_basic"]}
        yield made


def asked(telegram: FakeIssuer, session: aiohttp.ClientSession, **more: Any) -> Provider:
    how = {"scope": TELEGRAM.scope, "prompt": "", "echoes_nonce": TELEGRAM.echoes_nonce}
    return telegram.provider(session, **(how | {"oldest": OLDEST} | more))


async def test_a_token_without_a_nonce_says_who_it_is(
    session: aiohttp.ClientSession, telegram: FakeIssuer
) -> None:
    assert person(await finish(asked(telegram, session))) == (Sender("telegram", "", "1001"),)
    assert telegram.forms[0]["by"] == "header"  # the secret is in no form, as it wants it
    telegram.said["nonce"] = NONCE
    assert person(await finish(asked(telegram, session))) == (Sender("telegram", "", "1001"),)


@pytest.mark.parametrize(
    "id",
    ["1002", 1002, None, True, 1001.0, -1001, 2**53, 2**64, 10**30, "", "01001", [1001], {}],
    ids=repr,
)
async def test_whatever_stands_there_it_is_not_ada(
    session: aiohttp.ClientSession, telegram: FakeIssuer, id: object
) -> None:
    """Rightly signed, and in every other respect as it should be."""
    telegram.said |= {"id": id, "sub": "1001"}
    if str(id) == "1002":
        assert person(await finish(asked(telegram, session))) == (Sender("telegram", "", "1002"),)
        return
    with pytest.raises(SignInRefused, match="claims"):
        person(await finish(asked(telegram, session)))


async def test_the_sandbox_says_it_as_telegram_does() -> None:
    issuer = telegram_issuer(World.demo())
    token = issuer._id_token(_Granted("1001", "its nonce", "challenge", BACK, 0.0))
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["id"], claims["name"]) == ("1001", "Ada")
    assert claims["sub"].isdigit()
    assert claims["sub"] != "1001"
    assert "nonce" not in claims


async def test_it_is_asked_for_no_more_than_who(
    session: aiohttp.ClientSession, telegram: FakeIssuer
) -> None:
    url = await asked(telegram, session).authorize_url(
        state="s" * 43, nonce=NONCE, challenge="c" * 43, redirect_uri=BACK
    )
    assert "&scope=openid+profile" in url
    assert f"&nonce={NONCE}" in url
    assert "prompt" not in url
    assert "phone" not in url


@pytest.mark.parametrize(("kind", "kid", "algorithm"), [
    ("RSA", "one", "RS256"), ("EC", "curve", "ES256"), ("OKP", "edwards", "EdDSA"),
])  # fmt: skip
async def test_each_algorithm_that_we_take_is_good_beside_one_that_we_do_not(
    session: aiohttp.ClientSession, telegram: FakeIssuer, kind: str, kid: str, algorithm: str
) -> None:
    telegram.make = lambda it: signed(it.claims(), private(kind), algorithm, kid=kid)
    assert person(await finish(asked(telegram, session))) == (Sender("telegram", "", "1001"),)


HOSTILE = {
    name: case for name, case in ID_TOKENS.items() if name != "no nonce"
} | {
    "made six minutes ago": says_late("old", iat=-360, exp=300),
    "of another bot": says("audience", aud="1234567891"),
    "of a bot whose id begins alike": says("audience", aud=CLIENT[:-1]),
    "a nonce that is nothing": ("nonce", lambda it: setattr(
        it, "make", lambda made: signed(
            json.dumps({**{k: v for k, v in made.claims().items() if v}, "nonce": None}).encode(),
            private("RSA"), kid="one"))),
    "by the curve that we do not take": ("algorithm", lambda it: setattr(
        it, "make", lambda made: signed(
            made.claims(), ec.generate_private_key(ec.SECP256K1()), "ES256K", kid="koblitz"))),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_bad_token_is_refused_as_anybody_s(
    name: str, session: aiohttp.ClientSession, telegram: FakeIssuer
) -> None:
    """But for the nonce nothing is believed more easily than what another issuer says."""
    reason, worsen = HOSTILE[name]
    worsen(telegram)
    with pytest.raises(SignInRefused) as caught:
        await finish(asked(telegram, session))
    assert caught.value.reason == reason


async def test_the_controls(session: aiohttp.ClientSession, telegram: FakeIssuer) -> None:
    """Where a nonce has to be there, a token without it is refused; at the sign-in itself one that
    was made six minutes ago is good."""
    with pytest.raises(SignInRefused, match="nonce"):
        await finish(asked(telegram, session, echoes_nonce=True))
    says_late("", iat=-360, exp=300)[1](telegram)
    assert await finish(telegram.provider(session, echoes_nonce=False))
