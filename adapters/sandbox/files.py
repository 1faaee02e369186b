"""The files that a bot sent, for the page to fetch."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass

from adapters.sandbox.model import Json

KEPT = 50
"""Newest files; a demo may run for weeks."""
PNG = b"\x89PNG\r\n\x1a\n"
SHOWN = 256 * 1024
"""Bytes of a picture that a page shows at once."""


def picture(content: bytes, alt: str) -> Json | None:
    """The block that shows a picture in a message; None for what is none that a page shows."""
    if not content.startswith(PNG) or len(content) > SHOWN:
        return None
    return {"kind": "picture", "png": base64.b64encode(content).decode(), "alt": alt}


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


class Files:
    """By names that nobody can guess."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}

    def keep(self, name: str, content: bytes) -> Json:
        """Keep a file; the block that shows it in a message."""
        key = secrets.token_urlsafe(12)
        self._files[key] = File(name, content)
        if len(self._files) > KEPT:
            del self._files[next(iter(self._files))]
        return {"kind": "file", "file": key, "name": name, "size": len(content)}

    def get(self, key: str) -> File | None:
        """One of them, unless it is too old."""
        return self._files.get(key)
