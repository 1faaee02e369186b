"""A stand-in for an OpenID Connect issuer: whoever is picked on its page is signed in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from jinja2 import Template

from adapters.sandbox.loopback import local_only
from adapters.sandbox.recent import Recent
from adapters.sandbox.web_form import form_of

ACCOUNTS = {"u-ada": "Ada Lovelace", "u-ben": "Ben Okri", "u-cleo": "Cleo Laine"}
"""Subjects and names of those who can be picked."""
CODE_LIFE = 60.0
"""Seconds; what OAuth 2.0 recommends is below ten minutes."""
TOKEN_LIFE = 300
PAGE = Template(
    """<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>Sandbox sign-in</title>
<style>body{font:17px/1.5 system-ui,sans-serif;max-width:30rem;margin:2rem auto;padding:0 1rem}
button{display:block;width:100%;font:inherit;padding:.7rem;margin:.6rem 0}</style>
<h1>Who are you?</h1><p>This plays {{ plays }}.</p>
<form method="post">{% for name, value in query.items() %}
<input type="hidden" name="{{ name }}" value="{{ value }}">{% endfor %}
{% for subject, name in people.items() %}
<button name="person" value="{{ subject }}">{{ name }}</button>{% endfor %}
<button name="person" value="">{{ no }}</button></form></html>""",
    autoescape=True,
)
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True, slots=True)
class _Granted:
    subject: str
    nonce: str
    challenge: str
    redirect_uri: str
    at: float


class Issuer:
    """The issuer; `url` is set when it is served."""

    def __init__(
        self,
        people: Callable[[], Mapping[str, str]] = lambda: ACCOUNTS,
        claims: Callable[[str], Mapping[str, str]] = lambda subject: {},
        plays: str = "the place where your users sign in",
        no: str = "I do not want to sign in",
        echoes_nonce: bool = True,
    ) -> None:
        """`people`: subjects and names of whom can be picked; `claims`: what its tokens say of them
        else, or otherwise; `echoes_nonce`: whether its tokens hold the nonce of who asked."""
        self._people, self._claims = people, claims
        self._words = {"plays": plays, "no": no}
        self._echoes_nonce = echoes_nonce
        self.url = ""
        self.client_id, self.client_secret = "fluxbot", secrets.token_urlsafe(24)
        self._key, self._key_id = Ed25519PrivateKey.generate(), secrets.token_hex(4)
        self._codes: Recent[_Granted] = Recent()

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """Discovery, the page, and what the service calls."""
        discovery = f"{prefix}/.well-known/openid-configuration"
        return [
            web.get(discovery, local_only(self._discovery)),
            web.get(f"{prefix}/authorize", local_only(self._authorize)),
            web.post(f"{prefix}/authorize", local_only(self._picked)),
            web.post(f"{prefix}/token", local_only(self._token)),
            web.get(f"{prefix}/jwks", local_only(self._jwks)),
        ]

    async def _discovery(self, _: web.Request) -> web.StreamResponse:
        return web.json_response(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["EdDSA"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_basic"],
                "authorization_response_iss_parameter_supported": True,
            }
        )

    async def _jwks(self, _: web.Request) -> web.StreamResponse:
        public = self._key.public_key().public_bytes_raw()
        key = {"kty": "OKP", "crv": "Ed25519", "x": _base64url(public), "alg": "EdDSA"}
        return web.json_response({"keys": [{**key, "use": "sig", "kid": self._key_id}]})

    async def _authorize(self, request: web.Request) -> web.StreamResponse:
        self._check(request.query)
        text = PAGE.render(query=dict(request.query), people=self._people(), **self._words)
        return web.Response(text=text, content_type="text/html", headers=PAGE_HEADERS)

    async def _picked(self, request: web.Request) -> web.StreamResponse:
        form = await form_of(request)
        self._check(form)
        answer = {"state": form.get("state", ""), "iss": self.url}
        if (subject := form.get("person", "")) in self._people():
            answer["code"] = code = secrets.token_urlsafe(24)
            self._codes[code] = _Granted(
                subject,
                form.get("nonce", ""),
                form["code_challenge"],
                form["redirect_uri"],
                time.monotonic(),
            )
        else:
            answer["error"] = "access_denied"
        raise web.HTTPSeeOther(f"{form['redirect_uri']}?{urlencode(answer)}")

    def _check(self, given: Mapping[str, str]) -> None:
        """Raises 400 for a request that a real issuer would refuse."""
        known = given.get("client_id") == self.client_id and given.get("response_type") == "code"
        pkce = given.get("code_challenge_method") == "S256" and given.get("code_challenge")
        if not (known and pkce and _is_local(given.get("redirect_uri", ""))):
            raise web.HTTPBadRequest(text="This request is not one that I know.\n")

    async def _token(self, request: web.Request) -> web.StreamResponse:
        form = await form_of(request)
        expected = (
            "Basic " + base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        )
        given = request.headers.get("Authorization", "").encode(errors="surrogateescape")
        if not hmac.compare_digest(given, expected.encode()):
            return web.json_response({"error": "invalid_client"}, status=401)
        granted = self._codes.pop(form.get("code", ""), None)
        if granted is None or not _fits(granted, form):
            return web.json_response({"error": "invalid_grant"}, status=400)
        token = self._id_token(granted)
        answer = {"id_token": token, "access_token": secrets.token_urlsafe(24)}
        return web.json_response(answer | {"token_type": "Bearer", "expires_in": TOKEN_LIFE})

    def _id_token(self, granted: _Granted) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "aud": self.client_id,
            "sub": granted.subject,
            "name": self._people()[granted.subject],
            **self._claims(granted.subject),
            **({"nonce": granted.nonce} if self._echoes_nonce else {}),
            "iat": now,
            "exp": now + TOKEN_LIFE,
        }
        return jwt.encode(claims, self._key, "EdDSA", headers={"kid": self._key_id})


def _fits(granted: _Granted, form: dict[str, str]) -> bool:
    made = _base64url(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
    fresh = time.monotonic() - granted.at < CODE_LIFE
    return fresh and (granted.challenge, granted.redirect_uri) == (made, form.get("redirect_uri"))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _is_local(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
