"""What a hostile issuer answers: one thing wrong, all else right (`promises.md` B27)."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from aiohttp import web
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from tests.adapters.oidc_kit import CLIENT, NONCE, SECRET, Answer, FakeIssuer, jwk, private, token
from tests.hostile_tokens import reclaimed, reheaded, signed_hs256

Worsen = Callable[[FakeIssuer], None]
Case = tuple[str, Worsen]
"""The reason of the refusal, or empty where it counts as away; and what to do to the issuer."""


def says(reason: str, **claims: Any) -> Case:
    """Claims that differ, rightly signed. None leaves out."""
    return reason, lambda issuer: issuer.said.update(claims)


def says_late(reason: str, **seconds: float) -> Case:
    """Times, in seconds from now."""

    def worsen(issuer: FakeIssuer) -> None:
        now = issuer.clock.now().timestamp()
        issuer.said.update({name: now + each for name, each in seconds.items()})

    return reason, worsen


def gives(reason: str, make: Callable[[FakeIssuer], Any]) -> Case:
    """Another ID token."""
    return reason, lambda issuer: setattr(issuer, "make", make)


def publishes(reason: str, **fields: Any) -> Case:
    """Another discovery document; `{url}` is the issuer's."""

    def worsen(issuer: FakeIssuer) -> None:
        for name, value in fields.items():
            text = isinstance(value, str)
            issuer.about[name] = value.replace("{url}", issuer.url) if text else value

    return reason, worsen


def shows(reason: str, keys: Any) -> Case:
    """Another key set."""
    return reason, lambda issuer: setattr(issuer, "keys", keys)


def answers(reason: str, path: str, answer: Answer) -> Case:
    """Something else at a path."""
    return reason, lambda issuer: issuer.answers.update({path: answer})


def good(issuer: FakeIssuer) -> str:
    return token(issuer.claims(), private("RSA"), **issuer.header)


def by_public_key(issuer: FakeIssuer) -> str:
    pem = private("RSA").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return signed_hs256({"alg": "HS256", "kid": "one"}, issuer.claims(), pem)


def by_our_secret(issuer: FakeIssuer) -> str:
    return signed_hs256({"alg": "HS256", "kid": "one"}, issuer.claims(), SECRET.encode())


def raw(payload: bytes) -> Callable[[FakeIssuer], str]:
    return lambda issuer: token(payload, private("RSA"), **issuer.header)


def with_exp(number: str) -> Callable[[FakeIssuer], str]:
    """An expiry that JSON can spell and no clock shows."""

    def make(issuer: FakeIssuer) -> str:
        said = json.dumps(issuer.claims() | {"exp": 0}).replace('"exp": 0', f'"exp": {number}')
        return token(said.encode(), private("RSA"), **issuer.header)

    return make


def header(**fields: Any) -> Callable[[FakeIssuer], str]:
    """A rightly signed token with another header."""
    return lambda issuer: token(issuer.claims(), private("RSA"), **(issuer.header | fields))


