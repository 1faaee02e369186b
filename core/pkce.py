"""The proof that who brings a code back is who asked for it (RFC 7636)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256


def challenge(verifier: str) -> str:
    """What the issuer is shown beforehand: method `S256`. The verifier is 43 to 128 characters of
    A-Z a-z 0-9 - _, for example `secrets.token_urlsafe(32)`."""
    return urlsafe_b64encode(sha256(verifier.encode("ascii")).digest()).rstrip(b"=").decode()
