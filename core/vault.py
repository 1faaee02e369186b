"""Secrets at rest: values that only this service can open, each only in the row it was sealed for.

A sealed value is `<key id>.<base64 of nonce, ciphertext and tag>`. AES-256-GCM covers the place of
the value beside it, so that a value in another row or column does not open. Keys are derived from
SECRET_KEY for this purpose alone (HKDF, RFC 5869): no other use of it can tell anything about them.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12
"""Bytes. With random ones, 2**32 values may be sealed under a key (NIST SP 800-38D, 8.3)."""
KEY = 32
KEY_ID = 4
"""Bytes, twice as many hexadecimal digits. It names a key and tells nothing about it."""

Place = tuple[str, ...]
"""What identifies a value: its table, its column and the natural key of its row."""


class Unopenable(Exception):
    """A sealed value that does not open here: sealed by a key that we do not have, cut, altered, or
    moved from another row. The message names the place, never the value."""

    def __init__(self, place: Place) -> None:
        super().__init__(
            f"what is sealed in {'/'.join(place)} does not open: it was sealed with another "
            "SECRET_KEY (is SECRET_KEY_OLD set?), or was altered"
        )


class Vault:
    """Seals with one key, and opens what it or the one before it sealed."""

    def __init__(self, key: bytes, old: bytes | None = None) -> None:
        """`key` and `old` are values of SECRET_KEY, at least 32 bytes each."""
        self.current, cipher = _derived(key)
        """The id of the key that seals."""
        self._ciphers = {self.current: cipher}
        if old is not None:
            name, cipher = _derived(old)
            self._ciphers.setdefault(name, cipher)

    def __repr__(self) -> str:
        return f"Vault({self.current})"

    def seal(self, secret: str, place: Place) -> str:
        """The secret as it may be stored at this place, in ASCII."""
        nonce = os.urandom(NONCE)
        hidden = self._ciphers[self.current].encrypt(nonce, secret.encode(), _bound(place))
        return f"{self.current}.{urlsafe_b64encode(nonce + hidden).decode()}"

    def open(self, sealed: str, place: Place) -> str:
        """The secret that is stored at this place. Raises `Unopenable`."""
        name, _, packed = sealed.partition(".")
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise Unopenable(place)
        try:
            raw = urlsafe_b64decode(packed.encode("ascii"))
            if urlsafe_b64encode(raw).decode() != packed:  # it passes over what is no base64
                raise Unopenable(place)
            return cipher.decrypt(raw[:NONCE], raw[NONCE:], _bound(place)).decode()
        except (InvalidTag, NotBase64, ValueError):
            raise Unopenable(place) from None


def _derived(key: bytes) -> tuple[str, AESGCM]:
    """The key for sealing, and its name."""
    derive = HKDF(SHA256(), KEY_ID + KEY, salt=None, info=b"fluxbot vault 1")
    material = derive.derive(key)
    return material[:KEY_ID].hex(), AESGCM(material[KEY_ID:])


def _bound(place: Place) -> bytes:
    """The place as bytes, no two the same: each part has its length in front."""
    parts = [each.encode() for each in place]
    return b"".join(len(each).to_bytes(4, "big") + each for each in parts)
