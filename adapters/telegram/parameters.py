"""The parameters of a call of the Bot API, and how they are put on the wire."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import aiohttp
import orjson
from telegram.request import RequestData

from core.chat import Document

JSON = {"Content-Type": "application/json"}


class Plain:
    """Parameters that are JSON already, in the place of the library's `RequestData`, which looks
    into each for objects and files of its own."""

    __slots__ = ("parameters",)

    def __init__(self, values: dict[str, Any]) -> None:
        self.parameters = {name: each for name, each in values.items() if each is not None}


class WithFile(Plain):
    """Parameters with a file beside them, which one of the names of the method is given."""

    __slots__ = ("document", "named")

    def __init__(self, values: dict[str, Any], document: Document, named: str) -> None:
        super().__init__(values)
        self.document = document
        self.named = named

    def form(self) -> aiohttp.FormData:
        """As the Bot API takes files: every other value is text, or JSON in text."""
        form = aiohttp.FormData()
        for name, value in self.parameters.items():
            form.add_field(name, value if isinstance(value, str) else orjson.dumps(value).decode())
        kind = "application/octet-stream"
        name = self.document.name
        content = BytesIO(self.document.content)  # bytes would hold up the loop while they go
        form.add_field(self.named, content, filename=name, content_type=kind)
        return form


def encoded(given: RequestData | Plain | None) -> bytes | aiohttp.FormData:
    """What to send: JSON, or a form."""
    if isinstance(given, WithFile):
        return given.form()
    return orjson.dumps(given.parameters if given else {})
