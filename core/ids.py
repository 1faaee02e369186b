"""Where names nobody can guess come from."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# Crockford's base 32: no I, L, O, U, so that nobody misreads a code that is spoken or copied.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Ids:
    """Where names nobody can guess come from."""

    def __init__(self, key: bytes | None = None) -> None:
        """`key`: of digests that nobody can guess without it; one of this object's own if none is
        given."""
        self._key = key if key is not None else secrets.token_bytes(32)

    def public(self, length: int = 8) -> str:
        """A public id: lower case base 32, 5 bits a character."""
        return self._drawn(length).lower()

    def code(self) -> str:
        """A link code: 12 characters of base 32, 60 bits (`promises.md` 4.3)."""
        return self._drawn(12)

    def token(self) -> str:
        """What stands in a URL: 256 bits in 43 characters of A-Z a-z 0-9 - _."""
        return secrets.token_urlsafe(32)

    @staticmethod
    def _drawn(length: int) -> str:
        # 32 divides 256: the lowest 5 bits of a byte fall on each letter alike.
        return "".join(ALPHABET[byte % 32] for byte in secrets.token_bytes(length))

    @staticmethod
    def digest(secret: str) -> str:
        """What is kept of a secret."""
        return hashlib.sha256(secret.encode()).hexdigest()

    def keyed(self, who: str) -> str:
        """What is kept of somebody who is forgotten, of whoever is limited, and of short secrets:
        without the key, it can't be tried what fits it."""
        return hmac.new(self._key, b"tombstone\n" + who.encode(), hashlib.sha256).hexdigest()