def body(text: str | bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    async def answer(_: FakeIssuer, __: web.Request) -> web.Response:
        content = text if isinstance(text, bytes) else text.encode()
        return web.Response(body=content, status=status, headers=headers)

    return answer


async def endless(_: FakeIssuer, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    with suppress(ConnectionError):
        for _ in range(10_000):
            await response.write(b'{"a":"' + b"x" * 65_536)
    return response


async def dripping(_: FakeIssuer, request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    with suppress(ConnectionError):
        for _ in range(30):
            await response.write(b" ")
            await asyncio.sleep(0.05)
    return response


async def silent(_: FakeIssuer, __: web.Request) -> web.Response:
    await asyncio.sleep(1.5)
    return web.Response()


async def hangs_up(_: FakeIssuer, request: web.Request) -> web.Response:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


DISCOVERY, TOKEN, JWKS = "/.well-known/openid-configuration", "/token", "/jwks"
ELSEWHERE = {"Location": "http://127.0.0.1:9/elsewhere"}
DEEP = "[" * 100_000 + "]" * 100_000
BOMB = gzip.compress(b'{"a":"' + b"x" * 50_000_000 + b'"}')

ID_TOKENS: dict[str, Case] = {
    "no ID token": gives("id-token", lambda _: None),
    "an ID token that is a list": gives("id-token", lambda it: [good(it)]),
    "an empty ID token": gives("shape", lambda _: ""),
    "two parts": gives("shape", lambda it: good(it).rpartition(".")[0]),
    "four parts": gives("shape", lambda it: good(it) + ".AAAA"),
    "padded": gives("shape", lambda it: good(it) + "=="),
    "a surrogate": gives("not-json", lambda it: good(it) + "\ud800"),
    "letters of another script": gives("shape", lambda it: good(it) + "\u0430"),
    "an ID token of 20 kB": says("length", groups=["x" * 20_000]),
    "algorithm none": gives("algorithm", lambda it: reheaded(good(it), alg="none")),
    "HS256 by the public key": gives("algorithm", by_public_key),
    "HS256 by the client secret": gives("algorithm", by_our_secret),
    "RS512, rightly signed": gives(
        "algorithm", lambda it: token(it.claims(), private("RSA"), "RS512", kid="one")
    ),
    "PS256, rightly signed": gives(
        "algorithm", lambda it: token(it.claims(), private("RSA"), "PS256", kid="one")
    ),
    "RS256 by the name of an EC key": gives("key", header(kid="curve")),
    "another RSA key": gives(
        "signature", lambda it: token(it.claims(), private("RSA", 2), kid="one")
    ),
    "an unknown key": gives("key", header(kid="two")),
    "an unknown key of 15 kB": gives("key", header(kid="k" * 11_000)),
    "a key id that is no text": gives("header", lambda it: reheaded(good(it), kid=1)),
    "a key to be fetched (jku)": gives("header", header(jku="http://127.0.0.1:9/jwks")),
    "a certificate to be fetched (x5u)": gives("header", header(x5u="http://127.0.0.1:9/c")),
    "a key inside (jwk)": gives("header", header(jwk=jwk(private("RSA")))),
    "a certificate inside (x5c)": gives("header", header(x5c=["AAAA"])),
    "something critical": gives("header", lambda it: reheaded(good(it), crit=["exp"])),
    "an access token": gives("type", header(typ="at+jwt")),
    "a logout token": gives("type", header(typ="logout+jwt")),
    "claims changed after signing": gives("signature", lambda it: reclaimed(good(it), sub="admin")),
    "claims that are no JSON": gives("claims", raw(b"{")),
    "claims that are a list": gives("claims", raw(b"[]")),
    "claims not UTF-8": gives("claims", raw(b'{"sub":"\xff"}')),
    "deep claims": gives("claims", raw(b'{"a":' + b"[" * 3000 + b"]" * 3000 + b"}")),
    "no issuer": says("issuer", iss=None),
    "another issuer": says("issuer", iss="https://accounts.example"),
    "an issuer that is a list": says("issuer", iss=["https://accounts.example"]),
    "no audience": says("audience", aud=None),
    "another audience": says("audience", aud="another"),
    "our client id inside another": says("audience", aud=f"{CLIENT}0"),
    "no audience at all": says("audience", aud=[]),
    "an audience among things": says("audience", aud=[CLIENT, {"a": 1}]),
    "an audience of objects": says("audience", aud={CLIENT: 1}),
    "several audiences, made for nobody": says("authorized-party", aud=[CLIENT, "another"]),
    "several audiences, made for another": says(
        "authorized-party", aud=[CLIENT, "another"], azp="another"
    ),
    "made for another": says("authorized-party", azp="another"),
    "no expiry": says("exp", exp=None),
    "an expiry in words": says("exp", exp="tomorrow"),
    "an expiry that is true": says("exp", exp=True),
    "an expiry beyond numbers": gives("claims", with_exp("1e999")),
    "an expiry of 3,000 digits": gives("exp", with_exp("9" * 300)),
    "an expiry that is no number": gives("claims", with_exp("NaN")),
    "expired": says_late("expired", iat=-300, exp=-31),
    "holds for years": says_late("lifetime", exp=86_400 * 400),
    "ends before it began": says_late("lifetime", iat=20, exp=10),
    "no time of issue": says("iat", iat=None),
    "a time of issue in words": says("iat", iat="now"),
    "issued in the future": says_late("early", iat=40, exp=400),
    "issued an hour ago": says_late("old", iat=-3600),
    "not valid yet": says_late("early", nbf=40),
    "not valid before words": says("nbf", nbf="x"),
    "no nonce": says("nonce", nonce=None),
    "another nonce": says("nonce", nonce="n-another"),
    "a nonce in capitals": says("nonce", nonce=NONCE.upper()),
    "a longer nonce": says("nonce", nonce=NONCE + "0"),
    "an empty nonce": says("nonce", nonce=""),
    "a nonce that is a list": says("nonce", nonce=[NONCE]),
    "a nonce of another script": says("nonce", nonce="n\u00f6nce"),
    "no subject": says("subject", sub=None),
    "an empty subject": says("subject", sub=""),
    "a subject that is a number": says("subject", sub=1),
    "a subject of 256 letters": says("subject", sub="x" * 256),
    "a subject with a NUL": says("subject", sub="user-1\0"),
    "a subject with a line end": says("subject", sub="user-1\n"),
    "a subject of another script": says("subject", sub="us\u0435r-1"),
    "a subject with half a character": says("claims", sub="\ud800"),
}

ANSWERS: dict[str, Case] = {
    "the code is refused": answers("status-400", TOKEN, body('{"error":"invalid_grant"}', 400)),
    "an error with status 200": answers("id-token", TOKEN, body('{"error":"invalid_grant"}')),
    "a page": answers("not-json", TOKEN, body("<html>Sign in</html>")),
    "nothing": answers("not-json", TOKEN, body("")),
    "no content": answers("status-204", TOKEN, body("", 204)),
    "a list": answers("not-json", TOKEN, body("[]")),
    "half an object": answers("not-json", TOKEN, body('{"id_token":"')),
    "a deep answer": answers("not-json", TOKEN, body(DEEP)),
    "a long number": answers("not-json", TOKEN, body('{"a":' + "9" * 9000 + "}")),
    "a body without end": answers("too-large", TOKEN, endless),
    "five megabytes": answers("too-large", TOKEN, body('{"id_token":"' + "A" * 5_000_000 + '"}')),
    "a bomb": answers("compressed", TOKEN, body(BOMB, 200, {"Content-Encoding": "gzip"})),
    "the code, elsewhere": answers("status-307", TOKEN, body("", 307, ELSEWHERE)),
    "discovery, elsewhere": answers("status-302", DISCOVERY, body("", 302, ELSEWHERE)),
    "keys, elsewhere": answers("status-301", JWKS, body("", 301, ELSEWHERE)),
    "no discovery": answers("status-404", DISCOVERY, body("", 404)),
    "discovery that is a page": answers("not-json", DISCOVERY, body("<html>")),
    "discovery without end": answers("too-large", DISCOVERY, endless),
    "keys without end": answers("too-large", JWKS, endless),
    "keys that are a page": answers("not-json", JWKS, body("<html>")),
    "out of order": answers("", TOKEN, body("", 503)),
    "too many": answers("", TOKEN, body("", 429)),
    "silence": answers("", TOKEN, silent),
    "a drop now and then": answers("", TOKEN, dripping),
    "hung up": answers("", TOKEN, hangs_up),
    "discovery out of order": answers("", DISCOVERY, body("", 500)),
    "discovery in silence": answers("", DISCOVERY, silent),
    "keys out of order": answers("", JWKS, body("", 500)),
    "keys dripping": answers("", JWKS, dripping),
}

DOCUMENTS: dict[str, Case] = {
    "another issuer's document": publishes("issuer", issuer="https://accounts.example"),
    "a slash more": publishes("issuer", issuer="{url}/"),
    "no issuer in the document": publishes("issuer", issuer=None),
    "an issuer in the document that is a list": publishes("issuer", issuer=["{url}"]),
    "no token endpoint": publishes("endpoint", token_endpoint=None),
    "a file": publishes("endpoint", jwks_uri="file:///etc/hosts"),
    "a script": publishes("endpoint", authorization_endpoint="javascript:alert(1)"),
    "data": publishes("endpoint", authorization_endpoint="data:text/html,x"),
    "plain http elsewhere": publishes("endpoint", jwks_uri="http://keys.example/jwks"),
    "another host of this machine": publishes("endpoint", jwks_uri="http://localhost:9/"),
    "this machine by https": publishes("endpoint", jwks_uri="https://localhost/jwks"),
    "this machine in short": publishes("endpoint", jwks_uri="https://127.1/jwks"),
    "this machine as a number": publishes("endpoint", jwks_uri="https://2130706433/jwks"),
    "this machine in base 16": publishes("endpoint", jwks_uri="https://0x7f.0.0.1/jwks"),
    "this machine as IPv6": publishes("endpoint", jwks_uri="https://[::1]/jwks"),
    "this machine by a name": publishes("endpoint", jwks_uri="https://a.localhost/jwks"),
    "the cloud's own address": publishes("endpoint", token_endpoint="https://169.254.169.254/"),
    "a machine of the network": publishes("endpoint", userinfo_endpoint="https://intranet/"),
    "a user name": publishes("endpoint", token_endpoint="https://a:b@accounts.example/"),
    "a fragment": publishes("endpoint", authorization_endpoint="{url}/authorize#x"),
    "a backslash": publishes("endpoint", token_endpoint="https:\\\\accounts.example/"),
    "a line end": publishes("endpoint", authorization_endpoint="{url}/a\r\nSet-Cookie: a=b"),
    "a port of words": publishes("endpoint", token_endpoint="https://accounts.example:x/"),
    "no host": publishes("endpoint", token_endpoint="https:///token"),
    "an endpoint that is a list": publishes("endpoint", token_endpoint=["{url}/token"]),
    "an endpoint of 3,000 letters": publishes("endpoint", token_endpoint="{url}/" + "t" * 3000),
    "no way for our secret": publishes(
        "client", token_endpoint_auth_methods_supported=["private_key_jwt"]
    ),
    "ways that are no list": publishes("client", token_endpoint_auth_methods_supported="basic"),
    "ways that are things": publishes("client", token_endpoint_auth_methods_supported=[{}, 1]),
}

KEY_SETS: dict[str, Case] = {
    "no list of keys": shows("key-set", {"one": 1}),
    "no keys": shows("key", []),
    "101 keys": shows("key-set", [{}] * 101),
    "keys that are things": shows("key", [None, 1, "x", [], {"kty": ["RSA"]}, {"kty": "RSA"}]),
    "a shared secret": shows("key", [{"kty": "oct", "kid": "one", "k": "AAAA" * 11}]),
    "a private key": shows(
        "key", [RSAAlgorithm.to_jwk(private("RSA"), as_dict=True) | {"kid": "one"}]
    ),
    "a key to encrypt with": shows("key", [jwk(private("RSA"), kid="one", use="enc")]),
    "a key that does not verify": shows(
        "key", [jwk(private("RSA"), kid="one", key_ops=["encrypt"])]
    ),
    "a key for another algorithm": shows("key", [jwk(private("RSA"), kid="one", alg="RS512")]),
    "a short key": shows("key", [jwk(private("RSA-1024"), kid="one")]),
    "two keys of one name": shows(
        "key", [jwk(private("RSA"), kid="one"), jwk(private("RSA", 2), kid="one")]
    ),
    "a huge modulus": shows("key", [jwk(private("RSA"), kid="one", n="_" * 40_000)]),
    "a point not on its curve": shows(
        "key", [jwk(private("EC"), kid="one", x="A" * 43, y="A" * 43)]
    ),
}

ALL: dict[str, Case] = ID_TOKENS | ANSWERS | DOCUMENTS | KEY_SETS
