"""The tokens of the operator's own app: whose they are, or nobody's (T5)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from adapters.oidc import app_tokens
from adapters.oidc.app_tokens import AppTokens, fixed, published
from core import tokens
from core.errors import SignInRefused
from tests.adapters.oidc_kit import FakeIssuer, jwk, private, running, token
from tests.fakes import SettableClock
from tests.hostile_tokens import hostile, signed_hs256

APP = "https://app.example"
SECRET = "correct horse battery staple, twice over"
CLOCK = SettableClock()
NOW = int(CLOCK.now().timestamp())


def claims(**other: Any) -> dict[str, Any]:
    right = {"iss": APP, "aud": "fluxbot", "sub": "u1", "iat": NOW, "exp": NOW + 900, "name": "Ada"}
    return right | other


def app(text: str) -> AppTokens:
    return AppTokens(fixed(text), issuer=APP, audience="fluxbot", clock=CLOCK)


def pem(kind: str) -> str:
    public = private(kind).public_key()
    return str(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


def der(kind: str) -> bytes:
    public = private(kind).public_key()
    return bytes(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


KEYS = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP"}
SHARED = signed_hs256({"alg": "HS256", "typ": "JWT"}, claims(), SECRET.encode())


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest.fixture
async def server() -> AsyncIterator[FakeIssuer]:
    async with running() as made:
        yield made


async def test_better_auth_s_token_names_its_user(
    session: aiohttp.ClientSession, server: FakeIssuer
) -> None:
    """As its JWT plugin makes them: Ed25519, issuer and audience the base URL, 15 minutes, the
    user in `sub` and all that is known of them beside it."""
    key = private("OKP")
    server.keys = [jwk(key, kid="c5c7b1e2", alg="EdDSA", use=None)]
    said = {
        "iat": NOW, "exp": NOW + 900, "iss": APP, "aud": APP, "sub": "Yx3kQ9", "id": "Yx3kQ9",
        "name": "Ada L.", "email": "ada@app.example", "emailVerified": False, "image": None,
        "createdAt": "2026-01-01T00:00:00.000Z", "updatedAt": "2026-01-01T00:00:00.000Z",
    }  # fmt: skip
    made = token(said, key, "EdDSA", kid="c5c7b1e2")
    find = published(session, f"{server.url}/jwks", server.clock)
    person = await AppTokens(find, issuer=APP, audience=APP, clock=server.clock).verify(made)
    assert (person.issuer, person.subject, person.name) == (APP, "Yx3kQ9", "Ada L.")


@pytest.mark.parametrize("algorithm", KEYS)
async def test_a_public_key_reads_its_own_algorithm(algorithm: str) -> None:
    kind = KEYS[algorithm]
    made = token(claims(), private(kind), algorithm)
    assert (await app(pem(kind)).verify(made)).subject == "u1"
    one_line = pem(kind).replace("\n", "\\n")  # as an environment file may hold it
    assert (await app(one_line).verify(made)).subject == "u1"


async def test_a_shared_secret_reads_hs256() -> None:
    assert (await app(SECRET).verify(SHARED)).subject == "u1"


@pytest.mark.parametrize("algorithm", KEYS)
@pytest.mark.parametrize("spelling", ["pem", "stripped pem", "der", "base64"])
async def test_nobody_signs_with_a_public_key_as_a_shared_secret(
    algorithm: str, spelling: str
) -> None:
    kind = KEYS[algorithm]
    secret = {
        "pem": pem(kind).encode(),
        "stripped pem": pem(kind).strip().encode(),
        "der": der(kind),
        "base64": b64encode(der(kind)),
    }[spelling]
    for named in ("HS256", algorithm):
        forged = signed_hs256({"alg": named, "typ": "JWT"}, claims(), secret)
        with pytest.raises(SignInRefused):
            await app(pem(kind)).verify(forged)


@pytest.mark.parametrize("algorithm", KEYS)
async def test_a_shared_secret_reads_no_public_key_s_token(algorithm: str) -> None:
    with pytest.raises(SignInRefused, match=r"^algorithm$"):
        await app(SECRET).verify(token(claims(), private(KEYS[algorithm]), algorithm))


async def test_a_key_of_another_type_is_not_tried() -> None:
    made = token(claims(), private("EC"), "ES256")
    with pytest.raises(SignInRefused, match=r"^algorithm$"):
        await app(pem("RSA")).verify(made)


PRIVATE = private("EC").private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
NO_KEYS = {
    "a private key": PRIVATE,
    "a public key without its lines": b64encode(der("RSA")).decode(),
    "a public key in lines without its first": "\n".join(pem("RSA").splitlines()[1:-1]),
    "a PEM in base64": b64encode(pem("RSA").encode()).decode(),
    "a JWK": '{"kty":"OKP","crv":"Ed25519","x":"' + "A" * 43 + '"}',
    "a key of OpenSSH": "ssh-ed25519 " + "A" * 68,
    "an ECDSA key of OpenSSH": "ecdsa-sha2-nistp256 " + "A" * 68,
    "a public key without its lines, in quotes": f'"{b64encode(der("EC")).decode()}"',
    "a public key without its lines, on one": "\\n".join(pem("RSA").splitlines()[1:-1]),
    "a public key of a kind that nobody knows": b64encode(
        der("OKP").replace(bytes.fromhex("2b6570"), bytes.fromhex("2b6577"))
    ).decode(),
    "a broken PEM": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
    "a short RSA key": pem("RSA-1024"),
    "another curve": pem("P-384"),
    "a short secret": "s" * 31,
    "nothing": "",
}


@pytest.mark.parametrize("what", NO_KEYS)
def test_what_is_no_key_stops_the_start_and_is_not_shown(what: str) -> None:
    with pytest.raises(ValueError, match="must be a") as caught:
        fixed(NO_KEYS[what])
    assert len(NO_KEYS[what]) == 0 or NO_KEYS[what] not in str(caught.value)


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "no issuer": ("issuer", {"iss": None}),
    "another issuer": ("issuer", {"iss": "https://app.example/"}),
    "no audience": ("audience", {"aud": None}),
    "another audience": ("audience", {"aud": "fluxbot2"}),
    "several audiences": ("audience", {"aud": ["fluxbot", "another"]}),
    "an audience of things": ("audience", {"aud": [{"fluxbot": 1}]}),
    "no subject": ("subject", {"sub": None}),
    "an empty subject": ("subject", {"sub": ""}),
    "a subject that is a number": ("subject", {"sub": 5}),
    "no expiry": ("exp", {"exp": None}),
    "no time of issue": ("iat", {"iat": None}),
    "expired": ("expired", {"iat": NOW - 900, "exp": NOW - 31}),
    "from the future": ("early", {"iat": NOW + 31}),
    "not valid yet": ("early", {"nbf": NOW + 31}),
    "for two hours": ("lifetime", {"exp": NOW + 7200}),
    "for ever": ("lifetime", {"exp": (1 << 40) - 1}),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_claims_must_be_there_and_right(what: str) -> None:
    reason, other = REFUSED[what]
    said = {k: v for k, v in claims(**other).items() if v is not None}
    made = signed_hs256({"alg": "HS256"}, said, SECRET.encode())
    with pytest.raises(SignInRefused, match=f"^{reason}$"):
        await app(SECRET).verify(made)


@pytest.mark.parametrize(("typ", "good"), [("JWT", True), ("jwt", True), ("at+jwt", False)])
async def test_an_access_token_is_no_user_s(typ: str, good: bool) -> None:
    made = signed_hs256({"alg": "HS256", "typ": typ}, claims(), SECRET.encode())
    try:
        assert (await app(SECRET).verify(made)).subject == "u1"
        reason = ""
    except SignInRefused as refused:
        reason = refused.reason
    assert reason == ("" if good else "type")


@pytest.mark.parametrize(
    "secret", ["s" * 32, b64encode(bytes(range(32))).decode(), "'" + "s" * 31, "s" * 30 + "\u00fc"]
)
async def test_a_shared_secret_has_32_bytes_of_any_kind(secret: str) -> None:
    made = signed_hs256({"alg": "HS256"}, claims(), secret.encode())
    assert (await app(secret).verify(made)).subject == "u1"


async def test_clocks_may_be_half_a_minute_apart() -> None:
    for said in (claims(iat=NOW + 30), claims(iat=NOW - 900, exp=NOW - 29)):
        made = signed_hs256({"alg": "HS256"}, said, SECRET.encode())
        assert (await app(SECRET).verify(made)).subject == "u1"


async def test_one_audience_may_stand_in_a_list() -> None:
    made = signed_hs256({"alg": "HS256"}, claims(aud=["fluxbot"]), SECRET.encode())
    assert (await app(SECRET).verify(made)).subject == "u1"


@pytest.mark.parametrize("what", hostile(SHARED))
async def test_a_hostile_token_is_refused_and_nothing_else(what: str) -> None:
    with pytest.raises(SignInRefused):
        await app(SECRET).verify(hostile(SHARED)[what])


@pytest.mark.parametrize("algorithm", KEYS)
async def test_hostile_tokens_are_refused_for_public_keys_too(algorithm: str) -> None:
    kind = KEYS[algorithm]
    verify = app(pem(kind)).verify
    for bad in hostile(token(claims(), private(kind), algorithm)).values():
        with pytest.raises(SignInRefused):
            await verify(bad)


async def test_a_token_has_eight_kilobytes_at_most() -> None:
    assert app_tokens.MOST == 8192
    made = signed_hs256({"alg": "HS256"}, claims(more="x" * 8192), SECRET.encode())
    with pytest.raises(SignInRefused, match="length"):
        await app(SECRET).verify(made)


async def test_a_public_key_taken_for_a_secret_would_let_everybody_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control of `fixed`: the key without its lines, not recognised."""
    monkeypatch.setattr(app_tokens, "_is_bare_key", lambda _: False)
    text = b64encode(der("EC")).decode()
    forged = signed_hs256({"alg": "HS256"}, claims(sub="admin"), text.encode())
    assert (await app(text).verify(forged)).subject == "admin"


async def test_without_the_check_of_times_an_old_token_would_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tokens, "check_times", lambda *_, **__: None)
    said = claims(iat=NOW - 9000, exp=NOW - 8000)
    made = signed_hs256({"alg": "HS256"}, said, SECRET.encode())
    assert (await app(SECRET).verify(made)).subject == "u1"
