"""Tokens that nobody should believe, made from one that is good, for every reader of tokens."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from hmac import digest
from typing import Any


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], str]:
    """Header, claims, signature."""
    head, body, signature = token.split(".")
    return json.loads(_raw(head)), json.loads(_raw(body)), signature


def _raw(segment: str) -> bytes:
    return urlsafe_b64decode(segment + "=" * (-len(segment) % 4))


def signed_hs256(head: object, body: object, secret: bytes) -> str:
    """A token that is rightly signed, whatever it says."""
    start = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(body).encode())}"
    return f"{start}.{b64(digest(secret, start.encode(), sha256))}"


def reheaded(token: str, **changes: object) -> str:
    """The same claims and signature under another header."""
    head, _, _ = parts(token)
    _, body, signature = token.split(".")
    return f"{b64(json.dumps(head | changes).encode())}.{body}.{signature}"


def reclaimed(token: str, **changes: object) -> str:
    """Other claims under the old signature."""
    _, said, _ = parts(token)
    head, _, signature = token.split(".")
    return f"{head}.{b64(json.dumps(said | changes).encode())}.{signature}"


def hostile(token: str) -> dict[str, Any]:
    """What is wrong -> a token with nothing else wrong. Some are no text at all."""
    head, body, signature = token.split(".")
    deep = b64(b'{"alg":' + b"[" * 1200 + b"]" * 1200 + b"}")
    long_number = b64(b'{"alg":"HS256","n":' + b"9" * 1500 + b"}")
    flipped = ("A" if signature[5] != "A" else "B").join((signature[:5], signature[6:]))
    claims = parts(token)[1]
    return {
        "empty": "",
        "no dots": "abc",
        "one dot": f"{head}.{body}",
        "no signature": f"{head}.{body}.",
        "no payload": f"{head}..{signature}",
        "no header": f".{body}.{signature}",
        "only dots": "..",
        "four parts": f"{token}.{signature}",
        "five parts, as encrypted ones": f"{head}.{body}.{body}.{body}.{signature}",
        "algorithm none": reheaded(token, alg="none"),
        "algorithm none, unsigned": reheaded(token, alg="none").rpartition(".")[0] + ".",
        "algorithm None": reheaded(token, alg="NoNe"),
        "algorithm empty": reheaded(token, alg=""),
        "algorithm null": reheaded(token, alg=None),
        "algorithm a list": reheaded(token, alg=["HS256"]),
        "algorithm HS512": reheaded(token, alg="HS512"),
        "algorithm RS256 for a shared key": reheaded(token, alg="RS256"),
        "algorithm in lower case": reheaded(token, alg="hs256"),
        "signed with an empty key": signed_hs256({"alg": "HS256"}, claims, b""),
        "signed with a known key": signed_hs256(parts(token)[0], claims, b"secret"),
        "kid a path": reheaded(token, kid="../../../dev/null"),
        "kid a query": reheaded(token, kid="' UNION SELECT 'key' --"),
        "kid a number": reheaded(token, kid=7),
        "jku": reheaded(token, jku="https://evil.example/keys"),
        "x5u": reheaded(token, x5u="https://evil.example/cert"),
        "jwk": reheaded(token, jwk={"kty": "oct", "k": "AAAA"}),
        "x5c": reheaded(token, x5c=["AAAA"]),
        "crit": reheaded(token, crit=["exp"]),
        "crit empty": reheaded(token, crit=[]),
        "b64 false": reheaded(token, b64=False, crit=["b64"]),
        "zip": reheaded(token, zip="DEF"),
        "another type": reheaded(token, typ="at+jwt"),
        "type a number": reheaded(token, typ=1),
        "header an array": f"{b64(b'[]')}.{body}.{signature}",
        "header no JSON": f"{b64(b'{{')}.{body}.{signature}",
        "header deep": f"{deep}.{body}.{signature}",
        "header with a long number": f"{long_number}.{body}.{signature}",
        "header not UTF-8": f"{b64(bytes([255, 254, 0]))}.{body}.{signature}",
        "claims changed": reclaimed(token, sub="somebody-else"),
        "claims extended": reclaimed(token, exp=1 << 39),
        "claims not base64": f"{head}.!!!!.{signature}",
        "signature of zeros": f"{head}.{body}.{b64(bytes(32))}",
        "signature flipped": f"{head}.{body}.{flipped}",
        "signature cut": token[:-1],
        "signature longer": token + "A",
        "padded": token + "=",
        "padded fully": f"{head}==.{body}=.{signature}=",
        "a space before": " " + token,
        "a line end after": token + "\n",
        "a NUL after": token + "\0",
        "standard base64": token.replace("_", "/").replace("-", "+") + "+",
        "a surrogate": token + "\ud800",
        "only a surrogate": "\udfff",
        "full-width dots": token.replace(".", "\uff0e"),
        "Cyrillic letter": "\u0435" + token[1:],
        "five megabytes": "A" * 5_000_000,
        "five megabytes of dots": "." * 5_000_000,
        "five megabytes at the end": token + "A" * 5_000_000,
        "bytes": token.encode(),
        "none at all": None,
        "a number": 7,
        "a list": [token],
    }
