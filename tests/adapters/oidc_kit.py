"""An issuer on loopback that answers as it is told: rightly, until a test changes something."""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import unquote_plus

import aiohttp
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm
from jwt.api_jws import PyJWS

from adapters.oidc import Provider
from core.ports import SignedIn
from tests.fakes import SettableClock
from tests.hostile_tokens import b64

CLIENT = "fluxbot:1"
SECRET = "s3cret+with/odd &signs%"
VERIFIER = "v" * 43
NONCE = "n-0123456789"
BACK = "http://127.0.0.1/oidc/callback"

Answer = Callable[["FakeIssuer", web.Request], Awaitable[web.StreamResponse]]


def private(kind: str, number: int = 0) -> Any:
    """A private key; the same one for the same number, which tells keys of a kind apart."""
    return _made(kind, number)


@cache
def _made(kind: str, _: int) -> Any:
    match kind:
        case "EC":
            return ec.generate_private_key(ec.SECP256R1())
        case "P-384":
            return ec.generate_private_key(ec.SECP384R1())
        case "OKP":
            return ed25519.Ed25519PrivateKey.generate()
        case "RSA-1024":
            return rsa.generate_private_key(65537, 1024)  # noqa: S505  # it has to be refused
    return rsa.generate_private_key(65537, 2048)


def jwk(key: Any, **more: Any) -> dict[str, Any]:
    """The key as a key set shows it. `more` is added; None leaves out."""
    public = key.public_key()
    match key:
        case rsa.RSAPrivateKey():
            shown = RSAAlgorithm.to_jwk(public, as_dict=True)
        case ec.EllipticCurvePrivateKey():
            shown = ECAlgorithm.to_jwk(public, as_dict=True)
        case _:
            shown = OKPAlgorithm.to_jwk(public, as_dict=True)
    shown.pop("key_ops", None)
    return {k: v for k, v in (shown | {"use": "sig"} | more).items() if v is not None}


def token(said: object, key: Any, algorithm: str = "RS256", **header: Any) -> str:
    """Signed, whatever it says. None leaves a claim out, or a field of the header."""
    if isinstance(said, Mapping):
        said = {k: v for k, v in said.items() if v is not None}
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    return PyJWS().encode(raw, key, algorithm, headers=header)


class FakeIssuer:
    """Keeps what it was asked, and says what its fields say."""

    def __init__(self) -> None:
        self.url = ""
        self.clock = SettableClock()
        self.asked: Counter[str] = Counter()
        self.forms: list[dict[str, str]] = []
        self.about: dict[str, Any] = {}
        """What the discovery document says otherwise; None leaves out."""
        self.keys: Any = [jwk(private("RSA"), kid="one", alg="RS256")]
        self.said: dict[str, Any] = {}
        """What the ID token says otherwise; None leaves out."""
        self.header: dict[str, Any] = {"kid": "one"}
        self.make: Callable[[FakeIssuer], Any] = lambda issuer: token(
            issuer.claims(), private("RSA"), **issuer.header
        )
        """The ID token."""
        self.answers: dict[str, Answer] = {}
        """By path: what is answered instead."""
        self.person: dict[str, Any] = {}
        """What the user info endpoint says."""

    def claims(self) -> dict[str, Any]:
        now = int(self.clock.now().timestamp())
        right = {
            "iss": self.url, "sub": "user-1", "aud": CLIENT, "nonce": NONCE,
            "iat": now, "exp": now + 300, "name": "Alice Adams", "email": "alice@example.org",
        }  # fmt: skip
        return right | self.said

    def provider(self, session: aiohttp.ClientSession, **more: Any) -> Provider:
        given = {"issuer": self.url, "client_id": CLIENT, "client_secret": SECRET} | more
        return Provider(session, clock=self.clock, **given)

    def document(self) -> dict[str, Any]:
        right = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize?tenant=1",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/jwks",
        }
        return {k: v for k, v in (right | self.about).items() if v is not None}

    async def respond(self, request: web.Request) -> web.StreamResponse:
        self.asked[request.path] += 1
        if request.path in self.answers:
            return await self.answers[request.path](self, request)
        match request.path:
            case "/.well-known/openid-configuration":
                return web.json_response(self.document())
            case "/jwks":
                return web.json_response({"keys": self.keys})
            case "/userinfo":
                assert request.headers["Authorization"] == "Bearer access"
                return web.json_response(self.person)
            case "/token":
                return await self._token(request)
        return web.Response(status=404)

    async def _token(self, request: web.Request) -> web.Response:
        form = {k: str(v) for k, v in (await request.post()).items()}
        if basic := request.headers.get("Authorization", "").removeprefix("Basic "):
            name, _, secret = b64decode(basic).decode().partition(":")
            form |= {"by": "header", "client_id": unquote_plus(name)}
            form["client_secret"] = unquote_plus(secret)
        self.forms.append(form)
        if (form["client_id"], form["client_secret"]) != (CLIENT, SECRET):
            return web.json_response({"error": "invalid_client"}, status=401)
        if b64(sha256(form["code_verifier"].encode()).digest()) != CHALLENGE:
            return web.json_response({"error": "invalid_grant"}, status=400)
        answer = {"access_token": "access", "token_type": "Bearer", "id_token": self.make(self)}
        return web.Response(text=json.dumps(answer), content_type="application/json")


CHALLENGE = b64(sha256(VERIFIER.encode()).digest())


@asynccontextmanager
async def running() -> AsyncIterator[FakeIssuer]:
    """An issuer on a free port of loopback."""
    issuer = FakeIssuer()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", issuer.respond)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    issuer.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield issuer
    finally:
        await runner.cleanup()


async def finish(provider: Provider, **other: str) -> SignedIn:
    """The end of a sign-in, with everything as it was asked for."""
    given = {"code": "a-code", "nonce": NONCE, "verifier": VERIFIER, "redirect_uri": BACK}
    return await asyncio.wait_for(provider.finish(**(given | other)), 20)
